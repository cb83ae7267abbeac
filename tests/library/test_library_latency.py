"""The queries about latency, over events in both log formats, with rows worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.forms import Forms, ask, at, both, request, stream


@pytest.fixture
def shop() -> Forms:
    """Two environments of version 41 and one of version 42, which a runtime update came with."""
    shop = Forms()
    shop.stream = stream(1, "41")
    shop.init_start(0, "python:3.12.v38")
    shop.start(0.4, 1, "41")
    shop.report(0.5, 1, 100, init=400)
    shop.start(1, 2, "41")
    shop.report(1.02, 2, 20)
    shop.stream = stream(2, "41")
    shop.init_start(60, "python:3.12.v38")
    shop.start(60.3, 3, "41")
    shop.report(60.6, 3, 300, init=300.5)
    shop.stream = stream(3, "42")
    shop.init_start(120, "python:3.12.v39")
    shop.start(120.6, 4, "42")
    shop.report(120.7, 4, 100, init=600)
    shop.start(121, 5, "42")
    shop.report(123.8, 5, 2800)
    return shop


@pytest.fixture
def snap() -> Forms:
    """An environment restored from a snapshot, and a warm invocation of it."""
    snap = Forms(stream=stream(1, "7"))
    runtime = "java:21.mainline.v82"
    text = f"RESTORE_START Runtime Version: {runtime}\tRuntime Version ARN: arn:aws:lambda:eu-west-1::runtime:0"
    snap.platform(0, "restoreStart", text, {"runtimeVersion": runtime, "functionVersion": "7"})
    snap.start(0.5, 1, "7")
    snap.report(0.6, 1, 99.5, restore=500, billed_restore=300)
    snap.start(1, 2, "7")
    snap.report(1.1, 2, 50)
    return snap


ABOUT_41 = {"function": "shop", "version": "41"}
ABOUT_42 = {"function": "shop", "version": "42"}


def test_coldstarts_by_version(shop: Forms, tmp_path: Path) -> None:
    assert both("coldstarts-by-version", shop, tmp_path) == [
        {**ABOUT_42, "invocations": 2, "cold_starts": 1, "cold_pct": 50, "restores": 0, "init_p50_ms": 600, "init_p90_ms": 600, "init_p99_ms": 600, "init_max_ms": 600},
        {**ABOUT_41, "invocations": 3, "cold_starts": 2, "cold_pct": 66.6667, "restores": 0, "init_p50_ms": 300.5, "init_p90_ms": 400, "init_p99_ms": 400, "init_max_ms": 400},
    ]  # fmt: skip


def test_coldstarts_by_runtime(shop: Forms, tmp_path: Path) -> None:
    assert both("coldstarts-by-runtime", shop, tmp_path) == [
        {"function": "shop", "runtime": "python:3.12.v38", "invocations": 3, "cold_starts": 2, "init_avg_ms": 350.25, "init_p50_ms": 300.5, "init_p90_ms": 400, "init_max_ms": 400, "restores": 0, "first_seen": at(0), "last_seen": at(60.6)},
        {"function": "shop", "runtime": "python:3.12.v39", "invocations": 2, "cold_starts": 1, "init_avg_ms": 600, "init_p50_ms": 600, "init_p90_ms": 600, "init_max_ms": 600, "restores": 0, "first_seen": at(120), "last_seen": at(123.8)},
    ]  # fmt: skip


def test_a_log_without_streams_of_lambda_counts_each_init(shop: Forms, tmp_path: Path) -> None:
    """Many environments in one file: no init is taken for another's, and each counts in its own bucket."""
    lines = [(ms, "shop.log", text) for ms, _, text in shop.text]
    by_minute = ask("coldstarts", lines, tmp_path, bin="1m")
    assert [(r["invocations"], r["cold_starts"], r["init_p50_ms"]) for r in by_minute] == [
        (2, 1, 600), (1, 1, 300.5), (2, 1, 400)
    ]  # fmt: skip
    old, new = (r for r in sorted(ask("coldstarts-by-version", lines, tmp_path), key=lambda r: str(r["version"])))
    assert (old["invocations"], old["cold_starts"], old["init_p50_ms"], old["init_max_ms"]) == (3, 2, 300.5, 400)
    assert (new["invocations"], new["cold_starts"], new["init_p50_ms"]) == (2, 1, 600)


def test_an_init_ahead_of_need_is_no_cold_start(tmp_path: Path) -> None:
    """JSON says provisioned-concurrency; in text the time between init and first request tells."""
    ahead = Forms()
    ahead.init_start(0, "python:3.12.v38", "provisioned-concurrency")
    ahead.start(100, 1)
    ahead.report(100.2, 1, 200, init=400)
    ahead.stream = stream(2)
    ahead.init_start(200, "python:3.12.v38")
    ahead.start(200.3, 2)
    ahead.report(200.5, 2, 200, init=300)
    (row,) = both("coldstarts-by-runtime", ahead, tmp_path)
    assert (row["invocations"], row["cold_starts"], row["init_avg_ms"], row["init_max_ms"]) == (2, 1, 300, 300)
    (row,) = both("coldstarts", ahead, tmp_path / "hour", bin="1h")
    assert (row["invocations"], row["cold_starts"], row["cold_pct"], row["init_max_ms"]) == (2, 1, 50, 300)
    started = ask("coldstart-timeline", ahead.json, tmp_path / "timeline", bin="1h")
    assert [(r["environments"], r["provisioned"]) for r in started] == [(1, 1)]


# Ten cold starts each, in ms, and their mean, as published on 2023-03-19 (facts of the public repository maxday/lambda-perf).
MEASURED = {
    "python:3.8": ([123.66, 115.39, 114.58, 123.89, 102.85, 110.67, 171.4, 117.21, 123.39, 115.27], 121.831),
    "ruby:2.7": ([138.65, 136.59, 147.75, 161.65, 174.01, 138.06, 150.4, 219.93, 140.44, 153.21], 156.069),
    "nodejs:18": ([209.85, 237.81, 207.14, 187.83, 211.48, 212.66, 206.71, 212.98, 209.73, 187.57], 208.376),
}


@pytest.mark.parametrize("environments", [1, 10], ids=["of one environment", "of ten environments"])
def test_measured_cold_starts(tmp_path: Path, environments: int) -> None:
    measured = Forms(function="lambda-perf")
    for row, (runtime, (inits, _)) in enumerate(MEASURED.items()):
        for number, init in enumerate(inits):
            seconds = row * 100 + number
            measured.stream = stream(row * 100 + number % environments, "$LATEST")
            measured.init_start(seconds, runtime)
            measured.start(seconds + init / 1000, row * 100 + number, "$LATEST")
            measured.report(seconds + init / 1000 + 0.01, row * 100 + number, 10, init=init)
    rows = both("coldstarts-by-runtime", measured, tmp_path)
    assert {r["runtime"]: (r["cold_starts"], r["init_avg_ms"]) for r in rows} == {
        runtime: (10, mean) for runtime, (_, mean) in MEASURED.items()
    }


def test_coldstart_cost(shop: Forms, tmp_path: Path) -> None:
    assert both("coldstart-cost", shop, tmp_path) == [
        {**ABOUT_41, "invocations": 3, "cold_starts": 2, "init_total_ms": 700.5, "handler_total_ms": 420, "init_pct_of_wait": 62.5167, "billed_total_ms": 1121, "init_billed_ms": 701, "init_pct_of_billed": 62.5335},
        {**ABOUT_42, "invocations": 2, "cold_starts": 1, "init_total_ms": 600, "handler_total_ms": 2900, "init_pct_of_wait": 17.1429, "billed_total_ms": 3500, "init_billed_ms": 600, "init_pct_of_billed": 17.1429},
    ]  # fmt: skip


def test_coldstart_cost_of_restores(snap: Forms, tmp_path: Path) -> None:
    (row,) = both("coldstart-cost", snap, tmp_path)
    assert (row["cold_starts"], row["init_total_ms"], row["handler_total_ms"]) == (1, 500, 149.5)
    assert (row["billed_total_ms"], row["init_billed_ms"]) == (450, 300)


def test_coldstart_timeline(shop: Forms, tmp_path: Path) -> None:
    one = {"environments": 1, "restored": 0, "provisioned": 0}
    assert both("coldstart-timeline", shop, tmp_path) == [
        {**ABOUT_42, "bin(1m)": at(120), **one},
        {**ABOUT_41, "bin(1m)": at(60), **one},
        {**ABOUT_41, "bin(1m)": at(0), **one},
    ]


def test_restores(snap: Forms, tmp_path: Path) -> None:
    error = {"status": "error", "errorType": "Runtime.ExitError", "metrics": {"durationMs": 1236.04}}
    text = "RESTORE_REPORT Restore Duration: 1236.04 ms\tStatus: error\tError Type: Runtime.ExitError"
    snap.platform(2, "restoreReport", text, error)
    snap.platform(3, "restoreReport", "RESTORE_REPORT Restore Duration: 500.00 ms", {**error, "status": "success"})
    quantiles = dict.fromkeys(("restore_p50_ms", "restore_p90_ms", "restore_p99_ms", "restore_max_ms"), 500)
    assert both("restores", snap, tmp_path) == [
        {"bin(5m)": at(0), "invocations": 2, "restores": 1, "restore_pct": 50, "failed_restores": 1, **quantiles}
    ]
    (row,) = both("coldstarts-by-runtime", snap, tmp_path)
    assert (row["runtime"], row["cold_starts"], row["restores"]) == ("java:21.mainline.v82", 0, 1)


def test_duration_by_version(shop: Forms, tmp_path: Path) -> None:
    assert both("duration-by-version", shop, tmp_path) == [
        {**ABOUT_42, "invocations": 2, "avg_ms": 1450, "p50_ms": 100, "p90_ms": 2800, "p99_ms": 2800, "max_ms": 2800},
        {**ABOUT_41, "invocations": 3, "avg_ms": 140, "p50_ms": 100, "p90_ms": 300, "p99_ms": 300, "max_ms": 300},
    ]


def test_duration_histogram(shop: Forms, tmp_path: Path) -> None:
    rows = both("duration-histogram", shop, tmp_path)
    assert [(r["from_ms"], r["to_ms"], r["invocations"]) for r in rows] == [
        (16, 32, 1), (64, 128, 2), (256, 512, 1), (2048, 4096, 1)
    ]  # fmt: skip


def test_a_power_of_two_opens_its_bucket(tmp_path: Path) -> None:
    edges = Forms()
    for power in range(20):
        edges.report(power, power, 2.0**power)
        edges.report(power, 100 + power, max(2.0**power - 0.01, 0.5))
    rows = both("duration-histogram", edges, tmp_path)
    assert [(r["from_ms"], r["invocations"]) for r in rows] == [
        (1, 3), *((2**power, 2) for power in range(1, 19)), (2**19, 1)
    ]  # fmt: skip


def test_slowest(shop: Forms, tmp_path: Path) -> None:
    rows = both("slowest", shop, tmp_path, top="3")
    assert [(r["request_id"], r["version"], r["duration_ms"], r["start"], r["init_ms"]) for r in rows] == [
        (request(5), "42", 2800, "warm", None),
        (request(3), "41", 300, "cold", 300.5),
        (request(1), "41", 100, "cold", 400),
    ]
    assert len(both("slowest", shop, tmp_path, min_ms="300")) == 2


def test_duration_cold_vs_warm(shop: Forms, snap: Forms, tmp_path: Path) -> None:
    assert both("duration-cold-vs-warm", shop, tmp_path) == [
        {"function": "shop", "start": "cold", "invocations": 3, "p50_ms": 100, "p90_ms": 300, "p99_ms": 300, "felt_p50_ms": 600.5, "felt_p99_ms": 700},
        {"function": "shop", "start": "warm", "invocations": 2, "p50_ms": 20, "p90_ms": 2800, "p99_ms": 2800, "felt_p50_ms": 20, "felt_p99_ms": 2800},
    ]  # fmt: skip
    rows = both("duration-cold-vs-warm", snap, tmp_path)
    assert [(r["start"], r["p50_ms"], r["felt_p50_ms"]) for r in rows] == [("restored", 99.5, 599.5), ("warm", 50, 50)]


def test_near_timeout(shop: Forms, tmp_path: Path) -> None:
    (row,) = both("near-timeout", shop, tmp_path)
    assert (row["request_id"], row["duration_ms"], row["used_pct"]) == (request(5), 2800, 93.3333)
    assert len(both("near-timeout", shop, tmp_path, timeout_ms="400", pct="75")) == 2


def test_handler_vs_overhead(shop: Forms, tmp_path: Path) -> None:
    spans = [
        {"name": "responseLatency", "start": "2026-11-23T10:00:00.400Z", "durationMs": 80.5},
        {"name": "responseDuration", "start": "2026-11-23T10:00:00.480Z", "durationMs": 0.25},
        {"name": "runtimeOverhead", "start": "2026-11-23T10:00:00.481Z", "durationMs": 3.5},
    ]
    done = {"requestId": request(1), "status": "success", "metrics": {"durationMs": 90, "producedBytes": 50}}
    shop.stream = stream(1, "41")
    shop.platform(0.49, "runtimeDone", None, {**done, "spans": spans})
    (row,) = ask("handler-vs-overhead", shop.json, tmp_path)
    assert row == {
        **ABOUT_41,
        "invocations": 1,
        "duration_p50_ms": 100,
        "response_latency_p50_ms": 80.5,
        "response_latency_p99_ms": 80.5,
        "response_duration_p50_ms": 0.25,
        "response_duration_p99_ms": 0.25,
        "runtime_overhead_p50_ms": 3.5,
        "runtime_overhead_p99_ms": 3.5,
        "extensions_p50_ms": 10,
        "extensions_p99_ms": 10,
    }
    assert ask("handler-vs-overhead", shop.text, tmp_path / "text") == []


def test_extensions(tmp_path: Path) -> None:
    shop = Forms()
    name = "cloudwatch_lambda_agent"
    for number in (1, 2):
        shop.stream = stream(number)
        text = f"EXTENSION\tName: {name}\tState: Ready\tEvents: [INVOKE,SHUTDOWN]"
        shop.platform(number, "extension", text, {"name": name, "state": "Ready", "events": ["INVOKE", "SHUTDOWN"]})
    text = "EXTENSION\tName: collector\tState: Registered\tEvents: []"
    shop.platform(3, "extension", text, {"name": "collector", "state": "Registered", "events": []})
    about = {"function": "shop", "versions": 1, "after_handler_avg_ms": None}
    assert both("extensions", shop, tmp_path) == [
        {**about, "extension": name, "state": "Ready", "events": "INVOKE,SHUTDOWN", "environments": 2, "first_seen": at(1), "last_seen": at(2)},
        {**about, "extension": "collector", "state": "Registered", "events": "", "environments": 1, "first_seen": at(2), "last_seen": at(2)},
    ]  # fmt: skip
    for seconds, runtime, total in ((4, 80, 100), (5, 50, 80)):
        done = {"requestId": request(seconds), "status": "success", "metrics": {"durationMs": runtime}}
        shop.platform(seconds, "runtimeDone", None, done)
        shop.report(seconds, seconds, total)
    rows = ask("extensions", shop.json, tmp_path / "after")
    assert [(r["extension"], r["after_handler_avg_ms"]) for r in rows] == [(name, 25), ("collector", 25)]
