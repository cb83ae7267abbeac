"""Times as text, fast: the text of a second is made once."""

from __future__ import annotations

from datetime import UTC, datetime

_MILLIS = tuple(f"{milli:03d}" for milli in range(1000))
_CACHED_SECONDS = 4096


class Clock:
    """Spells UTC ms; keeps the text of the seconds last seen, because strftime costs more than a whole log line."""

    __slots__ = ("_seconds",)

    def __init__(self) -> None:
        self._seconds: dict[int, str] = {}

    def stamp(self, ms: int) -> str:
        """`2026-11-23T10:00:00.123`, without a zone."""
        try:
            return self._seconds[ms // 1000] + _MILLIS[ms % 1000]
        except KeyError:
            return self._spell(ms // 1000) + _MILLIS[ms % 1000]

    def _spell(self, second: int) -> str:
        if len(self._seconds) >= _CACHED_SECONDS:
            self._seconds.clear()
        text = datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%S.")
        self._seconds[second] = text
        return text
