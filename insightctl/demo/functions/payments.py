"""payments: Python, JSON log format for the platform and the application."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.runtimes import python_json_error
from insightctl.demo.spec import IMPORT_ERROR, Attempt, Fault, FaultKind, FunctionSpec, Line, Release

_NETWORKS = ("visa", "mastercard", "amex", "sepa", "paypal")


def _logged(attempt: Attempt, rng: Random, clock: Clock) -> list[Line]:
    payment = f"pay-{rng.getrandbits(40):010x}"
    network = _NETWORKS[int(rng.random() * len(_NETWORKS))]
    lines = [_json(attempt, 0.0, "INFO", f"charging {payment} over {network}", clock)]
    chance = rng.random()
    if chance < 0.10:
        lines.append(_json(attempt, 0.3, "DEBUG", f"idempotency key of {payment} is new", clock))
    elif chance < 0.12:
        lines.append(_json(attempt, 0.5, "WARN", f"gateway is slow, {payment} waits", clock))
    elif chance < 0.125:  # handled: the other gateway takes it
        lines.append(_json(attempt, 0.5, "ERROR", f"gateway A refused the connection, {payment} goes to B", clock))
    if attempt.fault is None:
        lines.append(_json(attempt, 0.96, "INFO", f"{payment} captured", clock))
    return lines


def _json(attempt: Attempt, share: float, level: str, message: str, clock: Clock) -> Line:
    at_ms = attempt.at(share)
    return at_ms, (
        f'{{"timestamp":"{clock.stamp(at_ms)}Z","level":"{level}","requestId":"{attempt.request_id}",'
        f'"message":"{message}","logger":"payments"}}'
    )


_FAULTS = (
    Fault(
        FaultKind.EXCEPTION,
        "GatewayError",
        0.0018,
        "gateway answered 502 for request {id}",
        (
            '  File "/var/task/app.py", line 52, in handler',
            '  File "/var/task/gateway.py", line 88, in capture',
        ),
    ),
    Fault(FaultKind.EXCEPTION, "KeyError", 0.0008, "'currency'", ('  File "/var/task/app.py", line 47, in handler',)),
    Fault(FaultKind.TIMEOUT, "timeout", 0.0012),
    Fault(FaultKind.OUT_OF_MEMORY, "Runtime.OutOfMemory", 0.0006),
)

_FIRST = Release("8", 0.0, 0.0, 310.0, 0.50, "python:3.13.v21", _FAULTS)

PAYMENTS = FunctionSpec(
    name="payments",
    runtime="python3.13",
    log_format="json",
    share=0.15,
    typical_bytes=1550,
    memory_mb=256,
    base_memory_mb=74,
    timeout_ms=6000,
    init_median_ms=430.0,
    releases=(_FIRST, replace(_FIRST, version="9", at=0.52, spread=0.05)),
    application=_logged,
    error_text=python_json_error,
    init_fault=Fault(FaultKind.INIT, IMPORT_ERROR, 0.0008, "Unable to import module 'app': No module named 'stripe'"),
)
