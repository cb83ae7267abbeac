"""The engine against a few lines of plain Python that count the same REPORT lines another way."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob
from insightctl.core.time import from_ms, iso
from insightctl.local import LocalBackend, LogSource
from tests.effort import examples

START = 1_795_428_000_000


@dataclass(frozen=True)
class Report:
    """One finished invocation; durations in hundredths of a ms, so that they are exact."""

    at_s: int
    duration: int
    billed: int
    init: int | None
    memory: int

    def line(self, number: int) -> str:
        at = iso(from_ms(START + self.at_s * 1000)).replace(".000Z", "+00:00")
        init = "" if self.init is None else f"\tInit Duration: {self.init / 100:.2f} ms"
        return (
            f"{at} 2026/11/23/[1]aaa REPORT RequestId: 11111111-1111-1111-1111-{number:012d}"
            f"\tDuration: {self.duration / 100:.2f} ms\tBilled Duration: {self.billed} ms\tMemory Size: {self.memory} MB"
            f"\tMax Memory Used: {self.memory // 2} MB{init}\t\n"
        )

    @property
    def ms(self) -> Fraction:
        return Fraction(self.duration, 100)


reports = st.lists(
    st.builds(
        Report,
        st.integers(0, 3599),
        st.integers(0, 2_000_000),
        st.integers(1, 30_000),
        st.none() | st.integers(1, 500_000),
        st.sampled_from([128, 256, 512, 1024]),
    ),
    min_size=1,
    max_size=60,
)

Number = Fraction | int | None


def nearest_rank(values: Sequence[Fraction], percent: str) -> Fraction | None:
    if not values:
        return None
    rank = max(1, math.ceil(Fraction(percent) * len(values) / 100))
    return sorted(values)[rank - 1]


def mean(values: Sequence[Fraction]) -> Fraction | None:
    return sum(values, Fraction()) / len(values) if values else None


def inits(group: Sequence[Report]) -> list[Fraction]:
    return [Fraction(r.init, 100) for r in group if r.init is not None]


Measure = Callable[[Sequence[Report]], Number]

CASES: list[tuple[str, int, Measure]] = [
    ("count(*)", 5, len),
    ("count(@initDuration)", 5, lambda g: len(inits(g))),
    ("sum(@duration)", 5, lambda g: sum((r.ms for r in g), Fraction())),
    ("avg(@duration)", 10, lambda g: mean([r.ms for r in g])),
    ("min(@duration)", 1, lambda g: min(r.ms for r in g)),
    ("max(@duration)", 60, lambda g: max(r.ms for r in g)),
    ("pct(@duration, 50)", 5, lambda g: nearest_rank([r.ms for r in g], "50")),
    ("pct(@duration, 99)", 15, lambda g: nearest_rank([r.ms for r in g], "99")),
    ("pct(@duration, 99.9)", 60, lambda g: nearest_rank([r.ms for r in g], "99.9")),
    ("pct(@initDuration, 90)", 30, lambda g: nearest_rank(inits(g), "90")),
    ("avg(@initDuration)", 20, lambda g: mean(inits(g))),
    ("sum(@billedDuration) / count(*)", 5, lambda g: Fraction(sum(r.billed for r in g), len(g))),
    ("max(@memorySize / 1000000) - min(@memorySize) / 1000000", 60, lambda g: max(r.memory for r in g) - min(r.memory for r in g)),
    ("sum(@duration > 1000)", 5, lambda g: sum(r.ms > 1000 for r in g)),
    ("count_distinct(@memorySize)", 10, lambda g: len({r.memory for r in g})),
]  # fmt: skip


@pytest.mark.parametrize(("measure", "minutes", "expected"), CASES, ids=[case[0] for case in CASES])
@given(made=reports)
@settings(max_examples=examples(5, 12), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_by_bin(measure: str, minutes: int, expected: Measure, made: list[Report], tmp_path: Path) -> None:
    file = tmp_path / "f.log"
    file.write_text("".join(report.line(i) for i, report in enumerate(made)))
    query = f'filter @type = "REPORT" | stats {measure} as v by bin({minutes}m)'
    rows = LocalBackend([LogSource(file)]).run(QueryJob(query)).rows

    groups: dict[int, list[Report]] = defaultdict(list)
    for report in made:
        groups[START + report.at_s // (minutes * 60) * minutes * 60_000].append(report)
    assert [row[0] for row in rows] == [from_ms(ms) for ms in sorted(groups, reverse=True)]
    for (_, value), ms in zip(rows, sorted(groups, reverse=True), strict=True):
        wanted = expected(groups[ms])
        if wanted is None:
            assert value is None
        else:
            assert isinstance(value, int | float)
            assert value == pytest.approx(float(wanted), abs=0.00011)
