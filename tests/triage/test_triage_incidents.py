"""On generated days: the culprit, its moment and its error are named; the same day without the incident is quiet."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest

from insightctl import library
from insightctl.core.errors import SourceError
from insightctl.core.job import QueryJob, Target
from insightctl.core.time import TimeRange, to_ms
from insightctl.demo import Truth
from insightctl.local import LocalBackend, LogSource
from insightctl.render import RenderOptions
from insightctl.triage import Commands, Report, triage
from insightctl.triage.document import report_json
from insightctl.triage.report import report_text

BIN_MS = 300_000


@pytest.fixture(scope="session")
def backend(logs: Path) -> LocalBackend:
    return LocalBackend([LogSource(logs)])


@pytest.fixture(scope="session")
def report(backend: LocalBackend, logs: Path) -> Report:
    return triage(backend, Target(), None, Commands(where=f"--local {logs}"))


def test_the_bad_version_is_named_first(report: Report, truth: Truth) -> None:
    worst = report.findings[0]

    assert report.verdict == worst.severity == "critical"
    assert (worst.function, worst.version) == (truth.incident.function, truth.incident.version)
    assert (worst.cause.kind, worst.cause.version) == ("deployment", truth.incident.version)


def test_the_start_is_the_deployment(report: Report, truth: Truth) -> None:
    worst = report.findings[0]
    assert worst.started and worst.started_low and worst.started_high and worst.cause.at

    assert abs(to_ms(worst.started) - truth.incident.deployed_at_ms) <= 2 * BIN_MS
    assert abs(to_ms(worst.cause.at) - truth.incident.deployed_at_ms) <= 2 * BIN_MS
    assert worst.started_low <= worst.started <= worst.started_high


def test_the_new_error_is_the_planted_one(report: Report, truth: Truth) -> None:
    [error] = [evidence for evidence in report.findings[0].evidence if evidence.aspect == "error"]

    assert error.sentence.startswith(f"new since then: {truth.incident.error_type}: {truth.incident.error_message}")
    assert error.rows[0]["error_type"] == truth.incident.error_type


def test_the_numbers_are_those_of_the_truth(report: Report, truth: Truth) -> None:
    function = truth.function(truth.incident.function)
    new, old = (function.version(name) for name in (truth.incident.version, truth.incident.previous_version))
    assert new and old

    assert report.findings[0].evidence[0].sentence == (
        f"version {new.version}: {new.failures} of {new.invocations} failed; "
        f"version {old.version}: {old.failures} of {old.invocations}"
    )
    assert (report.statistics.invocations, report.statistics.failures) == (
        truth.totals.invocations,
        truth.totals.failures,
    )


def test_the_deployments_are_those_of_the_truth(report: Report, truth: Truth) -> None:
    planted = {
        (f.name, v.version): v.deployed_at_ms
        for f in truth.functions
        for v in f.versions
        if v.deployed_at_ms is not None
    }
    assert {(d.function, d.version) for d in report.deployments} == set(planted)
    assert [d.at for d in report.deployments] == sorted(d.at for d in report.deployments)
    assert all(to_ms(d.at) >= planted[d.function, d.version] for d in report.deployments)


def test_before_the_deployment_nothing_is_critical(backend: LocalBackend, truth: Truth) -> None:
    quiet = triage(backend, Target(), TimeRange(truth.start_ms, truth.incident.deployed_at_ms))

    assert quiet.verdict != "critical", [finding.title for finding in quiet.findings]


def test_the_errors_query_counts_every_failure_once(backend: LocalBackend, truth: Truth) -> None:
    rows = backend.run(QueryJob(library.render(library.load("errors")), name="errors")).records()

    counted: dict[tuple[str, str], float] = {}
    for row in rows:
        key, failed = (str(row["function"]), str(row["error_type"])), row["failed"]
        assert isinstance(failed, int)
        counted[key] = counted.get(key, 0) + failed
    assert counted == {(f.name, kind): count for f in truth.functions for kind, count in f.errors.items() if count}


@pytest.mark.parametrize("by", ["function", "version"])
def test_the_error_rate_adds_up_however_it_is_grouped(backend: LocalBackend, truth: Truth, by: str) -> None:
    text = library.render(library.load("error-rate"), {"bin": "1h", "by": by})
    result = backend.run(QueryJob(text, name="error-rate"))

    keys = result.names[: result.names.index("invocations")]
    assert keys == (("function", "version", "bin(1h)") if by == "version" else ("function", "bin(1h)"))
    totals = [sum(int(str(value)) for value in result.column(name)) for name in ("invocations", "failures")]
    assert totals == [truth.totals.invocations, truth.totals.failures]


def test_one_function_gives_the_same_finding(backend: LocalBackend, report: Report, truth: Truth, logs: Path) -> None:
    alone = triage(backend, Target((truth.incident.function,)), None, Commands(where=f"--local {logs}"))

    assert alone.target == truth.incident.function
    assert alone.findings[0] == report.findings[0]


def test_a_function_that_is_not_there_is_an_error_with_those_that_are(backend: LocalBackend) -> None:
    with pytest.raises(SourceError) as caught:
        triage(backend, Target(("chekout",)), None)
    assert "checkout" in str(caught.value.remedy)


def test_the_report_fits_one_screen_and_its_queries_exist(report: Report) -> None:
    text = report_text(report, RenderOptions())

    assert len(text.splitlines()) <= 30
    assert text.startswith("CRITICAL: checkout version 42 fails ")
    commands = [line.strip() for line in text.splitlines() if line.strip().startswith("insightctl query ")]
    assert len(commands) >= 4
    for command in commands:
        _, _, name, *options = shlex.split(command)
        spec = library.load(name)
        params = {o.removeprefix("--"): options[i + 1] for i, o in enumerate(options) if o in ("--bin", "--by")}
        assert library.render(spec, params)
    assert "aws lambda update-alias --function-name checkout --name ALIAS --function-version 41" in text


def test_a_narrow_terminal_folds_sentences_but_no_command(report: Report) -> None:
    lines = report_text(report, RenderOptions(width=60)).splitlines()

    assert all(len(line) <= 60 for line in lines if not re.search(r"insightctl query|aws lambda", line))


def test_the_json_has_the_documented_shape(report: Report) -> None:
    found = json.loads(report_json(report))

    assert {"schema", "target", "time", "verdict", "findings", "deployments", "statistics", "skipped"} <= set(found)
    assert (found["schema"], found["target"], found["verdict"]) == (1, "everything", "critical")
    assert set(found["findings"][0]) == {
        "code", "severity", "title", "function", "version", "started", "started_low", "started_high", "cause",
        "confidence", "evidence", "next",
    }  # fmt: skip
    assert set(found["findings"][0]["cause"]) == {"kind", "version", "at"}
    assert all(set(e) == {"query", "sentence", "rows"} for f in found["findings"] for e in f["evidence"])
    assert set(found["deployments"][0]) >= {"function", "version", "at", "source"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", found["findings"][0]["started"])
    assert found["skipped"] == []
