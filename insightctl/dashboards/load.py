"""A dashboard file into the model."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from pathlib import Path

from insightctl.core.errors import UsageError
from insightctl.dashboards.metrics import check_short_name
from insightctl.dashboards.model import (
    GRID_COLUMNS,
    Dashboard,
    LogWidget,
    MetricWidget,
    RawMetric,
    Row,
    Size,
    TextWidget,
    Variable,
    Widget,
)
from insightctl.dashboards.reader import Table

MAX_HEIGHT = 1000
_KINDS = ("metric", "query", "text")
_DAY_S = 86_400


def load_file(path: Path) -> Dashboard:
    """The dashboard of a TOML file. Raises UsageError for a file that cannot be read, and for every mistake in it."""
    try:
        source = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"cannot read the dashboard file: {reason}", where=str(path)) from error
    return load_text(source, name=path.stem, file=str(path))


def load_text(source: str, *, name: str, file: str) -> Dashboard:
    """The dashboard of a TOML text; `file` is what errors call it. Raises UsageError."""
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column \d+\)", str(error))
        where = f"{file}:{place[1]}" if place else file
        raise UsageError(f"not TOML: {str(error).partition(' (at ')[0]}", where=where) from error
    return _dashboard(Table(values, file, source), name)


def _dashboard(table: Table, name: str) -> Dashboard:
    title = table.required_text("title")
    start, end = table.text("start"), table.text("end")
    variables = tuple(_variable(each) for each in table.tables("variable"))
    rows = tuple(_row(each) for each in table.tables("row"))
    table.finish()
    if not rows:
        raise table.fail("the dashboard has no rows", remedy="add [[row]] and [[row.widget]]")
    return Dashboard(name, title, rows, start, end, variables)


def _variable(table: Table) -> Variable:
    name = table.required_text("id")
    label = table.text("label") or "Function"
    table.finish()
    if name != "function":
        raise table.fail(f"there is no variable '{name}'", "id", "the one variable is 'function'")
    return Variable(name, label)


def _row(table: Table) -> Row:
    title, text = table.text("title"), table.text("text")
    widgets = tuple(_widget(each) for each in table.tables("widget"))
    table.finish()
    if not widgets:
        raise table.fail("the row has no widgets", remedy="add [[row.widget]] below it")
    return Row(widgets, title, text)


def _widget(table: Table) -> Widget:
    given = [kind for kind in _KINDS if table.has(kind)]
    if len(given) != 1:
        raise table.fail(
            f"a widget is one of {', '.join(_KINDS)}; this one is {' and '.join(given) or 'none of them'}",
            remedy='write metric = ["Errors"], query = "coldstarts" or text = "markdown"',
        )
    size = Size(table.integer("width", 1, GRID_COLUMNS), table.integer("height", 1, MAX_HEIGHT))
    widget = _READERS[given[0]](table, size)
    table.finish()
    return widget


def _metric(table: Table, size: Size) -> MetricWidget:
    metrics = tuple(_one_metric(table, item) for item in table.items("metric"))
    period = table.integer("period", 60, _DAY_S) or 300
    if period % 60:
        raise table.fail("'period' is a multiple of 60 seconds", "period")
    return MetricWidget(metrics, table.text("title"), size, period, table.flag("stacked"))


def _one_metric(table: Table, item: object) -> str | RawMetric:
    if isinstance(item, str):
        try:
            check_short_name(item)
        except UsageError as error:
            raise table.fail(error.what, "metric", error.remedy) from None
        return item
    if isinstance(item, list) and len(item) >= 2 and len(item) % 2 == 0 and all(isinstance(part, str) for part in item):
        return tuple(item)
    raise table.fail(
        "a metric is a short name or a list [namespace, name, dimension, value, ...]",
        "metric",
        'write metric = ["Errors"] or metric = [["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", "orders"]]',
    )


def _log(table: Table, size: Size) -> LogWidget:
    return LogWidget(table.required_text("query"), table.scalars("params"), table.text("title"), size)


def _text(table: Table, size: Size) -> TextWidget:
    return TextWidget(table.required_text("text"), size, table.flag("transparent"))


_READERS: dict[str, Callable[[Table, Size], Widget]] = {"metric": _metric, "query": _log, "text": _text}
