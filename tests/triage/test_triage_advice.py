"""The rules of advice, each number recomputed by hand from list prices of us-east-1 (insightctl/core/prices.toml).

x86 0.0000166667 and arm64 0.0000133334 a GB-second, 0.0000002 a request, provisioned concurrency 0.0000041667 ready and
0.0000097222 running, SnapStart 0.0000015046 a GB-second kept and 0.0001397998 a GB restored, logs 0.50 a GB.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from insightctl.core.prices import price_list
from insightctl.core.time import TimeRange, from_ms
from insightctl.triage.advice import (
    Advice,
    Costs,
    Environments,
    History,
    Hour,
    Logged,
    Provisioned,
    Settings,
    Size,
)
from insightctl.triage.advice.rules import advices, arm64, logs, memory, provisioned, say, snapstart, storage, timeout

COSTS = Costs(price_list(), "us-east-1")
DAY_MS, HOUR_MS = 86_400_000, 3_600_000
START_MS = 1_795_392_000_000
DAY = TimeRange(START_MS, START_MS + DAY_MS)
REQUESTS = 30_000 * 0.0000002  # of a month, for the 1,000 of a day

SIZE = Size(
    "shop",
    memory_mb=1024,
    invocations=1000,
    billed_ms=200_000,
    busy_ms=190_000,
    start_billed_ms=0,
    p50_ms=150,
    p99_ms=400,
    p999_ms=800,
    max_ms=900,
    used_max_mb=100,
    used_p99_mb=95,
    timeouts=0,
    longest_timeout_ms=None,
    first=from_ms(START_MS + 1000),
    last=from_ms(START_MS + DAY_MS - 1000),
)


def history(*sizes: Size, **more: Any) -> History:
    return replace(History("shop", DAY, sizes or (SIZE,)), **more)


def one(rule: Callable[[History, Costs], Iterable[Advice]], of: History) -> Advice:
    [advice] = rule(of, COSTS)
    return advice


def numbers(advice: Advice) -> dict[str, float]:
    return {number.name: number.value for number in advice.numbers}


def test_a_size_that_is_far_too_big_is_a_range_of_money_and_a_step() -> None:
    """30,000 x 0.2 s x 1 GB = 6,000 GB-s; 100 MB used need 130, so 192 would hold it; half of the size is one step."""
    advice = one(memory.advise, history())
    now = 6000 * 0.0000166667 + REQUESTS

    assert (advice.action, advice.confidence, advice.risk) == ("measure", "medium", False)
    assert numbers(advice)["needed_mb"] == 192
    assert numbers(advice)["memory_then_mb"] == 512
    assert advice.usd_now == pytest.approx(now)
    assert advice.usd_then == pytest.approx(now)
    assert advice.usd_then_low == pytest.approx(3000 * 0.0000166667 + REQUESTS)
    assert advice.saved == pytest.approx(0)
    assert advice.saved_high == pytest.approx(0.0500001)
    assert advice.command == "aws lambda update-function-configuration --function-name shop --memory-size 512"
    assert "right-size" in advice.unknown


def test_above_one_vcpu_the_first_step_is_one_vcpu() -> None:
    advice = one(memory.advise, history(replace(SIZE, memory_mb=3008, used_max_mb=600)))
    assert numbers(advice)["memory_then_mb"] == 1769
    assert "one vCPU stays" in advice.sentence


def test_two_sizes_that_ran_are_held_side_by_side() -> None:
    """512 MB: 0.22 s; 1024 MB: 0.2 s. Of 60,000 a month: 6,600 GB-s against 12,000."""
    small = replace(SIZE, memory_mb=512, billed_ms=220_000, p99_ms=420, last=SIZE.last - timedelta(hours=9))
    advice = one(memory.advise, history(SIZE, small))

    assert (advice.action, advice.confidence) == ("change", "high")
    assert advice.usd_now == pytest.approx(12_000 * 0.0000166667 + 2 * REQUESTS)
    assert advice.usd_then == pytest.approx(6_600 * 0.0000166667 + 2 * REQUESTS)
    assert advice.command is not None and advice.command.endswith("--memory-size 512")
    slow = replace(small, p99_ms=900)
    assert one(memory.advise, history(SIZE, slow)).action == "nothing"


@pytest.mark.parametrize(
    ("used", "p99", "action", "target"), [(1024, 1000, "change", 1536), (950, 900, "change", 1280)]
)
def test_memory_that_runs_full_is_a_risk(used: float, p99: float, action: str, target: int) -> None:
    of = history(replace(SIZE, used_max_mb=used, used_p99_mb=p99))
    advice = one(memory.risk, of)
    assert (advice.risk, advice.action, numbers(advice)["memory_then_mb"]) == (True, action, target)
    assert advice.usd_then == pytest.approx(6000 * target / 1024 * 0.0000166667 + REQUESTS)
    assert not list(memory.advise(of, COSTS))


def test_one_large_request_that_fills_the_memory_is_told_from_a_size_that_is_too_small() -> None:
    advice = one(memory.risk, history(replace(SIZE, used_max_mb=1024, used_p99_mb=90)))
    assert (advice.action, advice.confidence) == ("measure", "medium")
    assert "leak" in advice.sentence


def test_memory_that_fits() -> None:
    assert one(memory.advise, history(replace(SIZE, used_max_mb=600))).action == "nothing"


@pytest.mark.parametrize(
    ("architecture", "action", "confidence"),
    [(None, "weigh", "low"), ("x86_64", "weigh", "medium"), ("arm64", "nothing", "high")],
)
def test_arm64(architecture: str | None, action: str, confidence: str) -> None:
    settings = Settings("shop", architecture=architecture) if architecture else None
    advice = one(arm64.advise, history(settings=settings))
    assert (advice.action, advice.confidence) == (action, confidence)
    assert advice.usd_then == pytest.approx(6000 * 0.0000133334 + REQUESTS)
    if action == "weigh":
        assert advice.saved == pytest.approx(6000 * 0.0000033333)
        assert "built for arm64" in advice.sentence


def hours(load: float, peak: int, inits: int, of_day: Iterable[int] = range(24)) -> tuple[Hour, ...]:
    return tuple(Hour("shop", START_MS + n * HOUR_MS, 40, load * HOUR_MS, inits, peak) for n in of_day)


def cold(count: int, each_ms: float, runtime: str = "nodejs:22.v40") -> tuple[Environments, ...]:
    return (Environments("shop", runtime, count, 0, count, count * each_ms, each_ms, 0, SIZE.last),)


def test_provisioned_concurrency_that_buys_time() -> None:
    """2 x 1 GB x 86,400 s ready = 0.72000576 a day, less 0.1 x 86,400 GB-s that run 0.0000069445 cheaper; 48 colds spared."""
    advice = one(provisioned.advise, history(hours=hours(0.1, 2, 2), environments=cold(48, 500)))
    more = 30 * (2 * 86_400 * 0.0000041667 - 8_640 * (0.0000166667 - 0.0000097222))

    assert (advice.action, numbers(advice)["count"]) == ("weigh", 2)
    assert numbers(advice)["usd_more_month"] == pytest.approx(more)
    assert numbers(advice)["spared_month"] == pytest.approx(1440)
    assert numbers(advice)["break_even_usd_a_second"] == pytest.approx(more / (1440 * 0.5))
    assert advice.saved == pytest.approx(-more)


def test_provisioned_concurrency_at_the_times_of_day_that_start_cold() -> None:
    busy = hours(0.1, 2, 20, range(8, 12))
    quiet = hours(0.1, 1, 0, [n for n in range(24) if n not in range(8, 12)])
    advice = one(provisioned.advise, history(hours=(*busy, *quiet), environments=cold(80, 500)))
    scheduled = 30 * (2 * 4 * 3600 * 0.0000041667 - 0.1 * 4 * 3600 * 0.0000069445)

    assert "Only at 8-12 UTC" in advice.sentence
    assert numbers(advice)["scheduled_usd_more_month"] == pytest.approx(scheduled)
    assert numbers(advice)["scheduled_spared_month"] == pytest.approx(2400)


def test_provisioned_concurrency_that_pays_for_itself_is_busy_more_than_three_fifths_of_the_time() -> None:
    advice = one(provisioned.advise, history(hours=hours(1.0, 3, 1), environments=cold(24, 500)))
    more = 30 * 86_400 * (0.0000041667 - 0.0000069445)

    assert (advice.action, numbers(advice)["count"]) == ("measure", 1)
    assert advice.saved == pytest.approx(-more)
    at_60_pct = provisioned.offer(hours(0.60, 1, 0), 1, 1.0, COSTS, "x86_64", all_hours=24)
    assert at_60_pct.usd == pytest.approx(86_400 * (0.0000041667 - 0.6 * 0.0000069445))
    assert abs(at_60_pct.usd) < 1e-5


def test_few_cold_starts_are_not_worth_it() -> None:
    assert one(provisioned.advise, history(hours=hours(0.1, 2, 1), environments=cold(4, 500))).action == "nothing"
    assert list(provisioned.advise(history(), COSTS)) == []


def test_provisioned_concurrency_that_is_never_used() -> None:
    """10 are ready, 3 ran at the same time: 7 x 1 GB x 2,592,000 s."""
    ready = Settings("shop", provisioned=(Provisioned("live", 8), Provisioned("beta", 2)))
    advice = one(provisioned.advise, history(hours=hours(0.1, 3, 0), settings=ready))

    assert (advice.action, advice.confidence) == ("change", "medium")
    assert advice.usd_now == pytest.approx(10 * 2_592_000 * 0.0000041667)
    assert advice.saved == pytest.approx(7 * 2_592_000 * 0.0000041667)
    assert advice.command is not None
    assert advice.command.endswith("--qualifier live --provisioned-concurrent-executions 1")
    used = one(provisioned.advise, history(hours=hours(0.1, 12, 0), settings=ready))
    assert used.action == "nothing"


def test_snapstart_of_python_has_a_price_and_a_break_even() -> None:
    """100 colds of 0.5 s, billed: 1,500 GB-s a month. Kept: 1 GB x 2,592,000 s; restored: 3,000 x 1 GB."""
    of = history(replace(SIZE, start_billed_ms=50_000), environments=cold(100, 500, "python:3.12.v36"))
    advice = one(snapstart.advise, of)
    billed, kept, restored = 1500 * 0.0000166667, 2_592_000 * 0.0000015046, 3000 * 0.0001397998

    assert advice.action == "weigh"
    assert advice.usd_now == pytest.approx(billed)
    assert advice.usd_then == pytest.approx(kept + restored)
    assert "money alone never pays" in advice.sentence
    slow = one(
        snapstart.advise,
        history(replace(SIZE, start_billed_ms=2_000_000), environments=cold(100, 20_000, "python:3.12.v36")),
    )
    gain = (60_000 * 0.0000166667 - restored) / 3000
    assert f"from {kept / gain:,.0f} cold starts a month on" in slow.sentence


def test_snapstart_of_java_is_free() -> None:
    of = history(replace(SIZE, start_billed_ms=50_000), environments=cold(100, 500, "java:21.mainline.v83"))
    advice = one(snapstart.advise, of)
    assert (advice.action, advice.usd_then) == ("measure", 0.0)
    assert advice.saved == pytest.approx(1500 * 0.0000166667)


@pytest.mark.parametrize("runtime", ["nodejs:22.v40", "python:3.11.v9", "java:8.al2.v3", "provided:al2023.v1"])
def test_runtimes_without_snapstart(runtime: str) -> None:
    assert list(snapstart.advise(history(environments=cold(100, 900, runtime)), COSTS)) == []


@pytest.mark.parametrize("runtime", ["python3.13", "java11", "dotnet8", "dotnet:8.v12"])
def test_runtimes_with_snapstart(runtime: str) -> None:
    assert list(snapstart.advise(history(environments=cold(100, 900, runtime)), COSTS))


@pytest.mark.parametrize(
    ("limit_s", "timeouts", "p99", "p999", "action"),
    [
        (1, 0, 400, 800, "change"),
        (3, 0, 400, 800, "nothing"),
        (3, 4, 2500, 3000, "change"),
        (3, 4, 400, 3000, "measure"),
    ],
)
def test_a_timeout_that_is_near(limit_s: float, timeouts: int, p99: float, p999: float, action: str) -> None:
    size = replace(SIZE, timeouts=timeouts, p99_ms=p99, p999_ms=p999)
    advice = one(timeout.advise, history(size, settings=Settings("shop", timeout_s=limit_s)))
    assert (advice.action, advice.risk) == (action, action != "nothing")
    if action == "change":
        assert advice.command is not None and advice.command.endswith(f"--timeout {2 * limit_s}")


def test_a_timeout_that_is_far_off_and_one_that_nobody_knows() -> None:
    """900 s x 1 GB x 0.0000166667 for one that hangs; three times the slowest is 3 s."""
    advice = one(timeout.advise, history(settings=Settings("shop", timeout_s=900)))
    assert (advice.action, advice.risk) == ("weigh", False)
    assert numbers(advice)["usd_a_hang"] == pytest.approx(0.01500003)
    assert advice.command is not None and advice.command.endswith("--timeout 3")
    assert list(timeout.advise(history(), COSTS)) == []
    assert numbers(one(timeout.advise, history(limit_ms=3000, timeout_lines=2)))["timeout_ms"] == 3000


def test_logs_of_which_half_is_debug() -> None:
    """2 GB a day are 60 a month: 30 USD."""
    rows = (Logged("shop", "application", "DEBUG", 9, 1e9), Logged("shop", "application", "INFO", 9, 1e9))
    advice = one(logs.advise, history(logged=rows))
    assert advice.action == "change"
    assert advice.usd_now == pytest.approx(30.0)
    assert advice.usd_then == pytest.approx(15.0)
    info = one(logs.advise, history(logged=rows[1:]))
    assert info.action == "weigh"
    assert info.usd_now == pytest.approx(15.0)
    assert "running it costs $0.11" in info.sentence
    assert list(logs.advise(history(), COSTS)) == []


def test_storage_above_what_is_free() -> None:
    """1,536 MB above, 200 s billed a day: 1.5 GB x 6,000 s."""
    advice = one(storage.advise, history(settings=Settings("shop", storage_mb=2048)))
    assert advice.usd_now == pytest.approx(1.5 * 6000 * price_list().price("lambda_storage_gb_s", "us-east-1").usd)
    assert list(storage.advise(history(settings=Settings("shop", storage_mb=512)), COSTS)) == []


def test_thin_data_give_no_advice_about_money() -> None:
    few = history(replace(SIZE, invocations=20, used_max_mb=1024))
    found = advices(few, COSTS)
    assert [(a.kind, a.action) for a in found] == [("memory", "measure"), ("data", "thin")]
    assert "200 invocations at least" in found[-1].sentence
    short = replace(history(), time=TimeRange(START_MS, START_MS + 3 * HOUR_MS))
    assert [a.kind for a in advices(short, COSTS)] == ["data"]
    assert "a day at least" in advices(short, COSTS)[0].sentence


def test_a_function_that_came_late_is_reckoned_from_when_it_came() -> None:
    week = TimeRange(START_MS - 6 * DAY_MS, START_MS + DAY_MS)
    late = replace(history(), time=week)
    assert late.window_ms == pytest.approx(DAY_MS, rel=0.001)
    early = replace(history(replace(SIZE, first=from_ms(week.start_ms + DAY_MS))), time=week)
    assert early.window_ms == 7 * DAY_MS


def test_amounts_in_words() -> None:
    assert [say.usd(n) for n in (12.3, 1234.5, 0.0124, 0.00040, 0.0, -2.5, 1e-12)] == [
        "$12.30",
        "$1,234.50",
        "$0.012",
        "$0.00040",
        "$0.00",
        "-$2.50",
        "$0.00",
    ]


def test_names_cannot_add_to_a_command() -> None:
    evil = replace(history(replace(SIZE, function="a; rm -rf /")), function="a; rm -rf /")
    for advice in advices(evil, COSTS):
        assert advice.command is None or "--function-name 'a; rm -rf /'" in advice.command
