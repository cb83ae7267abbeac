"""Situations written by hand, as log files: canary, outage, roll-back, one version, no version, tiny, hostile, refused."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from insightctl import deployments, library
from insightctl.core.errors import CloudError, Interrupted
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.result import Column, Result
from insightctl.core.time import TimeRange, to_ms
from insightctl.local import LocalBackend, LogSource
from insightctl.render import RenderOptions
from insightctl.triage import Commands, Report, triage
from insightctl.triage.document import report_json
from insightctl.triage.markdown import report_markdown
from insightctl.triage.probes import PROBES
from insightctl.triage.report import report_text

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
FAILURE = '[ERROR] ValueError: no such price\nTraceback (most recent call last):\n  File "/var/task/app.py", line 3'


@dataclass(frozen=True)
class Stretch:
    """One invocation each half minute from minute `first` to `last`; every `failing`-th fails (0: none)."""

    version: str
    first: int
    last: int
    failing: int = 0
    message: str = FAILURE
    duration_ms: int = 20


def write(folder: Path, stretches: Iterable[Stretch], *, streams: bool = True) -> LocalBackend:
    """The log of the function `shop`, as `aws logs tail` prints it; without `streams` as its short format."""
    lines: list[tuple[datetime, str]] = []
    number = 0
    for stretch in stretches:
        for step in range((stretch.last - stretch.first) * 2):
            number += 1
            at = START + timedelta(minutes=stretch.first, seconds=30 * step, milliseconds=number % 7)
            stream = f"2026/11/23/[{stretch.version}]{'0' * 31}a"
            request = f"{number:08x}-0000-4000-8000-000000000000"
            stamp = (
                at.strftime("%Y-%m-%dT%H:%M:%S.%f+00:00") + f" {stream}"
                if streams
                else at.strftime("%Y-%m-%dT%H:%M:%S")
            )
            messages = [f"START RequestId: {request} Version: {stretch.version}"]
            if stretch.failing and step % stretch.failing == stretch.failing - 1:
                messages.append(stretch.message)
            messages.append(f"END RequestId: {request}")
            messages.append(
                f"REPORT RequestId: {request}\tDuration: {stretch.duration_ms}.00 ms\tBilled Duration: 21 ms"
                "\tMemory Size: 128 MB\tMax Memory Used: 70 MB\t"
            )
            lines += [(at, f"{stamp} {message}") for message in messages]
    lines.sort(key=lambda line: line[0])
    path = folder / "shop.log"
    path.write_text("\n".join(text for _, text in lines) + "\n", "utf-8")
    return LocalBackend([LogSource(path)])


def look(backend: Backend, commands: Commands | None = None) -> Report:
    return triage(backend, Target(), None, commands)


def at_minute(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def near(moment: datetime | None, minute: float, minutes: float = 2) -> bool:
    return moment is not None and abs(moment - at_minute(minute)) <= timedelta(minutes=minutes)


def test_a_canary_is_blamed_although_the_old_version_serves_on(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("7", 0, 170), Stretch("8", 80, 170, failing=4)]))
    worst = report.findings[0]

    assert (worst.code, worst.version, worst.severity) == ("failures-since-deployment", "8", "critical")
    assert near(worst.started, 80)
    assert "beside version 7" in report_text(report, RenderOptions())
    assert "AdditionalVersionWeights={}" in worst.next[0]


def test_an_outage_in_the_middle_of_a_versions_life_is_not_blamed_on_it(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("7", 0, 30), Stretch("8", 30, 120), Stretch("8", 120, 170, failing=3)]))
    worst = report.findings[0]

    assert (worst.code, worst.cause.kind, worst.severity) == ("failures-since", "unknown", "critical")
    assert near(worst.started, 120)
    assert worst.started_low and worst.started_high and worst.started_low <= at_minute(120) <= worst.started_high
    assert "the last one before was version 8" in report_text(report, RenderOptions())


def test_an_outage_that_is_over_says_until_when(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("7", 0, 60), Stretch("7", 60, 90, failing=3), Stretch("7", 90, 170)]))

    assert "until 2026-11-23 11:30:00" in report.findings[0].title
    assert "none in these data: version 7 served throughout" in report_text(report, RenderOptions())


def test_a_version_that_was_rolled_back_is_still_named(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("7", 0, 60), Stretch("8", 60, 90, failing=3), Stretch("7", 90, 170)]))
    worst = report.findings[0]

    assert (worst.version, worst.cause.kind) == ("8", "deployment")
    assert near(worst.started, 60)
    assert worst.next[0].startswith("version 8 was last seen 2026-11-23 11:29:30")


def test_a_defect_that_the_next_deployment_keeps_is_that_of_the_first(tmp_path: Path) -> None:
    stretches = [Stretch("7", 0, 60), Stretch("8", 60, 90, failing=3), Stretch("9", 90, 170, failing=3)]
    worst = look(write(tmp_path, stretches)).findings[0]

    assert (worst.version, worst.cause.kind) == ("8", "deployment")
    assert near(worst.started, 60)


def test_data_that_begin_after_the_deployment(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("8", 0, 90, failing=5)]))
    worst = report.findings[0]

    assert (worst.code, worst.severity, worst.started) == ("failures-throughout", "critical", None)
    assert worst.cause.kind == "unknown"
    assert "look further back" in worst.next[0]


def test_logs_that_do_not_tell_the_version_of_an_invocation(tmp_path: Path) -> None:
    backend = write(tmp_path, [Stretch("7", 0, 90), Stretch("8", 90, 170, failing=4)], streams=False)
    worst = look(backend).findings[0]

    assert (worst.cause.kind, worst.cause.version) == ("deployment", "8")
    assert near(worst.started, 90)


def test_no_failures(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("7", 0, 30)]))

    assert (report.verdict, report.findings) == ("ok", ())
    assert report_text(report, RenderOptions()).startswith("OK: nothing stands out\n")
    assert "looked at 60 invocations (0 failed) of 1 function" in report_text(report, RenderOptions())


def test_tiny_traffic_is_said_to_be_tiny(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("7", 0, 1), Stretch("8", 1, 2, failing=2)]))

    assert report.verdict == "ok"
    assert "1 of 4 invocations failed, too few to tell" in report_text(report, RenderOptions())


def test_a_range_without_invocations(tmp_path: Path) -> None:
    backend = write(tmp_path, [Stretch("7", 0, 5)])
    report = triage(backend, Target(), TimeRange(to_ms(at_minute(900)), to_ms(at_minute(960))))

    assert report.verdict == "ok"
    assert "no finished invocations" in report_text(report, RenderOptions())
    assert json.loads(report_json(report))["time"]["start"] == "2026-11-24T01:00:00.000Z"


def test_a_slower_version_is_a_warning(tmp_path: Path) -> None:
    report = look(write(tmp_path, [Stretch("7", 0, 120), Stretch("8", 120, 240, duration_ms=90)]))

    assert [(f.code, f.severity, f.version) for f in report.findings] == [("slower-since-deployment", "warning", "8")]
    assert "p99 is 90 ms in version 8" in report_text(report, RenderOptions())


def test_hostile_text_cannot_act_in_any_form_of_the_report(tmp_path: Path) -> None:
    evil = (
        "[ERROR] ValueError: \x1b]0;owned\x07 \x1b[2J\x9b31m `x` </script> ![i](http://e) \u202etxt "
        '```\nTraceback (most recent call last):\n  File "/var/task/app.py", line 3'
    )
    report = look(write(tmp_path, [Stretch("7", 0, 60), Stretch("8", 60, 120, failing=3, message=evil)]))

    for text in (report_text(report, RenderOptions(width=100)), report_markdown(report), report_json(report)):
        assert "owned" in text
        assert not set(text) & set("\x1b\x07\x9b\u202e\r")
    assert "![i](http" not in report_markdown(report)
    assert "</script>" not in report_markdown(report)


def test_a_name_cannot_add_to_a_command() -> None:
    commands = Commands(where="--local logs")

    assert commands.query("errors", "a; rm -rf /") == "insightctl query errors -f 'a; rm -rf /' --local logs"
    assert "--function-version '$(id)'" in commands.roll_back("shop", "$(id)", shared=False)
    assert (
        Commands(where="-g /my/group", by_function=False).query("errors", "shop")
        == "insightctl query errors -g /my/group"
    )


@dataclass(frozen=True)
class Refusing:
    """A backend that may not run some queries."""

    backend: Backend
    refused: tuple[str, ...]

    def run(self, job: QueryJob) -> Result:
        if job.name in self.refused:
            raise CloudError("not allowed to run queries", remedy="the policy lacks logs:StartQuery")
        return self.backend.run(job)

    def source(self) -> dict[str, object]:
        return self.backend.source()


@pytest.mark.parametrize("refused", ["logged", "volume", "starts"])
def test_a_refused_probe_is_named_and_the_rest_goes_on(tmp_path: Path, refused: str) -> None:
    backend = write(tmp_path, [Stretch("7", 0, 90), Stretch("8", 90, 170, failing=4)])
    report = look(Refusing(backend, (refused,)))

    assert report.verdict == "critical"
    assert [(s.probe, s.permission) for s in report.skipped] == [(refused, "logs:StartQuery")]
    assert f"left out: {refused}: not allowed to run queries (it needs logs:StartQuery)" in report_text(
        report, RenderOptions()
    )


def test_when_every_probe_fails_so_does_triage(tmp_path: Path) -> None:
    backend = write(tmp_path, [Stretch("7", 0, 5)])
    with pytest.raises(CloudError):
        look(Refusing(backend, ("span", *PROBES)))


def test_ctrl_c_ends_triage() -> None:
    class Stopped:
        def run(self, job: QueryJob) -> Result:
            raise Interrupted("stopped")

        def source(self) -> dict[str, object]:
            return {}

    with pytest.raises(Interrupted):
        look(Stopped())


def lives(*rows: tuple[str, str | None, float, float]) -> Result:
    """An answer of the `deployments` query: function, version, first and last minute."""
    columns = (
        Column("function", "string"),
        Column("version", "string"),
        Column("first_seen", "timestamp"),
        Column("last_seen", "timestamp"),
    )
    return Result(columns, tuple((f, v, at_minute(a), at_minute(b)) for f, v, a, b in rows))


def test_deployments_are_versions_that_appear_within_the_data() -> None:
    result = lives(("a", "2", 50, 99), ("b", "9", 0, 99), ("a", "1", 0, 50), ("a", None, 0, 99), ("c", "4", 20, 99))

    assert [(d.function, d.version, d.at, d.source) for d in deployments.from_result(result)] == [
        ("a", "2", at_minute(50), "logs")
    ]


def test_two_versions_that_share_the_traffic_from_the_start_are_no_deployment() -> None:
    assert deployments.from_result(lives(("a", "1", 0, 99), ("a", "2", 1.5, 99))) == ()


def test_a_switch_right_after_the_start_is_a_deployment() -> None:
    found = deployments.from_result(lives(("a", "1", 0, 1), ("a", "2", 1.5, 99)))
    assert [d.version for d in found] == ["2"]


JSON_LINES = (
    '{"time":"2026-11-23T10:00:01.000Z","type":"platform.start","record":{"requestId":"r-1","version":"3"}}',
    '{"timestamp":"2026-11-23T10:00:01.100Z","level":"ERROR","message":{"errorType":"TypeError","errorMessage":'
    '"no order 12345678","stackTrace":["at handler"]},"requestId":"r-1"}',
    '{"time":"2026-11-23T10:00:01.200Z","type":"platform.report","record":{"requestId":"r-1","metrics":{"durationMs":9.1,'
    '"billedDurationMs":10,"memorySizeMB":128,"maxMemoryUsedMB":60},"status":"error","errorType":"TypeError"}}',
    '{"timestamp":"2026-11-23T10:00:02.100Z","level":"ERROR","message":"handled","errorType":"KeyError",'
    '"errorMessage":"caught","requestId":"r-2"}',
    '{"time":"2026-11-23T10:00:02.200Z","type":"platform.report","record":{"requestId":"r-2","metrics":{"durationMs":9.1,'
    '"billedDurationMs":10,"memorySizeMB":128,"maxMemoryUsedMB":60},"status":"success"}}',
    '{"time":"2026-11-23T10:00:03.200Z","type":"platform.report","record":{"requestId":"r-3","metrics":{"durationMs":9.1,'
    '"billedDurationMs":10,"memorySizeMB":128,"maxMemoryUsedMB":60},"status":"timeout"}}',
)


def test_errors_of_json_logs_with_node_messages_and_handled_errors(tmp_path: Path) -> None:
    path = tmp_path / "orders.log"
    path.write_text(
        "\n".join(f"2026-11-23T10:00:0{i}.000000+00:00 2026/11/23/[3]abc {line}" for i, line in enumerate(JSON_LINES))
    )
    result = LocalBackend([LogSource(path)]).run(QueryJob(library.render(library.load("errors"))))

    found = result.select(("error_type", "error_message", "failed", "sample_request_id")).rows
    assert sorted(found, key=str) == [("TypeError", "no order <id>", 1, "r-1"), ("timeout", None, 1, "r-3")]
