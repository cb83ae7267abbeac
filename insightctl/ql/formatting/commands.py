"""Commands in the canonical layout, without their pipes. Options that say the default are left out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from insightctl.ql import ast
from insightctl.ql.formatting.expressions import (
    ATOM,
    expression_text,
    field_text,
    indented,
    name_text,
    quoted,
    subquery,
)

WIDTH = 100


def command_text(command: ast.Command) -> str:
    """One command in the canonical layout, without its pipe."""
    return _LAYOUT[type(command)](command)


def query_lines(query: ast.Query, *, in_parentheses: bool = False) -> list[str]:
    """Commands, each but the first behind its pipe, and comments; some go over several lines.

    A comment stands above its command, or behind it where it was written so; one in the middle of a command moves above
    it, unless it stands in a query inside, which has it.
    """
    lines: list[str] = []
    comments = [c for c in query.comments if not _inside(query, c)]
    for index, command in enumerate(query.commands):
        text = command_text(command)
        ahead = [c for c in comments if c.span.start < command.span.end]
        lines += [c.text for c in ahead]
        comments = comments[len(ahead) :]
        lone = in_parentheses and len(query.commands) == 1 and " " not in text  # after `in (` it would read as a field
        line = f"| {text}" if index or lone else text
        following = query.commands[index + 1].span.start if index + 1 < len(query.commands) else len(query.text)
        if comments and comments[0].span.start < following and _same_line(query, command, comments[0]):
            line += f"  {comments.pop(0).text}"
        lines.append(line)
    return lines + [comment.text for comment in comments]


def _inside(query: ast.Query, comment: ast.Comment) -> bool:
    at = comment.span.start
    inner = (one for command in query.commands for one in ast.subqueries(command))
    return any(one.span.start < at < one.span.end for one in inner)


def _same_line(query: ast.Query, command: ast.Command, comment: ast.Comment) -> bool:
    return "\n" not in query.text[command.span.end : comment.span.start]


def _listed(keyword: str, items: list[str]) -> str:
    one_line = f"{keyword} {', '.join(items)}"
    if len(one_line) <= WIDTH and "\n" not in one_line:
        return one_line
    return f"{keyword}\n    " + ",\n    ".join(items)


def item_text(item: ast.Item) -> str:
    """An item in the canonical layout: `expression as alias`."""
    text = expression_text(item.expr)
    return text if item.alias is None else f"{text} as {name_text(item.alias)}"


def _as(alias: str | None) -> str:
    return "" if alias is None else f" as {name_text(alias)}"


def _fields(c: ast.Fields) -> str:
    return _listed("fields", [item_text(i) for i in c.items])


def _display(c: ast.Display) -> str:
    return _listed("display", [item_text(i) for i in c.items])


def _source_text(source: ast.Expr | None) -> str:
    """What parse reads, with a space behind it; nothing for @message unsaid."""
    if source is None:
        return ""
    text = expression_text(source, ATOM)
    bare = isinstance(source, ast.Field) and text.lower() in ("logfmt", "csv")
    return f"({text}) " if bare or isinstance(source, ast.String | ast.Regex) else f"{text} "


def _parse(c: ast.Parse) -> str:
    names = f" as {', '.join(name_text(a) for a in c.aliases)}" if c.aliases else ""
    return f"parse {_source_text(c.source)}{expression_text(c.pattern)}{names}{' multi' if c.multi else ''}"


def _json(c: ast.Json) -> str:
    source = f"field={field_text(c.source)} " if c.source is not None else ""
    return f"json {source}" + ", ".join(f"{quoted(_path(p.path))} as {name_text(p.alias)}" for p in c.paths)


def _path(steps: tuple[str | int, ...]) -> str:
    out = ""
    for step in steps:
        if isinstance(step, int):
            out += f"[{step}]"
        elif "." in step or "[" in step or "]" in step or not step or step.startswith("$"):
            quote = "'" if '"' in step else '"'
            out += f"[{quote}{step}{quote}]"
        else:
            out += f".{step}" if out else step
    return out


def _stats(c: ast.Stats) -> str:
    text = _listed("stats", [item_text(i) for i in c.items])
    if c.by:
        keys = ", ".join(item_text(i) for i in c.by)
        apart = "\n" in text or len(text) + len(keys) > WIDTH
        text += f"\n  by {keys}" if apart else f" by {keys}"
    return text + (f" offset {expression_text(c.offset)}" if c.offset is not None else "")


def _sort(c: ast.Sort) -> str:
    return "sort " + ", ".join(f"{expression_text(k.expr)} {'desc' if k.descending else 'asc'}" for k in c.keys)


def _named(keyword: str, fields: tuple[ast.Field, ...], separator: str = ", ") -> str:
    return f"{keyword} " + separator.join(field_text(f) for f in fields)


def _source(c: ast.Source) -> str:
    parts = [] if c.log_group is None else [quoted(c.log_group)]
    if c.data_sources:
        parts.append(f"dataSource({_texts(c.data_sources)})")
    if c.groups is not None:
        selectors = {
            "namePrefix": c.groups.prefixes,
            "accountIdentifiers": c.groups.accounts,
            "class": c.groups.classes,
        }
        inside = ", ".join(f"{name}: {_texts(values)}" for name, values in selectors.items() if values)
        parts.append(f"logGroups({inside})")
    if c.tags:
        parts.append(f"logGroupTags([{', '.join(_tag(tag) for tag in c.tags)}])")
    parts += [f"{name}={_moment(at)}" for name, at in (("start", c.start), ("end", c.end)) if at is not None]
    return " ".join(["SOURCE", *parts])


def _texts(values: tuple[str, ...]) -> str:
    return "[" + ", ".join(quoted(value) for value in values) + "]"


def _tag(tag: ast.TagFilter) -> str:
    values = f', "values": {_texts(tag.values)}' if tag.values else ""
    return f'{{"key": {quoted(tag.key)}{values}}}'


def _moment(text: str) -> str:
    plain = bool(text) and not any(c.isspace() or c in "|()[]'\"`,#\\" for c in text)
    return text if plain else quoted(text)


def _filldown(c: ast.FillDown) -> str:
    return " ".join(["filldown", *(_wildcard(p) for p in c.patterns)])


def _wildcard(pattern: str) -> str:
    return "*".join(name_text(piece) if piece else "" for piece in pattern.split("*"))


def _fillmissing(c: ast.FillMissing) -> str:
    if not c.fills:
        return "fillmissing"
    return "fillmissing with " + ", ".join(f"{expression_text(f.value)} for {name_text(f.name)}" for f in c.fills)


def _autoregress(c: ast.Autoregress) -> str:
    lags = "" if c.first == c.last == 1 else f" p={c.first}" if c.first == c.last else f" p={c.first}-{c.last}"
    return f"autoregress {field_text(c.source)}{_as(c.alias)}{lags}"


def _addtotals(c: ast.AddTotals) -> str:
    parts = ["addtotals"]
    parts += [f"fieldname={_option(c.name)}"] if c.name != "Total" else []
    parts += ["row=false"] if not c.row else []
    parts += ["col=true"] if c.col else []
    return " ".join(parts + ([", ".join(field_text(f) for f in c.fields)] if c.fields else []))


def _option(text: str) -> str:
    return text if name_text(text) == text else quoted(text)


def _outlier(c: ast.Outlier) -> str:
    parts = ["outlier"]
    parts += ["action=remove"] if c.remove else []
    parts += [f"param={repr(c.factor).removesuffix('.0')}"] if c.factor != 2.5 else []
    parts += ["uselower=true"] if c.lower else []
    parts += ["mark=true"] if c.mark else []
    return " ".join([*parts, *(field_text(f) for f in c.fields)])


def _sessionize(c: ast.Sessionize) -> str:
    gap = "" if (c.gap.amount, c.gap.unit) == (30, "m") else f" maxspan {expression_text(c.gap)}"
    return _named("sessionize", c.fields) + gap + ("" if c.alias == "session_id" else _as(c.alias))


def _relevantfields(c: ast.RelevantFields) -> str:
    fields = ", ".join(field_text(f) for f in c.fields)
    return f"relevantfields {fields + ' ' if fields else ''}where {expression_text(c.condition)}"


def _join(c: ast.Join) -> str:
    head = f"join type={c.kind} left={_option(c.left)} right={_option(c.right)}"
    where = f"where {expression_text(c.condition)}"
    inner = subquery(c.query)
    line = f"{head} {where} {inner}"
    if len(line) <= WIDTH and "\n" not in line:
        return line
    return f"{head}\n" + indented(f"{where}\n{inner}", ast.Query((ast.Filter(c.condition), *c.query.commands)))


def _appendcols(c: ast.AppendCols) -> str:
    parts = ["appendcols"]
    parts += ["override=true"] if c.override else []
    parts += [f"max={c.most}"] if c.most != 10_000 else []
    return " ".join([*parts, subquery(c.query)])


def _columns(fields: tuple[ast.LookupField, ...]) -> str:
    return ", ".join(name_text(f.column) + (_as(f.name) if f.name != f.column else "") for f in fields)


def _lookup(c: ast.Lookup) -> str:
    mode = "OUTPUTNEW" if c.keep else "OUTPUT"
    return f"lookup {name_text(c.table)} {_columns(c.keys)} {mode} {_columns(c.outputs)}"


def _cidrlookup(c: ast.CidrLookup) -> str:
    mode = "OUTPUTNEW" if c.keep else "OUTPUT"
    address = field_text(c.address) + _as(c.column)
    return f"cidrlookup {name_text(c.table)} {address} {mode} {_columns(c.outputs)}"


def _saved_query(c: ast.SavedQuery) -> str:
    name = c.name if name_text(c.name) == c.name else f"`{c.name}`"
    return f"${name}({', '.join(f'{name_text(a.name)} = {expression_text(a.value)}' for a in c.arguments)})"


_LAYOUT: dict[type[Any], Callable[[Any], str]] = {
    ast.Fields: _fields,
    ast.Display: _display,
    ast.Filter: lambda c: f"filter {expression_text(c.condition)}",
    ast.FilterIndex: lambda c: f"filterIndex {expression_text(c.condition)}",
    ast.Parse: _parse,
    ast.ParseLogfmt: lambda c: f"parse {_source_text(c.source)}logfmt{_as(c.alias)}",
    ast.ParseCsv: lambda c: f"parse {_source_text(c.source)}csv as {', '.join(name_text(a) for a in c.aliases)}",
    ast.Json: _json,
    ast.Stats: _stats,
    ast.Sort: _sort,
    ast.Limit: lambda c: f"limit any {c.count}" if c.any else f"limit {c.count}",
    ast.Dedup: lambda c: _named("dedup", c.fields),
    ast.Source: _source,
    ast.Unnest: lambda c: f"unnest {expression_text(c.source, ATOM)} into {name_text(c.alias)}",
    ast.Expand: lambda c: f"expand {field_text(c.source)}",
    ast.FillDown: _filldown,
    ast.FillMissing: _fillmissing,
    ast.Accum: lambda c: f"accum {field_text(c.source)}{_as(c.alias)}",
    ast.Autoregress: _autoregress,
    ast.AddTotals: _addtotals,
    ast.Outlier: _outlier,
    ast.Sessionize: _sessionize,
    ast.CountFrequent: lambda c: _named("countFrequent", c.fields),
    ast.Pattern: lambda c: f"pattern {expression_text(c.source)}",
    ast.Diff: lambda c: f"diff {c.against}" if c.against else "diff",
    ast.LogCompare: lambda c: f"logcompare timeshift {expression_text(c.shift)}",
    ast.Anomaly: lambda _: "anomaly",
    ast.RelevantFields: _relevantfields,
    ast.Join: _join,
    ast.AppendCols: _appendcols,
    ast.Lookup: _lookup,
    ast.CidrLookup: _cidrlookup,
    ast.Estimate: lambda _: "estimate",
    ast.Unmask: lambda c: f"unmask({', '.join(field_text(f) for f in c.fields)})",
    ast.SavedQuery: _saved_query,
}
