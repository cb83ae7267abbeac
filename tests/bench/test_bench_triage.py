"""The benchmark of triage runs, and its generator tells the truth about what it wrote."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bench.incidents import KINDS, Incident, Quiet, Truth, generate
from bench.incidents.judge import culprit_named, distance_ms, judge
from bench.incidents.naive import Alarm, Minute, alarming, right
from bench.incidents.truth import Planted
from bench.triage import run, text
from insightctl import library
from insightctl.core.job import QueryJob
from insightctl.core.time import from_ms
from insightctl.local.backend import LocalBackend
from insightctl.local.sources import LogSource
from insightctl.triage import Cause, Evidence, Finding, Report
from insightctl.triage.model import Tally

FEW = 1_000
BROKEN = Planted("x", ("checkout",), ("deployment",), "42", (), 1_790_000_000_000, 1_790_000_300_000, None, 20)
TRUTH = Truth(1, "tail", ("text",), 0, 0, 1, 60_000, (BROKEN,))


def finding(planted: Planted, **other: object) -> Finding:
    cause = Cause(planted.causes[0], planted.version)  # type: ignore[arg-type]
    started = from_ms(planted.cause_ms)
    usual = Finding(
        "failures-since", "critical", "checkout fails", "checkout", None, started, None, None, cause, "high", ()
    )
    return replace(usual, **other)  # type: ignore[arg-type]


def report(*findings: Finding) -> Report:
    return Report("checkout", None, findings, (), Tally())


def test_a_run_counts_cases_and_lists_what_to_repeat(tmp_path: Path) -> None:
    specs: list[Incident | Quiet] = [
        Incident("deployment: exception", FEW),
        Incident("downstream: throttled", FEW),
        Quiet(FEW),
    ]
    cases = [run(spec, 900 + n, tmp_path / str(n)) for n, spec in enumerate(specs)]
    shown = text(cases, 5)
    assert "2 incidents and 1 quiet days, seed 5" in shown
    assert "| deployment: exception | 1 |" in shown
    assert cases[0].truth == generate(tmp_path / "again", specs[0], 900)


@pytest.mark.parametrize("seed", range(6))
def test_the_engine_counts_what_the_generator_wrote(seed: int, tmp_path: Path) -> None:
    kinds = sorted(KINDS)
    truth = generate(tmp_path, Incident(kinds[seed * 7 % len(kinds)], 3 * FEW), seed)
    job = QueryJob(library.render(library.load("health"), {}))
    rows = LocalBackend([LogSource(tmp_path)]).run(job).records()
    found = {str(row["function"]): (row["invocations"], row["failures"]) for row in rows}
    wrote = {name: (count.invocations, count.failures) for name, count in truth.counts.items() if count.invocations}
    assert found == wrote
    assert json.loads((tmp_path / ".truth.json").read_text())["seed"] == seed


def test_the_right_finding_counts() -> None:
    verdict = judge(TRUTH, report(finding(BROKEN)))
    assert (verdict.culprit, verdict.start, verdict.near_ms) == (True, True, 0)


@pytest.mark.parametrize(
    "wrong",
    [
        {"function": "cart"},
        {"cause": Cause("deployment", "41")},
        {"cause": Cause("downstream")},
    ],
)
def test_another_culprit_does_not_count(wrong: dict[str, object]) -> None:
    assert not judge(TRUTH, report(finding(BROKEN, **wrong))).culprit


def test_a_harmless_deployment_is_no_culprit_of_an_outage() -> None:
    outage = replace(BROKEN, causes=("downstream", "deployment"), version=None)
    assert not culprit_named(outage, finding(BROKEN))


def test_the_host_has_to_be_told() -> None:
    outage = replace(BROKEN, causes=("downstream",), version=None, words=("payments.example.com",))
    silent = finding(outage)
    told = replace(silent, evidence=(Evidence("error", "ECONNREFUSED payments.example.com:443", ""),))
    assert (culprit_named(outage, silent), culprit_named(outage, told)) == (False, True)


@pytest.mark.parametrize(("minutes", "near"), [(-3, 180_000), (0, 0), (4, 0), (7, 120_000)])
def test_a_start_is_right_from_the_cause_to_its_first_effect(minutes: int, near: int) -> None:
    started = BROKEN.cause_ms + timedelta(minutes=minutes) // timedelta(milliseconds=1)
    assert distance_ms(BROKEN, started) == near


def test_nothing_said_is_a_miss_and_right_on_a_quiet_day() -> None:
    assert not judge(TRUTH, report()).culprit
    assert judge(replace(TRUTH, planted=()), report()).quiet
    assert not judge(replace(TRUTH, planted=()), report(finding(BROKEN))).quiet


def test_the_naive_rule_alarms_above_five_percent_or_three_deviations() -> None:
    usual = [Minute(n, 0, 100) for n in range(30)]
    assert alarming([*usual, Minute(30, 6, 100), Minute(31, 3, 1000)]) == [Minute(30, 6, 100)]
    assert alarming([*usual, Minute(30, 4, 100)]) == [Minute(30, 4, 100)]
    assert alarming(usual) == []


def test_the_naive_rule_may_be_right_about_a_deployment_only() -> None:
    alarm = Alarm("checkout", BROKEN.cause_ms, "42")
    outage = replace(TRUTH, planted=(replace(BROKEN, version=None, causes=("downstream",)),))
    assert right(TRUTH, alarm) == (True, True, True)
    assert right(outage, alarm) == (True, False, True)
    assert right(TRUTH, None) == (False, False, False)
