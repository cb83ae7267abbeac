"""SQL values with the language's types, and the conversions between them.

Physical types: number DOUBLE, string VARCHAR, timestamp BIGINT (UTC ms), boolean BOOLEAN, json JSON. A discovered
field ("any") is its text, with `numeric` telling whether the JSON value behind it was a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from insightctl.ql.types import FieldType


@dataclass(frozen=True, slots=True)
class Val:
    """An SQL expression and its type. `numeric` is an SQL condition, for type "any" only.

    `json` is the raw JSON value behind a part of a map or list: maps and lists are no text, but have parts of their own.
    `length` is SQL of the number of its characters, where it is known without reading it.
    """

    sql: str
    type: FieldType
    numeric: str | None = None
    json: str | None = None
    length: str | None = None


FIRST_MS = -62_135_596_800_000
LAST_MS = 253_402_300_799_999
"""The years 1 to 9999, which every part of the product can show."""

NULL = Val("CAST(NULL AS VARCHAR)", "string")


@dataclass(slots=True)
class Params:
    """Values that go into the statement as prepared parameters; query text never becomes SQL text."""

    values: list[object] = field(default_factory=list)

    def add(self, value: object) -> str:
        """The placeholder that stands for the value."""
        self.values.append(value)
        return f"${len(self.values)}"


def number(value: Val) -> str:
    """As DOUBLE: text that spells a number counts as one, anything else is null."""
    match value.type:
        case "number":
            return value.sql
        case "timestamp":
            return f"CAST({value.sql} AS DOUBLE)"
        case "boolean":
            return f"CAST({value.sql} AS DOUBLE)"
        case "json":
            return "CAST(NULL AS DOUBLE)"
        case _:
            cast = f"TRY_CAST({value.sql} AS DOUBLE)"  # which takes 1_000 for a number
            return f"CASE WHEN isfinite({cast}) AND NOT contains({value.sql}, '_') THEN {cast} END"


def text(value: Val) -> str:
    """As VARCHAR: numbers in their shortest spelling, timestamps as the service shows them, booleans 1 and 0."""
    match value.type:
        case "number":
            # One mention of the value: conversions nest, and each mention would double the SQL.
            return f"regexp_replace(format('{{:.4f}}', {value.sql} + 0.0), '\\.?0+$', '')"
        case "timestamp":
            return f"strftime(make_timestamp_ms({value.sql}), '%Y-%m-%d %H:%M:%S.%g')"
        case "boolean":
            return f"CASE {value.sql} WHEN true THEN '1' WHEN false THEN '0' END"
        case "json":
            return NULL.sql
        case _:
            return value.sql


def exact(value: Val) -> str:
    """As VARCHAR that stands for the value among texts: numbers keep all their digits, for what is computed from them."""
    if value.type != "number":
        return text(value)
    return f"nullif(regexp_extract(CAST({value.sql} AS VARCHAR), '^(-?[0-9].*?)(?:\\.0)?$', 1), '')"


def key(value: Val) -> str:
    """As VARCHAR to match by: equal values of different types spell the same (5, 5.0 and "5")."""
    if value.type == "any" and value.numeric is not None:
        return f"(CASE WHEN {value.numeric} THEN {text(Val(number(value), 'number'))} ELSE {value.sql} END)"
    return text(value)


def structure(value: Val) -> str:
    """As JSON: the map or list, or the raw value behind a part of one; null for anything else."""
    if value.type == "json":
        return value.sql
    return value.json if value.json is not None else "CAST(NULL AS JSON)"


def truth(value: Val) -> str:
    """As a condition: a number that is not 0, a text 1 or true."""
    match value.type:
        case "boolean":
            return value.sql
        case "number" | "timestamp":
            return f"({value.sql} <> 0)"
        case "json":
            return "false"
        case _:
            return f"(lower({value.sql}) = 'true' OR {number(value)} <> 0)"


def is_number(value: Val) -> str:
    """A condition: whether the value is a number rather than text, as which times are spelled among texts."""
    if value.type in ("number", "boolean"):
        return "true"
    if value.type == "any":
        return value.numeric or f"({number(value)} IS NOT NULL)"
    return "false"


def present(value: Val) -> str:
    """A condition: whether the field exists."""
    return f"({value.sql} IS NOT NULL)"
