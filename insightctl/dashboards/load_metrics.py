"""The entries of a metric widget: short names, metrics written out, maths and Metrics Insights."""

from __future__ import annotations

import re

from insightctl.core.errors import UsageError
from insightctl.dashboards.colours import COLOURS, is_colour
from insightctl.dashboards.metrics import check_short_name
from insightctl.dashboards.model import Entry
from insightctl.dashboards.passthrough import plain
from insightctl.dashboards.places import Origin
from insightctl.dashboards.reader import Table, nearest
from insightctl.dashboards.statistics import check_statistic

_KINDS = ("metric", "name", "expression", "sql")
_ID = re.compile(r"[a-z][A-Za-z0-9_]*")
_HIGH_RESOLUTION = (1, 5, 10, 20, 30)
_DAY_S = 86_400


def read_entries(table: Table) -> tuple[Entry, ...]:
    """The list under `metric`. Raises UsageError."""
    value = table.values["metric"]
    items = [value] if isinstance(value, str | dict) else table.items("metric")
    entries = tuple(read_entry(table, item, ("metric", place)) for place, item in enumerate(items))
    ids = [entry.id for entry in entries if entry.id]
    if twice := next((each for each in ids if ids.count(each) > 1), None):
        raise table.fail(f"the id '{twice}' stands twice", "metric", word=f'"{twice}"')
    return entries


def read_entry(table: Table, item: object, at: Origin) -> Entry:
    """One entry: a short name, a list, or a table. Raises UsageError."""
    if isinstance(item, str):
        _check_name(table, item)
        return Entry(name=item)
    if isinstance(item, list):
        return _listed(table, item, at)
    if isinstance(item, dict):
        return _described(table.inner(item, *at), table)
    raise _shape(table)


def _listed(table: Table, item: list[object], at: Origin) -> Entry:
    """`[namespace, name, dimension, value, ..., { label = "..." }]`."""
    named = item[:-1] if item and isinstance(item[-1], dict) else item
    texts = tuple(part for part in named if isinstance(part, str))
    if len(texts) != len(named) or len(texts) < 2 or len(texts) % 2:
        raise _shape(table)
    described = item[-1] if isinstance(item[-1], dict) else {}
    inner = table.inner(described, *at)
    entry = _rendered(inner, Entry(raw=texts))
    inner.finish()
    return entry


def _described(inner: Table, table: Table) -> Entry:
    given = [kind for kind in _KINDS if kind in inner.values]
    if len(given) != 1 and given != ["metric", "name"]:
        raise inner.fail(
            f"an entry is one of {', '.join(_KINDS)}; this one is {' and '.join(given) or 'none of them'}",
            remedy='{ metric = "Errors" }, { namespace = "Shop", name = "orders" }, { expression = "..." }, { sql = "..." }',
        )
    kind = given[0]
    text = inner.required_text(kind)
    if kind == "name":
        entry = Entry(raw=(inner.required_text("namespace"), text, *_dimensions(inner)))
    elif kind == "metric":
        _check_name(table, text)
        entry = Entry(name=text)
    else:
        entry = Entry(expression=text) if kind == "expression" else Entry(sql=text)
        if entry.sql and not re.match(r"\s*SELECT\b", text, re.IGNORECASE):
            raise inner.fail(
                "Metrics Insights begins with SELECT", "sql", "sql = 'SELECT AVG(Duration) FROM \"AWS/Lambda\"'"
            )
    entry = _rendered(inner, entry)
    inner.finish()
    return entry


def _dimensions(inner: Table) -> list[str]:
    return [part for pair in inner.scalars("dimensions").items() for part in pair]


def _rendered(inner: Table, entry: Entry) -> Entry:
    from dataclasses import replace

    stat, id_ = inner.text("stat"), inner.text("id")
    if stat:
        try:
            check_statistic(stat)
        except UsageError as error:
            raise inner.fail(error.what, "stat", error.remedy, word=stat) from None
    if id_ and not _ID.fullmatch(id_):
        raise inner.fail(f"'{id_}' is no id", "id", "a small letter, then letters, digits and _", word=id_)
    period = inner.integer("period", 1, _DAY_S)
    check_period(inner, period)
    return replace(
        entry,
        stat=stat,
        label=inner.text("label"),
        id=id_,
        colour=colour(inner),
        axis=inner.choice("axis", ("left", "right")),
        period=period,
        region=inner.text("region"),
        account=inner.text("account"),
        visible=inner.maybe_flag("visible") is not False,
        rendering=_extra(inner),
    )


def _extra(inner: Table) -> dict[str, object]:
    extra = inner.table("extra")
    return {key: plain(inner, "extra", value) for key, value in extra.values.items()} if extra else {}


def colour(table: Table) -> str | None:
    """A colour by its name or as `#rrggbb`. Raises UsageError."""
    text = table.text("colour")
    if text is None or is_colour(text):
        return text
    raise table.fail(
        f"there is no colour '{text}'", "colour", f"{nearest(text, tuple(COLOURS))}; or #rrggbb", word=text
    )


def check_period(table: Table, seconds: int | None) -> None:
    """Raises UsageError for a period that metrics do not have."""
    if seconds is not None and seconds % 60 and seconds not in _HIGH_RESOLUTION:
        raise table.fail("'period' is a multiple of 60 seconds (or 1, 5, 10, 20 or 30)", "period", word=str(seconds))


def _check_name(table: Table, text: str) -> None:
    try:
        check_short_name(text)
    except UsageError as error:
        raise table.fail(error.what, "metric", error.remedy, word=text) from None


def _shape(table: Table) -> UsageError:
    return table.fail(
        "a metric is a short name, a list [namespace, name, dimension, value, ...] or a table",
        "metric",
        'metric = ["Errors", ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "orders"], { expression = "..." }]',
    )
