"""What a query does not need: extractions that nothing uses, and the continuation lines of events.

Both keep the answer: they only spare work before the first stats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, Step

_WHOLE_EVENT = frozenset({"@message", "@xrayTraceId", "@xraySegmentId"})


_CLOSING = (
    ast.Stats
    | ast.CountFrequent
    | ast.Pattern
    | ast.Diff
    | ast.LogCompare
    | ast.Anomaly
    | ast.RelevantFields
    | ast.Estimate
)
"""Commands after which the events' own fields are gone."""


def live_steps(analysis: Analysis) -> tuple[Step, ...]:
    """The steps without the extractions and items before the first aggregation whose values nothing uses."""
    live = _live(analysis.query.commands)
    return tuple(replace(analysis.steps[index], command=command) for index, command in live)


def live_commands(commands: tuple[ast.Command, ...]) -> tuple[ast.Command, ...]:
    """The commands that `live_steps` keeps."""
    return tuple(command for _, command in _live(commands))


def _live(commands: tuple[ast.Command, ...]) -> list[tuple[int, ast.Command]]:
    numbered = list(enumerate(commands))
    first = next((i for i, c in numbered if isinstance(c, _CLOSING)), None)
    if first is None or any(isinstance(c, ast.Join) or _reads_all(c) for c in commands[: first + 1]):
        return numbered
    closing = commands[first]
    used = _names(ast.expressions(closing))
    used |= {"@message"} if isinstance(closing, ast.Diff | ast.LogCompare | ast.Anomaly) else set()
    kept: list[tuple[int, ast.Command]] = []
    for index, command in reversed(numbered[:first]):
        needed: ast.Command | None = command
        match command:
            case ast.Parse(pattern=pattern, aliases=aliases, multi=False):
                needed = command if used & set(_parsed(pattern, aliases)) else None
            case ast.ParseCsv(aliases=aliases):
                needed = command if used & set(aliases) else None
            case ast.ParseLogfmt(alias=alias):
                needed = command if alias in used else None
            case ast.Json(paths=paths):
                needed = command if used & {path.alias for path in paths} else None
            case ast.Fields(items=items) | ast.Display(items=items):
                some = _used_items(items, used)
                needed = ast.Fields(some, command.span) if some else None
            case _:
                pass
        if needed is not None:
            used |= _names(ast.expressions(needed))
            kept.append((index, needed))
    return [*reversed(kept), *numbered[first:]]


def _used_items(items: tuple[ast.Item, ...], used: set[str]) -> tuple[ast.Item, ...]:
    """The items that something uses, later items of the same command among it."""
    wanted, kept = set(used), list[ast.Item]()
    for item in reversed(items):
        if item.name in wanted:
            kept.append(item)
            wanted |= _names([item.expr])
    return tuple(reversed(kept))


def _reads_all(command: ast.Command) -> bool:
    """Whether a command works on fields that it does not name."""
    match command:
        case ast.FillDown(patterns=patterns):
            return not patterns or any("*" in pattern for pattern in patterns)
        case ast.AddTotals(fields=fields) | ast.RelevantFields(fields=fields):
            return not fields
        case _:
            return False


def _parsed(pattern: ast.String | ast.Regex, aliases: tuple[str, ...]) -> tuple[str, ...]:
    if isinstance(pattern, ast.String):
        return aliases
    from insightctl.ql.regex import translate

    return (*translate(pattern.pattern).names, *aliases)


def _names(exprs: Iterable[ast.Expr]) -> set[str]:
    names: set[str] = set()
    for expr in exprs:
        for node in ast.walk(expr):
            if isinstance(node, ast.Field):
                names |= {node.name, str(node.parts[0])}
    return names


def parses_field(commands: tuple[ast.Command, ...], name: str) -> bool:
    """Whether what a query needs is parsed out of a field."""
    sources = [c.source for c in live_commands(commands) if isinstance(c, ast.Parse)]
    return any(isinstance(source, ast.Field) and source.name == name for source in sources)


def first_lines_suffice(commands: tuple[ast.Command, ...]) -> bool:
    """Whether the answer needs only the first line of each event: platform lines, aggregated, no whole message.

    A platform line is one line (only X-Ray's fields stand on a second one), so events need not be joined.
    """
    live = live_commands(commands)
    first = next((i for i, c in enumerate(live) if isinstance(c, ast.Stats)), None)
    if first is None:
        return False
    before = live[: first + 1]
    if any(_redefines_type(c) for c in before):
        return False
    guarded = any(isinstance(c, ast.Filter) and _platform_only(c.condition) for c in before)
    return guarded and not any(_needs_whole(c) for c in before)


def _redefines_type(command: ast.Command) -> bool:
    """Whether `@type` or `type` is a name that the query made: then it tells nothing about platform lines."""
    return bool(made_by(command) & {"@type", "type"})


def made_by(command: ast.Command) -> set[str]:
    """The names that a command gives to what it computes or takes out of texts."""
    match command:
        case ast.Parse(pattern=pattern, aliases=aliases):
            return set(_parsed(pattern, aliases))
        case ast.ParseCsv(aliases=aliases):
            return set(aliases)
        case ast.ParseLogfmt(alias=alias):
            return {alias}
        case ast.Json(paths=paths):
            return {path.alias for path in paths}
        case ast.Fields(items=items) | ast.Display(items=items):
            return {i.alias for i in items if i.alias is not None}
        case _:
            return set()


def _needs_whole(command: ast.Command) -> bool:
    match command:
        case ast.Parse(source=source, pattern=pattern):
            reads_message = source is None or bool(_names([source]) & _WHOLE_EVENT)
            whole_field = source is None or source == ast.Field(("@message",))
            return reads_message and not (
                whole_field and isinstance(pattern, ast.Regex) and stays_in_first_line(pattern.pattern)
            )
        case ast.Fields(items=items) | ast.Display(items=items):
            return bool(_names(i.expr for i in items) & _WHOLE_EVENT)
        case ast.Filter(condition=condition):
            return bool(_names([condition]) & _WHOLE_EVENT)
        case ast.Stats(items=items, by=by):
            return bool(_names(i.expr for i in (*items, *by)) & _WHOLE_EVENT)
        case _:
            return True


_WANDERS = re.compile(r"\\[sWDRXhvnrAzZbBxupPQC0]|\(\?(?![<:P])|[$]")
_NEGATED = re.compile(r"\[\^((?:\\.|[^\]\\])*)\]")


def stays_in_first_line(pattern: str) -> bool:
    """Whether a regular expression looks at the first line of a text only: anchored, and nothing in it crosses a newline."""
    if not pattern.startswith("^"):
        return False
    negated = [m[1] for m in _NEGATED.finditer(pattern)]
    rest = _NEGATED.sub("", pattern)
    if "\n" in pattern or _WANDERS.search(rest) or any("\\n" not in inside for inside in negated):
        return False
    depth = 0
    for char in re.sub(r"\\.|\[[^\]]*\]", "", rest):
        depth += {"(": 1, ")": -1}.get(char, 0)
        if char == "|" and depth == 0:
            return False
    return True


def _platform_only(condition: ast.Expr) -> bool:
    """Whether only platform lines can meet a condition."""
    match condition:
        case ast.Binary(op="and"):
            return any(_platform_only(side) for side in ast.operands(condition))
        case ast.Binary(op="or"):
            return all(_platform_only(side) for side in ast.operands(condition))
        case ast.Binary(op="=", left=ast.Field() as name, right=ast.String(value=value)):
            return _is_platform(name, value)
        case ast.In(operand=ast.Field() as name, items=items, negated=False):
            return bool(items) and all(isinstance(i, ast.String) and _is_platform(name, i.value) for i in items)
        case _:
            return False


def _is_platform(name: ast.Field, value: str) -> bool:
    return name.name == "@type" or (name.name == "type" and value.startswith("platform."))
