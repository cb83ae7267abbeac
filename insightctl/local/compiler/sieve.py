"""What the first filter of a query implies of an event, as ways that several queries can share.

Queries over the same events read them once: a sieve lets through what one of them may want, and each is then asked of
that. Never changes an answer: a sieve lets through too much, and each query filters again.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from insightctl.local import discovery
from insightctl.local.compiler import plan
from insightctl.local.compiler.plan import Compiled
from insightctl.local.compiler.prefilter import PLAIN_WORD
from insightctl.local.compiler.values import Params
from insightctl.local.stores.schema import engine_name
from insightctl.ql import ast
from insightctl.ql.regex import translate

ANY, NONE = "*", ""
_TYPE = engine_name("@type")
_FROM_THE_SPAN = (plan.START, plan.END, plan.SHIFT)


@dataclass(frozen=True, slots=True)
class Way:
    """Events of one `@type` (NONE: without one, ANY: whichever) whose message matches one of the patterns, which are RE2.

    No patterns: any message.
    """

    kind: str = ANY
    patterns: tuple[str, ...] = ()


def ways(condition: ast.Expr) -> tuple[Way, ...]:
    """Each event that meets the condition goes one of these ways; `Way()` is open to all.

    Of an `and` one side with patterns counts, and what the others say of `@type`.
    """
    match condition:
        case ast.Binary(op="or"):
            return tuple(way for side in ast.operands(condition) for way in ways(side))
        case ast.Binary(op="and"):
            return _both([ways(side) for side in ast.operands(condition)])
        case ast.Unary(op="not", operand=ast.Call(name="ispresent", args=(ast.Field(name="@type"),))):
            return (Way(NONE),)
        case ast.Binary(op="like", left=ast.Field(name="@message"), right=pattern):
            return (Way(ANY, _pattern(pattern)),)
        case ast.Binary(op="=", left=ast.Field() as field, right=value):
            return (_equal(field, value),)
        case ast.In(operand=ast.Field() as field, items=items, negated=False) if items:
            return tuple(_equal(field, item) for item in items)
        case _:
            return (Way(),)


def _both(sides: Sequence[tuple[Way, ...]]) -> tuple[Way, ...]:
    """What goes a way of each side: the ways of the first that has patterns on all, of the kind that another one says."""
    kind = next((side[0].kind for side in sides if len(side) == 1 and side[0].kind != ANY), ANY)
    shaped = next((side for side in sides if all(way.patterns for way in side)), None)
    if shaped is None:
        return (Way(kind),)
    return tuple(Way(kind if way.kind == ANY else way.kind, way.patterns) for way in shaped)


def _equal(field: ast.Field, value: ast.Expr) -> Way:
    if not isinstance(value, ast.String):
        return Way()
    if field.name == "@type":
        return Way(value.value) if value.value else Way()
    if discovery.is_discoverable(field) and PLAIN_WORD.fullmatch(value.value):
        # A JSON text holds its value as it is, unless it is spelled with \u escapes.
        return Way(ANY, (re.escape(value.value), r"\\u"))
    return Way()


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
    return found if all(way.patterns for way in found) else None


def through(several: Iterable[Sequence[Way]], params: Params) -> str:
    """SQL: whether an event goes one of the ways. The patterns of a kind are one, which costs as much as each."""
    by_kind: dict[str, dict[str, None]] = {}
    for way in (way for each in several for way in each):
        by_kind.setdefault(way.kind, {}).update(dict.fromkeys(way.patterns))
    return " OR ".join(
        f"({_of_kind(kind, params)}regexp_matches(_msg, {params.add('|'.join(f'(?:{p})' for p in patterns))}))"
        for kind, patterns in by_kind.items()
    )


def _of_kind(kind: str, params: Params) -> str:
    if kind == ANY:
        return ""
    return f"{_TYPE} IS NULL AND " if kind == NONE else f"{_TYPE} = {params.add(kind)} AND "
