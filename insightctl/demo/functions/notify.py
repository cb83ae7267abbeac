"""notify: Node.js, text format, invoked asynchronously: Lambda retries a failed request, with the same id."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.runtimes import node_error
from insightctl.demo.spec import Attempt, Fault, FaultKind, FunctionSpec, Line, Release, uuid_text

_TEMPLATES = ("order-confirmation", "shipping", "refund", "newsletter")


def _logged(attempt: Attempt, rng: Random, clock: Clock) -> list[Line]:
    lines = [_node(attempt, 0.0, "INFO", f"Processing message {uuid_text(rng)}", clock)]
    chance = rng.random()
    if chance < 0.10:
        lines.append(_node(attempt, 0.2, "DEBUG", "mail connection reused", clock))
    elif chance < 0.12:
        lines.append(_node(attempt, 0.5, "WARN", "mail server asks to slow down", clock))
    elif chance < 0.125:  # handled: the mail goes out without it
        lines.append(_node(attempt, 0.5, "ERROR", "logo could not be attached, sending without", clock))
    if attempt.fault is None:
        template = _TEMPLATES[int(rng.random() * len(_TEMPLATES))]
        lines.append(_node(attempt, 0.95, "INFO", f"sent template={template} channel=email", clock))
    return lines


def _node(attempt: Attempt, share: float, level: str, message: str, clock: Clock) -> Line:
    at_ms = attempt.at(share)
    return at_ms, f"{clock.stamp(at_ms)}Z\t{attempt.request_id}\t{level}\t{message}"


_FAULTS = (
    Fault(
        FaultKind.EXCEPTION,
        "SMTPError",
        0.0034,
        "421 service not available, closing connection {id}",
        (
            "    at SMTPConnection._onCommand (/var/task/node_modules/smtp/lib/connection.js:512:17)",
            "    at async handler (/var/task/index.mjs:19:5)",
        ),
    ),
    Fault(FaultKind.TIMEOUT, "timeout", 0.0012),
    Fault(FaultKind.OUT_OF_MEMORY, "Runtime.OutOfMemory", 0.0006),
)

_FIRST = Release("5", 0.0, 0.0, 180.0, 0.45, "nodejs:22.v40", _FAULTS)

NOTIFY = FunctionSpec(
    name="notify",
    runtime="nodejs22.x",
    log_format="text",
    share=0.12,
    typical_bytes=955,
    memory_mb=128,
    base_memory_mb=66,
    timeout_ms=5000,
    init_median_ms=280.0,
    releases=(_FIRST, replace(_FIRST, version="6", at=0.64, spread=0.05, runtime_version="nodejs:22.v41")),
    application=_logged,
    error_text=node_error,
    asynchronous=True,
    named_streams=True,
    gzipped=True,
)
