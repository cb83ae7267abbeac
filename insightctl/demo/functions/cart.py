"""cart: Node.js, text format, synchronous behind an API."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.runtimes import node_error
from insightctl.demo.spec import IMPORT_ERROR, Attempt, Fault, FaultKind, FunctionSpec, Line, Release

_VERBS = ("GET", "GET", "GET", "PUT", "POST", "DELETE")


def _logged(attempt: Attempt, rng: Random, clock: Clock) -> list[Line]:
    cart = int(rng.random() * 900_000) + 100_000
    verb = _VERBS[int(rng.random() * len(_VERBS))]
    user = int(rng.random() * 50_000)
    lines = [_node(attempt, 0.0, "INFO", f"{verb} /carts/{cart} user=u{user}", clock)]
    chance = rng.random()
    if chance < 0.20:
        lines.append(_node(attempt, 0.2, "DEBUG", f"cache hit cart:{cart}", clock))
    elif chance < 0.22:
        lines.append(_node(attempt, 0.4, "WARN", f"cart {cart} has an item that is no longer sold", clock))
    elif chance < 0.225:  # handled: the last known price is shown
        lines.append(_node(attempt, 0.5, "ERROR", f"price lookup failed for cart {cart}, using the last price", clock))
    if attempt.fault is None:
        items = 1 + int(rng.random() * 9)
        total = int(rng.random() * 30_000) / 100
        lines.append(_node(attempt, 0.95, "INFO", f"cart loaded items={items} total={total}", clock))
    return lines


def _node(attempt: Attempt, share: float, level: str, message: str, clock: Clock) -> Line:
    at_ms = attempt.at(share)
    return at_ms, f"{clock.stamp(at_ms)}Z\t{attempt.request_id}\t{level}\t{message}"


_FAULTS = (
    Fault(
        FaultKind.EXCEPTION,
        "TypeError",
        0.0016,
        "Cannot read properties of undefined (reading 'id')",
        (
            "    at handler (/var/task/index.js:7:19)",
            "    at Runtime.handleOnceNonStreaming (file:///var/runtime/index.mjs:1173:29)",
        ),
    ),
    Fault(
        FaultKind.EXCEPTION,
        "ConditionalCheckFailedException",
        0.0012,
        "The conditional request failed for cart {id}",
        (
            "    at throwDefaultError (/var/task/node_modules/@smithy/smithy-client/dist-cjs/index.js:867:20)",
            "    at async save (/var/task/store.js:41:3)",
        ),
    ),
    Fault(FaultKind.TIMEOUT, "timeout", 0.0010),
    Fault(FaultKind.OUT_OF_MEMORY, "Runtime.OutOfMemory", 0.0006),
)

_FIRST = Release("17", 0.0, 0.0, 28.0, 0.55, "nodejs:22.v40", _FAULTS)

CART = FunctionSpec(
    name="cart",
    runtime="nodejs22.x",
    log_format="text",
    share=0.25,
    typical_bytes=905,
    memory_mb=256,
    base_memory_mb=82,
    timeout_ms=3000,
    init_median_ms=240.0,
    releases=(_FIRST, replace(_FIRST, version="18", at=0.38, spread=0.05, runtime_version="nodejs:22.v41")),
    application=_logged,
    error_text=node_error,
    init_fault=Fault(
        FaultKind.INIT,
        IMPORT_ERROR,
        0.0005,
        "Error: Cannot find module 'pino'",
        ("Require stack:", "- /var/task/index.js", "    at _loadUserApp (file:///var/runtime/index.mjs:1061:17)"),
    ),
)
