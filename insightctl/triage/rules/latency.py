"""Invocations that take longer, and cold starts that are more or longer."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from insightctl.core.time import from_ms
from insightctl.triage import words
from insightctl.triage.attribution import total
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.onset import ALPHA, Count, find_onset, stretches
from insightctl.triage.proportions import Share
from insightctl.triage.rules.evidence import deployments_so_far, rows_of
from insightctl.triage.rules.load import busier
from insightctl.triage.rules.moved import Measure, Moved, invocations_since, moved

SLOWER = 2.0
LONGER_INIT = 2.0
_SLOWER_VERSION = 1.5
_LEAST_MS = 10.0
_PROVISIONED = "--qualifier ALIAS --provisioned-concurrent-executions N"
_COLD_SHARE = 0.2
_LEAST_COLD = 20
_WEIGHT = 0.2
"""An invocation that is slow weighs less than one that fails."""
_TAIL = 30
"""How many invocations of a version have a tail to speak of: of 30 three lie above p90."""
_QUANTITIES: tuple[tuple[str, Measure, int], ...] = (
    ("p50", lambda bin: bin.p50_ms, 0),
    ("p90", lambda bin: bin.p90_ms, _TAIL),
    ("p99", lambda bin: bin.p99_ms if bin.share.invocations >= 20 and not bin.timeouts else None, _TAIL),
)
"""What is compared, its value in a bin, and how many invocations of a version it wants."""


def slower(case: Case, commands: Commands) -> Iterator[Finding]:
    """The usual or the slow invocations take more than twice as long since a deployment, a change or a moment."""
    found = [
        (name, what)
        for name, measure, least in _QUANTITIES
        if (what := moved(case, measure, SLOWER, of_versions=_SLOWER_VERSION, least=least)) is not None
    ]
    found = [(name, what) for name, what in found if what.shift.after - what.shift.before >= _LEAST_MS]
    if not found:
        return
    name, what = max(
        found, key=lambda each: (each[1].cause.kind == "deployment", each[0] == "p50", each[1].shift.factor)
    )
    if _by_timeouts(case, what):
        return
    yield _slower(case, commands, name, what)


def _by_timeouts(case: Case, what: Moved) -> bool:
    """Whether they are slow because they time out, which is told among the failures."""
    bins = case.within(what.shift.start_ms, what.shift.end_ms)
    return sum(b.timeouts for b in bins) > 0.1 * max(1, sum(b.share.invocations for b in bins))


def _slower(case: Case, commands: Commands, name: str, what: Moved) -> Finding:
    shift, version = what.shift, what.cause.version
    by = f" since version {version}" if version else ""
    hurt = invocations_since(case.bins, shift, version)
    sentence = f"{name} of warm invocations is {shift.after:,.0f} ms since then, {shift.before:,.0f} ms before"
    if what.versions is not None:
        old, new = what.versions.older, what.versions.newer
        sentence = (
            f"p99 is {new.p99_ms or 0:,.0f} ms in version {new.name} ({new.share.invocations:,} invocations), "
            f"{old.p99_ms or 0:,.0f} ms in version {old.name} ({old.share.invocations:,})"
        )
        if name != "p99":
            sentence += f"; {name} {shift.after:,.0f} against {shift.before:,.0f} ms"
    evidence = [
        Evidence("latency", sentence, commands.query("deployments", case.function), rows_of(case.versions)),
        Evidence(
            "since",
            words.interval(what.at, what.low, what.high),
            commands.query("p99-duration", case.function, f"--bin {case.bucket.text}"),
        ),
    ]
    if what.note:
        evidence.append(Evidence("cause", what.note, commands.query("runtime-updates", case.function)))
    if what.cause.kind != "deployment":
        evidence += deployments_so_far(case, commands, what.high)
    steps: tuple[str, ...] = ()
    if what.versions is not None and what.versions.older.name:
        back = commands.roll_back(case.function, what.versions.older.name, shared=what.versions.overlap)
        steps = (f"roll back to version {what.versions.older.name}: {back}",)
    return Finding(
        "slower-since-deployment" if what.cause.kind == "deployment" else "slower-since",
        "warning",
        f"{case.function} takes {shift.factor:.1f} times as long ({name}){by}",
        case.function,
        version,
        what.at,
        what.low,
        what.high,
        what.cause,
        "medium",
        tuple(evidence),
        steps,
        _WEIGHT * hurt,
    )


def cold_starts(case: Case, commands: Commands) -> Iterator[Finding]:
    """Environments take much longer to start, or many more invocations wait for one."""
    longer = moved(case, lambda bin: bin.init_ms, LONGER_INIT, lambda bin: bin.cold)
    if longer is not None and longer.shift.after - longer.shift.before >= 10 * _LEAST_MS:
        yield _longer(case, commands, longer)
        return
    counts = [
        Count(start, Share(sum(b.cold for b in rows), total(b.share for b in rows).invocations))
        for start, group in groupby(case.bins, key=lambda bin: bin.start_ms)
        if (rows := list(group))
    ]
    onset = find_onset(counts, case.bucket.ms, stretches(len(counts)) * case.tried)
    if onset is None or onset.chance > ALPHA or onset.inside.failures < _LEAST_COLD or onset.from_start:
        return
    if onset.inside.value < _COLD_SHARE or onset.inside.value < 3 * onset.outside.value:
        return
    if not busier(case, onset.start_ms, onset.end_ms):
        return
    start = from_ms(onset.start_ms)
    sentence = f"{words.of(onset.inside)} invocations started cold then; {words.of(onset.outside)} otherwise"
    yield Finding(
        "cold-start-storm",
        "warning",
        f"{case.function} starts {words.pct(onset.inside)} of its invocations cold since {words.moment(start)}: "
        "traffic outgrew its environments",
        case.function,
        None,
        start,
        from_ms(onset.low_ms),
        from_ms(onset.high_ms),
        Cause("cold_start"),
        "medium",
        (
            Evidence("traffic", sentence, commands.query("coldstart-timeline", case.function)),
            *deployments_so_far(case, commands, start),
        ),
        (
            "keep environments ready: "
            + commands.on_function("put-provisioned-concurrency-config", case.function, _PROVISIONED),
        ),
        _WEIGHT * onset.inside.failures,
    )


def _longer(case: Case, commands: Commands, what: Moved) -> Finding:
    shift, version = what.shift, what.cause.version
    by = f" since version {version}" if version else ""
    cold = sum(b.cold for b in case.within(shift.start_ms, shift.end_ms) if version is None or b.version == version)
    sentence = (
        f"the usual init takes {shift.after:,.0f} ms since then, {shift.before:,.0f} ms before ({cold:,} cold starts)"
    )
    since = words.interval(what.at, what.low, what.high)
    return Finding(
        "longer-init",
        "warning",
        f"{case.function} takes {shift.factor:.1f} times as long to start cold{by}",
        case.function,
        version,
        what.at,
        what.low,
        what.high,
        what.cause,
        "medium",
        (
            Evidence(
                "latency", sentence, commands.query("coldstarts-by-version", case.function), rows_of(case.versions)
            ),
            Evidence("since", since, commands.query("coldstarts", case.function, f"--bin {case.bucket.text}")),
            *([Evidence("cause", what.note, commands.query("runtime-updates", case.function))] if what.note else []),
        ),
        (),
        _WEIGHT * cold,
    )


__all__ = ["cold_starts", "slower"]
