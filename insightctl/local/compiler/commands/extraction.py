"""Commands that take values out of texts, maps and lists."""

from __future__ import annotations

import re

from insightctl.local import discovery
from insightctl.local.compiler.expressions import compile_expr
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.functions.structures import parsed
from insightctl.local.compiler.needles import contains_one, needles
from insightctl.local.compiler.values import Val, structure, text
from insightctl.ql import ast
from insightctl.ql.regex import translate
from insightctl.ql.scope import Scope

_MESSAGE = ast.Field(("@message",))
_MOST_GROUPS = 9
"""Groups that DuckDB's regexp_extract knows by their number."""


def _subject(frame: Frame, source: ast.Expr | None) -> str:
    return text(compile_expr(source if source is not None else _MESSAGE, frame.scope()))


def parse(frame: Frame, command: ast.Parse, _: Scope) -> None:
    """Groups become fields; where the pattern does not match, the fields are absent."""
    subject = _subject(frame, command.source)
    if isinstance(command.pattern, ast.Regex):
        translated = translate(command.pattern.pattern)
        named = [(i, name) for i, name in enumerate(translated.groups, 1) if name is not None]
        groups = named or list(enumerate(command.aliases, 1))
        pattern, solid = translated.pattern, translated.never_empty
        inside = needles(command.pattern.pattern)
    else:
        pattern, groups = glob_pattern(command.pattern.value), list(enumerate(command.aliases, 1))
        solid = frozenset()
        inside = (max(command.pattern.value.split("*"), key=len),)
    placeholder = frame.plan.params.add(pattern)
    if any(inside) and not command.multi:
        one = contains_one(subject, tuple(frame.plan.params.add(text) for text in inside))
        subject = f"(CASE WHEN {one} THEN {subject} END)"
    if command.multi:
        _every_match(frame, subject, placeholder, groups)
        return
    if any(index > _MOST_GROUPS for index, _ in groups):
        _many_groups(frame, subject, placeholder, groups)
        return
    if groups and all(index in solid for index, _ in groups):
        # No group can be empty where the pattern matches, so an empty one says that it did not: one search less.
        found = {n: Val(f"nullif(regexp_extract({subject}, {placeholder}, {i}), '')", "string") for i, n in groups}
        frame.define_all(found)
        return
    source = frame.plan.name("c")
    frame.wrap([f"CASE WHEN regexp_matches({subject}, {placeholder}) THEN {subject} END AS {source}"])
    frame.define_all({n: Val(f"regexp_extract({source}, {placeholder}, {i})", "string") for i, n in groups})


def _many_groups(frame: Frame, subject: str, placeholder: str, groups: list[tuple[int, str]]) -> None:
    """All groups in one search; the engine numbers no more than nine of them."""
    most = max(index for index, _ in groups)
    names = ", ".join(f"'g{index}'" for index in range(1, most + 1))
    found = frame.plan.name("c")
    matched = f"regexp_extract({subject}, {placeholder}, [{names}])"
    frame.wrap([f"CASE WHEN regexp_matches({subject}, {placeholder}) THEN {matched} END AS {found}"])
    frame.define_all({name: Val(f"struct_extract({found}, 'g{index}')", "string") for index, name in groups})


def _every_match(frame: Frame, subject: str, placeholder: str, groups: list[tuple[int, str]]) -> None:
    """One row a match; an event without any stays, without the fields."""
    frame.cut()
    lists = [f"regexp_extract_all({subject}, {placeholder}, {index})" for index, _ in groups]
    matches = frame.plan.name("c")
    frame.wrap([f"coalesce(len({lists[0]}), 0) AS {matches}"])
    element = _multiply(frame, f"greatest({matches}, 1)")
    found = {
        name: Val(f"(CASE WHEN {matches} > 0 THEN {values}[{element}] END)", "string")
        for (_, name), values in zip(groups, lists, strict=True)
    }
    frame.define_all(found)


def _multiply(frame: Frame, times: str) -> str:
    """So many copies of each row; the column that numbers them from 1."""
    element = frame.plan.name("u")
    frame.sql = f"(SELECT *, unnest(range(1, CAST({times} AS BIGINT) + 1)) AS {element} FROM {frame.sql})"
    frame.elements.append(element)
    return element


def glob_pattern(glob: str) -> str:
    """A parse glob as a regular expression: each * takes as little as it can, the last one at the end takes the rest.

    One without any * takes what follows its text.
    """
    glob = glob if "*" in glob else f"{glob}*"
    pieces = [re.escape(piece) for piece in glob.split("*")]
    pattern = "(?s)" + "(.*?)".join(pieces)
    return pattern[: -len("(.*?)")] + "(.*)" if glob.endswith("*") else pattern


_PAIRS = r"""([^\s=\"]+)=(\"(?:[^\"\\]|\\.)*\"|[^\s\"]*)"""


def parse_logfmt(frame: Frame, command: ast.ParseLogfmt, _: Scope) -> None:
    """`key=value` pairs as a map of texts; values in double quotes may hold spaces. The first of two equal keys counts."""
    subject = _subject(frame, command.source)
    pattern = frame.plan.params.add(_PAIRS)
    keys, values = (f"regexp_extract_all({subject}, {pattern}, {group})" for group in (1, 2))
    plain = (
        "CASE WHEN starts_with(p[2], '\"') THEN replace(replace(p[2][2:-2], '\\\"', '\"'), '\\\\', '\\') ELSE p[2] END"
    )
    fresh = f"list_filter(list_zip({keys}, {values}), lambda p, i: list_position({keys}, p[1]) = i)"
    entries = f"map_from_entries(list_transform({fresh}, lambda p: row(p[1], {plain})))"
    found = f"(CASE WHEN len({keys}) > 0 THEN to_json({entries}) END)"
    frame.define(command.alias, Val(found, "json"))


_CELLS = r"""(?s)(\s*\"(?:[^\"]|\"\")*\"\s*|[^,]*),"""


_SPACE = "' \t\n\r'"


def parse_csv(frame: Frame, command: ast.ParseCsv, _: Scope) -> None:
    """Values between commas, white space around them dropped; in double quotes they may hold commas."""
    subject = _subject(frame, command.source)
    pattern = frame.plan.params.add(_CELLS)
    cells = frame.plan.name("c")
    frame.wrap([f"regexp_extract_all({subject} || ',', {pattern}, 1) AS {cells}"])
    found: dict[str, Val] = {}
    for position, name in enumerate(command.aliases, 1):
        cell = f"trim({cells}[{position}], {_SPACE})"
        quoted = f"replace(substr({cell}, 2, length({cell}) - 2), '\"\"', '\"')"
        plain = f"(CASE WHEN starts_with({cell}, '\"') AND ends_with({cell}, '\"') THEN {quoted} ELSE {cell} END)"
        found[name] = Val(f"(CASE WHEN {cells}[{position}] IS NOT NULL THEN {plain} END)", "string")
    frame.define_all(found)


def json(frame: Frame, command: ast.Json, _: Scope) -> None:
    """Values by their path in a map, or in a text that is JSON."""
    source = compile_expr(command.source if command.source is not None else _MESSAGE, frame.scope())
    document = frame.plan.name("c")
    frame.wrap([f"{_document(source)} AS {document}"])
    params = frame.plan.params
    frame.define_all({p.alias: discovery.scalar(discovery.json_field(p.path, document, params)) for p in command.paths})


def unnest(frame: Frame, command: ast.Unnest, _: Scope) -> None:
    """One row an element of a list; anything else is a list of one, and nothing is an empty one."""
    value = compile_expr(command.source, frame.scope())
    _elements(frame, value, command.alias, parse_text=False)


def expand(frame: Frame, command: ast.Expand, _: Scope) -> None:
    """One row an element of an array, which takes the place of the field; the other fields stay."""
    value = compile_expr(command.source, frame.scope())
    _elements(frame, value, command.source.name, parse_text=True)


def _document(value: Val) -> str:
    """SQL of a map or list: the value itself, or what its text is the JSON of."""
    whole = structure(value)
    if value.type == "json":
        return whole
    return f"coalesce((CASE WHEN left({whole}, 1) IN ('[', '{{') THEN {whole} END), {parsed(text(value))})"


def _elements(frame: Frame, value: Val, name: str, *, parse_text: bool) -> None:
    frame.cut()
    whole = _document(value) if parse_text else structure(value)
    items, plain = frame.plan.name("c"), frame.plan.name("c")
    spelled = f"to_json({text(value)})" if value.type != "json" else "CAST(NULL AS JSON)"
    if value.numeric is not None:
        spelled = f"(CASE WHEN {value.numeric} THEN CAST({value.sql} AS JSON) ELSE to_json({value.sql}) END)"
    frame.wrap([f"{whole} AS {items}", f"{spelled} AS {plain}"])
    single = f"CASE WHEN {items} IS NOT NULL THEN [{items}] WHEN {plain} IS NOT NULL THEN [{plain}] ELSE [] END"
    several = f"(CASE WHEN json_type({items}) = 'ARRAY' THEN json_extract({items}, '$[*]') ELSE {single} END)"
    element, listed = frame.plan.name("u"), frame.plan.name("c")
    frame.wrap([f"{several} AS {listed}"])
    numbered = f"unnest(range(1, len({listed}) + 1)) AS {element}"
    frame.sql = f"(SELECT *, {numbered} FROM {frame.sql})"
    frame.elements.append(element)
    raw = frame.plan.name("c")
    frame.wrap([f"{listed}[{element}] AS {raw}"])
    frame.define(name, discovery.scalar(raw))
    frame.wholes.add(name)
