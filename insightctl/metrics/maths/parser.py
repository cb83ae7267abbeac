"""Metric maths read: the tree of an expression, the names it uses, the functions it calls, and where it is none.

Source: "Using math expressions with CloudWatch metrics" in the user guide.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from insightctl.metrics.maths.tree import Array, Calling, Element, Name, Node, Number, Operation, Prefixed, Text
from insightctl.ql.spans import Span

FUNCTIONS = (
    *("ABS", "ANOMALY_DETECTION_BAND", "AVG", "CEIL", "DATAPOINT_COUNT", "DB_PERF_INSIGHTS", "DIFF", "DIFF_TIME"),
    *("FILL", "FIRST", "LAST", "FLOOR", "IF", "INSIGHT_RULE_METRIC", "LAMBDA", "LOG", "LOG10", "MAX", "METRIC_COUNT"),
    *("METRICS", "MIN", "MINUTE", "HOUR", "DAY", "DATE", "MONTH", "YEAR", "EPOCH", "PERIOD", "RATE", "REMOVE_EMPTY"),
    *("RUNNING_SUM", "SEARCH", "SERVICE_QUOTA", "SLICE", "SORT", "STDDEV", "SUM", "TIME_SERIES"),
)
WORDS = ("AND", "OR", "NOT", "ASC", "DESC", "REPEAT", "LINEAR", "TRUE", "FALSE", "true", "false")
"""Upper-case words that are neither ids nor calls; the names of functions are too, in SORT(METRICS(), AVG, DESC)."""

MAX_DEPTH = 60
_STRENGTH = {
    **dict.fromkeys(("||", "OR"), 1),
    **dict.fromkeys(("&&", "AND"), 2),
    **dict.fromkeys(("==", "!=", "<=", ">=", "<", ">"), 3),
    **dict.fromkeys(("+", "-"), 4),
    **dict.fromkeys(("*", "/"), 5),
    "^": 7,
}
_OF_SIGNS = 6  # -a^2 is -(a^2), -a*b is (-a)*b
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)|(?P<name>[A-Za-z_]\w*)"
    r"|(?P<string>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<op>\|\||&&|==|!=|<=|>=|[-+*/^<>])|(?P<mark>[()\[\],])|(?P<other>.)",
    re.S,
)


class Token(NamedTuple):
    """A word of an expression."""

    kind: str
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Call:
    """A call; `texts` are its arguments that are plain strings, by place, without their quotes; `within` who calls it."""

    name: str
    span: Span
    arguments: tuple[Span, ...]
    texts: tuple[tuple[int, str, Span], ...]
    within: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Maths:
    """An expression read: ids with their places, calls, what is wrong with its form, else its tree."""

    names: tuple[tuple[str, Span], ...]
    calls: tuple[Call, ...]
    wrong: tuple[str, Span] | None
    tree: Node | None = None


class _Wrong(Exception):
    def __init__(self, message: str, span: Span) -> None:
        super().__init__(message)
        self.message, self.span = message, span


@lru_cache(maxsize=2048)  # several checks look at the same expression
def read(text: str) -> Maths:
    """The expression as far as it goes; `wrong` tells why it goes no further."""
    reader = _Reader(len(text))
    wrong: tuple[str, Span] | None = None
    tree: Node | None = None
    try:
        tree = reader.whole(_tokens(text))
    except _Wrong as stop:
        wrong = stop.message, stop.span
    return Maths(tuple(reader.names), tuple(reader.calls), wrong, tree)


def _tokens(text: str) -> list[Token]:
    tokens = []
    for match in _TOKEN.finditer(text):
        kind, span = str(match.lastgroup), Span(*match.span())
        if kind == "other":
            if match[0] in "'\"":
                raise _Wrong("the text in quotes never ends", span)
            raise _Wrong(f"metric maths has no '{match[0]}'", span)
        if kind != "space":
            tokens.append(Token(kind, match[0], span))
    return tokens


class _Operand(NamedTuple):
    signs: tuple[str, ...]
    node: Node


class _Reader:
    def __init__(self, length: int) -> None:
        self.tokens = [Token("end", "", Span(max(0, length - 1), length))]
        self.at = 0
        self.names: list[tuple[str, Span]] = []
        self.calls: list[Call] = []
        self.within: list[str] = []

    def whole(self, tokens: Sequence[Token]) -> Node:
        self.tokens = [*tokens, *self.tokens]
        if len(self.tokens) == 1:
            raise _Wrong("the expression is empty", Span(0, 1))
        tree = self._expression(0)
        token = self.tokens[self.at]
        if token.kind != "end":
            message = (
                f"'{token.text}' closes nothing"
                if token.text in ")]"
                else f"an operator is missing before '{token.text}'"
            )
            raise _Wrong(message, token.span)
        return tree

    def _expression(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _Wrong("nested too deep", self.tokens[self.at].span)
        operands, operators = [self._operand(depth)], []
        while self.tokens[self.at].kind == "op" or self.tokens[self.at].text in ("AND", "OR"):
            operators.append(self.tokens[self.at].text)
            self.at += 1
            operands.append(self._operand(depth))
        return _grouped(operands, operators)

    def _operand(self, depth: int) -> _Operand:
        signs = []
        while self.tokens[self.at].text in ("-", "+", "NOT"):
            signs.append(self.tokens[self.at].text)
            self.at += 1
        token = self.tokens[self.at]
        if token.kind == "end" or token.kind == "op" or token.text in (")", "]", ","):
            shown = "the end" if token.kind == "end" else f"'{token.text}'"
            raise _Wrong(f"a value is missing before {shown}", token.span)
        self.at += 1
        node: Node
        if token.kind == "mark":
            items, _ = self._list(token, ")" if token.text == "(" else "]", depth)
            node = items[0] if token.text == "(" and len(items) == 1 else Array(items)
        elif token.kind == "name" and self.tokens[self.at].text == "(":
            node = self._call(token, depth)
        elif token.kind == "name":
            self.names.append((token.text, token.span))
            node = Name(token.text, token.span)
        else:
            node = Number(float(token.text)) if token.kind == "number" else Text(token.text[1:-1])
        while self.tokens[self.at].text == "[":  # an element of what a function returns
            self.at += 1
            items, _ = self._list(self.tokens[self.at - 1], "]", depth)
            node = Element(node, items[0])
        return _Operand(tuple(signs), node)

    def _call(self, name: Token, depth: int) -> Node:
        opening = self.tokens[self.at]
        self.at += 1
        first = self.at
        self.within.append(name.text)
        nodes, arguments = self._list(opening, ")", depth, may_be_empty=True)
        self.within.pop()
        texts = tuple(
            (place, token.text[1:-1], token.span)
            for place, span in enumerate(arguments)
            for token in self.tokens[first : self.at]
            if token.kind == "string" and token.span == span
        )
        span = Span(name.span.start, self.tokens[self.at - 1].span.end)
        self.calls.append(Call(name.text, span, arguments, texts, tuple(self.within)))
        return Calling(name.text, nodes, span)

    def _list(
        self, opening: Token, end: str, depth: int, *, may_be_empty: bool = False
    ) -> tuple[tuple[Node, ...], tuple[Span, ...]]:
        nodes: list[Node] = []
        found: list[Span] = []
        if may_be_empty and self.tokens[self.at].text == end:
            self.at += 1
            return (), ()
        while True:
            start = self.tokens[self.at].span.start
            nodes.append(self._expression(depth + 1))
            found.append(Span(start, self.tokens[self.at - 1].span.end))
            token = self.tokens[self.at]
            if token.text == end and token.kind == "mark":
                self.at += 1
                return tuple(nodes), tuple(found)
            if token.text != ",":
                raise _Wrong(f"'{opening.text}' is never closed", opening.span)
            self.at += 1


def _grouped(operands: Sequence[_Operand], operators: Sequence[str]) -> Node:
    """The tree of operands with operators between: the strongest bind first, equals from the left (^ from the right)."""
    values = [operands[0].node]
    waiting: list[tuple[str, int]] = [(sign, _OF_SIGNS) for sign in operands[0].signs]

    def bind(least: int) -> None:
        while waiting and waiting[-1][1] >= least:
            operator, strength = waiting.pop()
            right = values.pop()
            if strength == _OF_SIGNS:
                values.append(Prefixed(operator, right))
            else:
                values.append(Operation(operator, values.pop(), right))

    for operator, operand in zip(operators, operands[1:], strict=True):
        strength = _STRENGTH[operator]
        bind(strength + 1 if operator == "^" else strength)
        waiting.append((operator, strength))
        waiting += [(sign, _OF_SIGNS) for sign in operand.signs]
        values.append(operand.node)
    bind(0)
    return values[0]
