"""The commands that go through rows in their order, against a few lines of plain Python over the same rows."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob
from insightctl.core.result import Value
from insightctl.core.spelling import number_from_text
from insightctl.core.time import TimeRange, from_ms, iso, to_ms
from insightctl.local import LocalBackend, LogSource
from tests.effort import examples

START = 1_795_428_000_000  # a full hour
Number = int | float | Fraction


@dataclass(frozen=True)
class Row:
    """One event: `n` a number, a text or nothing; `user` a text or nothing; `at` in seconds."""

    at: int
    n: int | str | None
    m: int | None
    user: str | None

    def line(self) -> str:
        fields = {
            name: value for name, value in (("n", self.n), ("m", self.m), ("user", self.user)) if value is not None
        }
        return f"{iso(from_ms(START + self.at * 1000)).removesuffix('.000Z')} {json.dumps(fields)}\n"

    @property
    def number(self) -> int | None:
        """What counts as a number: text that spells one does."""
        if isinstance(self.n, str):
            return int(self.n) if self.n.lstrip("-").isdigit() else None
        return self.n


row = st.builds(
    Row,
    st.integers(0, 7199),
    st.none() | st.integers(-20, 20) | st.sampled_from(["7", "-3", "x", "y", ""]),
    st.none() | st.integers(0, 5),
    st.none() | st.sampled_from(["ann", "bob", "Cy"]),
)
rows = st.lists(row, max_size=25)
some_rows = st.lists(row, min_size=1, max_size=25)
check = settings(
    max_examples=examples(8, 20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def ask(folder: Path, made: Iterable[Row], query: str, time: TimeRange | None = None) -> list[tuple[Value, ...]]:
    file = folder / "f.log"
    file.write_text("".join(r.line() for r in made) or "2026-11-23T09:00:00 nobody\n")
    return [tuple(row) for row in LocalBackend([LogSource(file)]).run(QueryJob(query, time=time)).rows]


def oldest_first(made: Sequence[Row]) -> list[Row]:
    """Rows in the order of `sort @timestamp asc`: of equals the one that stands later in the file first."""
    return [r for _, r in sorted(enumerate(made), key=lambda pair: (pair[1].at, -pair[0]))]


def same(value: Value, wanted: Number | None) -> bool:
    if wanted is None or value is None:
        return wanted is None and value is None
    return isinstance(value, int | float) and math.isclose(value, float(wanted), abs_tol=0.00011)


def spelled(value: Value | Number) -> str | None:
    """A cell as text: a column of texts and numbers is one of texts."""
    return None if value is None else str(value).removesuffix(".0")


@given(rows)
@check
def test_accum(tmp_path: Path, made: list[Row]) -> None:
    answer = ask(tmp_path, made, "filter @message like '{' | fields m | sort @timestamp asc | accum n as total")
    total: int | None = None
    wanted = []
    for r in oldest_first(made):
        total = total if r.number is None else (total or 0) + r.number
        wanted.append((r.m, total))
    assert answer == wanted


@given(rows, st.integers(1, 3), st.integers(0, 2))
@check
def test_autoregress(tmp_path: Path, made: list[Row], first: int, more: int) -> None:
    query = f"filter @message like '{{' | display m | sort @timestamp asc | autoregress n p={first}-{first + more}"
    answer = ask(tmp_path, made, query)
    values = [spelled(r.n) for r in oldest_first(made)]
    wanted = [
        [values[i - lag] if i >= lag else None for lag in range(first, first + more + 1)] for i in range(len(values))
    ]
    assert [[spelled(v) for v in found[1:]] for found in answer] == wanted


@given(rows)
@check
def test_filldown(tmp_path: Path, made: list[Row]) -> None:
    answer = ask(tmp_path, made, "filter @message like '{' | fields n, user, m | sort @timestamp asc | filldown n us*")
    n: int | str | None = None
    user: str | None = None
    wanted = []
    for r in oldest_first(made):
        n, user = (n if r.n is None else r.n), (user if r.user is None else r.user)
        wanted.append((spelled(n), user, spelled(r.m)))
    assert [(spelled(a), b, spelled(c)) for a, b, c in answer] == wanted


def quartile(values: Sequence[int], share: Fraction) -> Fraction:
    at = share * (len(values) - 1)
    low = math.floor(at)
    ordered = sorted(values)
    return ordered[low] + (at - low) * (ordered[min(low + 1, len(ordered) - 1)] - ordered[low])


@given(some_rows, st.booleans(), st.booleans(), st.sampled_from(["0.25", "1", "2.5"]))
@check
def test_outlier(tmp_path: Path, made: list[Row], remove: bool, lower: bool, factor: str) -> None:
    action = "remove" if remove else "transform"
    options = f"action={action} param={factor} uselower={str(lower).lower()} mark=true"
    answer = ask(tmp_path, made, f"fields m | sort @timestamp asc | outlier {options} n | display m, n, n_outlier")
    ordered = oldest_first(made)
    numbers = [r.number for r in ordered if r.number is not None]
    bounds: tuple[Fraction, Fraction] | None = None
    if numbers:
        one, three = quartile(numbers, Fraction(1, 4)), quartile(numbers, Fraction(3, 4))
        reach = Fraction(factor) * (three - one)
        bounds = (one - reach, three + reach)
    wanted: list[tuple[int | None, Number | None, bool]] = []
    for r in ordered:
        value: Number | None = r.number
        outside = value is not None and bounds is not None and (value > bounds[1] or (lower and value < bounds[0]))
        if value is not None and bounds is not None and not remove:
            value = min(max(value, bounds[0]) if lower else value, bounds[1])
        if not (remove and outside):
            wanted.append((r.m, value, outside))
    assert [(a, c) for a, _, c in answer] == [(a, c) for a, _, c in wanted]
    if not remove:
        for (_, found, _), (_, expected, _) in zip(answer, wanted, strict=True):
            # what is no number stays as it is, and a column with texts shows its numbers as texts
            assert same(number_from_text(found) if isinstance(found, str) else found, expected)


@given(rows, st.integers(1, 40))
@check
def test_sessionize(tmp_path: Path, made: list[Row], minutes: int) -> None:
    query = f"filter ispresent(user) | fields user | sort @timestamp asc, user asc | sessionize user maxspan {minutes}m"
    answer = ask(tmp_path, made, query)
    ordered = sorted((r for r in made if r.user is not None), key=lambda r: (r.at, str(r.user)))
    last: dict[str, tuple[int, int]] = {}
    count = 0
    wanted = []
    for r in ordered:
        user = str(r.user)
        if user in last and r.at - last[user][0] <= minutes * 60:
            number = last[user][1]
        else:
            count += 1
            number = count
        last[user] = (r.at, number)
        wanted.append((user, number))
    assert answer == wanted


@given(rows)
@check
def test_count_frequent(tmp_path: Path, made: list[Row]) -> None:
    answer = ask(tmp_path, made, "countFrequent user, m")
    counts = Counter((r.user, r.m) for r in made if r.user is not None or r.m is not None)
    order = sorted(counts.items(), key=lambda c: (-c[1], c[0][0] or "", -1 if c[0][1] is None else c[0][1]))
    assert answer == [(user, m, count) for (user, m), count in order]


@given(rows, st.booleans())
@check
def test_addtotals(tmp_path: Path, made: list[Row], columns: bool) -> None:
    query = f"filter @message like '{{' | fields m | sort @timestamp asc | addtotals col={str(columns).lower()} n, m"
    answer = ask(tmp_path, made, query)
    wanted: list[tuple[int | None, int | None]] = []
    for r in oldest_first(made):
        parts = [value for value in (r.number, r.m) if value is not None]
        wanted.append((r.m, sum(parts) if parts else None))
    if columns and made:
        sums = [[value for value in column if value is not None] for column in zip(*wanted, strict=True)]
        wanted.append((sum(sums[0]) if sums[0] else None, sum(sums[1]) if sums[1] else None))
    assert answer == wanted


@given(some_rows, st.sampled_from([1, 5, 20, 60]), st.integers(0, 3599), st.integers(1, 7200), st.booleans())
@check
def test_fillmissing(tmp_path: Path, made: list[Row], minutes: int, start: int, length: int, ranged: bool) -> None:
    time = TimeRange(START + start * 1000, START + (start + length) * 1000) if ranged else None
    query = f"stats count(*) as c by bin({minutes}m) as t, user | fillmissing with 0 for c | sort t asc, user asc"
    answer = ask(tmp_path, made, query, time)
    inside = [r for r in made if time is None or time.start_ms <= START + r.at * 1000 < time.end_ms]
    width = minutes * 60_000
    counts = Counter(((START + r.at * 1000) // width * width, r.user) for r in inside)
    bins = sorted({t for t, _ in counts})
    if inside:
        low = (time.start_ms // width * width) if time else bins[0]
        high = (time.end_ms - 1) if time else bins[-1]
        bins = list(range(low, high + 1, width))
    users = sorted({user for _, user in counts}, key=lambda user: user or "")
    wanted = [(t, user, counts[t, user]) for t in bins for user in users]
    assert [(to_ms(t) if isinstance(t, datetime) else t, u, c) for t, u, c in answer] == wanted


@pytest.mark.parametrize(
    "command", ["accum n", "autoregress n", "filldown", "outlier n", "sessionize n", "addtotals n"]
)
def test_no_rows_stay_no_rows(command: str, tmp_path: Path) -> None:
    assert ask(tmp_path, [], f"filter gone = 1 | fields n | sort @timestamp asc | {command}") == []
