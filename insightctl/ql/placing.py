"""Where commands may stand: what must come first, last, once, or after what."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.commands import COMMANDS
from insightctl.ql.diagnostics import Diagnostic, Severity

MAX_STATS = 10

_NO_PATTERNS = ast.Stats | ast.CountFrequent | ast.RelevantFields
_PATTERNS = ast.Pattern | ast.Diff | ast.LogCompare | ast.Anomaly


def keyword(command: ast.Command) -> str:
    """The word that a command starts with, as the manual spells it."""
    if isinstance(command, ast.ParseLogfmt | ast.ParseCsv):
        return "parse"
    if isinstance(command, ast.SavedQuery):
        return f"${command.name}"
    return COMMANDS[type(command).__name__.lower()].name


def placing(query: ast.Query) -> Iterator[Diagnostic]:
    """What is out of place in a query."""
    commands = query.commands
    yield from _around_stats(commands)
    yield from _after_dedup(commands)
    yield from _first_and_last(commands)
    yield from _patterns(commands)
    joins = [c for c in commands if isinstance(c, ast.Join)]
    for further in joins[1:]:
        yield Diagnostic("QL031", "a query has at most one join", further.span, "join the two in queries of their own")


def _around_stats(commands: tuple[ast.Command, ...]) -> Iterator[Diagnostic]:
    stats = [i for i, c in enumerate(commands) if isinstance(c, ast.Stats)]
    for number, index in enumerate(stats):
        if number >= MAX_STATS:
            yield Diagnostic("QL020", f"a query has at most {MAX_STATS} stats", commands[index].span)
    last = stats[-1] if stats else -1
    for index, command in enumerate(commands[: max(last, 0)]):
        if isinstance(command, ast.Sort) and len(stats) == 1 and _reads_order(commands[index + 1 : last]):
            continue
        if isinstance(command, ast.Sort | ast.Limit):
            message = f"{keyword(command)} stands before stats"
            severity: Severity = "error" if len(stats) > 1 else "warning"  # the service minds only between several
            yield Diagnostic("QL018", message, command.span, "move it after the last stats", severity)
    for index, command in enumerate(commands):
        if isinstance(command, ast.FillMissing) and not _has_bins(commands[:index]):
            hint = "stats count(*) as n by bin(5m) | fillmissing with 0 for n"
            yield Diagnostic("QL035", "fillmissing fills bins, and there are none before it", command.span, hint)


def _reads_order(after: tuple[ast.Command, ...]) -> bool:
    """Whether a command between a sort and its stats takes a value from the rows before it."""
    return any(isinstance(command, ast.Accum | ast.Autoregress | ast.FillDown) for command in after)


def _has_bins(before: tuple[ast.Command, ...]) -> bool:
    stats = [c for c in before if isinstance(c, ast.Stats)]
    return bool(stats) and any(
        isinstance(i.expr, ast.Call) and i.expr.name in ("bin", "datefloor", "dateceil") for i in stats[-1].by
    )


def _after_dedup(commands: tuple[ast.Command, ...]) -> Iterator[Diagnostic]:
    index = next((i for i, c in enumerate(commands) if isinstance(c, ast.Dedup)), len(commands))
    for command in commands[index + 1 :]:
        if not isinstance(command, ast.Limit):
            yield Diagnostic("QL017", "only limit may follow dedup", command.span, "move it before dedup")


def _first_and_last(commands: tuple[ast.Command, ...]) -> Iterator[Diagnostic]:
    for index, command in enumerate(commands):
        if isinstance(command, ast.Source) and any(not isinstance(c, ast.Source) for c in commands[:index]):
            yield Diagnostic("QL029", "SOURCE stands behind other commands", command.span, "move it to the start")
        if isinstance(command, ast.Estimate) and index + 1 < len(commands):
            yield Diagnostic("QL036", "estimate is the last command", command.span, "remove what follows, or estimate")


def _patterns(commands: tuple[ast.Command, ...]) -> Iterator[Diagnostic]:
    for index, command in enumerate(commands):
        before = commands[:index]
        if isinstance(command, ast.Pattern):
            for kind in (ast.Sort, ast.Stats):
                if any(isinstance(c, kind) for c in before):
                    word = kind.__name__.lower()
                    hint = f"sort the patterns instead: pattern ... | {word} ..." if kind is ast.Sort else None
                    yield Diagnostic("QL029", f"pattern cannot stand after {word}", command.span, hint)
        cause = next((c for c in before if isinstance(c, _NO_PATTERNS)), None)
        compares_groups = isinstance(command, ast.LogCompare) and not isinstance(cause, ast.RelevantFields)
        if isinstance(command, ast.Anomaly | ast.Diff | ast.LogCompare) and cause is not None and not compares_groups:
            word = keyword(command)
            hint = f"pattern @message | {word}"
            yield Diagnostic("QL039", f"{word} works on patterns, and {keyword(cause)} makes none", command.span, hint)
        if isinstance(command, _PATTERNS) and any(type(c) is type(command) for c in before):
            yield Diagnostic("QL039", f"there are two {keyword(command)} commands", command.span, "leave one out")
