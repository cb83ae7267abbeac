"""What the first filter of a query implies of an event, as ways that several queries can share.

Queries over the same events read them once: a sieve lets through what one of them may want, and each is then asked of
that. Never changes an answer: a sieve lets through too much, and each query filters again.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from insightctl.local import discovery
from insightctl.local.compiler import plan
from insightctl.local.compiler.plan import Compiled
from insightctl.local.compiler.prefilter import PLAIN_WORD, is_notable
from insightctl.local.compiler.values import Params
from insightctl.local.stores.schema import engine_name, has_column
from insightctl.ql import ast
from insightctl.ql.regex import translate

ANY, NONE = "*", ""
_TYPE = engine_name("@type")
_FROM_THE_SPAN = (plan.START, plan.END, plan.SHIFT)


@dataclass(frozen=True, slots=True)
class Way:
    """Events of one `@type` (NONE: without one, ANY: whichever) whose message matches one of the patterns, which are RE2.

    No patterns: any message. `notable`: a store marks each message that matches. `column` and `values`: a column of the
    store and what it holds then, when there is one.
    """

    kind: str = ANY
    patterns: tuple[str, ...] = ()
    notable: bool = False
    column: str = ""
    values: tuple[str, ...] = ()

    @property
    def is_narrow(self) -> bool:
        """Whether it leaves out more than whole types."""
        return bool(self.patterns or self.column)


def ways(condition: ast.Expr) -> tuple[Way, ...]:
    """Each event that meets the condition goes one of these ways; `Way()` is open to all.

    Of an `and` one side with patterns counts, one with a column, and what the others say of `@type`.
    """
    match condition:
        case ast.Binary(op="or"):
            return tuple(way for side in ast.operands(condition) for way in ways(side))
        case ast.Binary(op="and"):
            return _both([ways(side) for side in ast.operands(condition)])
        case ast.Unary(op="not", operand=ast.Call(name="ispresent", args=(ast.Field(name="@type"),))):
            return (Way(NONE),)
        case ast.Binary(op="like", left=ast.Field(name="@message"), right=pattern):
            return (Way(ANY, _pattern(pattern), is_notable(pattern)),)
        case ast.Binary(op="=", left=ast.Field() as field, right=value):
            return _equal(field, (value,))
        case ast.In(operand=ast.Field() as field, items=items, negated=False) if items:
            return _equal(field, items)
        case _:
            return (Way(),)


def _both(sides: Sequence[tuple[Way, ...]]) -> tuple[Way, ...]:
    """What goes a way of each side: the ways of the first that is narrow on all, and what a single way of the others says."""
    single = [side[0] for side in sides if len(side) == 1]
    kind = next((way.kind for way in single if way.kind != ANY), ANY)
    held = next((way for way in single if way.column), Way())
    narrow = [side for side in sides if all(way.is_narrow for way in side)]
    shaped = next((side for side in narrow if all(way.patterns for way in side)), next(iter(narrow), (Way(),)))
    return tuple(
        Way(
            kind if way.kind == ANY else way.kind,
            way.patterns,
            way.notable,
            way.column or held.column,
            way.values if way.column else held.values,
        )
        for way in shaped
    )


def _equal(field: ast.Field, values: Sequence[ast.Expr]) -> tuple[Way, ...]:
    texts = [value.value for value in values if isinstance(value, ast.String)]
    if len(texts) < len(values):
        return (Way(),)
    if field.name == "@type":
        return tuple(Way(text) if text else Way() for text in texts)
    if not discovery.is_discoverable(field) or not all(PLAIN_WORD.fullmatch(text) for text in texts):
        return (Way(),)
    if has_column(field):
        return (Way(column=engine_name(field.name), values=tuple(json.dumps(text) for text in texts)),)
    # A JSON text holds its value as it is, unless it is spelled with \u escapes.
    return tuple(Way(ANY, (re.escape(text), r"\\u")) for text in texts)


def _pattern(pattern: ast.Expr) -> tuple[str, ...]:
    if isinstance(pattern, ast.String):
        return (_quoted(pattern.value),) if pattern.value else ()
    if not isinstance(pattern, ast.Regex):
        return ()
    translated = translate(pattern.pattern)
    return () if translated.names else (translated.pattern,)  # a name may stand in one pattern only once


def _quoted(text: str) -> str:
    return "".join(char if char.isalnum() or char == " " else f"\\x{{{ord(char):X}}}" for char in text)


def sieve(commands: Sequence[ast.Command], compiled: Compiled) -> tuple[Way, ...] | None:
    """The ways of a query over stores; None where it needs many of the events, or others than its own."""
    if not compiled.typed or compiled.preparations or compiled.estimated or not isinstance(commands[0], ast.Filter):
        return None
    own = len(compiled.events) == 1 and not compiled.events[0].sources and compiled.events[0].earlier is None
    if not own or any(word in compiled.sql for word in _FROM_THE_SPAN):
        return None
    found = ways(commands[0].condition)
    return found if all(way.is_narrow for way in found) else None


def through(several: Iterable[Sequence[Way]], params: Params) -> str:
    """SQL: whether an event goes one of the ways. The patterns of the same events are one, which costs as much as each."""
    alike: dict[tuple[Way, bool], dict[str, None]] = {}
    for way in (way for each in several for way in each):
        alike.setdefault((replace(way, patterns=()), bool(way.patterns)), {}).update(dict.fromkeys(way.patterns))
    return " OR ".join(f"({' AND '.join(_tests(way, tuple(found), params))})" for (way, _), found in alike.items())


def _tests(way: Way, patterns: Sequence[str], params: Params) -> Iterator[str]:
    """The cheap ones first."""
    if way.kind != ANY:
        yield f"{_TYPE} IS NULL" if way.kind == NONE else f"{_TYPE} = {params.add(way.kind)}"
    if way.column:
        yield f"{way.column} IN ({', '.join(params.add(value) for value in way.values)})"
    if way.notable:
        yield "_notable"
    if patterns:
        yield f"regexp_matches(_msg, {params.add('|'.join(f'(?:{pattern})' for pattern in patterns))})"
