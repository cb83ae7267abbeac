"""Parts of a body that a definition holds as they are: what `dashboard pull` writes and nobody has made shorter yet."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from datetime import date, datetime, time

from insightctl.dashboards.model import PlacedWidget, Variable
from insightctl.dashboards.reader import Table

Json = dict[str, object]


def placed_widget(table: Table) -> PlacedWidget:
    """A `[[widget]]`: every key in its own place of the body, nothing added. Raises UsageError."""
    given: Json = {}
    for key in ("type", "x", "y", "width", "height"):
        if table.has(key):
            given[key] = plain(table, key, table.values[key])
    if (properties := _either(table, "properties")) is not None:
        given["properties"] = properties
    given.update(extra_json(table))
    table.finish()
    return PlacedWidget(given, origin=table.path)


def verbatim_variable(table: Table) -> Variable | None:
    """A `[[variable]]` with `verbatim`; None when it is not one. Raises UsageError."""
    entry = _either(table, "verbatim")
    if entry is None:
        return None
    table.finish()
    return Variable(str(entry.get("id", "")), verbatim=entry, origin=table.path)


def extra_json(table: Table) -> Json:
    """The object in `extra_json`; empty when it is absent. Raises UsageError."""
    return _parsed(table, "extra_json") if table.has("extra_json") else {}


def _either(table: Table, key: str) -> Json | None:
    """The table of a key, or the object in the JSON text of `KEY_json`."""
    as_toml, as_json = table.has(key), table.has(f"{key}_json")
    if as_toml and as_json:
        raise table.fail(f"'{key}' and '{key}_json' say the same thing twice", key, "keep one of them")
    if as_json:
        return _parsed(table, f"{key}_json")
    if not as_toml:
        return None
    value = table.values[key]
    if not isinstance(value, dict):
        raise table.fail(f"'{key}' is a table", key)
    return {name: plain(table, key, item) for name, item in value.items()}


def plain(table: Table, key: str, value: object) -> object:
    """A TOML value that JSON has too. Raises UsageError for a date, and for a number that is none."""
    if isinstance(value, dict):
        return {name: plain(table, key, item) for name, item in value.items()}
    if isinstance(value, list):
        return [plain(table, key, item) for item in value]
    if isinstance(value, datetime | date | time):
        raise table.fail(f"'{key}' holds a date; a body has them as texts", key, f'write "{value.isoformat()}"')
    if isinstance(value, float) and not math.isfinite(value):
        raise table.fail(f"'{key}' holds {value}, which JSON cannot say", key)
    return value


def _parsed(table: Table, key: str) -> Json:
    text = table.values[key]
    if not isinstance(text, str):
        raise table.fail(f"'{key}' is a text that holds JSON", key)
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = error.msg if isinstance(error, json.JSONDecodeError) else "it cannot be read"
        raise table.fail(f"'{key}' is not JSON: {reason}", key) from None
    if not isinstance(value, dict):
        raise table.fail(f"'{key}' is a JSON object", key)
    return value


def own_entry(entry: Mapping[str, object]) -> Json:
    """A copy that the body may own."""
    copied: Json = json.loads(json.dumps(entry))
    return copied
