"""Causes that are no deployment, in logs written by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import MappingProxyType

import pytest

from insightctl.core.job import Target
from insightctl.core.time import TimeRange, to_ms
from insightctl.local import LocalBackend, LogSource
from insightctl.triage import Finding, triage
from insightctl.triage.blamed import called, host_in

START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
NOT_AGAIN: Mapping[int, int] = MappingProxyType({})
TRACE = '\nTraceback (most recent call last):\n  File "/var/task/app.py", line 3'
Call = tuple[float, str, str | None, str]
"""Minute, stream, what it logs besides, the tail of its REPORT."""


def look(
    folder: Path,
    calls: Iterable[Call],
    starts: Iterable[tuple[float, str, str]] = (),
    *,
    deployed: float = 9_999,
    again: Mapping[int, int] = NOT_AGAIN,
    since: float | None = None,
) -> tuple[Finding, ...]:
    """Triage of the function `shop` whose log these calls write: version 7, and 8 from the minute `deployed` on.

    `again` tells which call runs the request of which one before it. With a minute `since` what came before is the baseline.
    """
    lines = []
    for number, (minute, stream, told, tail) in enumerate(calls):
        at = START + timedelta(minutes=minute)
        version = 7 if minute < deployed else 8
        request = f"{again.get(number, number):08x}-0000-4000-8000-000000000000"
        report = f"REPORT RequestId: {request}\tDuration: 20.00 ms\tBilled Duration: 21 ms\t{tail}"
        parts = [
            f"START RequestId: {request} Version: {version}",
            told and told.replace("REQUEST", request),
            f"END RequestId: {request}",
            report,
        ]
        lines += [(at, f"[{version}]{stream * 32}", part) for part in parts if part]
    lines += [
        (START + timedelta(minutes=m), f"[7]{s * 32}", f"INIT_START Runtime Version: {r}\tRuntime Version ARN: arn:{r}")
        for m, s, r in starts
    ]
    lines.sort(key=lambda line: line[0])
    path = folder / "shop.log"
    stamp = "%Y-%m-%dT%H:%M:%S.%f+00:00"
    path.write_text("".join(f"{at.strftime(stamp)} 2026/11/23/{s} {part}\n" for at, s, part in lines), "utf-8")
    backend = LocalBackend([LogSource(path)])
    if since is None:
        return triage(backend, Target(), None).findings
    middle, last = START + timedelta(minutes=since), lines[-1][0] + timedelta(seconds=1)
    before = TimeRange(to_ms(START), to_ms(middle))
    return triage(backend, Target(), TimeRange(to_ms(middle), to_ms(last)), baseline=before).findings


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


def test_a_crash_of_an_extension_among_usual_errors_of_the_code(tmp_path: Path) -> None:
    status = "Status: error\tError Type: "
    usual = f"[ERROR] ZeroDivisionError: division by zero{TRACE}"
    crashes = f"{USUAL}{status}Extension.Crash"
    calls = [(m, s, t, crashes if 100 <= m < 112 and m % 1 else r) for m, s, t, r in steady(170, 999, "")]
    calls = [
        (m, s, usual, f"{USUAL}{status}ZeroDivisionError") if m % 11 == 0 else (m, s, t, r) for m, s, t, r in calls
    ]
    worst = look(tmp_path, calls)[0]

    assert (worst.code, worst.cause.kind) == ("extension", "runtime")
    assert "Extension.Crash" in str(worst.evidence)


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


def test_errors_that_a_version_logs_though_its_minutes_are_few(tmp_path: Path) -> None:
    told = "2026-11-23T10:00:00.000Z\tREQUEST\tERROR\tcould not publish: queue url is empty"
    calls: list[Call] = [(float(3 * n), "a", told if n >= 25 and n % 2 else None, USUAL) for n in range(58)]
    worst = look(tmp_path, calls, deployed=75)[0]

    assert (worst.code, worst.cause.kind, worst.cause.version) == ("silent-failures", "deployment", "8")
    assert worst.started is not None and abs(worst.started - START - timedelta(minutes=75)) < timedelta(seconds=1)


@pytest.mark.parametrize(("thrice", "cause"), [(True, "input"), (False, "unknown")])
def test_a_few_inputs_that_fail_each_time(tmp_path: Path, thrice: bool, cause: str) -> None:
    told = f"[ERROR] KeyError: 'price' of REQUEST{TRACE}"
    calls: list[Call] = [(n / 8, "ab"[n // 2 % 2], None, USUAL) for n in range(1_200)]
    events = [(90 + n / 7, "ab"[n % 2]) for n in range(6)]
    first = len(calls)
    calls += [(minute, stream, told, USUAL) for minute, stream in events]
    again = {}
    for wait, ran in ((1.1, 1), (3.2, 2)):
        for n, (minute, stream) in enumerate(events if thrice or ran < 2 else ()):
            again[len(calls)] = first + n
            calls.append((minute + wait, stream, told if thrice else None, USUAL))
    worst = look(tmp_path, calls, again=again)[0]

    assert worst.cause.kind == cause, worst


def test_a_sick_environment_is_alone_in_the_whole_range(tmp_path: Path) -> None:
    told = f"[ERROR] OSError: [Errno 28] No space left on device{TRACE}"
    sick = [(m, s, told if s == "a" and 100 <= m < 110 else t, r) for m, s, t, r in steady(170, 999, "")]
    assert look(tmp_path, sick)[0].cause.kind == "environment"

    others = [(m, s, told if s == "b" and m >= 110 and int(m) % 9 == 0 else t, r) for m, s, t, r in sick]
    assert look(tmp_path, others)[0].cause.kind != "environment"


def test_a_runtime_that_was_updated_soon_after_the_range_began(tmp_path: Path) -> None:
    told = f"[ERROR] ImportError: libssl.so.3: version not found{TRACE}"
    starts = [(0.0, "a", "python:3.12.v7"), (100.0, "c", "python:3.12.v8")]
    worst = look(tmp_path, steady(170, 100, told), starts, since=90)[0]

    assert (worst.code, worst.cause.kind) == ("runtime-changed", "runtime")


def test_a_jump_of_a_function_that_is_seldom_called(tmp_path: Path) -> None:
    day = 24 * 60
    calls: list[Call] = [(float(minute), "a", None, USUAL) for minute in range(0, day + 120, 3)]
    calls += [(day + 60 + n * 0.6, "a", None, USUAL) for n in range(80)]
    worst = look(tmp_path, calls, since=day)[0]

    assert (worst.code, worst.cause.kind) == ("traffic-jump", "traffic")
    assert worst.started is not None
    assert abs(worst.started - START - timedelta(minutes=day + 60)) <= timedelta(minutes=2)


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
