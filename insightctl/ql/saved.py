"""Saved queries: `$Name(a = "x")` stands for the text saved under the name, its `{{a}}` filled in.

The service expands a query like that before it runs it, so the rest of the language sees commands only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from insightctl.ql import ast
from insightctl.ql.diagnostics import Diagnostic, QueryError
from insightctl.ql.formatting import expression_text
from insightctl.ql.parser import parse

MAX_PARAMETERS = 20
_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_LITERAL = re.compile(
    r"""-?\d+(\.\d+)?([eE][+-]?\d+)?|true|false|\d+[a-z]+|"(\\.|[^"\\])*"|'(\\.|[^'\\])*'|/.+/""", re.S
)


@dataclass(frozen=True, slots=True)
class SavedText:
    """A saved query: its text with `{{name}}` placeholders, and the defaults of its parameters (None: there is none)."""

    name: str
    text: str
    defaults: Mapping[str, str | None] = field(default_factory=dict)


Resolve = Callable[[str], SavedText | None]
"""The saved query of a name, or None."""


def calls(query: ast.Query) -> Iterator[ast.SavedQuery]:
    """The saved queries that a query runs, inside its subqueries too."""
    for command in query.commands:
        if isinstance(command, ast.SavedQuery):
            yield command
        for inner in ast.subqueries(command):
            yield from calls(inner)


def expand(text: str, resolve: Resolve, *, source: str = "<query>") -> str:
    """The text with every saved query in its place. Raises QueryError for one that cannot be filled in."""
    if "$" not in text:
        return text
    query, _ = parse(text)
    problems: list[Diagnostic] = []
    for call in sorted(calls(query), key=lambda call: call.span.start, reverse=True):
        saved = resolve(call.name)
        if saved is None:
            hint = "insightctl query lists the curated ones; the service's own have to be saved there"
            problems.append(Diagnostic("QL010", f"there is no saved query '{call.name}'", call.span, hint))
            continue
        found = list(_wrong(call, saved))
        problems += found
        if not found:
            text = text[: call.span.start] + _filled(call, saved) + text[call.span.end :]
    if problems:
        problems.sort(key=lambda problem: problem.span.start)
        raise QueryError(problems, query.text, source)
    return text


def _wrong(call: ast.SavedQuery, saved: SavedText) -> Iterator[Diagnostic]:
    wanted = list(dict.fromkeys(_PLACEHOLDER.findall(saved.text)))
    given = [argument.name for argument in call.arguments]
    for name in given:
        if name not in wanted:
            hint = f"its parameters: {', '.join(wanted)}" if wanted else "it has no parameters"
            yield Diagnostic("QL010", f"the saved query '{call.name}' has no parameter '{name}'", call.span, hint)
    for name in wanted:
        if name not in given and saved.defaults.get(name) is None:
            hint = f'${call.name}({name} = "...")'
            yield Diagnostic("QL010", f"the saved query '{call.name}' wants a value for '{name}'", call.span, hint)
    if len(wanted) > MAX_PARAMETERS:
        message = f"the saved query '{call.name}' has more than {MAX_PARAMETERS} parameters"
        yield Diagnostic("QL010", message, call.span, "the service takes no more")
    inner, _ = parse(_PLACEHOLDER.sub("0", saved.text))
    if any(True for _ in calls(inner)):
        message = f"the saved query '{call.name}' runs another saved query"
        yield Diagnostic("QL010", message, call.span, "the service takes one level; write its commands instead")


def _filled(call: ast.SavedQuery, saved: SavedText) -> str:
    values = {argument.name: expression_text(argument.value) for argument in call.arguments}
    for name, default in saved.defaults.items():
        if name not in values and default is not None:
            values[name] = _literal(default)
    return _PLACEHOLDER.sub(lambda match: values[match[1]], saved.text.strip())


def _literal(default: str) -> str:
    """A default as a literal: the API takes `ERROR` for a text, the page writes `"ERROR"`."""
    return default if _LITERAL.fullmatch(default) else expression_text(ast.String(default))
