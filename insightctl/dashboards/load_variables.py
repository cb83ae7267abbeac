"""Variables of a dashboard file."""

from __future__ import annotations

from insightctl.dashboards.model import Choice, Variable
from insightctl.dashboards.passthrough import plain, verbatim_variable
from insightctl.dashboards.reader import Table

_INPUTS = ("select", "radio", "input")


def read_variable(table: Table) -> Variable:
    """A `[[variable]]`. Raises UsageError."""
    if verbatim := verbatim_variable(table):
        return verbatim
    name = table.required_text("id")
    what = [key for key in ("property", "pattern") if table.has(key)]
    variable = Variable(
        name,
        table.text("label") or name.replace("_", " ").capitalize(),
        property=table.text("property"),
        pattern=table.text("pattern"),
        input=table.choice("input", _INPUTS) or "select",  # type: ignore[arg-type]
        values=_values(table),
        search=table.text("search"),
        populate_from=table.text("populate_from"),
        default=table.text("default"),
        visible=table.maybe_flag("visible") is not False,
        origin=table.path,
    )
    table.finish()
    _check(table, variable, what)
    return variable


def _check(table: Table, variable: Variable, what: list[str]) -> None:
    if len(what) > 1:
        raise table.fail("a variable changes a property or a pattern, not both", "pattern")
    if not what:
        if variable.id != "function":
            remedy = (
                'say what: pattern = "prod" (a text, everywhere) or property = "FunctionName"; '
                "only 'function' alone is the drop-down of functions"
            )
            raise table.fail(f"the variable '{variable.id}' changes nothing", "id", remedy, word=variable.id)
        if variable.values or variable.search or variable.populate_from:
            raise table.fail("the drop-down of functions has its own values", "values" if variable.values else "search")
        return
    has_search = bool(variable.search and variable.populate_from)
    if variable.input != "input" and bool(variable.values) == has_search:
        raise table.fail(
            f"a {variable.input} has 'values', or 'search' and 'populate_from'",
            remedy='values = ["prod", "test"], or search = \'{AWS/Lambda,FunctionName}\' with populate_from = "FunctionName"',
        )


def _values(table: Table) -> tuple[Choice, ...]:
    if not table.has("values"):
        return ()
    return tuple(_choice(table, place, item) for place, item in enumerate(table.items("values")))


def _choice(table: Table, place: int, item: object) -> Choice:
    item = plain(table, "values", item)
    if isinstance(item, str | int | float):
        return Choice(item)
    if isinstance(item, dict):
        entry = table.inner(item, "values", place)
        value = item.get("value")
        if entry.has("value") and isinstance(value, str | int | float):
            choice = Choice(value, entry.text("label"))
            entry.finish()
            return choice
    raise table.fail('a value is a text or { value = ..., label = "..." }', "values")
