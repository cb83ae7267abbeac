"""A dashboard file into the model."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from insightctl.core.errors import UsageError
from insightctl.dashboards.catalogue import text_of_file
from insightctl.dashboards.load_alarms import read_alarm
from insightctl.dashboards.load_variables import read_variable
from insightctl.dashboards.load_widgets import account, for_each, read_widget
from insightctl.dashboards.model import Dashboard, Row
from insightctl.dashboards.passthrough import extra_json, placed_widget
from insightctl.dashboards.places import Source
from insightctl.dashboards.reader import Table


def load_file(path: Path) -> Dashboard:
    """The dashboard of a TOML file. Raises UsageError for a file that cannot be read, and for every mistake in it."""
    return load_text(text_of_file(path), name=path.stem, file=str(path))


def load_text(source: str, *, name: str, file: str) -> Dashboard:
    """The dashboard of a TOML text; `file` is what errors call it. Raises UsageError."""
    source = source.replace("\r\n", "\n")
    try:
        values = tomllib.loads(source)
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"\(at line (\d+), column (\d+)\)", str(error))
        lines = source.split("\n")
        at_end = f"{len(lines)}:{len(lines[-1]) + 1}"
        where = f"{file}:{place[1]}:{place[2]}" if place else f"{file}:{at_end}"
        raise UsageError(f"not TOML: {str(error).partition(' (at ')[0]}", where=where) from error
    except RecursionError:
        raise UsageError("not TOML that can be read: it is nested too deeply", where=file) from None
    return _dashboard(Table(values, Source(file, source)), name)


def _dashboard(table: Table, name: str) -> Dashboard:
    dashboard = Dashboard(
        name,
        table.required_text("title"),
        question=table.text("question"),
        start=table.text("start"),
        end=table.text("end"),
        functions=table.texts("functions"),
        account=account(table),
        variables=tuple(read_variable(each) for each in table.tables("variable")),
        rows=tuple(_row(each) for each in table.tables("row")),
        placed=tuple(placed_widget(each) for each in table.tables("widget")),
        alarms=tuple(read_alarm(each) for each in table.tables("alarm")),
        period_override=table.text("period_override"),
        extra=extra_json(table),
        source=table.origin,
    )
    is_empty = not dashboard.rows and not table.has("widget") and "widgets" not in dashboard.extra
    table.finish()
    if is_empty:
        raise table.fail("the dashboard has no rows", remedy="add [[row]] and [[row.widget]]")
    return dashboard


def _row(table: Table) -> Row:
    row = Row(
        title=table.text("title"),
        text=table.text("text"),
        for_each=for_each(table),
        region=table.text("region"),
        account=account(table),
        widgets=tuple(read_widget(each) for each in table.tables("widget")),
        origin=table.path,
    )
    table.finish()
    if not row.widgets:
        raise table.fail("the row has no widgets", remedy="add [[row.widget]] below it")
    return row
