"""`triage --fleet`: all functions, the most unusual first, in few queries; here and on the service."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from insightctl.cli.app import run
from insightctl.cloud.backend import CloudWatchBackend
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, iso
from insightctl.demo import Scenario, Truth, generate
from insightctl.emulator.server import Emulator
from insightctl.local import LocalBackend, LogSource
from insightctl.triage.fleet import Fleet, bins_for, fleet

HOUR = 3_600_000


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=3, end_ms=1_795_480_000_000, invocations=3_000), tmp_path_factory.mktemp("day"))


@pytest.fixture(scope="module")
def here(day: Truth) -> Fleet:
    return fleet(LocalBackend([LogSource(_logs(day))]), Target(), None)


@pytest.fixture
def service(day: Truth, monkeypatch: pytest.MonkeyPatch) -> Iterator[Emulator]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    with Emulator([LogSource(_logs(day))]) as emulator:
        monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
        yield emulator


def _logs(day: Truth) -> Path:
    return day.truth_file.parent / "logs"


def test_the_broken_function_comes_first(day: Truth, here: Fleet) -> None:
    worst, *others = here.functions

    assert (worst.function, worst.standing, here.is_critical) == (day.incident.function, "critical", True)
    assert worst.score > 60 and all(other.score < 40 for other in others)
    assert worst.now.value > 5 * max(other.now.value for other in others)
    assert worst.moved and worst.moved[0].what == "failure share (%)"
    assert {row.function for row in here.functions} == {function.name for function in day.functions}
    assert here.statistics.invocations == day.totals.invocations


def test_three_queries_tell_of_all_functions_on_the_service(day: Truth, here: Fleet, service: Emulator) -> None:
    range_ = TimeRange(day.start_ms, day.end_ms)
    there = fleet(CloudWatchBackend(endpoint_url=service.url), Target(log_groups=("/aws/lambda/*",)), range_)

    assert there.functions[0].function == here.functions[0].function
    assert there.statistics.invocations == here.statistics.invocations
    assert (there.statistics.queries, there.skipped) == (3, ())


def test_the_command(day: Truth, service: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    asked = TimeRange(day.start_ms, day.end_ms)
    when = ["--since", iso(asked.start), "--until", iso(asked.end)]

    assert run(["triage", "--fleet", *when, "-o", "json", "--exit-code", "--limit", "2"]) == 10
    told = json.loads(capsys.readouterr().out)
    assert [row["rank"] for row in told["functions"]] == [1, 2]
    assert told["functions"][0]["function"] == day.incident.function
    assert told["functions"][0]["findings"][0]["severity"] == "critical"

    assert run(["triage", "--fleet", *when]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:3] == ["function", "score", "standing"]
    assert lines[2].split()[0] == day.incident.function and "5 functions, 3 queries" in lines[-1]


def test_dry_run_and_the_limit(day: Truth, service: Emulator, capsys: pytest.CaptureFixture[str]) -> None:
    asked = TimeRange(day.start_ms, day.end_ms)
    when = ["--since", iso(asked.start), "--until", iso(asked.end), "--price", "1000"]
    function = day.incident.function

    assert run(["triage", function, *when, "--dry-run", "--baseline", "1d", "-o", "json"]) == 0
    plan = json.loads(capsys.readouterr().out)
    assert plan["queries"] == 8 and plan["bytes"] > 0 and plan["usd"] > 0
    assert run(["triage", "--fleet", *when, "--dry-run"]) == 0
    assert "3 queries, " in capsys.readouterr().out
    assert run(["triage", function, *when, "--max-cost", "0.0001"]) == 3
    out, err = capsys.readouterr()
    assert out == "" and "6 queries cost about" in err and "nothing was run" in err


class Many:
    """A backend whose answers are full until the bins are wide enough."""

    def __init__(self, backend: LocalBackend, enough: str) -> None:
        self.backend, self.enough = backend, enough
        self.asked: list[str] = []

    def run(self, job: QueryJob) -> Result:
        answer = self.backend.run(job)
        self.asked.append(f"{job.name} {job.params.get('bin', '')}".strip())
        if job.name == "reports" and job.params["bin"] != self.enough:
            return Result(answer.columns, answer.rows * (10_000 // len(answer.rows) + 1))
        return answer

    def source(self) -> dict[str, object]:
        return {}


def test_more_rows_than_a_query_returns_are_asked_in_wider_bins(day: Truth, here: Fleet) -> None:
    many = Many(LocalBackend([LogSource(_logs(day))]), "4h")
    found = fleet(many, Target(), TimeRange(day.start_ms, day.end_ms))

    assert [asked for asked in many.asked if asked.startswith("reports")] == ["reports 30m", "reports 4h"]
    assert found.functions[0].function == here.functions[0].function and found.skipped == ()


def test_bins_leave_room_for_two_hundred_functions() -> None:
    for hours in (1, 3, 12, 24, 48, 168, 500):
        assert 12 <= hours * HOUR / bins_for(TimeRange(0, hours * HOUR)).ms <= 52
