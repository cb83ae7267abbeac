"""SEARCH: its query read, and asked of a metric that exists.

Source: "CloudWatch search expression syntax". Names are broken into tokens at everything that is no letter or digit
and where small letters meet capitals or digits; a term without quotes matches a run of tokens, in any case.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from insightctl.metrics.maths.values import NoMaths
from insightctl.metrics.model import MetricName

Matches = Callable[[MetricName], bool]
_SCHEMA = re.compile(r"\s*\{(?P<names>[^{}]*)\}")
_NAME = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^",]+?))\s*(?:,|$)')
_TOKEN = re.compile(r'\s*(?:(?P<mark>[()=])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<word>[^\s()="]+))')
_PART = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


class Search(NamedTuple):
    """A search: the namespace and the exact dimension names (None: any), and the test of a metric."""

    namespace: str | None
    dimensions: frozenset[str] | None
    matches: Matches


def read_search(text: str) -> Search:
    """Raises NoMaths for a search that cannot be read."""
    schema = _SCHEMA.match(text)
    namespace: str | None = None
    dimensions: frozenset[str] | None = None
    if schema:
        names = [quoted or bare for quoted, bare in _NAME.findall(schema["names"])]
        if not names:
            raise NoMaths("the search names no namespace between its braces")
        namespace, dimensions = names[0], frozenset(names[1:])
        text = text[schema.end() :]
    reader = _Reader([match for match in _TOKEN.finditer(text) if match[0].strip()])
    wanted = reader.whole()
    namespace = namespace or reader.namespace

    def matches(metric: MetricName) -> bool:
        if namespace is not None and schema and metric.namespace != namespace:
            return False
        if dimensions is not None and frozenset(name for name, _ in metric.dimensions) != dimensions:
            return False
        return wanted(metric)

    return Search(namespace, dimensions, matches)


def _tokens(text: str) -> list[str]:
    return [part.lower() for part in _PART.findall(text)]


def _holds(text: str, term: str) -> bool:
    """Whether the tokens of a term stand one after the other in a text."""
    have, want = _tokens(text), _tokens(term)
    return bool(want) and any(have[at : at + len(want)] == want for at in range(len(have) - len(want) + 1))


class _Reader:
    """`OR` binds weaker than `AND`, which may be left out; `NOT` binds strongest."""

    def __init__(self, tokens: list[re.Match[str]]) -> None:
        self._tokens = tokens
        self._at = 0
        self.namespace: str | None = None

    def whole(self) -> Matches:
        if not self._tokens:
            return lambda _metric: True
        found = self._either(None)
        if self._at < len(self._tokens):
            raise NoMaths("the search cannot be read: a parenthesis closes nothing")
        return found

    def _word(self) -> str | None:
        return self._tokens[self._at]["word"] if self._at < len(self._tokens) else None

    def _mark(self, mark: str) -> bool:
        return self._at < len(self._tokens) and self._tokens[self._at]["mark"] == mark

    def _either(self, key: str | None) -> Matches:
        members = [self._all(key)]
        while self._word() == "OR":
            self._at += 1
            members.append(self._all(key))
        return members[0] if len(members) == 1 else lambda metric: any(one(metric) for one in members)

    def _all(self, key: str | None) -> Matches:
        members = [self._one(key)]
        while self._at < len(self._tokens) and not self._mark(")") and self._word() != "OR":
            if self._word() == "AND":
                self._at += 1
            members.append(self._one(key))
        return members[0] if len(members) == 1 else lambda metric: all(one(metric) for one in members)

    def _one(self, key: str | None) -> Matches:
        if self._at >= len(self._tokens):
            raise NoMaths("the search ends where a term is missing")
        if self._word() == "NOT":
            self._at += 1
            refused = self._one(key)
            return lambda metric: not refused(metric)
        if self._mark("("):
            self._at += 1
            found = self._either(key)
            if not self._mark(")"):
                raise NoMaths("the search never closes a parenthesis")
            self._at += 1
            return found
        token = self._tokens[self._at]
        if token["mark"]:
            raise NoMaths(f"the search has no term before '{token['mark']}'")
        self._at += 1
        term, is_exact = (token["word"], False) if token["word"] else (token["quoted"] or "", True)
        if self._mark("=") and key is None:
            self._at += 1
            return self._one(term)
        if key == "Namespace" and is_exact:
            self.namespace = term
        return _term(key, term, is_exact=is_exact)


def _term(key: str | None, term: str, *, is_exact: bool) -> Matches:
    def fits(text: str) -> bool:
        return text == term if is_exact else _holds(text, term)

    def anywhere(metric: MetricName) -> bool:
        texts = (metric.namespace, metric.name, *(part for pair in metric.dimensions for part in pair))
        return any(fits(text) for text in texts)

    def of_key(metric: MetricName) -> bool:
        if key == "MetricName":
            return fits(metric.name)
        if key == "Namespace":
            return fits(metric.namespace)
        if key == ":aws.AccountId":
            return metric.account is None or fits(metric.account)
        return any(fits(value) for name, value in metric.dimensions if name == key)

    return anywhere if key is None else of_key
