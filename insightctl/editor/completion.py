"""What may be written at a place of a document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Literal

from insightctl.editor.context import Context, context
from insightctl.editor.documents import Document
from insightctl.editor.field_notes import FIELD_NOTES
from insightctl.editor.pages import command_page, field_page, function_page, query_page
from insightctl.editor.pieces import Role
from insightctl.editor.words import OPERATORS, commands, options_of, values_of, words_of
from insightctl.ql.commands import CommandInfo
from insightctl.ql.fields import KNOWN_FIELDS
from insightctl.ql.formatting import name_text
from insightctl.ql.functions import FUNCTIONS, Function

Kind = Literal["command", "function", "field", "keyword", "operator", "option", "value", "unit", "query"]

TRIGGERS = ("|", "(", " ", "@", ".")
"""Characters after which an editor asks by itself."""

UNITS = ("ms", "s", "m", "h", "d", "w", "mo", "q", "y")
_USUAL_PERIODS = ("1m", "5m", "15m", "1h", "1d")
_PERIOD_WORDS = ("timeshift", "maxspan", "offset")
_STARTERS = frozenset({"any", "with", "where", "timeshift", "logGroups", "dataSource", "logGroupTags"})
_STARTERS |= {"previousDay", "previousWeek", "previousMonth"}
"""Keywords that may stand right behind a command's own; the others follow something."""
_SELECTORS = ("namePrefix", "accountIdentifiers", "class")


@dataclass(frozen=True, slots=True)
class Completion:
    """A word that may stand there. `insert` replaces the document from `start` to `end`; as a snippet it has `$0`."""

    label: str
    kind: Kind
    start: int
    end: int
    detail: str = ""
    page: str = ""
    snippet: str = ""

    @property
    def insert(self) -> str:
        """The plain text to write."""
        return self.label


@dataclass(frozen=True, slots=True)
class _Word:
    label: str
    kind: Kind
    detail: str = ""
    page: str = ""
    snippet: str = ""


def complete(document: Document, offset: int) -> tuple[Completion, ...]:
    """What may be written at an offset, best first. The editor filters by what is written already."""
    name = document.name_at(offset)
    if name is not None:
        return tuple(_placed(_queries(), *name.value.within))
    found = document.at(offset)
    if found is None:
        return ()
    stretch, at = found
    here = context(stretch.text, at)
    if here.quiet:
        return ()
    start = stretch.starts[here.start] if here.prefix else offset
    words = dict.fromkeys(_words(here))
    return tuple(_placed(words, start, offset))


def _placed(words: Iterable[_Word], start: int, end: int) -> Iterator[Completion]:
    for word in words:
        yield Completion(word.label, word.kind, start, end, word.detail, word.page, word.snippet)


def _queries() -> Iterator[_Word]:
    from insightctl import library

    for spec in library.load_all():
        yield _Word(spec.name, "query", spec.title, query_page(spec))


def _words(here: Context) -> Iterator[_Word]:
    last, command = here.last, here.command
    if last is None or command is None:
        if last is None or last.role is Role.PIPE:
            yield from _commands()
        return
    if last.role is Role.KEYWORD and last.text.lower() in ("as", "into"):
        return  # a new name
    if _wants_period(here):
        yield from _periods(here.prefix)
    elif last.text == "=" and len(here.before) > 1 and here.before[-2].role is Role.OPTION:
        yield from _option_values(here, command)
    elif last.is_operand:
        yield from _after_operand(here, command)
    else:
        yield from _operands(here, command)


def _commands() -> Iterator[_Word]:
    for info in commands():
        label = "SOURCE" if info.name == "source" else info.name
        yield _Word(label, "command", info.doc, command_page(info))


def _wants_period(here: Context) -> bool:
    if here.last is not None and here.last.text.lower() in _PERIOD_WORDS:
        return True
    parameter = here.opened[-1].parameter if here.opened else None
    alone = here.last is not None and here.last.text in ("(", ",")
    return parameter is not None and parameter.type == "period" and alone


def _periods(prefix: str) -> Iterator[_Word]:
    digits = re.match(r"[0-9]+", prefix)
    if digits is None:
        yield from (_Word(period, "unit", "period") for period in _USUAL_PERIODS)
    else:
        yield from (_Word(f"{digits[0]}{unit}", "unit", "period") for unit in UNITS)


def _option_values(here: Context, command: CommandInfo) -> Iterator[_Word]:
    option = here.before[-2].text.lower()
    values = values_of(command, option)
    yield from (_Word(value, "value", f"{command.name} {option}=") for value in values)
    if not values and option == "field":
        yield from _fields(here)


def _after_operand(here: Context, command: CommandInfo) -> Iterator[_Word]:
    """Words that may follow a value: of the command, and operators where it takes an expression."""
    if not here.opened or here.opened[-1].query is not None:
        yield from (word for word in _keywords(command) if word.label not in _STARTERS - {"where"})
    if _takes_expressions(command):
        yield from (_Word(word, "operator") for word in OPERATORS)


def _keywords(command: CommandInfo) -> Iterator[_Word]:
    """The command's words but those that only stand as the value of an option, or inside SOURCE's selectors."""
    values = {value for option in options_of(command) for value in values_of(command, option)}
    for word in words_of(command):
        if word in options_of(command):
            yield _Word(f"{word}=", "option", command.syntax)
        elif word not in values and word not in _SELECTORS:
            yield _Word(word, "keyword", command.syntax)


def _takes_expressions(command: CommandInfo) -> bool:
    return re.search(r"\b(?:EXPR|CONDITION|AGGREGATE)\b", command.syntax) is not None


def _operands(here: Context, command: CommandInfo) -> Iterator[_Word]:
    """Words that may stand where a value is wanted."""
    at_start = here.last is not None and here.last.role is Role.COMMAND
    after_in = len(here.before) > 1 and here.before[-1].text == "(" and here.before[-2].role is Role.WORD_OPERATOR
    if after_in or (here.before[-1].text == "(" and command.name in ("join", "appendcols")):
        yield from _commands()
    if at_start and command.name != "source":
        yield from (word for word in _keywords(command) if word.kind == "option")
    if at_start:
        yield from (word for word in _keywords(command) if word.label in _STARTERS)
    if command.name == "source" and here.opened:
        yield from (_Word(word, "keyword", command.syntax) for word in _SELECTORS)
    if command.name == "stats" and not _grouping(here) and not here.opened:
        yield from (_Word(p.text, "field", "made by this stats") for p in here.before if p.role is Role.NEW_NAME)
        yield from (_function(f) for f in FUNCTIONS.values() if f.aggregate)
        yield from (_function(f) for f in FUNCTIONS.values() if not f.aggregate)
        return
    if command.name == "stats" and _grouping(here) and not here.opened:
        yield _function(FUNCTIONS["bin"])
    if _takes_expressions(command) or "FIELD" in command.syntax:
        yield from _fields(here)
    if _takes_expressions(command):
        yield from (_function(f) for f in FUNCTIONS.values() if not f.aggregate)
        yield _Word("not", "operator")


def _grouping(here: Context) -> bool:
    return any(p.role is Role.KEYWORD and p.text.lower() == "by" for p in here.before)


def _function(function: Function) -> _Word:
    inside = "" if function.most == 0 else "${1:*}" if function.name == "count" else "$1"
    snippet = f"{function.name}({inside})$0"
    return _Word(function.name, "function", function.signature, function_page(function), snippet)


def _fields(here: Context) -> Iterator[_Word]:
    """Fields that the query made, the service's own, and those that the query names elsewhere."""
    scope = here.scope()
    for name in scope.defined:
        yield _Word(name_text(name), "field", f"{scope.type_of(name)}, made by this query")
    for side in scope.sides:
        yield _Word(side, "field", "a side of the join")
    if scope.closed:
        return
    for name, kind in KNOWN_FIELDS.items():
        if name not in scope.defined:
            yield _Word(name, "field", f"{kind}: {FIELD_NOTES[name].doc}", field_page(name))
    elsewhere = {p.text for p in here.seen if p.role is Role.FIELD and p.start != here.start}
    for name in sorted(elsewhere - set(scope.defined) - set(KNOWN_FIELDS)):
        yield _Word(name, "field", "named in this query")
