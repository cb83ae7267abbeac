"""Pulls by queries and by FilterLogEvents: every event once by either way, verified by count, resumed."""

from __future__ import annotations

import functools
import itertools
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from insightctl.cloud.pull import EventSource
from insightctl.cloud.pull_run import Order, Pull
from insightctl.cloud.pull_ways import Via
from insightctl.cloud.schedule import Patience
from insightctl.core.errors import CloudError, CostRefused, PartialAnswer
from insightctl.core.job import Target
from insightctl.core.time import TimeRange
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from insightctl.local.stores import Store
from tests.cloud.test_cloud_doctor import Manners, server
from tests.emulator.conftest import START_MS

HOUR = 3_600_000
QUICK = Patience(backoff_s=0.02)
_names = (f"/pull/{n}" for n in itertools.count())


@pytest.fixture(scope="module")
def place() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def there(aws: str, place: Emulator, monkeypatch: pytest.MonkeyPatch) -> Emulator:
    """An emulator of this file's own, without faults, that AWS settings point at."""
    place.suffer(Adversity())
    place.clear_journal()
    monkeypatch.setenv("AWS_ENDPOINT_URL", place.url)
    return place


def source() -> EventSource:
    """The source of the endpoint that is set; its clients are made once, which takes longer than most tests."""
    return _source(os.environ["AWS_ENDPOINT_URL"])


@functools.cache
def _source(url: str) -> EventSource:
    return EventSource(endpoint_url=url)


def put(there: Emulator, *events: tuple[int, str], group: str = "") -> str:
    """A log group with events, by ms from START_MS on."""
    name = group or next(_names)
    there.put(name, "2026/11/23/[7]0123", [(START_MS + at, message) for at, message in events])
    return name


class Run:
    """A pull into a store of its own; what it said."""

    def __init__(self, folder: Path, *groups: str, end: int = HOUR, **given: Any) -> None:
        self.said: list[str] = []
        asked = TimeRange(START_MS, START_MS + end)
        order = Order(Target(log_groups=groups), folder / "store", asked, 0, patience=QUICK, **given)
        self.pull = Pull(order, source(), self.said.append, time.time_ns() // 1_000_000)
        self.pull.prepare()
        self.store, self.done = self.pull.fetch(lambda _name, _size: None)

    @property
    def new(self) -> int:
        return self.done.new

    def counted(self) -> tuple[int, int]:
        found = self.pull.verify(self.store)
        assert found is not None
        found.refuse_other("prod")
        return found.events, sum(group.there for group in found.groups)


@pytest.mark.parametrize(("first", "second"), [("filter", "insights"), ("insights", "filter")])
def test_one_way_after_the_other_adds_nothing(there: Emulator, tmp_path: Path, first: Via, second: Via) -> None:
    events = [(n // 3 * 500, f"m{n % 2}\n") for n in range(300)]
    one, two = put(there, *events), put(there, (0, "x"), (0, "x"))
    run = Run(tmp_path, one, two, via=first)
    assert (run.new, run.counted()) == (302, (302, 302))
    again = Run(tmp_path, one, two, via=second, end=2 * HOUR)  # all of it is in the overlap
    assert (again.new, again.counted()) == (0, (302, 302))
    store = Store(tmp_path / "store")
    forgotten = Run(tmp_path / "b", one, two, via=first)
    forgotten.store.commit(type(store.contents)(**{**_fields(forgotten.store), "pulls": {}}))
    whole = Run(tmp_path / "b", one, two, via=second)
    assert (whole.new, whole.done.known, whole.counted()) == (0, 302, (302, 302))


def _fields(store: Store) -> dict[str, Any]:
    contents = store.contents
    return {name: getattr(contents, name) for name in ("next_seq", "next_part", "parts", "origins", "pulls")}


def test_the_infrequent_access_class_is_read_by_queries(there: Emulator, tmp_path: Path) -> None:
    import boto3

    boto3.client("logs").create_log_group(logGroupName="/pull/ia", logGroupClass="INFREQUENT_ACCESS")
    put(there, (0, "a"), (1, "b"), group="/pull/ia")
    plain = put(there, (0, "c"))
    run = Run(tmp_path, "/pull/ia", plain, via="filter")
    assert (run.new, run.counted()) == (3, (3, 3))
    assert run.said == [
        f"{plain} by FilterLogEvents: as asked",
        "/pull/ia by Insights queries: FilterLogEvents refuses the infrequent-access class; about 0.0 MB",
    ]


def test_a_count_that_differs_says_both_numbers(there: Emulator, tmp_path: Path) -> None:
    group = put(there, (0, "a"), (1000, "b"))
    Run(tmp_path, group)
    put(there, (500, "late"), group=group)
    run = Run(tmp_path, group)
    with pytest.raises(PartialAnswer, match=r"the store has 2 events, CloudWatch counts 3$") as caught:
        run.counted()
    assert caught.value.exit_code == 4
    assert caught.value.remedy is not None and "--overlap" in caught.value.remedy


def test_the_last_minutes_are_not_counted(there: Emulator, tmp_path: Path) -> None:
    now = time.time_ns() // 1_000_000 - START_MS
    group = put(there, (now - 600_000, "old"), (now - 60_000, "new"))
    run = Run(tmp_path, group, end=now)
    assert (run.new, run.counted()) == (2, (1, 1))
    order = Order(Target(log_groups=(group,)), tmp_path / "b", TimeRange(START_MS + now - 120_000, START_MS + now), 0)
    fresh = Pull(order, source(), run.said.append, START_MS + now)
    fresh.prepare()
    assert fresh.verify(fresh.fetch(lambda _name, _size: None)[0]) is None
    assert run.said[-1].startswith("not verified: ")


def test_a_pull_that_broke_goes_on(there: Emulator, tmp_path: Path) -> None:
    """Credentials end while a later piece is fetched: what was committed before stays, the rest comes later."""
    group = put(there, *((n * 60_000, f"m{n}") for n in range(600)))
    there.suffer(Adversity(expire_after_calls=8))
    with pytest.raises(CloudError, match="credentials have expired"):
        Run(tmp_path, group, via="insights", end=10 * HOUR)
    there.suffer(Adversity())
    run = Run(tmp_path, group, via="insights", end=10 * HOUR)
    assert 0 < run.new < 600
    assert run.counted() == (600, 600)


def test_a_cost_limit_counts_the_queries_that_verify(there: Emulator, tmp_path: Path) -> None:
    now = time.time_ns() // 1_000_000 - START_MS
    group = put(there, *((now - 5000 - n, "x" * 1000) for n in range(900)))
    with pytest.raises(CostRefused):
        Run(tmp_path, group, end=now, max_usd=0.0, usd_per_gb=5.0)
    assert not (tmp_path / "store").exists()
    assert Run(tmp_path, group, end=now, max_usd=0.0, usd_per_gb=5.0, verify=False).new == 900


def test_missing_permissions(there: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    group = put(there, (0, "a"))
    few = frozenset({"logs:DescribeLogGroups", "logs:StartQuery"})
    with server(there.url, Manners(denied=few)) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        run = Run(tmp_path, group)
        assert run.new == 1
        assert run.pull.verify(run.store) is None
        assert run.said[-1] == "not verified: not allowed: logs:StartQuery"
    with server(there.url, Manners(denied=frozenset({"logs:FilterLogEvents"}))) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        with pytest.raises(CloudError, match="not allowed: logs:FilterLogEvents"):
            Run(tmp_path / "b", group)
        assert not (tmp_path / "b").exists()
