"""Spellings of statistics ("CloudWatch statistics definitions" in the user guide), and what wrong ones mean."""

from __future__ import annotations

import re

from insightctl.core.errors import UsageError

STATISTIC = (
    r"SampleCount|Average|Sum|Minimum|Maximum|IQM|(?:p|tm|wm|tc|ts)(?:100|\d{1,2}(?:\.\d{1,10})?)"
    r"|(?:PR|TM|WM|TC|TS)\([\d.%:]+\)"
)
"""The spellings that CloudWatch knows, as a regular expression. The page of dashboard bodies names p?? only."""
_NAMES = ("SampleCount", "Average", "Sum", "Minimum", "Maximum", "IQM")
_MEANT = {
    **{name.lower(): name for name in _NAMES},
    "avg": "Average",
    "mean": "Average",
    "total": "Sum",
    "min": "Minimum",
    "max": "Maximum",
    "count": "SampleCount",
    "n": "SampleCount",
    "samples": "SampleCount",
    "median": "p50",
}
_PERCENTILE = re.compile(r"(?:p|pct|perc|percentile)[ _-]?\(?(\d{1,2}(?:\.\d+)?)\)?")
_TRIMMED = re.compile(r"(?:tm|wm|tc|ts)\d{1,3}(?:\.\d+)?")


def check_statistic(text: str) -> None:
    """Raises UsageError for a statistic that CloudWatch does not have, with the one that was meant."""
    if re.fullmatch(STATISTIC, text):
        return
    meant = meant_statistic(text)
    hint = f"did you mean '{meant}'? " if meant else ""
    raise UsageError(
        f"'{text}' is not a statistic",
        remedy=f"{hint}statistics: Sum, Average, Minimum, Maximum, SampleCount, p50 ... p99.9, tm99, IQM",
    )


def meant_statistic(text: str) -> str | None:
    """The statistic that a wrong spelling was probably meant to be; None where nothing is near."""
    word = text.strip().lower()
    if percentile := _PERCENTILE.fullmatch(word):
        return f"p{percentile[1]}"
    if _TRIMMED.fullmatch(word):
        return word
    return _MEANT.get(word) or _close(word)


def _close(word: str) -> str | None:
    from difflib import get_close_matches

    found = get_close_matches(word, [name.lower() for name in _NAMES], n=1, cutoff=0.75)
    return _MEANT[found[0]] if found else None
