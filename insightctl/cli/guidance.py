"""What to say under an answer of the library: thresholds that fired, how to read it, what to run next."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator, Mapping

from insightctl.cli import terminal
from insightctl.cli.setup import When, Where
from insightctl.core.errors import InsightctlError
from insightctl.core.result import Result, Value
from insightctl.library import QuerySpec, Threshold
from insightctl.render import safe

_MARKS = {"critical": ("\x1b[1;31m", "!!"), "warning": ("\x1b[33m", "! "), "info": ("\x1b[36m", "i ")}


def guidance(
    spec: QuerySpec,
    result: Result,
    where: Where,
    when: When,
    *,
    on_terminal: bool,
    params: Mapping[str, str] | None = None,
) -> Iterator[str]:
    """Lines to print after the answer; how to read it and what to run next only on a terminal.

    `params` are those that were given: a next query that has them too is asked with them.
    """
    said = list(fired(spec, result))
    if said:
        yield ""
        yield from said
    if on_terminal and result.rows:
        yield ""
        if spec.read:
            yield _dim(f"How to read it: {spec.read}")
        for link in spec.see:
            yield _dim(f"See: {link}")
        for name in spec.next:
            yield _dim(f"Next: {next_words(name, result, where, when, params or {})}")


def next_words(name: str, result: Result, where: Where, when: When, params: Mapping[str, str]) -> str:
    """The command line of a follow-up: the same logs and time, the same parameters, and what the first row tells."""
    own = " ".join(_own_words(name, result, params))
    return " ".join(word for word in ("insightctl query", name, own, where.words, when.words) if word)


def _own_words(name: str, result: Result, params: Mapping[str, str]) -> Iterator[str]:
    from insightctl.cli.library_open import opened

    try:
        spec = opened().find(name)
    except InsightctlError:  # a wrong file is said when it is asked for
        return
    first = next(result.records(), {})
    for param in spec.params if spec else ():
        value = params.get(param.name)
        if value is None and param.default is None:
            value = _told(first, (param.name, f"{name}_{param.name}"))  # the request id of the slowest invocation, say
        if value is not None and value != param.default:
            yield f"{param.option} {shlex.quote(safe.line(value))}"


def _told(row: Mapping[str, Value], names: tuple[str, ...]) -> str | None:
    """The first text of a row whose column is one of the names, or ends with one: request_id, sample_request_id."""
    for name in names:
        for column, value in row.items():
            if isinstance(value, str) and (column == name or (column.endswith(f"_{name}") and "_" in name)):
                return value
    return None


def _dim(line: str) -> str:
    return f"\x1b[2m{safe.line(line)}\x1b[0m" if terminal.colour(True) else safe.line(line)


def fired(spec: QuerySpec, result: Result) -> Iterator[str]:
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
    line = f"{mark} {safe.line(text)}"
    return f"{colour}{line}\x1b[0m" if terminal.colour(sys.stdout.isatty()) else line
