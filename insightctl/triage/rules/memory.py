"""Memory that grows: more is used since a version or a moment, and environments are killed for it."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.triage import words
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.rules.evidence import deployments_so_far, rows_of
from insightctl.triage.rules.moved import moved

_MORE = 1.25
_KILLS = 5


def memory_growth(case: Case, commands: Commands) -> Iterator[Finding]:
    """A quarter more memory than before, with kills that no onset of failures has told already."""
    kills = sum(bin.kills for bin in case.bins)
    if kills < _KILLS or case.onsets:
        return
    what = moved(case, lambda bin: bin.used_mb, _MORE)
    if what is None:
        return
    shift, version = what.shift, what.cause.version
    cause = what.cause if what.cause.kind == "deployment" else Cause("memory", None, what.cause.at)
    size = max((bin.memory_mb for bin in case.bins if bin.memory_mb is not None), default=0.0)
    sentence = f"the usual invocation has {shift.after:,.0f} of {size:,.0f} MB in use since then, {shift.before:,.0f} MB before"
    since = words.interval(what.at, what.low, what.high)
    by = f" since version {version}" if version else ""
    yield Finding(
        "memory-growth",
        "critical",
        f"{case.function} uses {shift.factor:.1f} times as much memory{by}: {kills:,} invocations were killed for lack of it",
        case.function,
        version,
        what.at,
        what.low,
        what.high,
        cause,
        "medium",
        (
            Evidence("memory", sentence, commands.query("memory-leak", case.function), rows_of(case.versions)),
            Evidence("since", since, commands.query("memory", case.function)),
            *deployments_so_far(case, commands, what.high),
        ),
        (
            "more memory gives time: "
            + commands.on_function("update-function-configuration", case.function, "--memory-size MB"),
        ),
        float(kills),
    )
