"""What to say under an answer of the library: thresholds that fired, how to read it, what to run next."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.cli import terminal
from insightctl.cli.setup import When, Where
from insightctl.core.result import Result, Value
from insightctl.library import QuerySpec, Threshold

_MARKS = {"critical": ("\x1b[1;31m", "!!"), "warning": ("\x1b[33m", "! "), "info": ("\x1b[36m", "i ")}


def guidance(spec: QuerySpec, result: Result, where: Where, when: When, *, on_terminal: bool) -> Iterator[str]:
    """Lines to print after the answer; how to read it and what to run next only on a terminal."""
    fired = list(_fired(spec, result))
    if fired:
        yield ""
        yield from fired
    if on_terminal and result.rows:
        yield ""
        if spec.read:
            yield _dim(f"How to read it: {spec.read}")
        for name in spec.next:
            yield _dim(f"Next: insightctl query {' '.join(w for w in (name, where.words, when.words) if w)}")


def _dim(line: str) -> str:
    return f"\x1b[2m{line}\x1b[0m" if terminal.colour(True) else line


def _fired(spec: QuerySpec, result: Result) -> Iterator[str]:
    """One line a threshold; of several on one column only the worst that a row meets speaks for the row."""
    seen: set[tuple[str, int]] = set()
    for threshold in spec.thresholds:
        if threshold.column not in result.names:
            continue
        values = result.column(threshold.column)
        rows = [i for i, v in enumerate(values) if _number(v) is not None and threshold.met(_number(v) or 0.0)]
        rows = [i for i in rows if (threshold.column, i) not in seen]
        seen |= {(threshold.column, i) for i in rows}
        if rows:
            yield _line(threshold, rows, result)


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _line(threshold: Threshold, rows: list[int], result: Result) -> str:
    values = result.column(threshold.column)
    worst = max(rows, key=lambda i: abs((_number(values[i]) or 0.0) - threshold.limit))
    cells = zip(result.rows[worst], result.columns, strict=True)
    which = " ".join([str(v) for v, c in cells if c.type == "string" and v is not None][:2]) or "worst"
    more = f", and {len(rows) - 1} more" if len(rows) > 1 else ""
    colour, mark = _MARKS[threshold.severity]
    text = f"{threshold.severity}: {threshold.say} ({which}: {threshold.column} {_number(values[worst]):g}{more})"
    import sys

    from insightctl.render import safe

    line = f"{mark} {safe.line(text)}"
    return f"{colour}{line}\x1b[0m" if terminal.colour(sys.stdout.isatty()) else line
