"""The dashboard's time range."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime

from insightctl.dashboards.lint.found import Found
from insightctl.dashboards.lint.rows import Body

_DAYS = {"D": 1.0, "W": 7.0, "M": 30.0}
_TIME = {"H": 1 / 24, "M": 1 / 1440}
_RELATIVE = re.compile(r"-P((?:\d+[DWM])*)(?:T((?:\d+[HM])+))?")
_KEPT = ((59, 0.125), (299, 15.0), (3599, 63.0))
"""The longest period in seconds, and the days that CloudWatch keeps its data points ("Metrics retention")."""


def _moment(text: str | None) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def span_days(body: Body) -> float | None:
    """How many days the dashboard shows when it opens; None when it does not say."""
    start = body.get("start").text or ""
    begin, end = _moment(start), _moment(body.get("end").text)
    if begin and end:
        return (end - begin).total_seconds() / 86_400
    match = _RELATIVE.fullmatch(start)
    if match is None or body.root.has("end"):
        return None
    days = sum(int(n[:9]) * _DAYS[unit] for n, unit in re.findall(r"(\d+)([DWM])", match[1] or ""))
    return days + sum(int(n[:9]) * _TIME[unit] for n, unit in re.findall(r"(\d+)([HM])", match[2] or ""))


def times(body: Body) -> Iterator[Found]:
    """A range that ends before it starts, and periods that are no longer kept for the whole of it."""
    days = span_days(body)
    if days is None:
        return
    if days <= 0:
        where = "end" if body.root.has("end") else "start"
        yield Found("DL015", body.get(where).path, "the time range is empty: it ends where it starts or before")
    if body.get("periodOverride").text != "inherit":
        return
    for widget in body.metric_widgets:
        period = widget.properties.get("period")
        seconds = period.integer
        kept = next((days for longest, days in _KEPT if seconds is not None and seconds <= longest), None)
        if kept is not None and days > kept:
            message = f"data points of {seconds} s are kept for {kept:g} days; the dashboard shows {days:g}"
            yield Found("DL066", period.path, message, "a longer period, or leave periodOverride out")
