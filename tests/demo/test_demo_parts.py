"""The laws of the parts: traffic, order, environments, the percentile."""

from __future__ import annotations

import io
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.demo.clock import Clock
from insightctl.demo.environments import Fleet
from insightctl.demo.functions import FUNCTIONS
from insightctl.demo.functions.cart import CART
from insightctl.demo.functions.checkout import CHECKOUT
from insightctl.demo.generate import generate
from insightctl.demo.scenario import Scenario
from insightctl.demo.traffic import ByteBudget, CountBudget, arrivals
from insightctl.demo.writer import OrderedWriter

START = 1_795_400_000_000
MINUTE = 60_000


@given(
    attempts=st.integers(0, 5000),
    minutes=st.integers(1, 3000),
    offset=st.integers(0, MINUTE - 1),
    seed=st.integers(0, 2**32),
)
@settings(max_examples=40, deadline=None)
def test_arrivals_are_as_many_as_the_budget_in_order_and_in_range(
    attempts: int, minutes: int, offset: int, seed: int
) -> None:
    start, end = START + offset, START + offset + minutes * MINUTE
    times = list(arrivals(start, end, [], CountBudget(attempts), Random(seed)))
    assert len(times) == attempts
    assert times == sorted(times)
    assert all(start <= time < end for time in times)


@given(attempts=st.integers(1, 50), seed=st.integers(0, 2**32))
@settings(max_examples=40, deadline=None)
def test_a_forced_minute_has_an_arrival_in_its_first_half(attempts: int, seed: int) -> None:
    start = START // MINUTE * MINUTE
    forced = start + 700 * MINUTE
    times = list(arrivals(start, start + 1440 * MINUTE, [forced], CountBudget(attempts), Random(seed)))
    assert any(forced <= time < forced + 30_000 for time in times)
    assert len(times) == attempts


def test_a_byte_budget_learns_the_size_of_an_attempt() -> None:
    budget = ByteBudget(1_000_000, typical=1000)
    assert budget.left() == 1000
    budget.plan(200)
    for _ in range(200):
        budget.wrote(2000)
    assert budget.left() == pytest.approx(600_000 / (440 / 240 * 1000), abs=1)


@given(st.lists(st.tuples(st.integers(0, 50), st.integers(0, 400)), max_size=60))
def test_lines_come_out_sorted_and_equal_times_in_the_order_they_came(steps: list[tuple[int, int]]) -> None:
    sink = io.BytesIO()
    writer = OrderedWriter(sink)
    writer._batch = 4
    made: list[tuple[int, str]] = []
    now = 0
    for number, (wait, ahead) in enumerate(steps):
        now += wait
        writer.pending.append((now + ahead, f"{number}é\n"))
        made.append((now + ahead, f"{number}é\n"))
        writer.settle(now)
    writer.finish()
    expected = "".join(text for _, text in sorted(made, key=lambda line: line[0])).encode()
    assert sink.getvalue() == expected
    assert (writer.bytes, writer.events) == (len(expected), len(made))


def test_an_environment_is_used_again_until_it_was_idle_too_long() -> None:
    fleet = Fleet(CART, [(0, CART.releases[0])], Random(1), Clock())
    first = fleet.take(START)
    assert fleet.take(START + 1) is not first  # busy
    fleet.give_back(first, START + 100)
    assert fleet.take(START + 100) is first
    fleet.give_back(first, START + 200)
    assert fleet.take(START + 200 + 9 * MINUTE) is not first


def test_after_a_deployment_the_first_request_meets_the_new_version_and_the_old_one_drains() -> None:
    old, new = CART.releases
    deployed = START + 1000
    fleet = Fleet(CART, [(0, old), (deployed, new)], Random(1), Clock())
    before = fleet.take(START)
    fleet.give_back(before, START + 10)
    fresh = fleet.take(deployed)
    assert (before.release, fresh.release) == (old, new)
    assert fleet.take(deployed + before.drain_ms - 1) is before
    fleet.give_back(before, deployed + before.drain_ms)
    assert fleet.take(deployed + before.drain_ms).release is new


def test_a_clock_spells_utc_with_milliseconds() -> None:
    clock = Clock()
    assert clock.stamp(1_795_393_604_007) == "2026-11-23T00:26:44.007"
    assert [clock.stamp(second * 1000)[-8:] for second in range(10_000)][-1] == "6:39.000"


def test_the_table_of_functions() -> None:
    assert sum(spec.share for spec in FUNCTIONS) == pytest.approx(1)
    assert FUNCTIONS[0] is CHECKOUT
    assert all(len(spec.releases) >= 2 for spec in FUNCTIONS)
    for spec in FUNCTIONS:
        assert 0.002 < sum(fault.chance for fault in spec.releases[0].faults) < 0.008


def test_the_typical_sizes_are_near_the_measured_ones(tmp_path_factory: pytest.TempPathFactory) -> None:
    truth = generate(Scenario(end_ms=START, invocations=3000), tmp_path_factory.mktemp("sizes"))
    for spec, path in zip(FUNCTIONS, truth.log_files, strict=True):
        if path.suffix == ".log":
            measured = path.stat().st_size / truth.function(spec.name).invocations
            assert measured == pytest.approx(spec.typical_bytes, rel=0.25)


def test_the_bad_version_triples_the_p99(tmp_path_factory: pytest.TempPathFactory) -> None:
    good, bad = CHECKOUT.releases[-2:]
    rng = Random(5)

    def p99(median: float, sigma: float) -> float:
        draws = sorted(median * rng.lognormvariate(0, sigma) for _ in range(20_000))
        return draws[19_800]

    assert 2.5 < p99(bad.median_ms, bad.sigma) / p99(good.median_ms, good.sigma) < 4


def test_memory_does_not_grow_with_traffic() -> None:
    """The writer holds a batch and what is still open, whatever has passed through it."""

    class Nowhere:
        def write(self, data: bytes, /) -> object:
            return None

    writer = OrderedWriter(Nowhere())
    most = 0
    for now in range(100_000):
        writer.pending.append((now + now % 50, "x\n"))
        writer.settle(now)
        most = max(most, len(writer.pending))
    writer.finish()
    assert most <= 8192
    assert writer.events == 100_000
