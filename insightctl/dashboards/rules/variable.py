"""Rules of dashboard variables."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Check, Finding, Rule, known_keys, matching, one_of, required, typed

MAX_VALUES = 500
_KEYS = (
    *("type", "property", "pattern", "inputType", "values", "id", "label", "defaultValue", "search", "populateFrom"),
    "visible",
)


def _is_object(variable: Node) -> Iterator[Finding]:
    if not variable.is_object:
        yield variable, "a variable is an object"


def _what_it_changes(variable: Node) -> Iterator[Finding]:
    kind = variable.get("type").text
    if kind in ("property", "pattern") and not variable.has(kind):
        yield variable, f"a {kind} variable needs '{kind}'"


def _where_values_come_from(variable: Node) -> Iterator[Finding]:
    if variable.get("inputType").text not in ("select", "radio") or variable.has("values"):
        return
    if not (variable.has("search") and variable.has("populateFrom")):
        yield variable, "a select or radio variable needs 'values', or 'search' and 'populateFrom'"


def _values(variable: Node) -> Iterator[Finding]:
    found = variable.get("values")
    if found.is_array and not 1 <= len(list(found.items())) <= MAX_VALUES:
        yield found, f"'values' has 1 to {MAX_VALUES} entries"
    for value in found.items():
        if not value.has("value") or not isinstance(value.get("value").value, str | int | float):
            yield value, "an entry of 'values' has a 'value': a text, a number, true or false"
        if value.has("label") and value.get("label").text is None:
            yield value.get("label"), "the 'label' of a value is a text"


def _shorter_than(key: str, limit: int) -> Check:
    def check(node: Node) -> Iterator[Finding]:
        text = node.get(key).text
        if text is not None and len(text) > limit:
            yield node.get(key), f"'{key}' has at most {limit} characters"

    return check


def _unique_ids(body: Node) -> Iterator[Finding]:
    seen: set[object] = set()
    for variable in body.get("variables").items():
        id_ = variable.get("id")
        if id_.text is not None and id_.text in seen:
            yield id_, f"the id '{id_.text}' is taken"
        seen.add(id_.text)


RULES = (
    Rule("variable-object", "variable", _is_object),
    Rule("variable-keys", "variable", known_keys(*_KEYS), "warning"),
    Rule("variable-required", "variable", required("type", "inputType", "id")),
    Rule("variable-type", "variable", one_of("type", ("property", "pattern"))),
    Rule("variable-input", "variable", one_of("inputType", ("input", "select", "radio"))),
    Rule("variable-changes", "variable", _what_it_changes),
    Rule("variable-source", "variable", _where_values_come_from),
    Rule("variable-values", "variable", _values),
    Rule("variable-id", "variable", matching("id", r"[0-9A-Za-z_-]{1,32}", "1 to 32 of the characters 0-9A-Za-z-_")),
    Rule("variable-label", "variable", _shorter_than("label", 30)),
    Rule("variable-search", "variable", _shorter_than("search", 2048)),
    Rule("variable-texts", "variable", typed(("label", "search", "populateFrom", "property", "pattern"), "text")),
    Rule("variable-visible", "variable", typed(("visible",), "flag")),
    Rule("variable-unique-ids", "body", _unique_ids),
)
