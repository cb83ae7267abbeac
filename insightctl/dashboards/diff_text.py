"""A diff for people, and as JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from insightctl.dashboards.diff import Change, Diff, FieldChange

_SIGNS = {"added": "+", "removed": "-", "moved": "→", "changed": "~", "settings": "~"}
_SHOWN = 160  # characters of a value; queries are shown line by line


def diff_text(diff: Diff) -> str:
    """One block a change, a count at the end; `no changes` in words."""
    if not diff:
        return "no changes"
    lines = [line for change in diff.changes for line in _lines(change)]
    counts: Counter[str] = Counter(change.kind for change in diff.changes)
    summary = ", ".join(f"{counts[kind]} {kind}" for kind in _SIGNS if counts[kind])
    return "\n".join([*lines, "", summary])


def diff_json(diff: Diff) -> str:
    """`{"schema": 1, "changes": [{"kind", "widget", "place", "fields": [{"path", "before", "after"}]}]}`."""
    changes = [
        {
            "kind": change.kind,
            "widget": change.widget or None,
            "place": dict(zip(("x", "y", "width", "height"), change.place, strict=False)) or None,
            "fields": [{"path": field.path, "before": field.before, "after": field.after} for field in change.fields],
        }
        for change in diff.changes
    ]
    return json.dumps({"schema": 1, "changes": changes}, indent=2, ensure_ascii=False)


def _lines(change: Change) -> Iterator[str]:
    sign = _SIGNS[change.kind]
    if change.kind == "moved":
        steps = ", ".join(f"{field.path} {field.before} → {field.after}" for field in change.fields)
        yield f"{sign} {change.widget}: {steps}"
        return
    yield f"{sign} {change.widget or 'settings'}"
    for field in change.fields:
        yield from _field(field)


def _field(field: FieldChange) -> Iterator[str]:
    before, after = _texts(field.before), _texts(field.after)
    if len(before) == len(after) == 1 and field.path != "metrics":
        yield f"    {field.path}: {before[0]} → {after[0]}"
        return
    yield f"    {field.path}:" if sorted(before) != sorted(after) else f"    {field.path}: another order"
    yield from (f"      - {line}" for line in before if line not in after)
    yield from (f"      + {line}" for line in after if line not in before)


def _texts(value: object) -> list[str]:
    if value is None:
        return ["(none)"]
    items = value if isinstance(value, list) else [value]
    lines = [line for item in items for line in _text(item).splitlines()]
    return [line if len(line) <= _SHOWN else f"{line[: _SHOWN - 1]}…" for line in lines] or ["(empty)"]


def _text(value: object) -> str:
    if isinstance(value, list) and value and isinstance(value[0], str):  # a metric: its names, then how it is drawn
        return " ".join(_text(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
