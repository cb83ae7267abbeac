"""Holds a report of triage against the truth."""

from __future__ import annotations

from dataclasses import dataclass

from bench.incidents.model import MINUTE_MS
from bench.incidents.truth import Planted, Truth
from insightctl.core.time import to_ms
from insightctl.triage import Finding, Report

EXACT_MS = 2 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is right about a report. Of a quiet day only `quiet` counts: nothing critical is said.

    `near_ms`: how far the start is from the time between the cause and its first effect; None without a start.
    """

    function: bool = False
    culprit: bool = False
    start: bool = False
    exact_start: bool = False
    near_ms: int | None = None
    quiet: bool = True
    second: bool | None = None
    said: str = ""


def judge(truth: Truth, report: Report) -> Verdict:
    """The verdict on a report. `second`: whether the other incident is told anywhere, where there are two."""
    said = "; ".join(map(_in_short, report.findings[:2])) or "nothing"
    quiet = report.verdict != "critical"
    if not truth.planted:
        return Verdict(quiet=quiet, said=said)
    worst, *others = truth.planted
    second = any(culprit_named(others[0], finding) for finding in report.findings) if others else None
    if not report.findings:
        return Verdict(quiet=quiet, second=second, said=said)
    first = report.findings[0]
    near = distance_ms(worst, None if first.started is None else to_ms(first.started))
    started = near is not None
    return Verdict(
        function=first.function in worst.functions,
        culprit=culprit_named(worst, first),
        start=started and (near or 0) <= max(EXACT_MS, truth.bin_ms),
        exact_start=started and (near or 0) <= EXACT_MS,
        near_ms=near,
        quiet=quiet,
        second=second,
        said=said,
    )


def culprit_named(planted: Planted, finding: Finding) -> bool:
    """Whether a finding names what is behind an incident."""
    if finding.function not in planted.functions or finding.cause.kind not in planted.causes:
        return False
    # A right kind with the version of a harmless deployment sends people to roll back what did no harm.
    if planted.version is not None and finding.cause.version != planted.version:
        return False
    if planted.version is None and finding.cause.kind == "deployment" and finding.cause.version is not None:
        return False
    told = "\n".join([finding.title, *(f"{e.sentence} {e.rows}" for e in finding.evidence)])
    return not planted.words or any(word.lower() in told.lower() for word in planted.words)


def distance_ms(planted: Planted, started_ms: int | None) -> int | None:
    """From a start to the time between the cause and its first effect; 0 within it."""
    if started_ms is None:
        return None
    return max(planted.cause_ms - started_ms, started_ms - max(planted.first_ms, planted.cause_ms), 0)


def _in_short(finding: Finding) -> str:
    started = f"{finding.started:%d %H:%M}" if finding.started else "?"
    cause = f"{finding.cause.kind} {finding.cause.version or ''}".strip()
    return f"{finding.severity} {finding.code} {finding.function} [{cause}] {started}"
