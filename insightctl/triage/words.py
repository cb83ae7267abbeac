"""How findings spell numbers, moments and lengths of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, tzinfo

from insightctl.triage.proportions import Share


def pct(share: Share) -> str:
    """`14.6 %`; what is less than a tenth of a percent keeps two digits."""
    value = share.pct
    if value == 0:
        return "0 %"
    return f"{value:.1f} %" if value >= 0.1 else f"{value:.2g} %"


def of(share: Share) -> str:
    """`32 of 219`."""
    return f"{share.failures:,} of {share.invocations:,}"


def moment(at: datetime, tz: tzinfo = UTC) -> str:
    """`2026-11-18 06:44:22`, without the zone."""
    return at.astimezone(tz).strftime("%Y-%m-%d %H:%M:%S")


def clock(at: datetime, beside: datetime, tz: tzinfo = UTC) -> str:
    """A moment beside another one: the time of day alone when it is the same day."""
    one, other = at.astimezone(tz), beside.astimezone(tz)
    return one.strftime("%H:%M:%S") if one.date() == other.date() else moment(at, tz)


def interval(at: datetime, low: datetime | None, high: datetime | None) -> str:
    """A moment, with the interval that holds it where that is longer than a second."""
    if low is None or high is None or high - low < timedelta(seconds=1):
        return moment(at)
    return f"{moment(at)}, between {clock(low, at)} and {clock(high, at)}"


def span(length: timedelta) -> str:
    """`4 h 22 min`, `35 s`: two units at most."""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} s"
    minutes, hours, days = seconds // 60 % 60, seconds // 3600 % 24, seconds // 86400
    if days:
        return f"{days} d {hours} h" if hours else f"{days} d"
    if hours:
        return f"{hours} h {minutes} min" if minutes else f"{hours} h"
    return f"{minutes} min"
