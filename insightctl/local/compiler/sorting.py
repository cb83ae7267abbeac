"""The documented natural order of `sort`: non-numbers before numbers, digits compared by length, then by value."""

from __future__ import annotations

from insightctl.local.compiler.values import Val, number


def order_key(value: Val) -> tuple[str, ...]:
    """SQL expressions that order a value ascending, most significant first."""
    if value.type in ("number", "timestamp", "boolean"):
        return (value.sql,)
    if value.type == "json":
        return ("NULL",)
    as_number = number(value)
    natural = f"CASE WHEN {as_number} IS NULL THEN {_chunks(value.sql)} END"
    return (f"({as_number} IS NOT NULL)", natural, as_number, value.sql)


def _chunks(sql: str) -> str:
    """A text whose plain order is the natural one: each run of digits is led by its length."""
    return (
        f"array_to_string(list_transform(regexp_extract_all({sql}, '[0-9]+|[^0-9]+'), "
        "lambda c: CASE WHEN c[1] BETWEEN '0' AND '9' THEN '0' || lpad(CAST(length(c) AS VARCHAR), 6, '0') || c "
        "ELSE c END), '')"
    )


def order_by(value: Val, *, descending: bool) -> str:
    """An ORDER BY list for one sort key: absent values last when descending, first when ascending.

    Numbers that are equal are equal here, however they are spelled: the next sort key decides between them.
    """
    direction = "DESC NULLS LAST" if descending else "ASC NULLS FIRST"
    first = f"({value.sql} IS NOT NULL) {'DESC' if descending else 'ASC'}"
    keys = order_key(value)
    if len(keys) == 1:
        return f"{keys[0]} {direction}"
    *most, spelled = keys
    most.append(f"CASE WHEN {number(value)} IS NULL THEN {spelled} END")
    return ", ".join([first, *(f"{key} {direction}" for key in most)])


def spelling_by(value: Val, *, descending: bool) -> str | None:
    """An ORDER BY key for what `order_by` leaves open, numbers that are spelled differently (01, 1); None where nothing is."""
    return (
        None if len(order_key(value)) == 1 else f"{value.sql} {'DESC NULLS LAST' if descending else 'ASC NULLS FIRST'}"
    )
