"""Slices of a pull: whole, in order, each event once; and the way that costs less."""

from __future__ import annotations

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from insightctl.cloud.pull_slices import SliceSource, event_of
from insightctl.cloud.pull_ways import Via, plan
from insightctl.cloud.targets import LogGroup
from insightctl.core.errors import CloudError, PartialAnswer, UsageError
from insightctl.core.time import TimeRange
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from tests.cloud.test_cloud_pull import HOUR, QUICK, place, put, source, there
from tests.emulator.conftest import START_MS

__all__ = ["place", "there"]


def read(slices: SliceSource, group: str, start: int, end: int) -> list[tuple[int, str]]:
    """Time from START_MS on and message of the events."""
    pages = slices.pages(group, TimeRange(START_MS + start, START_MS + end))
    return [(int(str(e["timestamp"])) - START_MS, str(e["message"])) for page in pages for e in page]


def starts(there: Emulator) -> int:
    return sum(entry.operation == "StartQuery" for entry in there.journal)


# slices


def test_a_row_is_the_event_that_filter_log_events_gives(there: Emulator, tmp_path: Path) -> None:
    group = put(there, (0, "REPORT x\t\n"), (0, '{"a": "\\u00e9 é \\" "}'), (7, "  two\n\tlines"), (7, "=1+1"))
    time = TimeRange(START_MS, START_MS + HOUR)

    def told(pages: Any) -> list[Mapping[str, object]]:
        keys = ("timestamp", "message", "logStreamName", "ingestionTime")
        found = [{key: event[key] for key in keys} for page in pages for event in page]
        return sorted(found, key=str)

    assert told(SliceSource(source().cloud, tmp_path).pages(group, time)) == told(source().pages(group, time))


def test_ingestion_time_as_a_number() -> None:
    cells = {"@timestamp": "2026-11-23 10:00:00.007", "@message": "m", "@ingestionTime": str(START_MS + 9)}
    event = event_of([{"field": name, "value": value} for name, value in cells.items()])
    assert (event["timestamp"], event["ingestionTime"]) == (START_MS + 7, START_MS + 9)


def test_full_slices_are_cut_until_none_is(there: Emulator, tmp_path: Path) -> None:
    """Bursts, twins, and events on every edge that halves have; a query gives 50 rows at most."""
    events = [(n % 3 * 3000 + n // 30, f"m{n % 3}") for n in range(120)] + [(n * 125, "edge") for n in range(64)]
    group = put(there, *events)
    slices = SliceSource(source().cloud, tmp_path, max_rows=50)
    found = read(slices, group, 0, 8000)
    assert found == sorted(found, key=lambda event: event[0])
    assert sorted(found) == sorted(event for event in events if event[0] < 8000)
    assert read(slices, group, 3000, 3001) == [event for event in found if event[0] == 3000]


def test_what_was_fetched_and_not_taken_is_not_paid_again(there: Emulator, tmp_path: Path) -> None:
    group = put(there, *((n, "x") for n in range(900)))
    slices = SliceSource(source().cloud, tmp_path, {group: 1.0}, max_rows=200)
    pages = slices.pages(group, TimeRange(START_MS, START_MS + 900))
    assert len(next(iter(pages))) == 100  # the batch is too big: its reader stops here
    asked = starts(there)
    assert asked == 9
    assert read(slices, group, 0, 450) == [(n, "x") for n in range(450)]
    assert read(slices, group, 450, 900) == [(n, "x") for n in range(450, 900)]
    assert starts(there) == asked
    read(slices, put(there, (0, "other")), 0, 10)
    assert len(list(tmp_path.iterdir())) == 1, "the slices of the first group are gone"


def test_more_in_a_millisecond_than_a_query_gives(there: Emulator, tmp_path: Path) -> None:
    group = put(there, *((5, f"m{n}") for n in range(20)))
    with pytest.raises(CloudError, match=r"more than 20 events at 2026-11-23T10:00:00\.005") as caught:
        read(SliceSource(source().cloud, tmp_path, max_rows=20), group, 0, 10)
    assert caught.value.remedy is not None and "--via filter" in caught.value.remedy


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_faults_cost_patience_only(there: Emulator, tmp_path: Path, seed: int) -> None:
    events = [(n * 10, f"m{n}") for n in range(500)]
    group = put(there, *events)
    there.suffer(
        Adversity(
            seed=seed, throttle=0.06, server_error=0.05, reset=0.05, query_failed=0.05, query_timeout=0.1, partial=0.5
        )
    )
    slices = SliceSource(source().cloud, tmp_path, {group: 0.1}, patience=QUICK, max_rows=200)
    try:
        assert read(slices, group, 0, 5000) == events
    except PartialAnswer as error:
        assert error.exit_code == 4


# ways


def sized(size: int, log_class: str = "STANDARD") -> LogGroup:
    """A log group that is an hour old and had so many bytes in that hour."""
    now = time.time_ns() // 1_000_000
    return LogGroup(f"/s/{size}", log_class=log_class, stored_bytes=size, created_ms=now - HOUR)


@pytest.mark.parametrize(
    ("size", "via", "price", "way", "why"),
    [
        ((10**9,), "auto", None, "insights", "costs nothing and is faster, about 1.0 GB"),
        ((10**6,), "auto", None, "filter", "costs nothing, and is faster for so little"),
        ((10**9,), "auto", 0.005, "filter", "costs nothing (Insights queries: about 1.0 GB, 0.0050 USD)"),
        ((2 * 10**9,), "insights", 0.005, "insights", "as asked, about 2.0 GB, 0.0100 USD"),
        ((), "insights", 0.005, "insights", "as asked, of unknown size"),
        ((10**9,), "filter", None, "filter", "as asked"),
        ((), "auto", None, "filter", "costs nothing (their size is not known)"),
        ((10**9, "INFREQUENT_ACCESS"), "filter", None, "insights", "FilterLogEvents refuses the infrequent-access"),
        ((2 * 10**9, "INFREQUENT_ACCESS"), "auto", 0.005, "insights", "about 2.0 GB, 0.0100 USD"),
    ],
)  # fmt: skip
def test_the_way_that_costs_less(
    there: Emulator, size: tuple[Any, ...], via: Via, price: float | None, way: str, why: str
) -> None:
    group = sized(*size) if size else LogGroup("/s/unknown")
    now = time.time_ns() // 1_000_000
    span = TimeRange(now - HOUR, now)
    found = plan(source().cloud, (group,), {group.name: [span]}, via, now_ms=now, usd_per_gb=price)
    assert found.ways == {group.name: way}
    assert len(found.why) == 1 and found.why[0].startswith(f"{group.name} by ")
    assert why in found.why[0]


def test_a_class_that_nothing_reads(there: Emulator) -> None:
    with pytest.raises(UsageError, match="of the Delivery class"):
        plan(source().cloud, (LogGroup("/d", log_class="DELIVERY"),), {"/d": []}, "auto", now_ms=0)
