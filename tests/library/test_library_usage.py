"""The queries about usage, memory and cost, over events in both log formats, with rows worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.forms import Forms, ask, at, both, request, stamp, stream


@pytest.fixture
def shop() -> Forms:
    """Two environments of version 41, one of version 42 with twice the memory."""
    shop = Forms()
    shop.stream = stream(1, "41")
    shop.start(0.4, 1, "41")
    shop.report(0.5, 1, 100, init=400, memory=1024, used=100)  # billed 500 ms
    shop.report(1, 2, 200, memory=1024, used=160)
    shop.stream = stream(2, "41")
    shop.report(60, 3, 300, memory=1024, used=120)
    shop.stream = stream(3, "42")
    shop.report(61, 4, 100, memory=2048, used=1946)
    shop.report(301, 5, 100, memory=2048, used=1946)
    return shop


def test_invocations(shop: Forms, tmp_path: Path) -> None:
    assert both("invocations", shop, tmp_path) == [
        {"function": "shop", "bin(5m)": at(300), "invocations": 1, "cold_starts": 0, "environments": 1, "avg_ms": 100},
        {"function": "shop", "bin(5m)": at(0), "invocations": 4, "cold_starts": 1, "environments": 3, "avg_ms": 175},
    ]


def test_traffic_by_version(shop: Forms, tmp_path: Path) -> None:
    about = {"function": "shop"}
    assert both("traffic-by-version", shop, tmp_path) == [
        {"bucket": at(300), **about, "version": "42", "invocations": 1, "share_pct": 100},
        {"bucket": at(0), **about, "version": "42", "invocations": 1, "share_pct": 25},
        {"bucket": at(0), **about, "version": "41", "invocations": 3, "share_pct": 75},
    ]


def test_busiest(shop: Forms, tmp_path: Path) -> None:
    (row,) = both("busiest", shop, tmp_path)
    # 0.5 + 0.2 + 0.3 s of 1 GB, 0.1 + 0.1 s of 2 GB
    assert row == {
        "function": "shop", "invocations": 5, "gb_s": 1.4, "billed_s": 1.2, "avg_ms": 160, "environments": 3, "versions": 2
    }  # fmt: skip


def test_concurrency(tmp_path: Path) -> None:
    shop = Forms()
    shop.report(10, 1, 5000)  # 5 to 10
    shop.report(12, 2, 2000)  # begins when the first one ends: the same environment
    shop.stream = stream(2)
    shop.report(9, 3, 2000, init=1000)  # 6 to 9
    shop.stream = stream(3)
    shop.report(8, 4, 500)  # 7.5 to 8
    shop.report(130, 5, 100000)  # 30 to 130: minute 1 has no row
    assert both("concurrency", shop, tmp_path, bin="1m") == [
        {"bucket": at(0), "function": "shop", "peak": 3, "peak_at": at(7.5)},
        {"bucket": at(120), "function": "shop", "peak": 1, "peak_at": at(130)},
    ]


def test_concurrency_counts_each_function_alone(tmp_path: Path) -> None:
    shop = Forms()
    shop.report(10, 1, 5000)
    shop.stream = "2026/11/23/other[7]0123456789abcdef0123456789abcdef"
    shop.report(9, 2, 2000)
    rows = both("concurrency", shop, tmp_path, bin="1m")
    assert sorted((str(r["function"]), r["peak"]) for r in rows) == [("other", 1), ("shop", 1)]


def test_memory(shop: Forms, tmp_path: Path) -> None:
    about = {"function": "shop"}
    assert both("memory", shop, tmp_path) == [
        {**about, "version": "42", "memory_mb": 2048, "invocations": 2, "used_p50_mb": 1946, "used_p99_mb": 1946, "used_max_mb": 1946, "head_room_pct": 4.9805, "over_provisioned_mb": 102},
        {**about, "version": "41", "memory_mb": 1024, "invocations": 3, "used_p50_mb": 120, "used_p99_mb": 160, "used_max_mb": 160, "head_room_pct": 84.375, "over_provisioned_mb": 864},
    ]  # fmt: skip


def test_memory_leak(tmp_path: Path) -> None:
    shop = Forms()
    for number, (minute, used) in enumerate([(0, 60), (1, 64), (10, 80), (20, 120)]):
        shop.report(60 * minute, number, 10, used=used)
    shop.stream = stream(2)
    shop.report(600, 10, 10, used=50)  # its age is 0 when the other one's is 10
    shop.report(1200, 11, 10, used=54)
    about = {"function": "shop", "version": "42"}
    assert both("memory-leak", shop, tmp_path, bin="10m") == [
        {**about, "age_min": 0, "environments": 2, "invocations": 3, "used_p50_mb": 50, "used_max_mb": 64, "growth_avg_mb": 0, "used_max_pct": 50},
        {**about, "age_min": 10, "environments": 2, "invocations": 2, "used_p50_mb": 54, "used_max_mb": 80, "growth_avg_mb": 10, "used_max_pct": 62.5},
        {**about, "age_min": 20, "environments": 1, "invocations": 1, "used_p50_mb": 120, "used_max_mb": 120, "growth_avg_mb": 56, "used_max_pct": 93.75},
    ]  # fmt: skip


def test_right_size(tmp_path: Path) -> None:
    shop = Forms()
    for number, (memory, ms) in enumerate(
        [(512, 1000), (512, 1200), (1024, 400), (1024, 410), (2048, 400), (2048, 400)]
    ):
        shop.report(number + 1, number, ms, memory=memory, used=100)
    rows = both("right-size", shop, tmp_path, gb_second_usd="0.00001", request_usd="0.0000002")
    about = {"function": "shop", "used_max_mb": 100, "invocations": 2}
    # A million of 1024 MB: 0.20 for the requests, 405,000 GB-s for 4.05
    assert rows == [
        {**about, "memory_mb": 1024, "keeps_p99": 1, "usd_per_million": 4.25, "p50_ms": 400, "p99_ms": 410, "billed_avg_ms": 405},
        {**about, "memory_mb": 2048, "keeps_p99": 1, "usd_per_million": 8.2, "p50_ms": 400, "p99_ms": 400, "billed_avg_ms": 400},
        {**about, "memory_mb": 512, "keeps_p99": 0, "usd_per_million": 5.7, "p50_ms": 1000, "p99_ms": 1200, "billed_avg_ms": 1100},
    ]  # fmt: skip
    strict = both("right-size", shop, tmp_path, gb_second_usd="0.00001", request_usd="0.0000002", slower_pct="1")
    assert [(r["memory_mb"], r["keeps_p99"]) for r in strict] == [(2048, 1), (1024, 0), (512, 0)]


def test_cost(shop: Forms, tmp_path: Path) -> None:
    rows = both("cost", shop, tmp_path, gb_second_usd="0.1", arm64_gb_second_usd="0.08", request_usd="0.01")
    assert rows == [
        {"function": "shop", "version": "41", "invocations": 3, "gb_s": 1, "init_x86_usd": 0.04, "init_pct": 40, "requests_usd": 0.03, "compute_x86_usd": 0.1, "compute_arm64_usd": 0.08, "total_x86_usd": 0.13, "total_arm64_usd": 0.11},
        {"function": "shop", "version": "42", "invocations": 2, "gb_s": 0.4, "init_x86_usd": 0, "init_pct": 0, "requests_usd": 0.02, "compute_x86_usd": 0.04, "compute_arm64_usd": 0.032, "total_x86_usd": 0.06, "total_arm64_usd": 0.052},
    ]  # fmt: skip


def test_wasted(tmp_path: Path) -> None:
    shop = Forms()
    # A Python exception: its text line has no request id and comes before REPORT.
    line = {
        "level": "ERROR",
        "requestId": request(1),
        "errorType": "KeyError",
        "errorMessage": "'id'",
        "stackTrace": [],
    }
    shop.add(9.999, "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File", line)
    shop.report(10.001, 1, 1000, memory=1024, status="error", error="KeyError", caught=True)
    shop.report(70, 1, 1000, memory=1024)  # its retry succeeds: not wasted
    shop.report(80, 2, 2000, memory=1024)
    shop.report(90, 2, 2000, memory=1024)  # and once more, for nothing
    shop.add(103, f"{stamp(103)} {request(3)} Task timed out after 3.00 seconds\n\n", None)
    shop.report(103, 3, 3000, memory=1024, status="timeout")
    shop.report(104, 4, 1000, memory=1024)
    (row,) = both("wasted", shop, tmp_path, gb_second_usd="0.1", request_usd="0.01")
    assert row == {
        "function": "shop", "version": "42", "invocations": 6, "failed": 2, "repeated": 1,
        "total_usd": 1.06, "failed_usd": 0.42, "repeated_usd": 0.21, "wasted_usd": 0.63, "wasted_pct": 59.434,
    }  # fmt: skip


def test_log_volume(tmp_path: Path) -> None:
    shop = Forms()
    shop.start(0, 1)
    shop.log(1, 1, "INFO", "a" * 1000)
    shop.log(2, 1, "INFO", "b" * 1000)
    shop.log(3, 1, "ERROR", "ü" * 300)
    shop.add(4, "print", "print")
    shop.report(5, 1, 10)
    for form in (shop.text, shop.json):
        rows = ask("log-volume", form, tmp_path, log_gb_usd="0.5")
        levels = {"INFO": "application", "ERROR": "application", None: "application"}
        found = [(r["source"], r["log_level"], r["lines"]) for r in rows if r["source"] == "application"]
        assert found == [(s, level, 2 if level == "INFO" else 1) for level, s in levels.items()]
        size = {
            level: sum(len(t.encode()) for _, _, t in form if mark in t)
            for level, mark in (("INFO", "INFO"), ("ERROR", "ERROR"))
        }
        by_level = {r["log_level"]: r for r in rows if r["source"] == "application"}
        assert [by_level[level]["mb"] for level in size] == [round(n / 1e6, 4) for n in size.values()]
        assert sum(int(str(r["lines"])) for r in rows) == len(form)
        # 5.001 s of logs, and a month of 30 days
        month = size["INFO"] / 1e9 * 0.5 * 30 * 86_400_000 / 5_001
        assert by_level["INFO"]["usd_month"] == pytest.approx(month, abs=0.0001)
        (stream_row, *_) = ask("log-volume", form, tmp_path, by="@logStream")
        assert stream_row["@logStream"] == stream()


def test_chatty(tmp_path: Path) -> None:
    shop = Forms()
    shop.start(0, 1)
    for number in range(1, 4):
        shop.log(number, 1, "INFO", f"item {number * 111} of {request(number + 1)} took {number}.5 ms")
    shop.log(4, 2, "INFO", "item 7 of 6f0f3fa4-1111-4222-8333-000000000009 took 1 ms")
    shop.log(5, 2, "DEBUG", "state " + "x" * 900)
    shop.report(6, 1, 10)
    rows = both_but_bytes("chatty", shop, tmp_path)
    about = {"function": "shop", "sample_request_id": request(2)}
    assert rows == [
        {**about, "level": "DEBUG", "line_pattern": "state " + "x" * 154, "lines": 1, "lines_per_request": 1},
        {**about, "level": "INFO", "line_pattern": "item <n> of <id> took <n> ms", "lines": 4, "lines_per_request": 2},
    ]


def both_but_bytes(name: str, shop: Forms, folder: Path) -> list[dict[str, object]]:
    """A line has more bytes as JSON than as text."""
    text = ask(name, shop.text, folder / "text")
    json = ask(name, shop.json, folder / "json")
    for lines, rows in ((shop.text, text), (shop.json, json)):
        size = sum(len(t.encode()) for _, _, t in lines if "state" in t)
        assert (rows[0].pop("mb"), rows[0].pop("avg_bytes")) == (round(size / 1e6, 4), size)
        for row in rows[1:]:
            del row["mb"], row["avg_bytes"]
    assert text == json
    return text
