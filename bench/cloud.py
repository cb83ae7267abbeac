"""CloudWatch at full speed, on the emulator with the service's quotas: against a client that asks one slice after another."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.cloud.schedule import Patience
from insightctl.core.errors import PartialAnswer
from insightctl.core.job import QueryJob, Target
from insightctl.core.time import TimeRange
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.journal import busiest_second
from insightctl.emulator.server import Emulator

START = 1_795_428_000_000
SLICES = 60
QUERY_S = 2.0
QUOTAS = Adversity(query_seconds=QUERY_S, starts_per_s=10, results_per_s=10, concurrent=100)
GROUP = Target(log_groups=("/aws/lambda/a",))


@contextmanager
def emulator(events: int, every_ms: int) -> Iterator[tuple[Emulator, TimeRange]]:
    """An emulator with one log group and so many events; settings of AWS point at it."""
    with Emulator() as running:
        running.put(GROUP.log_groups[0], "s", [(START + n * every_ms, f'{{"n": {n}}}') for n in range(events)])
        os.environ |= {"AWS_ENDPOINT_URL": running.url, "AWS_REGION": "us-east-1"}
        os.environ |= {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b"}
        yield running, TimeRange(START, START + events * every_ms)


def naive(time_range: TimeRange, slices: int) -> int:
    """StartQuery a slice, ask once a second until it is done, then the next; the number of events counted."""
    import boto3

    logs, total = boto3.client("logs", region_name="us-east-1"), 0.0
    step = time_range.duration_ms // slices
    for number in range(slices):
        start = time_range.start_ms + number * step
        query = logs.start_query(
            logGroupNames=list(GROUP.log_groups),
            queryString="stats count(*) as n",
            startTime=start,
            endTime=start + step - 1,
        )
        while True:
            time.sleep(1)
            page = logs.get_query_results(queryId=query["queryId"])
            if page["status"] == "Complete":
                break
        total += float(page["results"][0][0]["value"])
    return int(total)


def speed() -> str:
    """Sixty slices of two seconds each."""
    with emulator(6_000, 1_000) as (running, span):
        running.suffer(QUOTAS)
        running.clear_journal()
        job = QueryJob("stats count(*) as n", GROUP, span)
        began = time.perf_counter()
        answer = CloudWatchBackend(split_ms=span.duration_ms // SLICES).run(job)
        ours = time.perf_counter() - began
        assert answer.rows == ((6_000,),), answer.rows
        starts = busiest_second(running.journal, "StartQuery")
        results = busiest_second(running.journal, "GetQueryResults")
        began = time.perf_counter()
        assert naive(span, SLICES) == 6_000
        theirs = time.perf_counter() - began
    least = (SLICES - 1) // 10 + QUERY_S
    return (
        f"\n### {SLICES} slices of {QUERY_S:g} s on CloudWatch (emulator with the service's quotas)\n\n"
        "| client | seconds | ratio to the limit of the quotas |\n|---|---:|---:|\n"
        f"| the quotas' limit (10 starts a second) | {least:.1f} | 1.00 |\n"
        f"| insightctl | {ours:.1f} | {ours / least:.2f} |\n"
        f"| one slice after another, asked once a second | {theirs:.1f} | {theirs / least:.2f} |\n\n"
        f"Most calls in any second: StartQuery {starts}, GetQueryResults {results} (the quota is 10).\n"
    )


def everything() -> str:
    """A quarter of a million rows through the row limit."""
    with emulator(250_000, 20) as (running, span):
        running.suffer(Adversity(starts_per_s=10, results_per_s=10, concurrent=100))
        began = time.perf_counter()
        job = QueryJob("fields @timestamp, n", GROUP, span, max_rows=1_000_000)
        rows = CloudWatchBackend().run(job).rows
        seconds = time.perf_counter() - began
        queries = len([entry for entry in running.journal if entry.operation == "StartQuery"])
    values = [row[1] for row in rows]
    whole = values == list(range(249_999, -1, -1))
    return (
        f"\n250,000 events through the row limit: {len(rows):,} rows in {seconds:.1f} s by {queries} queries; "
        f"in order, each once: {'yes' if whole else 'NO'}.\n"
    )


def faults(runs: int, first: int = 0) -> str:
    """Seeded runs, from seed `first` on, in which a fifth of all calls fails."""
    exact = refused = wrong = left = 0
    busiest = 0
    with emulator(240, 1_000) as (running, span):
        job = QueryJob("stats count(*) as c, sum(n) as s", GROUP, span)
        for seed in range(first, first + runs):
            running.suffer(
                Adversity(
                    seed=seed, throttle=0.06, server_error=0.05, reset=0.06, slow=0.03, slow_seconds=0.1, query_failed=0.05,
                    partial=0.5, starts_per_s=10, results_per_s=10, concurrent=100, others=(95, 99),
                )
            )  # fmt: skip
            running.clear_journal()
            try:
                answer = CloudWatchBackend(split_ms=span.duration_ms // 4, patience=Patience(backoff_s=0.05)).run(job)
                exact += answer.rows == ((240, 28_680),)
                wrong += answer.rows != ((240, 28_680),)
            except PartialAnswer:
                refused += 1
            for operation in ("StartQuery", "GetQueryResults"):
                busiest = max(busiest, busiest_second(running.journal, operation))
            running.suffer(Adversity())
            until = time.monotonic() + 2
            while running.running() and time.monotonic() < until:
                time.sleep(0.02)
            left += bool(running.running())
    return (
        f"\n{runs} seeded runs with faults at 20 % of calls: {exact} exact, {refused} refused with exit code 4, {wrong} wrong; "
        f"queries left running: {left}; most calls of a kind in any second: {busiest}.\n"
    )


def main() -> str:
    """The figures, as Markdown."""
    runs = int(os.environ.get("BENCH_FAULTS", "500"))
    return speed() + everything() + faults(runs)


if __name__ == "__main__":
    sys.stdout.write(main())
