"""Spellings of statistics ("CloudWatch statistics definitions" in the user guide)."""

from __future__ import annotations

import re

from insightctl.core.errors import UsageError

_STATISTIC = re.compile(
    r"SampleCount|Average|Sum|Minimum|Maximum|IQM|p(?:100|\d{1,2}(?:\.\d{1,10})?)"
    r"|(?:tm|wm|tc|ts)(?:100|\d{1,2}(?:\.\d{1,10})?)|(?:PR|TM|WM|TC|TS)\([\d.%:]+\)"
)
_MEANT = {
    "avg": "Average",
    "mean": "Average",
    "total": "Sum",
    "min": "Minimum",
    "max": "Maximum",
    "count": "SampleCount",
    "n": "SampleCount",
    "median": "p50",
}
_NAMES = ("SampleCount", "Average", "Sum", "Minimum", "Maximum", "IQM")


def check_statistic(text: str) -> None:
    """Raises UsageError for a statistic that CloudWatch does not have, with the one that was meant."""
    if _STATISTIC.fullmatch(text):
        return
    meant = _meant(text)
    hint = f"did you mean '{meant}'? " if meant else ""
    raise UsageError(
        f"'{text}' is not a statistic",
        remedy=f"{hint}statistics: Sum, Average, Minimum, Maximum, SampleCount, p50 ... p99.9, tm99, IQM",
    )


def _meant(text: str) -> str | None:
    word = text.strip().lower()
    if found := re.fullmatch(r"(?:p|pct|percentile|perc)[ _-]?\(?(\d{1,2}(?:\.\d+)?)\)?", word):
        return f"p{found[1]}"
    near = {name.lower(): name for name in _NAMES}.get(word)
    return _MEANT.get(word) or near or _close(word)


def _close(word: str) -> str | None:
    from difflib import get_close_matches

    found = get_close_matches(word.capitalize(), _NAMES, n=1, cutoff=0.75)
    return found[0] if found else None
