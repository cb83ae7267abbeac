"""Rules of log widgets; the language of the query itself is not looked at here."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Finding, Rule, known_keys, one_of, required, typed

# `SOURCE logGroups(namePrefix: [...])` and data sources are later than the page; SQL names its groups in FROM.
_SOURCE = re.compile(r"\s*(?:#[^\n]*\n\s*)*SOURCE\b", re.IGNORECASE)
_PROPERTIES = (
    *("accountId", "region", "title", "query", "view", "stacked", "queryLanguage", "queryId", "queryBy"),
    *("logGroupPrefixes", "legend", "yAxis"),
)


def _names_its_log_groups(properties: Node) -> Iterator[Finding]:
    query = properties.get("query").text
    other_language = properties.get("queryLanguage").text in ("SQL", "PPL")
    if query is not None and not other_language and not _SOURCE.match(query):
        yield properties.get("query"), "the query names no log group: it starts with SOURCE '/aws/lambda/name'"


def _empty(properties: Node) -> Iterator[Finding]:
    query = properties.get("query")
    if query.text is not None and not query.text.strip():
        yield query, "the query is empty"


RULES = (
    Rule("log-keys", "log", known_keys(*_PROPERTIES), "warning"),
    Rule("log-required", "log", required("region", "query")),
    Rule("log-texts", "log", typed(("accountId", "region", "title", "query", "view"), "text")),
    Rule("log-flags", "log", typed(("stacked",), "flag")),
    Rule("log-empty", "log", _empty),
    Rule("log-source", "log", _names_its_log_groups, "warning"),
    Rule("log-view", "log", one_of("view", ("table", "timeSeries", "bar", "pie"))),
)
