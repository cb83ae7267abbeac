"""Saved queries: `$Name(a = "x")` stands for the text saved under the name, its `{{a}}` filled in.

    expansion = expand_calls("$Recent(count = 10)", lambda call: SavedText("Recent", "limit {{count}}"))
    expansion.text                  # 'limit 10'
    expansion.check()               # what is wrong is told where it stands in the text that was asked

The service expands a query like that before it runs it, so the rest of the language sees commands only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from insightctl.core.errors import UsageError
from insightctl.ql import ast
from insightctl.ql.checker import CheckedQuery, check, diagnose
from insightctl.ql.diagnostics import Diagnostic, QueryError
from insightctl.ql.formatting import expression_text
from insightctl.ql.parser import parse
from insightctl.ql.spans import Span

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


Resolve = Callable[[ast.SavedQuery], SavedText | str | None]
"""What a call stands for: a text with placeholders, a text that is filled in already, or None when there is none.

It may raise UsageError for arguments that do not fit; the error is told where the call stands.
"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A call, and where in the expanded text the text is that it stands for."""

    call: ast.SavedQuery
    span: Span


@dataclass(frozen=True, slots=True)
class Expansion:
    """A text with its saved queries filled in. What could not be is left in place: `unknown`, and `problems` say why."""

    asked: str
    text: str
    filled: tuple[Filled, ...] = ()
    unknown: tuple[Diagnostic, ...] = ()
    problems: tuple[Diagnostic, ...] = ()

    def refuse_calls(self, source: str = "<query>") -> None:
        """Raises QueryError when something could not be filled in."""
        if self.unknown or self.problems:
            raise QueryError(_in_order([*self.unknown, *self.problems]), self.asked, source)

    def check(self, source: str = "<query>") -> CheckedQuery:
        """The checked query. Raises QueryError that points into the text that was asked."""
        self.refuse_calls(source)
        try:
            return check(self.text, source=source)
        except QueryError as error:
            raise QueryError([self.told(d) for d in error.diagnostics], self.asked, source) from None

    def diagnose(self) -> tuple[CheckedQuery, tuple[Diagnostic, ...]]:
        """The query as far as it goes, and every finding, by its place in the text that was asked."""
        checked, found = diagnose(self.text)
        wrong = {problem.span for problem in self.problems}
        told = [self.told(d) for d in found]
        kept = [d for d in told if d.code != "QL010" or d.span not in wrong]
        return checked, tuple(_in_order(dict.fromkeys([*kept, *self.problems])))

    def told(self, diagnostic: Diagnostic) -> Diagnostic:
        """A finding about the expanded text as one about the text that was asked."""
        inside = self._inside(diagnostic.span.start)
        message = diagnostic.message
        if self.filled and diagnostic.code == "QL008":
            message = f"with its saved queries filled in, {message}"
        elif inside is not None:
            message = f"in ${inside.call.name}: {message}"
        return replace(diagnostic, message=message, span=self.place(diagnostic.span))

    def place(self, span: Span) -> Span:
        """Where a part of the expanded text comes from; what a call brought in comes from the call."""
        first, last = self._inside(span.start), self._inside(span.end - 1)
        start = first.call.span.start if first else self._before(span.start)
        end = last.call.span.end if last else self._before(span.end)
        return Span(start, max(start, end))

    def _inside(self, offset: int) -> Filled | None:
        return next((f for f in self.filled if f.span.start <= offset < f.span.end), None)

    def _before(self, offset: int) -> int:
        """The offset in the text that was asked, for one that lies in no saved query."""
        passed = [f for f in self.filled if f.span.end <= offset]
        return offset - (passed[-1].span.end - passed[-1].call.span.end) if passed else offset


def calls(query: ast.Query) -> Iterator[ast.SavedQuery]:
    """The saved queries that a query runs, inside its subqueries too."""
    for command in query.commands:
        if isinstance(command, ast.SavedQuery):
            yield command
        for inner in ast.subqueries(command):
            yield from calls(inner)


def placeholders(text: str) -> tuple[str, ...]:
    """The names of a text's `{{name}}`, in order."""
    return tuple(dict.fromkeys(_PLACEHOLDER.findall(text)))


def expand_calls(text: str, resolve: Resolve) -> Expansion:
    """The text with every saved query in its place that can be filled in; one with mistakes of its own stays as it is."""
    if "$" not in text:
        return Expansion(text, text)
    query, mistakes = parse(text)
    if mistakes:
        return Expansion(text, text)
    written, at = "", 0
    filled: list[Filled] = []
    unknown: list[Diagnostic] = []
    problems: list[Diagnostic] = []
    for call in sorted(calls(query), key=lambda call: call.span.start):
        try:
            saved = resolve(call)
        except UsageError as error:
            problems.append(Diagnostic("QL010", error.what, call.span, error.remedy))
            continue
        if saved is None:
            unknown.append(_unknown(call))
            continue
        if found := list(_wrong(call, saved)):
            problems += found
            continue
        written += text[at : call.span.start]
        stands_for = _whole_lines(_filled(call, saved))
        filled.append(Filled(call, Span(len(written), len(written) + len(stands_for))))
        written += stands_for
        at = call.span.end
    return Expansion(text, written + text[at:], tuple(filled), tuple(unknown), tuple(problems))


def expand(text: str, resolve: Resolve, *, source: str = "<query>") -> str:
    """The text with every saved query in its place. Raises QueryError for one that cannot be filled in."""
    expansion = expand_calls(text, resolve)
    expansion.refuse_calls(source)
    return expansion.text


def _in_order(found: Iterable[Diagnostic]) -> list[Diagnostic]:
    return sorted(found, key=lambda diagnostic: diagnostic.span.start)


def _unknown(call: ast.SavedQuery) -> Diagnostic:
    hint = "insightctl query lists the curated ones; the service's own have to be saved there"
    return Diagnostic("QL010", f"there is no saved query '{call.name}'", call.span, hint)


def _wrong(call: ast.SavedQuery, saved: SavedText | str) -> Iterator[Diagnostic]:
    given = [argument.name for argument in call.arguments]
    for name in dict.fromkeys(name for name in given if given.count(name) > 1):
        message = f"the parameter '{name}' of the saved query '{call.name}' is given twice"
        yield Diagnostic("QL010", message, call.span, "leave one of the two values")
    if isinstance(saved, SavedText):
        yield from _wrong_parameters(call, saved, given)
    inner, _ = parse(_PLACEHOLDER.sub("0", _text(saved)))
    if any(True for _ in calls(inner)):
        message = f"the saved query '{call.name}' runs another saved query"
        yield Diagnostic("QL010", message, call.span, "the service takes one level; write its commands instead")


def _wrong_parameters(call: ast.SavedQuery, saved: SavedText, given: list[str]) -> Iterator[Diagnostic]:
    wanted = placeholders(saved.text)
    for name in dict.fromkeys(given):
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


def _text(saved: SavedText | str) -> str:
    return saved if isinstance(saved, str) else saved.text


def _filled(call: ast.SavedQuery, saved: SavedText | str) -> str:
    if isinstance(saved, str):
        return saved.strip()
    values = {argument.name: expression_text(argument.value) for argument in call.arguments}
    for name, default in saved.defaults.items():
        if name not in values and default is not None:
            values[name] = _literal(default)
    return _PLACEHOLDER.sub(lambda match: values[match[1]], saved.text.strip())


def _whole_lines(text: str) -> str:
    """A text that ends in a comment keeps what follows it out of the comment."""
    last = parse(text)[0].comments[-1:]
    return text + "\n" if any(comment.span.end >= len(text) for comment in last) else text


def _literal(default: str) -> str:
    """A default as a literal: the API takes `ERROR` for a text, the page writes `"ERROR"`."""
    return default if _LITERAL.fullmatch(default) else expression_text(ast.String(default))
