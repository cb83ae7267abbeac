"""Causes that are no deployment, in logs written by hand."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from insightctl.core.job import Target
from insightctl.local import LocalBackend, LogSource
from insightctl.triage import Finding, triage
from insightctl.triage.blamed import called, host_in

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
TRACE = '\nTraceback (most recent call last):\n  File "/var/task/app.py", line 3'
Call = tuple[float, str, str | None, str]
"""Minute, stream, what it logs besides, the tail of its REPORT."""


def look(folder: Path, calls: Iterable[Call], starts: Iterable[tuple[float, str, str]] = ()) -> tuple[Finding, ...]:
    """Triage of the function `shop`, version 7, whose log these calls write."""
    lines = []
    for number, (minute, stream, told, tail) in enumerate(calls):
        at = START + timedelta(minutes=minute)
        request = f"{number:08x}-0000-4000-8000-000000000000"
        report = f"REPORT RequestId: {request}\tDuration: 20.00 ms\tBilled Duration: 21 ms\t{tail}"
        parts = [
            f"START RequestId: {request} Version: 7",
            told and told.replace("REQUEST", request),
            f"END RequestId: {request}",
            report,
        ]
        lines += [(at, stream, part) for part in parts if part]
    lines += [
        (START + timedelta(minutes=m), s, f"INIT_START Runtime Version: {r}\tRuntime Version ARN: arn:{r}")
        for m, s, r in starts
    ]
    lines.sort(key=lambda line: line[0])
    path = folder / "shop.log"
    stamp = "%Y-%m-%dT%H:%M:%S.%f+00:00"
    path.write_text("".join(f"{at.strftime(stamp)} 2026/11/23/[7]{s * 32} {part}\n" for at, s, part in lines), "utf-8")
    return triage(LocalBackend([LogSource(path)]), Target(), None).findings


USUAL = "Memory Size: 256 MB\tMax Memory Used: 70 MB\t"


def steady(until: float, failing_from: float, told: str, tail: str = USUAL, every: int = 2) -> list[Call]:
    """Two environments take turns, a call each half minute; from a minute on every so-many-th fails."""
    calls: list[Call] = []
    for step in range(int(until * 2)):
        bad = step / 2 >= failing_from and step % every == 0
        calls.append((step / 2, "ab"[step // 2 % 2], told if bad else None, tail if bad else USUAL))
    return calls


def test_a_host_that_is_gone(tmp_path: Path) -> None:
    told = f"[ERROR] ConnectionError: HTTPSConnectionPool(host='pay.example.com', port=443): Connection refused{TRACE}"
    worst = look(tmp_path, steady(170, 100, told))[0]

    assert (worst.code, worst.cause.kind, worst.severity) == ("downstream", "downstream", "critical")
    assert worst.started == START + timedelta(minutes=100)
    assert any("pay.example.com" in e.sentence for e in worst.evidence if e.aspect == "cause")


def test_one_record_again_and_again(tmp_path: Path) -> None:
    calls = steady(170, 999, "")
    calls += [(90 + n, "a", f"[ERROR] ValueError: record 2476518: bad price{TRACE}", USUAL) for n in range(12)]
    worst = look(tmp_path, calls)[0]

    assert (worst.code, worst.cause.kind, worst.severity) == ("poison-input", "input", "warning")
    assert "2476518" in worst.evidence[2].sentence


def test_one_environment_of_several(tmp_path: Path) -> None:
    told = f"[ERROR] OSError: [Errno 28] No space left on device{TRACE}"
    calls = [(m, s, told if s == "a" and m >= 100 else t, r) for m, s, t, r in steady(170, 999, "")]
    worst = look(tmp_path, calls)[0]

    assert (worst.code, worst.cause.kind) == ("one-environment", "environment")
    assert "a" * 32 in str(worst.evidence)


def test_an_environment_that_is_killed_again_and_again_is_a_leak(tmp_path: Path) -> None:
    killed = "RequestId: REQUEST Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
    full = "Memory Size: 256 MB\tMax Memory Used: 256 MB\t"
    calls = [
        (m, s, killed if s == "a" and m >= 100 else t, full if s == "a" and m >= 100 else r)
        for m, s, t, r in steady(170, 999, "")
    ]
    worst = look(tmp_path, calls)[0]

    assert (worst.code, worst.cause.kind) == ("out-of-memory", "memory")


def test_less_memory_is_blamed_although_old_environments_live_on(tmp_path: Path) -> None:
    killed = "RequestId: REQUEST Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
    low = "Memory Size: 128 MB\tMax Memory Used: 128 MB\t"
    calls = [
        (m, s, killed if s == "b" and m >= 60 else t, low if s == "b" and m >= 60 else r)
        for m, s, t, r in steady(170, 999, "")
    ]
    worst = look(tmp_path, calls)[0]

    assert (worst.code, worst.cause.kind) == ("memory-changed", "memory")
    assert worst.started and abs(worst.started - (START + timedelta(minutes=60))) <= timedelta(minutes=2)


def test_a_memory_size_that_was_lowered(tmp_path: Path) -> None:
    killed = "RequestId: REQUEST Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
    low = "Memory Size: 128 MB\tMax Memory Used: 128 MB\t"
    calls = [(m, s, t, r.replace("256", "128") if m >= 100 else r) for m, s, t, r in steady(170, 100, killed, low)]
    worst = look(tmp_path, calls)[0]

    assert (worst.code, worst.cause.kind) == ("memory-changed", "memory")
    assert "from 256 MB to 128 MB" in str(worst.evidence)
    assert "--memory-size" in worst.next[-1]


def test_a_runtime_that_was_updated(tmp_path: Path) -> None:
    told = f"[ERROR] ImportError: libssl.so.3: version not found{TRACE}"
    starts = [(0.0, "a", "python:3.12.v7"), (100.0, "c", "python:3.12.v8")]
    worst = look(tmp_path, steady(170, 100, told), starts)[0]

    assert (worst.code, worst.cause.kind) == ("runtime-changed", "runtime")
    assert "from python:3.12.v7 to python:3.12.v8" in str(worst.evidence)


def test_errors_that_are_logged_and_swallowed(tmp_path: Path) -> None:
    told = (
        "2026-11-23T10:00:00.000Z\t00000001-0000-4000-8000-000000000000\tERROR\tcould not notify a.example.com: refused"
    )
    worst = look(tmp_path, steady(170, 100, told))[0]

    assert (worst.code, worst.cause.kind, worst.severity) == ("silent-failures", "downstream", "warning")


def test_callers_that_are_gone(tmp_path: Path) -> None:
    calls = [call for call in steady(240, 999, "") if not 100 <= call[0] < 170]
    worst = look(tmp_path, calls)[0]

    assert (worst.code, worst.cause.kind) == ("traffic-gone", "traffic")
    assert worst.started is not None and abs(worst.started - START - timedelta(minutes=99.5)) < timedelta(minutes=1)


@pytest.mark.parametrize(
    ("message", "host"),
    [
        ("HTTPSConnectionPool(host='api.example.com', port=443): Read timed out", "api.example.com"),
        ("connect ECONNREFUSED 10.2.31.7:443", "10.2.31.7"),
        ("getaddrinfo ENOTFOUND db.internal", "db.internal"),
        ('Get "https://x.example.net/v1": dial tcp: lookup x.example.net: no such host', "x.example.net"),
        ("java.net.ConnectException: Connection refused: auth.example.net:443", "auth.example.net"),
        ('File "/var/task/app.py", line 3', None),
    ],
)
def test_the_host_that_a_message_names(message: str, host: str | None) -> None:
    assert host_in(message) == host


def test_what_a_refusal_names() -> None:
    text = "ClientError: An error occurred (AccessDeniedException) when calling the Query operation: no"
    assert called(text) == "AccessDeniedException, Query"
