"""The queries about deployments and environments, over events in both log formats, with rows worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.forms import Forms, at, both, stream


@pytest.fixture
def shop() -> Forms:
    """Version 9 is replaced by version 10, which is slower and fails; a runtime update came before."""
    shop = Forms()
    shop.stream = stream(1, "9")
    shop.init_start(0, "python:3.12.v38")
    shop.start(0.5, 1, "9")
    shop.report(0.6, 1, 100, init=400)
    shop.start(1, 2, "9")
    shop.report(1.1, 2, 100)
    shop.stream = stream(2, "9")
    shop.init_start(120, "python:3.12.v39")
    shop.start(120.5, 3, "9")
    shop.report(120.6, 3, 100, init=400)
    shop.stream = stream(3, "10")
    shop.init_start(130, "python:3.12.v39")
    shop.start(130.5, 4, "10")
    shop.report(130.7, 4, 200, init=400)
    shop.start(131, 5, "10")
    shop.report(134, 5, 3000, status="timeout")
    shop.start(600, 6, "10")
    shop.report(600.1, 6, 100)
    return shop


def test_deployments(shop: Forms, tmp_path: Path) -> None:
    nothing = {"timeouts": 0, "crashes": 0, "exceptions": 0, "failures": 0, "failure_pct": 0}
    assert both("deployments", shop, tmp_path) == [
        {"function": "shop", "version": "10", "first_seen": at(130.5), "last_seen": at(600.1), "invocations": 3, **nothing, "timeouts": 1, "failures": 1, "failure_pct": 33.3333, "p99_ms": 3000, "version_before": "9", "failure_pct_change": 33.3333, "p99_change_pct": 2900},
        {"function": "shop", "version": "9", "first_seen": at(0.5), "last_seen": at(120.6), "invocations": 3, **nothing, "p99_ms": 100, "version_before": None, "failure_pct_change": None, "p99_change_pct": None},
    ]  # fmt: skip


def test_deployments_of_several_functions(shop: Forms, tmp_path: Path) -> None:
    """The version before is one of the same function."""
    shop.stream = "2026/11/23/zebra[3]0123456789abcdef0123456789abcdef"
    shop.start(700, 10, "3")
    shop.report(700.1, 10, 50)
    rows = both("deployments", shop, tmp_path)
    assert [(r["function"], r["version"], r["version_before"]) for r in rows] == [
        ("zebra", "3", None),
        ("shop", "10", "9"),
        ("shop", "9", None),
    ]


def test_runtime_updates(shop: Forms, tmp_path: Path) -> None:
    about = {"function": "shop", "runtime_arn": "arn:aws:lambda:eu-west-1::runtime:0123456789abcdef"}
    assert both("runtime-updates", shop, tmp_path) == [
        {"first_seen": at(120), **about, "runtime": "python:3.12.v39", "runtime_before": "python:3.12.v38", "last_seen": at(130), "environments": 2, "versions": 2},
        {"first_seen": at(0), **about, "runtime": "python:3.12.v38", "runtime_before": None, "last_seen": at(0), "environments": 1, "versions": 1},
    ]  # fmt: skip


def test_version_overlap(shop: Forms, tmp_path: Path) -> None:
    """Only in the first five minutes; 10 is newer than 9."""
    assert both("version-overlap", shop, tmp_path, bin="5m") == [
        {"bucket": at(0), "function": "shop", "versions": 2, "oldest_version": "9", "newest_version": "10", "invocations": 5, "newest_pct": 40}
    ]  # fmt: skip


def test_env_recycling(shop: Forms, tmp_path: Path) -> None:
    about = {"function": "shop"}
    assert both("env-recycling", shop, tmp_path) == [
        {**about, "version": "10", "@logStream": stream(3, "10"), "first_used": at(130), "last_used": at(600.1), "age_min": 7.835, "requests": 3, "inits": 1},
        {**about, "version": "9", "@logStream": stream(2, "9"), "first_used": at(120), "last_used": at(120.6), "age_min": 0.01, "requests": 1, "inits": 1},
        {**about, "version": "9", "@logStream": stream(1, "9"), "first_used": at(0), "last_used": at(1.1), "age_min": 0.0183, "requests": 2, "inits": 1},
    ]  # fmt: skip
    (newest,) = both("env-recycling", shop, tmp_path, top="1")
    assert newest["version"] == "10"
