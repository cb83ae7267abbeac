"""Marks: written once, read back, distrusted."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insightctl.cloud.session import Cloud
from insightctl.core.errors import UsageError
from insightctl.deployments.mark_groups import MarkFile, MarkGroup
from insightctl.deployments.marks import Mark, line, once, parse

NOW = datetime.now(UTC).replace(microsecond=0)
MARK = Mark("checkout", "43", NOW - timedelta(minutes=5), "release 2.7 \x1b[31m", "ci")


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.text(min_size=1, max_size=170), st.text(min_size=1, max_size=170), st.text(max_size=500))
def test_a_line_is_read_back(function: str, version: str, text: str) -> None:
    mark = Mark(function, version, NOW, text)
    assert parse(line(mark)) == mark
    assert line(mark).isascii() and "\n" not in line(mark)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hello",
        "[1]",
        "{}",
        '{"insightctl": "deployment"}',
        '{"insightctl": "deployment", "function": 1, "version": "4", "at": "2026-11-23"}',
        '{"insightctl": "deployment", "function": "a", "version": "4", "at": "yesterday"}',
        json.dumps({"insightctl": "deployment", "function": "a" * 999, "version": "4", "at": "2026-11-23"}),
        "[" * 100_000,
    ],
)
def test_other_lines_are_no_marks(text: str) -> None:
    assert parse(text) is None


def test_two_pipelines_at_once_are_one_mark() -> None:
    twin = Mark("a", "1", NOW + timedelta(seconds=20))
    assert once([Mark("a", "1", NOW), twin, Mark("a", "1", NOW + timedelta(hours=1))]) == (
        Mark("a", "1", NOW),
        Mark("a", "1", NOW + timedelta(hours=1)),
    )


def test_the_same_mark_twice_is_one_in_a_log_group(aws: str) -> None:
    marks = MarkGroup(Cloud(), "/insightctl/test-twice")
    assert marks.read() == ()
    assert marks.write(MARK, at_this_moment=True).new
    again = marks.write(MARK, at_this_moment=True)
    assert (again.new, again.mark) == (False, MARK)
    assert marks.read(["checkout"]) == (MARK,)
    assert marks.read(["other"]) == ()
    assert marks.read([], NOW) == ()


def test_now_is_new_only_when_something_else_was_deployed(aws: str) -> None:
    marks = MarkGroup(Cloud(), "/insightctl/test-now")
    first = Mark("a", "1", NOW - timedelta(hours=3))
    assert marks.write(first, at_this_moment=False).new
    assert marks.write(Mark("a", "1", NOW), at_this_moment=False).mark == first
    assert marks.write(Mark("a", "2", NOW - timedelta(hours=1)), at_this_moment=False).new
    assert marks.write(Mark("a", "1", NOW), at_this_moment=False).new, "a roll-back"
    assert [m.version for m in marks.read(["a"])] == ["1", "2", "1"]


def test_an_old_mark_keeps_its_moment(aws: str) -> None:
    marks = MarkGroup(Cloud(), "/insightctl/test-old")
    old = Mark("a", "1", NOW - timedelta(days=40))
    marks.write(old, at_this_moment=True)
    assert marks.read([], NOW - timedelta(days=41)) == (old,)


def test_a_mark_of_the_future_is_refused(aws: str) -> None:
    with pytest.raises(UsageError, match="two hours ahead"):
        MarkGroup(Cloud()).write(Mark("a", "1", NOW + timedelta(days=1)), at_this_moment=True)


def test_the_aws_cli_sees_one_line(aws: str) -> None:
    marks = MarkGroup(Cloud(), "/insightctl/test-cli")
    marks.write(MARK, at_this_moment=True)
    aws_cli = Path(__file__).parents[2] / ".venv/bin/aws"
    done = subprocess.run(
        [str(aws_cli), "logs", "filter-log-events", "--log-group-name", "/insightctl/test-cli", "--output", "json"],
        capture_output=True,
        check=True,
    )
    (event,) = json.loads(done.stdout)["events"]
    assert (event["logStreamName"], parse(event["message"])) == ("checkout", MARK)


def test_a_file_beside_local_logs(tmp_path: Path) -> None:
    marks = MarkFile(tmp_path)
    assert marks.read() == ()
    assert marks.write(MARK, at_this_moment=True).new
    assert not marks.write(MARK, at_this_moment=True).new
    assert marks.read(["checkout"]) == (MARK,)
    with pytest.raises(UsageError, match="not a folder"):
        MarkFile(tmp_path / "no").write(MARK, at_this_moment=True)
