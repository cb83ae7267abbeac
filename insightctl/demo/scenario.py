"""What is asked for: seed, time range and size."""

from __future__ import annotations

import math
from dataclasses import dataclass

from insightctl.core.errors import UsageError
from insightctl.core.time import TimeRange

DAY_MS = 86_400_000
MINUTE_MS = 60_000
DEFAULT_PER_DAY = 24_000
MIN_MINUTES = 30
"""Under half an hour there is no room for a 'before' and an 'after' of the deployment."""
MIN_TARGET_BYTES = 200_000
"""Under this a single invocation is too large a share of the whole to land within 3 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A scenario is its seed, its end (UTC ms, exclusive) and its size; equal scenarios give equal bytes.

    `days` is the length of the range. The size is `invocations` (attempts over all functions, retries included),
    or `target_bytes` (uncompressed log bytes, met within 3 %), or about 24,000 invocations a day.
    Raises UsageError for values that make no scenario.
    """

    seed: int = 7
    end_ms: int
    days: float = 1.0
    invocations: int | None = None
    target_bytes: int | None = None

    def __post_init__(self) -> None:
        if not (math.isfinite(self.days) and self.days > 0):
            raise UsageError(f"days is {self.days}: it has to be more than 0", remedy="give a length such as 1 or 0.5")
        if self.days * DAY_MS < MIN_MINUTES * MINUTE_MS:
            raise UsageError(
                f"days is {self.days}: a scenario takes at least {MIN_MINUTES} minutes",
                remedy=f"give at least {MIN_MINUTES / 1440:.3f} days",
            )
        if self.time.start_ms < 0:
            raise UsageError(f"days is {self.days}: the range would begin before 1970", remedy="give fewer days")
        if self.invocations is not None and self.invocations < 1:
            raise UsageError(f"invocations is {self.invocations}: it has to be 1 or more")
        if self.target_bytes is not None and self.target_bytes < MIN_TARGET_BYTES:
            raise UsageError(f"the size is {self.target_bytes} bytes: it has to be {MIN_TARGET_BYTES:,} or more")
        if self.invocations is not None and self.target_bytes is not None:
            raise UsageError("both a number of invocations and a size in bytes are given", remedy="give one of the two")

    @property
    def time(self) -> TimeRange:
        """The range, UTC ms."""
        return TimeRange(self.end_ms - round(self.days * DAY_MS), self.end_ms)

    @property
    def total_invocations(self) -> int:
        """Attempts over all functions when the size is not given in bytes."""
        return self.invocations if self.invocations is not None else max(1, round(self.days * DEFAULT_PER_DAY))
