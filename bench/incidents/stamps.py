"""Moments as text, quickly: the second is formatted once."""

from __future__ import annotations

from functools import lru_cache
from time import gmtime, strftime


@lru_cache(4096)
def _second(second: int) -> str:
    return strftime("%Y-%m-%dT%H:%M:%S", gmtime(second))


def iso(ms: int) -> str:
    """`2026-11-23T10:00:00.123`, UTC."""
    return f"{_second(ms // 1000)}.{ms % 1000:03d}"


def isoformat(ms: int) -> str:
    """As Python's `isoformat()` prints it: microseconds, and no fraction of zero."""
    return f"{_second(ms // 1000)}.{ms % 1000:03d}000" if ms % 1000 else _second(ms // 1000)
