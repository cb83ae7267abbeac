"""Times as people type them, and UTC milliseconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.core.errors import UsageError
from insightctl.core.time import TimeRange, from_ms, iso, parse_duration_ms, parse_moment, resolve_range, to_ms

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ms"),
    [
        ("90s", 90_000),
        ("500ms", 500),
        ("15m", 900_000),
        ("3h", 10_800_000),
        ("2d", 172_800_000),
        ("1w", 604_800_000),
        ("1d12h", 129_600_000),
        ("1.5h", 5_400_000),
        ("3H", 10_800_000),
        (" 5m ", 300_000),
        ("0s", 0),
    ],
)
def test_durations(text: str, ms: int) -> None:
    assert parse_duration_ms(text) == ms


@pytest.mark.parametrize("text", ["", "5", "m", "5x", "-5m", "5 m", "5m ago", "1e3s", "5m,3s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_duration_ms(text)
    assert error.value.what == f"'{text}' is not a duration"
    assert error.value.exit_code == 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("now", NOW),
        ("NOW", NOW),
        ("3h", NOW - timedelta(hours=3)),
        ("2026-11-23", datetime(2026, 11, 23, tzinfo=UTC)),
        ("2026-11-23T10:00", datetime(2026, 11, 23, 10, tzinfo=UTC)),
        ("2026-11-23T10:00:00.123Z", datetime(2026, 11, 23, 10, 0, 0, 123000, tzinfo=UTC)),
        ("2026-11-23T10:00+02:00", datetime(2026, 11, 23, 8, tzinfo=UTC)),
    ],
)
def test_moments(text: str, expected: datetime) -> None:
    assert parse_moment(text, now=NOW) == expected


def test_a_moment_without_an_offset_is_in_the_given_zone() -> None:
    berlin = timezone(timedelta(hours=1))
    assert parse_moment("2026-11-23T10:00", now=NOW, tz=berlin) == datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "10:00", "", "3x", "99999999w"])
def test_what_is_no_moment(text: str) -> None:
    with pytest.raises(UsageError) as error:
        parse_moment(text, now=NOW, option="--until")
    assert error.value.what.startswith("--until")


def test_ranges() -> None:
    assert resolve_range("2h", "1h", now=NOW, default="3h") == TimeRange(to_ms(NOW) - 7_200_000, to_ms(NOW) - 3_600_000)
    assert resolve_range(None, None, now=NOW, default="3h") == TimeRange(to_ms(NOW) - 10_800_000, to_ms(NOW))
    made = resolve_range("2026-11-23", "2026-11-24", now=NOW, default="3h")
    assert made.duration_ms == 86_400_000
    assert (iso(made.start), iso(made.end)) == ("2026-11-23T00:00:00.000Z", "2026-11-24T00:00:00.000Z")


@pytest.mark.parametrize(("since", "until"), [("1h", "2h"), ("1h", "1h"), ("2027-01-01", None)])
def test_a_range_that_is_empty_or_turned_round(since: str, until: str | None) -> None:
    with pytest.raises(UsageError, match="the time range is empty"):
        resolve_range(since, until, now=NOW, default="3h")


@given(st.integers(-62_135_596_800_000, 253_402_300_799_999))
def test_milliseconds_round_trip(ms: int) -> None:
    assert to_ms(from_ms(ms)) == ms
    assert from_ms(ms).tzinfo is UTC


def test_a_naive_time_is_utc() -> None:
    assert to_ms(datetime(1970, 1, 1, 0, 0, 1)) == 1000
