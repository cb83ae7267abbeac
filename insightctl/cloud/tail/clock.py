"""The service's clock: a machine whose clock is wrong would ask for the wrong times, and leave gaps."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

_SMALL_MS = 3_000  # the Date of an answer has seconds only, and answers take time


class ServiceClock:
    """Tells the service's time, by the `Date` of the last answer that a client got."""

    def __init__(self, logs: CloudWatchLogsClient) -> None:
        self._skew_ms = 0
        logs.meta.events.register("after-call.cloudwatch-logs", self._look)

    def now_ms(self) -> int:
        """UTC milliseconds."""
        return time.time_ns() // 1_000_000 + self._skew_ms

    def _look(self, http_response: Any, **_: Any) -> None:
        try:
            told = parsedate_to_datetime(http_response.headers["Date"]).timestamp()
        except (KeyError, TypeError, ValueError, AttributeError):
            return
        skew_ms = round((told - time.time()) * 1000)
        self._skew_ms = skew_ms if abs(skew_ms) > _SMALL_MS else 0
