"""SEARCH(...) inside metric maths. Source: "CloudWatch search expression syntax"."""

from __future__ import annotations

import re
from collections.abc import Iterator

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.maths import Call
from insightctl.dashboards.statistics import STATISTIC
from insightctl.ql.spans import Span

MAX_CHARACTERS = 1024
_SCHEMA = re.compile(r'\s*\{\s*(?:"[^"]*"|[^"{},]+)(?:\s*,\s*(?:"[^"]*"|[^"{},]+))*\s*,?\s*\}')
_LOWER = re.compile(r"(?<![\w\"=])(and|or|not)(?![\w\"=])")
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_FORM = "SEARCH('{Namespace,Dimension} MetricName=\"Name\"', 'Average', 300)"


def check(call: Call, path: str) -> Iterator[Found]:
    """What is wrong with a search; `path` is that of the expression."""
    texts = {place: (text, span) for place, text, span in call.texts}
    if 0 not in texts:
        yield Found("DL031", path, "a search starts with what to search, in single quotes", _FORM, within=call.span)
        return
    text, span = texts[0]
    yield from _query(text, span, path)
    if len(call.arguments) < 2:
        yield Found("DL031", path, "a search needs a statistic behind what it searches", _FORM, within=call.span)
    elif 1 not in texts:
        yield Found("DL031", path, "the statistic of a search stands in quotes", _FORM, within=call.arguments[1])
    elif not re.fullmatch(STATISTIC, texts[1][0]):
        message = f"'{texts[1][0]}' is no statistic"
        yield Found("DL022", path, message, "such as Average, Sum, Maximum or p99", within=texts[1][1])


def _query(text: str, span: Span, path: str) -> Iterator[Found]:
    if len(text) > MAX_CHARACTERS:
        yield Found("DL031", path, f"{len(text):,} characters; a search takes {MAX_CHARACTERS:,}", within=span)
    if not text.strip():
        yield Found("DL031", path, "the search is empty", _FORM, within=span)
    elif text.lstrip().startswith("{") and not _SCHEMA.match(text):
        yield Found("DL031", path, "between the braces stands a namespace, then dimensions", _FORM, within=span)
    elif text.count("(") != text.count(")"):
        yield Found("DL031", path, "the parentheses of the search do not match", within=span)
    terms = _QUOTED.sub(lambda match: '"' * len(match[0]), text)
    for match in _LOWER.finditer(terms):
        at = Span(span.start + 1 + match.start(), span.start + 1 + match.end())
        message = f"'{match[0]}' is searched as a word; the operator is {match[0].upper()}"
        yield Found("DL031", path, message, None, "warning", within=at)
