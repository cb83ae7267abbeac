"""Results: columns by name, and the service's spelling of values."""

from __future__ import annotations

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.core.job import Target
from insightctl.core.result import Column, ColumnType, Result, Statistics, Value
from insightctl.core.spelling import (
    computed_number,
    infer_type,
    java_double,
    number_from_text,
    plain_number,
    raw_rows,
    raw_timestamp,
    raw_value,
    timestamp_from_text,
    value_from_text,
)
from insightctl.core.time import TimeRange

AT = datetime(2026, 11, 23, 10, 0, 0, 123000, tzinfo=UTC)

RESULT = Result(
    (Column("bin(5m)", "timestamp"), Column("n", "number"), Column("@memorySize", "number", computed=False)),
    ((AT, 3, 128_000_000.0), (None, 2.5, None)),
    Statistics(5, 10, 100),
    ("a warning",),
    TimeRange(0, 1),
)


def test_select_keeps_the_rest() -> None:
    chosen = RESULT.select(["n", "bin(5m)"])
    assert chosen.names == ("n", "bin(5m)")
    assert chosen.rows == ((3, AT), (2.5, None))
    assert (chosen.statistics, chosen.warnings, chosen.time) == (RESULT.statistics, RESULT.warnings, RESULT.time)
    assert RESULT.select(["n", "n"]).rows == ((3, 3), (2.5, 2.5))
    assert RESULT.select([]).rows == ((), ())


def test_select_and_column_of_an_unknown_name() -> None:
    with pytest.raises(KeyError, match="nosuch"):
        RESULT.select(["n", "nosuch"])
    with pytest.raises(KeyError, match="nosuch"):
        RESULT.column("nosuch")


def test_columns_and_records() -> None:
    assert RESULT.column("n") == (3, 2.5)
    assert list(RESULT.records())[1] == {"bin(5m)": None, "n": 2.5, "@memorySize": None}


def test_raw_rows_leave_absent_fields_out() -> None:
    assert raw_rows(RESULT) == [
        [
            {"field": "bin(5m)", "value": "2026-11-23 10:00:00.123"},
            {"field": "n", "value": "3"},
            {"field": "@memorySize", "value": "1.28E8"},
        ],
        [{"field": "n", "value": "2.5"}],
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (15.0, "15.0"), (1.28e8, "1.28E8"), (1e-5, "1.0E-5"), (0.001, "0.001"), (9999999.0, "9999999.0"), (1e7, "1.0E7"),
        (0.0, "0.0"), (-0.0, "-0.0"), (-15.5, "-15.5"), (1013.31, "1013.31"), (123456789.125, "1.23456789125E8"),
        (-1.28e8, "-1.28E8"), (0.00099, "9.9E-4"), (1e100, "1.0E100"), (12345678.0, "1.2345678E7"), (1e21, "1.0E21"),
        (math.inf, "Infinity"), (-math.inf, "-Infinity"), (math.nan, "NaN"), (1.7976931348623157e308, "1.7976931348623157E308"),
    ],
)  # fmt: skip
def test_java_doubles(value: float, text: str) -> None:
    assert java_double(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_java_doubles_are_read_back_exactly(value: float) -> None:
    text = java_double(value)
    assert float(text) == value
    assert ("E" in text) == (value != 0 and not 1e-3 <= abs(value) < 1e7)


@pytest.mark.parametrize(
    ("value", "number", "text"),
    [
        (2671.319, 2671.319, "2671.319"),
        (4.28571428, 4.2857, "4.2857"),
        (18.0, 18, "18"),
        (18.00001, 18, "18"),
        (-0.00001, 0, "0"),
        (0.1 + 0.2, 0.3, "0.3"),
        (5, 5, "5"),
        (1e15, 10**15, "1000000000000000"),
        (1e300, 1e300, None),
    ],
)
def test_computed_numbers(value: float, number: float, text: str | None) -> None:
    assert computed_number(value) == number
    assert type(computed_number(value)) is type(number)
    if text is not None:
        assert plain_number(value) == text


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("5", 5), ("-5", -5), ("15.0", 15.0), ("1.28E8", 1.28e8), ("1.0E-5", 1e-5), ("0", 0), ("007", None), ("1_000", None),
        ("", None), ("5m", None), ("NaN", None), ("1e999", None), (" 5", None), ("٣", None), ("12345678901234567890", None),
        ("123456789012345", 123456789012345),
    ],
)  # fmt: skip
def test_numbers_from_text(text: str, number: float | None) -> None:
    assert number_from_text(text) == number


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("5", "number", 5),
        ("x", "number", "x"),
        ("5", "string", "5"),
        (None, "number", None),
        ("2026-11-23 10:00:00.123", "timestamp", AT),
        ("1795428000123", "timestamp", AT),
        ("soon", "timestamp", "soon"),
        ("1", "boolean", True),
        ("false", "boolean", False),
        ("maybe", "boolean", "maybe"),
        ('{"a":[1]}', "json", {"a": [1]}),
        ("{", "json", "{"),
    ],
)
def test_values_from_text(text: str | None, kind: ColumnType, value: Value) -> None:
    assert value_from_text(text, kind) == value


@given(st.datetimes(timezones=st.just(UTC)))
def test_timestamps_round_trip(moment: datetime) -> None:
    whole = moment.replace(microsecond=moment.microsecond // 1000 * 1000)
    if moment.year >= 1000:
        assert timestamp_from_text(raw_timestamp(moment)) == whole


def test_raw_values() -> None:
    column = Column("x", "number")
    assert raw_value(True, column) == "1"
    assert raw_value(None, column) is None
    assert raw_value("text", column) == "text"
    assert raw_value(2.0, column) == "2"
    assert raw_value(2.0, Column("x", "number", computed=False)) == "2.0"
    assert raw_value({"a": [1, "é"]}, Column("x", "json")) == '{"a":[1,"é"]}'


def test_types_of_discovered_columns() -> None:
    assert infer_type(["1", None, "2.5"]) == "number"
    assert infer_type(["1", "x"]) == "string"
    assert infer_type([None]) == "string"
    assert infer_type([]) == "string"


def test_targets() -> None:
    target = Target(functions=("checkout", "cart-*"), log_groups=("/ecs/web",))
    assert target.patterns == ("/ecs/web", "/aws/lambda/checkout", "/aws/lambda/cart-*")
    assert str(target) == "checkout, cart-*, /ecs/web"
    assert str(Target()) == "everything"
