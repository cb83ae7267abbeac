"""Whether a pattern is unusual, by how often it occurs and what stands in its tokens over time.

The five kinds are those that the service names; its own models are not public, so these are plain, robust statistics:
medians and absolute deviations, which a few odd values do not move.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import NamedTuple


class Slice(NamedTuple):
    """One slice of the time range in which a pattern occurred: its number from 0, the count, some of its texts."""

    number: int
    events: int
    samples: tuple[str, ...]


class Anomaly(NamedTuple):
    """`score` goes from 0 to 1."""

    kind: str
    score: float
    description: str


MIN_SLICES = 8
"""Fewer slices with events tell nothing about what is usual."""

_PEAK = 6.0  # robust standard deviations
_MIN_PEAK = 5
_QUIET = 0.5
_TOKEN = re.compile(r"<([A-Za-z]+)-(\d+)>")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_HTTP = re.compile(r"(?i)(?:status(?:_?code)?|code|HTTP/[0-9.]+)[\"']?\s*[=: ]\s*[\"']?([45]\d\d)\b")


def judge(pattern: str, history: Sequence[Slice], slices: int) -> Anomaly | None:
    """The strongest anomaly of a pattern; None when nothing is unusual. `slices` cover the whole range."""
    if slices < MIN_SLICES or not history:
        return None
    found = [
        anomaly
        for anomaly in (
            _new(history, slices),
            _http_errors(history, slices),
            _frequency(history, slices),
            *_tokens(pattern, history, slices),
        )
        if anomaly is not None
    ]
    return max(found, key=lambda a: a.score, default=None)


def _counts(history: Sequence[Slice], slices: int) -> list[int]:
    counts = [0] * slices
    for part in history:
        if 0 <= part.number < slices:
            counts[part.number] += part.events
    return counts


def _deviation(values: Sequence[float]) -> tuple[float, float]:
    """Median, and the robust standard deviation (1.4826 x the median absolute deviation)."""
    middle = median(values)
    return middle, 1.4826 * median(abs(v - middle) for v in values)


def _frequency(history: Sequence[Slice], slices: int) -> Anomaly | None:
    counts = _counts(history, slices)
    usual, spread = _deviation(counts)
    spread = max(spread, usual**0.5, 1.0)  # counts vary by their square root at least
    peak = max(counts)
    strength = (peak - usual) / spread
    if strength < _PEAK or peak < _MIN_PEAK:
        return None
    at = counts.index(peak)
    where = f"{100 * at // slices} to {100 * (at + 1) // slices} % of the range"
    return Anomaly("Pattern Frequency", _scaled(strength / _PEAK), f"{peak:,} times from {where}, usually {usual:g}")


def _new(history: Sequence[Slice], slices: int) -> Anomaly | None:
    first = min(part.number for part in history)
    total = sum(part.events for part in history)
    if first < slices * _QUIET or total < 2:
        return None
    share = first / slices
    return Anomaly(
        "New Pattern", _scaled(2 * share), f"not seen in the first {share:.0%} of the range, then {total:,} times"
    )


def _http_errors(history: Sequence[Slice], slices: int) -> Anomaly | None:
    codes = Counter(m[1] for part in history for text in part.samples for m in [_HTTP.search(text)] if m)
    if not codes:
        return None
    counts = _counts(history, slices)
    half = slices // 2
    before, after = sum(counts[:half]), sum(counts[half:])
    if after < _MIN_PEAK or after < 3 * max(before, 1):
        return None
    code = codes.most_common(1)[0][0]
    return Anomaly(
        "HTTP Error Code", _scaled(after / (3 * max(before, 1))), f"{code}: {before:,} times, then {after:,}"
    )


def _tokens(pattern: str, history: Sequence[Slice], slices: int) -> list[Anomaly | None]:
    tokens = list(_TOKEN.finditer(pattern))
    if not tokens:
        return []
    pieces = _TOKEN.split(pattern)[::3]
    early: list[list[str]] = []
    late: list[list[str]] = []
    for part in history:
        for text in part.samples:
            if (values := _between(pieces, text)) is not None:
                (early if part.number < slices / 2 else late).append(values)
    if min(len(early), len(late)) < MIN_SLICES:
        return []
    found: list[Anomaly | None] = []
    for index, token in enumerate(tokens):
        before, after = [v[index] for v in early], [v[index] for v in late]
        if token[1] in ("Number", "Time", "Bytes"):
            found.append(_numbers(token[0], before, after))
        elif token[1] == "Token":
            found.append(_words(token[0], before, after))
    return found


def _between(pieces: Sequence[str], text: str) -> list[str] | None:
    """What stands between the pieces of a pattern in a text, as little as it can be; None when the text has other pieces.

    By searching, not by a regular expression: hostile lines cannot make it slow.
    """
    if not text.startswith(pieces[0]) or not text.endswith(pieces[-1]):
        return None
    values: list[str] = []
    at, last = len(pieces[0]), len(text) - len(pieces[-1])
    for piece in pieces[1:-1]:
        found = text.find(piece, at, last) if piece else at
        if found < 0:
            return None
        values.append(text[at:found])
        at = found + len(piece)
    return [*values, text[at:last]] if at <= last else None


def _numbers(token: str, before: Sequence[str], after: Sequence[str]) -> Anomaly | None:
    old, new = ([float(m[0]) for v in values if (m := _NUMBER.search(v))] for values in (before, after))
    if min(len(old), len(new)) < MIN_SLICES:
        return None
    usual, spread = _deviation(old)
    now = median(new)
    strength = abs(now - usual) / max(spread, abs(usual) * 0.1, 1e-9)
    if strength < _PEAK:
        return None
    return Anomaly("Numerical Token", _scaled(strength / _PEAK), f"{token} is about {now:g}, {usual:g} before")


def _words(token: str, before: Sequence[str], after: Sequence[str]) -> Anomaly | None:
    word, count = Counter(after).most_common(1)[0]
    share, usual = count / len(after), before.count(word) / len(before)
    if share - usual < 0.5:
        return None
    return Anomaly(
        "Token Variation", _scaled(share - usual), f"{token} is '{word[:60]}' in {share:.0%}, in {usual:.0%} before"
    )


def _scaled(strength: float) -> float:
    """From 0.5 (just unusual) towards 1."""
    return round(1 - 0.5 / max(strength, 1.0), 4) if strength >= 1 else round(strength / 2, 4)
