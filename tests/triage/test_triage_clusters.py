"""Clusters against the demo's truth, in text and JSON logs and through the emulator; trends that hold; what is new."""

from __future__ import annotations

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from insightctl import library
from insightctl.cloud.backend import CloudWatchBackend
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.time import TimeRange, to_ms
from insightctl.demo import Truth
from insightctl.demo.planted import Planted, plant
from insightctl.deployments import Deployment, from_result
from insightctl.emulator.fixture import CloudWatch, cloudwatch
from insightctl.local import LocalBackend, LogSource
from insightctl.triage.clusters import Cluster, Frame, Trace, clusters, read_traces, traces_text
from insightctl.triage.clusters.trend import trend

__all__ = ["cloudwatch"]

END_MS = 1_795_480_000_000
BIN_MS = 300_000
EVERYTHING = Target()
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def look(backend: Backend, target: Target = EVERYTHING, time: TimeRange | None = None) -> tuple[Cluster, ...]:
    answer = backend.run(QueryJob(traces_text("5m"), target, time))
    assert answer.time is not None
    lives = backend.run(QueryJob(library.render(library.load("deployments")), target, time))
    return clusters(
        read_traces(answer),
        bin_ms=BIN_MS,
        start_ms=answer.time.start_ms,
        end_ms=answer.time.end_ms,
        deployments=from_result(lives),
    )


@pytest.fixture(
    scope="module", params=["mixed", *(pytest.param(form, marks=pytest.mark.slow) for form in ("text", "json"))]
)
def planted(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Planted:
    return plant(tmp_path_factory.mktemp(request.param), request.param, seed=11, end_ms=END_MS)


def test_counts_by_type_are_those_of_the_truth_in_each_form(planted: Planted) -> None:
    found: Counter[tuple[str, str]] = Counter()
    for cluster in look(LocalBackend([LogSource(planted.logs)])):
        assert len(cluster.functions) == 1
        if not cluster.handled:
            found[cluster.functions[0], cluster.error_type] += cluster.count
    queries = planted.truth["queries"]
    assert isinstance(queries, dict)
    assert found == {(row[0], row[1]): row[2] for row in queries["errors"]["rows"]}


def test_the_bad_deployment_is_a_cluster_of_its_own(truth: Truth, logs: Path) -> None:
    found = look(LocalBackend([LogSource(logs)]))
    worst = found[0]
    incident = truth.incident
    planted = truth.function(incident.function)

    assert (worst.error_type, worst.message) == (incident.error_type, incident.error_message)
    assert worst.frame == Frame("discounts.py", "validate", 12)
    assert (worst.functions, worst.versions) == ((incident.function,), (incident.version,))
    assert worst.count == planted.errors[incident.error_type]
    assert sum(worst.counts) == worst.count
    assert worst.new_since is not None
    assert worst.new_since.version == incident.version
    assert worst.new_since.chance < 1e-6
    assert worst.share == pytest.approx(worst.count / truth.totals.failures, rel=0.1)
    ordinary = [c for c in found if "checkout" in c.functions and c.error_type in ("KeyError", "ClientError")]
    assert all(cluster.new_since is None for cluster in ordinary)


def test_through_cloudwatch_as_over_files(cloudwatch: CloudWatch) -> None:
    failure = "[ERROR] ValueError: no price for {}\nTraceback (most recent call last):\n" + (
        '  File "/var/task/app.py", line {}, in handler\n    price(event)\n  File "/opt/python/lib.py", line 9, in get'
    )
    node = (
        "2026-11-23T10:00:00.000Z\t0000000{0}-0000-4000-8000-000000000000\tERROR\tInvoke Error \t"
        '{{"errorType":"TypeError","errorMessage":"bad id {0}","stack":["TypeError: bad","    at go (/var/task/index.js:7:1)"]}}'
    )
    begin = to_ms(START)
    cloudwatch.emulator.put(
        "/aws/lambda/shop", "2026/11/23/[7]abc", [(begin + n * 1000, failure.format(n, 30 + n)) for n in range(6)]
    )
    cloudwatch.emulator.put(
        "/aws/lambda/cart", "2026/11/23/[1]def", [(begin + n * 1000, node.format(n)) for n in range(3)]
    )
    time = TimeRange(begin - 60_000, begin + 600_000)
    found = look(CloudWatchBackend(endpoint_url=cloudwatch.url), Target(log_groups=("/aws/lambda/*",)), time)

    assert [(c.title, c.message, c.functions, c.versions, c.count) for c in found] == [
        ("ValueError at app.py:35 in handler", "no price for <n>", ("shop",), ("7",), 6),
        ("TypeError at index.js:7 in go", "bad id <n>", ("cart",), ("1",), 3),
    ]
    assert found[1].samples[0].startswith("0000000")
    assert found[0].streams == ("2026/11/23/[7]abc",)
    assert (found[0].first_seen, found[0].last_seen) == (START, START + timedelta(seconds=5))


def trace(
    minute: float,
    text: str,
    *,
    function: str = "shop",
    version: str | None = "7",
    lines: int = 1,
    is_status: bool = False,
) -> Trace:
    at = START + timedelta(minutes=minute)
    return Trace(
        function,
        version,
        to_ms(at) // BIN_MS * BIN_MS,
        text,
        lines,
        at,
        at,
        ("r-1",) if is_status else (),
        None,
        is_status,
    )


KEY = "[ERROR] KeyError: 'a'\nTraceback (most recent call last):\n  File \"/var/task/{}\", line {}, in {}"


def test_one_place_is_one_cluster_though_its_line_moves_and_another_place_is_not() -> None:
    found = clusters(
        [
            trace(0, KEY.format("app.py", 10, "load")),
            trace(9, KEY.format("app.py", 12, "load"), version="8"),
            trace(9, KEY.format("app.py", 40, "save")),
        ],
        bin_ms=BIN_MS,
    )
    assert [(c.frame, c.count, c.versions) for c in found] == [
        (Frame("app.py", "load", 12), 2, ("7", "8")),
        (Frame("app.py", "save", 40), 1, ("7",)),
    ]
    assert [c.counts for c in found] == [(1, 1), (0, 1)]
    assert found[0].share == pytest.approx(2 / 3)


def test_functions_that_share_code_share_a_cluster_and_timeouts_do_not() -> None:
    late = "2026-11-23T10:00:03.000Z <id> Task timed out after 3.00 seconds"
    rows = [
        trace(n, text, function=name)
        for n, name in enumerate(("a", "b"))
        for text in (KEY.format("lib.py", 1, "f"), late)
    ]
    assert [(c.error_type, c.functions) for c in clusters(rows, bin_ms=BIN_MS)] == [
        ("KeyError", ("a", "b")),
        ("timeout", ("a",)),
        ("timeout", ("b",)),
    ]


def test_a_status_counts_only_where_no_line_told() -> None:
    rows = [
        trace(0, KEY.format("app.py", 1, "f")),
        trace(0, "text:error:KeyError", is_status=True),
        trace(0, "text:timeout:", is_status=True),
    ]
    found = clusters(rows, bin_ms=BIN_MS)
    assert [(c.error_type, c.count, c.samples) for c in found] == [("KeyError", 1, ("r-1",)), ("timeout", 1, ("r-1",))]


def test_handled_errors_have_no_share_of_the_failures_and_come_last() -> None:
    logged = '[ERROR]\t<n>\t<id>\tretrying\nTraceback (most recent call last):\n  File "/var/task/a.py", line 1, in f\nOSError: gone'
    found = clusters([trace(0, logged, lines=50), trace(0, KEY.format("app.py", 1, "f"))], bin_ms=BIN_MS)
    assert [(c.error_type, c.handled, c.share) for c in found] == [("KeyError", False, 1.0), ("OSError", True, 0.0)]


@pytest.mark.parametrize(("first", "lines", "new"), [(61, 6, True), (61, 2, False), (30, 6, False)])
def test_new_since_a_deployment_needs_more_than_luck(first: float, lines: int, new: bool) -> None:
    """Half the range lies before the deployment: two lines after it have a chance of 1 in 4, six of 1 in 64."""
    [found] = clusters(
        [trace(first, KEY.format("app.py", 1, "f"), version=None, lines=lines)],
        bin_ms=BIN_MS,
        start_ms=to_ms(START),
        end_ms=to_ms(START) + 7_200_000,
        deployments=[Deployment("shop", "8", START + timedelta(minutes=60))],
    )
    assert (found.new_since is not None) is new
    if found.new_since:
        assert found.new_since.chance == pytest.approx(1 / 64)


def test_hostile_traces_are_bounded() -> None:
    evil = "[ERROR] X\x1b[2J: " + "\x1b]0;owned\x07" * 100_000 + "\nTraceback (most recent call last):\n"
    [found] = clusters([trace(0, evil)], bin_ms=BIN_MS)
    assert len(found.title) < 500
    assert len(found.message) <= 300
    assert len(found.example) <= 300


def test_a_trend_is_seen_and_a_steady_rate_has_none() -> None:
    assert trend([1, 1, 2, 2, 4, 5, 7, 9]) == "growing"
    assert trend([9, 7, 5, 4, 2, 2, 1, 1]) == "falling"
    assert trend([4, 5, 3, 4, 6, 4, 5, 3]) == "steady"
    assert trend([0, 0, 0, 3, 0, 0]) == "too few"
    assert trend([0, 0, 0, 40, 0, 0, 0, 0, 0, 0, 0, 0]) == "steady"  # one burst is no trend


def test_a_trend_is_held_against_the_traffic() -> None:
    counts, invocations = [2, 4, 6, 8, 10, 12], [20, 40, 60, 80, 100, 120]
    assert trend(counts) == "growing"
    assert trend(counts, invocations) == "steady"
    assert trend([6] * 6, invocations) == "falling"


def test_steady_rates_are_said_to_move_at_most_once_in_fifty() -> None:
    rng = random.Random(5)
    wrong = 0
    for number in range(1000):
        counts = [0] * 36
        for _ in range(12 + number % 60):
            burst = 1 if number % 2 else rng.choice((1, 1, 4))
            counts[rng.randrange(36)] += burst
        wrong += trend(counts) != "steady"
    assert wrong <= 20
