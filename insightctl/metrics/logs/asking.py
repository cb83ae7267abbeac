"""Runs queries for metrics: each question once, whoever asks again."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, to_ms

_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


def bin_text(period_s: int) -> tuple[str, int]:
    """A period as bin() takes it and its seconds: the longest that divides the period (the language's units have caps).

    Source: "bin" in the functions of Logs Insights QL: s up to 60, m up to 60, h up to 24.
    """
    for unit_s, unit, cap in ((_HOUR_S, "h", 24), (_MINUTE_S, "m", 60), (1, "s", 60)):
        if period_s % unit_s == 0:
            amount = next(n for n in range(min(cap, period_s // unit_s), 0, -1) if period_s // unit_s % n == 0)
            return f"{amount}{unit}", amount * unit_s
    return "1m", _MINUTE_S


def whole_periods(time: TimeRange, period_s: int) -> TimeRange:
    """The range widened to whole periods, as the service reads it; one period that is longer than all of it stays that."""
    step = period_s * 1000
    if step >= time.duration_ms:
        return time
    return TimeRange(time.start_ms // step * step, -(-time.end_ms // step) * step)


@dataclass(slots=True)
class Asking:
    """A backend and what it answered so far. Safe to use from several threads, one question at a time."""

    backend: Backend
    max_rows: int
    _answers: dict[tuple[str, Target, TimeRange], Result] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def ask(self, text: str, target: Target, time: TimeRange, name: str) -> Result:
        """The whole answer. Raises InsightctlError."""
        key = (text, target, time)
        with self._lock:
            if key not in self._answers:
                job = QueryJob(text, target, time, name, max_rows=self.max_rows, span=False)
                self._answers[key] = self.backend.run(job)
            return self._answers[key]

    def is_cut(self, result: Result) -> bool:
        """Whether there may be rows beyond the answer."""
        return len(result.rows) >= self.max_rows


def rendered(template: str, name: str) -> str:
    """A query over the views of the library."""
    from insightctl import library

    return library.render(library.QuerySpec(name, "metrics", name, "", template, f"<{name}>", 1))


def string_literal(text: str) -> str:
    """A text as a literal of the language."""
    from insightctl.ql import ast
    from insightctl.ql.formatting import expression_text

    return expression_text(ast.String(text))


def numbers(result: Result) -> Iterator[Mapping[str, object]]:
    """The rows by column name."""
    yield from result.records()


def number(value: object) -> float | None:
    """A cell as a number: CloudWatch tells some as texts."""
    if isinstance(value, int | float):
        return float(value)
    if isinstance(value, str):
        try:
            return float(value)
        except ValueError:
            return None
    return None


def moment_ms(value: object) -> int | None:
    """A cell as UTC ms."""
    if isinstance(value, datetime):
        return to_ms(value)
    if isinstance(value, str):
        try:
            return to_ms(datetime.fromisoformat(value))
        except ValueError:
            return None
    return None
