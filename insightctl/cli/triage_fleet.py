"""`triage --fleet`: a line for each function, the most unusual first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.cli.triage_look import Ready, commands
from insightctl.cli.triage_show import Shown, put
from insightctl.core.result import Column, ColumnType, Result, Value
from insightctl.core.sizes import size_text

if TYPE_CHECKING:
    from insightctl.triage.fleet import Fleet, Ranked

_COLUMNS: tuple[tuple[str, ColumnType], ...] = (
    ("function", "string"),
    ("score", "number"),
    ("standing", "string"),
    ("fails_now_pct", "number"),
    ("fails_pct", "number"),
    ("invocations", "number"),
    ("since", "timestamp"),
    ("what", "string"),
)


def look_at_all(asked: Ready) -> Fleet:
    """The fleet. Raises InsightctlError."""
    from insightctl.triage.fleet import fleet

    prepared = asked.prepared
    with prepared.progress:
        return fleet(prepared.backend, prepared.target, prepared.time, commands(asked.where, asked.when))


def show_fleet(found: Fleet, shown: Shown, limit: int | None) -> None:
    """Prints it, or writes it to its file; what was left out and warnings go to stderr. Raises InsightctlError."""
    put(_text(found, shown, limit), shown)
    if shown.output == "json":
        return
    for each in found.skipped:
        need = f" (needs {each.permission})" if each.permission else ""
        terminal.warn(f"left out: {each.probe}: {each.reason}{need}")
    for sentence in found.warnings:
        terminal.warn(sentence)


def _text(found: Fleet, shown: Shown, limit: int | None) -> str:
    from insightctl.render import Answer, RenderOptions, render, safe

    rows = found.functions[:limit]
    if shown.output == "json":
        return safe.json_text(json.dumps(_document(found, rows), indent=2, ensure_ascii=False))
    result = Result(
        tuple(Column(name, kind) for name, kind in _COLUMNS),
        tuple(_row(each) for each in rows),
    )
    width = shown.width
    options = RenderOptions(width=width, colour=terminal.colour(width is not None), empty_hint="no invocations")
    text = render(Answer(result, name="fleet", title="Functions by how unusual they are now"), shown.output, options)
    return f"{text}\n{safe.line(_looked_at(found, len(rows)))}" if shown.output == "table" else text


def _row(each: Ranked) -> tuple[Value, ...]:
    return (
        each.function,
        each.score,
        each.standing,
        round(each.now.pct, 2) if each.now.invocations else None,
        round(each.total.pct, 2),
        each.total.invocations,
        each.since,
        each.what or None,
    )


def _looked_at(found: Fleet, shown: int) -> str:
    tally = found.statistics
    now = f"now: since {found.now.start:%Y-%m-%d %H:%M} UTC; " if found.now else ""
    count = len(found.functions)
    of = f"{shown} of {count} functions" if shown < count else f"{count} function{'' if count == 1 else 's'}"
    cost = "" if tally.cost_usd is None else f", {tally.cost_usd:.4f} USD"
    return f"{now}{of}, {tally.queries} queries, {size_text(tally.bytes_scanned)}, {tally.seconds:.1f} s{cost}"


def _document(found: Fleet, rows: tuple[Ranked, ...]) -> dict[str, object]:
    from insightctl.render.machine import json_value

    time, now, tally = found.time, found.now, found.statistics
    return {
        "schema": 1,
        "target": found.target,
        "time": {"start": json_value(time.start) if time else None, "end": json_value(time.end) if time else None},
        "now": {"start": json_value(now.start), "end": json_value(now.end)} if now else None,
        "functions": [
            {
                "rank": place,
                "function": each.function,
                "score": each.score,
                "standing": each.standing,
                "what": each.what or None,
                "since": json_value(each.since),
                "invocations": each.total.invocations,
                "failures": each.total.failures,
                "failure_pct": round(each.total.pct, 4),
                "now": {
                    "invocations": each.now.invocations,
                    "failures": each.now.failures,
                    "failure_pct": round(each.now.pct, 4),
                },
                "findings": [{"code": f.code, "severity": f.severity, "title": f.title} for f in each.findings],
                "moved": [each_moved.sentence for each_moved in each.moved],
            }
            for place, each in enumerate(rows, 1)
        ],
        "statistics": {name: json_value(getattr(tally, name)) for name in type(tally).__slots__},
        "skipped": [{"probe": s.probe, "reason": s.reason, "permission": s.permission} for s in found.skipped],
        "warnings": list(found.warnings),
    }
