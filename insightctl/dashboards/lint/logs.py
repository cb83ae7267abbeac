"""Log widgets: the language of their queries, how they are shown, and what a refresh costs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body
from insightctl.dashboards.lint.templates import blanked
from insightctl.dashboards.lint.times import span_days

if TYPE_CHECKING:
    from insightctl.ql.diagnostics import Diagnostic

_OTHER_LANGUAGES = ("SQL", "PPL")
# The console writes class: "STANDARD" without the brackets that the page of SOURCE shows.
_CLASS = re.compile(r',\s*class\s*:\s*"[A-Z_]+"')
_GROUP = re.compile(r"\bSOURCE\s+(?:'[^']*'|\"[^\"]*\"|`[^`]*`|[\w./#-]+)", re.IGNORECASE)
_MANY = re.compile(r"\bSOURCE\s+(?:logGroups|dataSource|all)\b", re.IGNORECASE)
_INDEXED = re.compile(r"\bfilterIndex\b", re.IGNORECASE)
_BUCKETS = re.compile(r"\b(?:bin|datefloor|dateceil)\s*\(", re.IGNORECASE)
_TEXT_WINDOW_DAYS = 1.0
MANY_GROUPS, MANY_QUERIES = 5, 20


def language(body: Body) -> Iterator[Found]:
    """What `insightctl ql check` says about each query, at its place inside the text."""
    checked: dict[str, tuple[Diagnostic, ...]] = {}
    for _, properties in body.widgets("log"):
        query = properties.get("query")
        text = query.text
        if text is None or not text.strip() or properties.get("queryLanguage").text in _OTHER_LANGUAGES:
            continue
        if text not in checked and body.is_checked(text):
            continue
        if text not in checked:
            from insightctl.ql import diagnose  # the language is imported only when there is something to read

            checked[text] = diagnose(_readable(text))[1]
        for d in checked[text]:
            yield Found(d.code, query.path, d.message, d.help, d.severity, within=d.span)


def _readable(text: str) -> str:
    """The query with what only the service or a template understands blanked out, character for character."""
    return blanked(_CLASS.sub(lambda match: " " * len(match[0]), text))


def shown(body: Body) -> Iterator[Found]:
    """Charts of queries that give nothing to draw."""
    for _, properties in body.widgets("log"):
        query, view = properties.get("query").text, properties.get("view").text
        if query is None or properties.get("queryLanguage").text in _OTHER_LANGUAGES:
            continue
        path = properties.get("view").path
        if view in ("timeSeries", "bar", "pie") and not re.search(r"\b(?:stats|pattern|diff)\b", query, re.IGNORECASE):
            yield Found("DL053", path, f"'{view}' draws what stats counts; this query lists events", "view: table")
        elif view == "timeSeries" and not _BUCKETS.search(query):
            yield Found(
                "DL053", path, "a line needs time: this query has no bin()", "stats ... by bin(5m), or view: bar"
            )


def cost(body: Body) -> Iterator[Found]:
    """Log widgets that scan much: each opening and each refresh of the dashboard runs every query again."""
    found = list(body.widgets("log"))
    days = span_days(body)
    for _, properties in found:
        query = properties.get("query")
        text = query.text
        if text is None or _INDEXED.search(text):
            continue
        groups = len(_GROUP.findall(text)) - len(_MANY.findall(text))
        if _MANY.search(text) or properties.has("logGroupPrefixes"):
            message = "each refresh scans every log group that the selector matches, whole"
            yield Found(
                "DL060", query.path, message, "name the log groups, or start with filterIndex on an indexed field"
            )
        elif groups > MANY_GROUPS:
            message = f"each refresh scans {groups} log groups, whole"
            yield Found("DL060", query.path, message, "fewer log groups, or filterIndex on an indexed field")
        elif days is not None and days > _TEXT_WINDOW_DAYS:
            message = f"each refresh scans {days:g} days of logs: the dashboard opens with '{body.get('start').text}'"
            yield Found(
                "DL060", query.path, message, "open with a shorter range (-PT3H); filterIndex; or a metric filter"
            )
    if len(found) > MANY_QUERIES:
        message = f"{len(found)} log widgets: each refresh starts as many queries at once"
        yield Found("DL061", body.get("widgets").path, message, "the account's limit of concurrent queries is shared")
