"""Rules of the rows in a metric widget's `metrics`."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.dashboards.rules.metric import STATISTIC_WORDS, period
from insightctl.dashboards.rules.node import Node
from insightctl.dashboards.rules.rule import Check, Finding, Rule, known_keys, matching, one_of, typed
from insightctl.dashboards.statistics import STATISTIC

COLOUR, COLOUR_WORDS = r"#(?:[0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})", "a colour such as #d62728"
MAX_DIMENSIONS = 30  # "CloudWatch quotas": dimensions of a metric
_RENDERING = ("accountId", "color", "expression", "id", "label", "period", "region", "stat", "visible", "yAxis")


def rendering(row: Node) -> Node | None:
    """The object at the end of a row, if there is one."""
    items = list(row.items())
    return items[-1] if items and items[-1].is_object else None


def _names(row: Node) -> list[Node]:
    items = list(row.items())
    return items[:-1] if items and items[-1].is_object else items


def _is_array(row: Node) -> Iterator[Finding]:
    if not row.is_array:
        yield row, "a metric is an array: [namespace, name, dimension, value, ...] or [{expression}]"
    elif not row.value:
        yield row, "an empty metric"


def _expression_alone(row: Node) -> Iterator[Finding]:
    end = rendering(row)
    if end is None or not row.is_array:
        return
    if end.has("expression") and _names(row):
        yield row, "an expression stands alone: [{expression, label, id}]"
    if not end.has("expression") and not _names(row):
        yield row, "neither a metric nor an expression"


def _names_are_texts(row: Node) -> Iterator[Finding]:
    for name in _names(row):
        if name.text is None:
            yield name, "namespace, metric and dimensions are texts; an object stands only at the end"


def _shape(row: Node) -> Iterator[Finding]:
    """Namespace and name, then pairs. `...` repeats what the row before has, so it leaves nothing to count."""
    names = [name.value for name in _names(row)]
    if not names or "..." in names:
        return
    if len(names) < 2:
        yield row, "a metric has a namespace and a name"
    elif len(names) % 2:
        yield row, f"the dimension '{names[-1]}' has no value"
    elif len(names) > 2 + 2 * MAX_DIMENSIONS:
        yield row, f"a metric has at most {MAX_DIMENSIONS} dimensions"


def _dots_in_first(row: Node) -> Iterator[Finding]:
    if row.path.endswith("[0]") and any(name.value in (".", "...") for name in _names(row)):
        yield row, "'.' repeats the row before; the first row has none"


def _on_rendering(check: Check) -> Check:
    def checked(row: Node) -> Iterator[Finding]:
        end = rendering(row)
        if end is not None:
            yield from check(end)

    return checked


def _unique_ids(properties: Node) -> Iterator[Finding]:
    seen: dict[str, str] = {}
    for row in properties.get("metrics").items():
        end = rendering(row)
        id_ = end.get("id") if end else None
        if id_ and id_.text:
            if id_.text in seen:
                yield id_, f"the id '{id_.text}' is taken by {seen[id_.text]}"
            seen.setdefault(id_.text, id_.path)


RULES = (
    Rule("row-array", "metric row", _is_array),
    Rule("row-expression", "metric row", _expression_alone),
    Rule("row-texts", "metric row", _names_are_texts),
    Rule("row-shape", "metric row", _shape),
    Rule("row-dots", "metric row", _dots_in_first),
    Rule("row-keys", "metric row", _on_rendering(known_keys(*_RENDERING)), "warning"),
    Rule("row-strings", "metric row", _on_rendering(typed(("expression", "label", "region", "accountId"), "text"))),
    Rule("row-flags", "metric row", _on_rendering(typed(("visible",), "flag"))),
    Rule("row-color", "metric row", _on_rendering(matching("color", COLOUR, COLOUR_WORDS))),
    Rule("row-period", "metric row", _on_rendering(period)),
    Rule("row-stat", "metric row", _on_rendering(matching("stat", STATISTIC, STATISTIC_WORDS))),
    Rule("row-axis", "metric row", _on_rendering(one_of("yAxis", ("left", "right")))),
    Rule(
        "row-id",
        "metric row",
        _on_rendering(matching("id", r"[a-z]\w*", "a lower-case letter, then letters, digits and _")),
    ),
    Rule("row-unique-ids", "metric", _unique_ids),
)
