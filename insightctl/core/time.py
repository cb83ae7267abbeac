"""Time ranges in UTC milliseconds, and the words people type for them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from insightctl.core.errors import UsageError

_UNIT_MS = {"ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000, "w": 604_800_000}
_DURATION = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|s|m|h|d|w))+", re.IGNORECASE)
_DURATION_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|s|m|h|d|w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class TimeRange:
    """`start_ms` inclusive, `end_ms` exclusive, both UTC milliseconds since the epoch."""

    start_ms: int
    end_ms: int

    @property
    def start(self) -> datetime:
        """The start as an aware UTC datetime."""
        return from_ms(self.start_ms)

    @property
    def end(self) -> datetime:
        """The end as an aware UTC datetime."""
        return from_ms(self.end_ms)

    @property
    def duration_ms(self) -> int:
        """Length in ms."""
        return self.end_ms - self.start_ms


def from_ms(ms: int) -> datetime:
    """An aware UTC datetime, exact to the millisecond."""
    return datetime.fromtimestamp(ms // 1000, UTC).replace(microsecond=ms % 1000 * 1000)


def to_ms(moment: datetime) -> int:
    """UTC milliseconds since the epoch, rounded down. A naive datetime is taken as UTC."""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return (aware - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)


def iso(moment: datetime) -> str:
    """ISO 8601 in UTC with milliseconds and Z: `2026-11-23T10:00:00.123Z`."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def parse_duration_ms(text: str) -> int:
    """`90s`, `3h`, `1d12h` in ms. Raises UsageError for anything else."""
    compact = text.strip()
    if not _DURATION.fullmatch(compact):
        raise UsageError(
            f"'{text}' is not a duration", remedy="write a number and a unit: 30s, 15m, 3h, 2d, 1w (or 1d12h)"
        )
    return int(sum(float(n) * _UNIT_MS[unit.lower()] for n, unit in _DURATION_PART.findall(compact)))


def parse_moment(text: str, *, now: datetime, option: str = "--since", tz: tzinfo = UTC) -> datetime:
    """A point in time: `now`, a duration before `now` (`3h`), or ISO 8601 (without an offset: in `tz`).

    Raises UsageError naming `option` for anything else.
    """
    compact = text.strip()
    if compact.lower() == "now":
        return now
    if _DURATION.fullmatch(compact):
        try:
            return now - timedelta(milliseconds=parse_duration_ms(compact))
        except OverflowError:
            raise UsageError(f"{option} {text}: that is before the year 1", remedy="take a shorter time") from None
    try:
        moment = datetime.fromisoformat(compact)
    except ValueError:
        raise UsageError(
            f"{option}: '{text}' is not a time",
            remedy="write a time ago (30m, 3h, 2d, 1w) or a moment (2026-11-23, 2026-11-23T10:00Z)",
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=tz)


def resolve_range(since: str | None, until: str | None, *, now: datetime, default: str, tz: tzinfo = UTC) -> TimeRange:
    """The range that `--since` and `--until` name; `default` stands for a missing `--since`.

    Raises UsageError when the range is empty or turned round.
    """
    start = parse_moment(since or default, now=now, option="--since", tz=tz)
    end = parse_moment(until, now=now, option="--until", tz=tz) if until else now
    if start >= end:
        raise UsageError(
            f"the time range is empty: it starts {iso(start)} and ends {iso(end)}",
            remedy="let --since lie before --until (and before now)",
        )
    return TimeRange(to_ms(start), to_ms(end))
