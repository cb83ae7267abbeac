"""Metrics Insights (`SELECT ...`) read. Source: "Query components and syntax in CloudWatch Metrics Insights"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from insightctl.ql.diagnostics import nearest
from insightctl.ql.spans import Span

FUNCTIONS = ("AVG", "COUNT", "MAX", "MIN", "SUM")
MAX_LIMIT = 500
_CLAUSES = ("FROM", "WHERE", "GROUP", "ORDER", "LIMIT")
_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<word>[A-Za-z0-9_]+(?:\.[A-Za-z0-9_]+)*)|(?P<quoted>\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<value>'(?:[^'\\]|\\.)*')|(?P<mark>!=|[=(),*])|(?P<other>.)",
    re.S,
)


class Wrong(NamedTuple):
    """What is wrong with a query, and where in its text."""

    message: str
    span: Span
    help: str | None = None
    code: str = "DL030"


class _Token(NamedTuple):
    kind: str
    text: str
    span: Span

    @property
    def word(self) -> str:
        return self.text.upper() if self.kind == "word" else ""


def is_query(text: str) -> bool:
    """Whether an expression is a Metrics Insights query rather than maths."""
    return re.match(r"\s*SELECT\b(?!\s*\()", text, re.IGNORECASE) is not None


def check(text: str) -> Iterator[Wrong]:
    """The first thing that is wrong with the form of a query."""
    try:
        _Reader(text).query()
    except _Stop as stop:
        yield stop.wrong


class _Stop(Exception):
    def __init__(self, wrong: Wrong) -> None:
        super().__init__(wrong.message)
        self.wrong = wrong


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = [
            _Token(str(m.lastgroup), m[0], Span(*m.span())) for m in _TOKEN.finditer(text) if m.lastgroup != "space"
        ]
        self.tokens.append(_Token("end", "", Span(max(0, len(text) - 1), len(text))))
        self.at = 0

    def query(self) -> None:
        self.at += 1  # SELECT
        self._function(with_metric=True)
        self._keyword("FROM")
        self._source()
        if self._is("WHERE"):
            self._conditions()
        if self._is("GROUP"):
            self._keyword("BY")
            self._keys()
        if self._is("ORDER"):
            self._keyword("BY")
            self._function(with_metric=False)
            if self._now.word in ("ASC", "DESC"):
                self.at += 1
        if self._is("LIMIT"):
            self._limit()
        if self._now.kind != "end":
            raise self._stop(f"unexpected '{self._now.text}'", self._clause_hint())

    @property
    def _now(self) -> _Token:
        return self.tokens[self.at]

    def _stop(self, message: str, help_: str | None = None) -> _Stop:
        return _Stop(Wrong(message, self._now.span, help_))

    def _shown(self) -> str:
        return f"'{self._now.text}'" if self._now.kind != "end" else "the end"

    def _clause_hint(self) -> str:
        near = nearest(self._now.text, _CLAUSES) if self._now.kind == "word" else None
        order = "SELECT, FROM, WHERE, GROUP BY, ORDER BY, LIMIT, in this order"
        return f"did you mean {near}?" if near and near != self._now.word else order

    def _is(self, word: str) -> bool:
        if self._now.word != word:
            return False
        self.at += 1
        return True

    def _keyword(self, word: str) -> None:
        if not self._is(word):
            raise self._stop(f"expected {word}, found {self._shown()}", self._clause_hint())

    def _mark(self, mark: str) -> None:
        if self._now.text != mark or self._now.kind != "mark":
            raise self._stop(f"expected '{mark}', found {self._shown()}")
        self.at += 1

    def _function(self, *, with_metric: bool) -> None:
        if self._now.word not in FUNCTIONS:
            near = nearest(self._now.text, FUNCTIONS)
            known = f"functions: {', '.join(FUNCTIONS)}"
            raise self._stop(f"expected a function, found {self._shown()}", f"did you mean {near}?" if near else known)
        self.at += 1
        self._mark("(")
        if with_metric:
            self._name("a metric")
        self._mark(")")

    def _name(self, what: str) -> None:
        if self._now.kind == "value":
            raise self._stop(f"{what} stands in double quotes, not single ones")
        if self._now.kind not in ("word", "quoted"):
            raise self._stop(f"expected {what}, found {self._shown()}")
        self.at += 1
        if self._now.kind == "other" and self._now.text in "/-:":
            raise self._stop(f"{what} with '{self._now.text}' in it stands in double quotes")

    def _source(self) -> None:
        if self._now.word == "SCHEMA" and self.tokens[self.at + 1].text == "(":
            self.at += 2
            self._name("a namespace")
            while self._now.text == ",":
                self.at += 1
                self._name("a dimension")
            self._mark(")")
        else:
            self._name("a namespace")

    def _conditions(self) -> None:
        while True:
            self._name("a dimension")
            if self._now.text not in ("=", "!="):
                raise self._stop(f"expected = or !=, found {self._shown()}", "WHERE knows =, != and AND")
            self.at += 1
            self._value()
            if self._now.word == "OR":
                raise self._stop("WHERE has no OR", "WHERE knows =, != and AND")
            if not self._is("AND"):
                return

    def _value(self) -> None:
        if self._now.kind == "value" or self._now.text.isdigit():
            self.at += 1
        elif self._now.word == "CURRENT_ACCOUNT_ID":
            self.at += 1
            self._mark("(")
            self._mark(")")
        else:
            raise self._stop(f"a value stands in single quotes; found {self._shown()}")

    def _keys(self) -> None:
        self._name("a dimension")
        while self._now.text == ",":
            self.at += 1
            self._name("a dimension")

    def _limit(self) -> None:
        if not self._now.text.isdigit():
            raise self._stop(f"LIMIT takes a number, found {self._shown()}")
        if not 1 <= int(self._now.text[:9]) <= MAX_LIMIT:
            raise self._stop(f"LIMIT is 1 to {MAX_LIMIT}")
        self.at += 1
