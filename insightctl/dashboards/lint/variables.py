"""Variables that change nothing, and defaults that are no choice."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body
from insightctl.dashboards.rules.node import Node

MAX_CHARACTERS = 255
_FIRST = "__FIRST"
_PLAIN = re.compile(r"[^\\()\[\]{}*+?|^$.]*")
_SEARCHABLE = re.compile(r"[^*+?{|]{1,200}(?:\|[^*+?{|]{1,200}){0,3}")
"""Patterns without repetition and with few alternatives: any other may be searched for ever in a hostile body."""
_LITERAL = re.compile(r"(?<![\\\w])[A-Za-z0-9_/-]{3,}(?![\w*?{+])")


def variables(body: Body) -> Iterator[Found]:
    """Everything about variables that the structure does not say."""
    for variable in body.get("variables").items():
        yield from _default(variable)
        yield from _search(variable)
        yield from _lengths(variable)
    yield from _without_effect(body)


def _default(variable: Node) -> Iterator[Found]:
    default, values = variable.get("defaultValue"), variable.get("values")
    if not variable.has("defaultValue") or variable.get("inputType").value not in ("select", "radio"):
        return
    known = [value.get("value").value for value in values.items()]
    if not known:
        return
    if default.value == _FIRST:
        yield Found("DL043", default.path, f"{_FIRST} is for values that a search finds", f"such as {known[0]!r}")
    elif default.value not in known:
        shown = ", ".join(str(value) for value in known[:8])
        yield Found("DL043", default.path, f"the default {default.value!r} is none of the values", f"values: {shown}")


def _search(variable: Node) -> Iterator[Found]:
    """`populateFrom` names a dimension of the search."""
    search, from_ = variable.get("search"), variable.get("populateFrom")
    schema = re.match(r"\s*\{([^}]*)\}", search.text or "")
    if schema is None or from_.text is None:
        if search.text is not None and from_.text is not None and "=" not in search.text:
            yield Found(
                "DL041", search.path, "the search names no dimensions", "{AWS/Lambda,FunctionName} MetricName=..."
            )
        return
    names = [name.strip().strip('"') for name in schema[1].split(",")[1:]]
    if names and from_.text not in names:
        message = f"the search finds no dimension '{from_.text}'"
        yield Found("DL041", from_.path, message, f"its dimensions: {', '.join(names)}")


def _lengths(variable: Node) -> Iterator[Found]:
    texts = [variable.get("defaultValue")]
    for value in variable.get("values").items():
        texts += [value.get("value"), value.get("label")]
    for node in texts:
        if node.text is not None and len(node.text) > MAX_CHARACTERS:
            yield Found("DL007", node.path, f"{len(node.text)} characters; a value takes at most {MAX_CHARACTERS}")


def _without_effect(body: Body) -> Iterator[Found]:
    found = body.get("variables")
    if not list(found.items()):
        return
    keys, texts = _contents(body)
    whole = json.dumps(body.get("widgets").value, ensure_ascii=False)
    for variable in found.items():
        name, pattern = variable.get("property"), variable.get("pattern")
        if variable.get("type").value == "property" and name.text and name.text not in keys and name.text not in texts:
            near = next((key for key in sorted(keys) if key.lower() == (name.text or "").lower()), None)
            message = f"no widget has a property or a dimension '{name.text}'"
            yield Found("DL042", name.path, message, f"did you mean '{near}'?" if near else None)
        if variable.get("type").value == "pattern" and pattern.text is not None:
            yield from _of_pattern(pattern, pattern.text, whole)


def _of_pattern(node: Node, text: str, whole: str) -> Iterator[Found]:
    if not text:
        yield Found("DL041", node.path, "an empty pattern")
        return
    try:
        compiled = re.compile(text)
    except (re.error, RecursionError, OverflowError):
        yield Found("DL041", node.path, "the pattern is no regular expression", None, "warning")
        return
    if text in whole or (not _PLAIN.fullmatch(text) and _may_match(compiled, whole)):
        return
    yield Found("DL042", node.path, f"nothing in the widgets matches '{text}'")


def _may_match(pattern: re.Pattern[str], whole: str) -> bool:
    """Whether the pattern is found, as far as that can be told in a time that grows with the text alone."""
    if _SEARCHABLE.fullmatch(pattern.pattern):
        return pattern.search(whole) is not None
    if any(mark in pattern.pattern for mark in "|[(?"):
        return True
    return all(word in whole for word in _LITERAL.findall(pattern.pattern))


def _contents(body: Body) -> tuple[set[str], str]:
    """The keys and dimension names of all widgets, and the texts that name dimensions themselves."""
    keys: set[str] = set()
    waiting: list[object] = [widget.get("properties").value for widget in body.get("widgets").items()]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            keys.update(map(str, value))
            waiting += value.values()
        elif isinstance(value, list):
            waiting += value
    texts: list[str] = []
    for widget in body.metric_widgets:
        for row in widget.rows:
            keys.update(row.dimensions)
            texts.append(row.expression or "")
    return keys, "\n".join(texts)
