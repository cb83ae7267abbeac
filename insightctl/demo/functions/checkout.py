"""checkout: Python, text format, Powertools and EMF lines; its version 42 is the bad deployment."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.runtimes import python_error
from insightctl.demo.spec import (
    ACCOUNT,
    IMPORT_ERROR,
    REGION,
    Attempt,
    Fault,
    FaultKind,
    FunctionSpec,
    Line,
    Release,
    uuid_text,
)

BAD_VERSION = "42"
_MEMORY_MB = 512
_ARN = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:checkout:live"
_METRICS = (
    '"CloudWatchMetrics":[{"Namespace":"shop","Dimensions":[["service"]],'
    '"Metrics":[{"Name":"OrderPlaced","Unit":"Count"},{"Name":"OrderValue","Unit":"None"}]}]'
)


def _logged(attempt: Attempt, rng: Random, clock: Clock) -> list[Line]:
    order = f"ord-{int(rng.random() * 900_000) + 100_000}"
    trace = f"1-{attempt.start_ms // 1000:08x}-{rng.getrandbits(96):024x}"
    context = _context(attempt, uuid_text(rng), trace)
    first = attempt.start_ms + 1 if attempt.end_ms > attempt.start_ms else attempt.start_ms
    lines = [(first, _powertools("INFO", "handler:31", f"Checkout of {order} started", first, context, clock))]
    lines += _asides(attempt, order, context, rng, clock)
    if attempt.fault is None:
        value = int(rng.lognormvariate(8.3, 0.7)) / 100  # EUR
        done = max(first, attempt.at(0.97))
        lines.append((done, _powertools("INFO", "handler:58", f"Order {order} placed", done, context, clock)))
        lines.append((done, _emf(done, value, attempt.request_id)))
    return lines


def _asides(attempt: Attempt, order: str, context: str, rng: Random, clock: Clock) -> list[Line]:
    """Lines that only some attempts write, between the first line and the last."""
    lines: list[Line] = []
    if rng.random() < 0.35:
        lines.append(_python(attempt, 0.3, "INFO", f"Reserved {1 + int(rng.random() * 5)} items for {order}", clock))
    chance = rng.random()
    if chance < 0.05:
        lines.append(_python(attempt, 0.5, "DEBUG", f"price cache miss for {order}", clock))
    elif chance < 0.07:
        at_ms = attempt.at(0.6)
        text = _powertools("WARNING", "inventory:77", "Inventory answered slowly, retrying once", at_ms, context, clock)
        lines.append((at_ms, text))
    elif chance < 0.075:  # handled: the order goes through without the discount
        lines.append(_python(attempt, 0.6, "ERROR", f"Coupon service answered 503 for {order}, no discount", clock))
    return lines


def _python(attempt: Attempt, share: float, level: str, message: str, clock: Clock) -> Line:
    at_ms = max(attempt.at(share), min(attempt.start_ms + 1, attempt.end_ms))
    return at_ms, f"[{level}]\t{clock.stamp(at_ms)}Z\t{attempt.request_id}\t{message}"


def _context(attempt: Attempt, correlation_id: str, trace: str) -> str:
    cold = "true" if attempt.cold else "false"
    return (
        f'"service":"checkout","cold_start":{cold},"function_name":"checkout",'
        f'"function_memory_size":"{_MEMORY_MB}","function_arn":"{_ARN}",'
        f'"function_request_id":"{attempt.request_id}","correlation_id":"{correlation_id}","xray_trace_id":"{trace}"'
    )


def _powertools(level: str, location: str, message: str, ms: int, context: str, clock: Clock) -> str:
    stamp = clock.stamp(ms)
    return (
        f'{{"level":"{level}","location":"{location}","message":"{message}",'
        f'"timestamp":"{stamp[:10]} {stamp[11:19]},{stamp[20:]}+0000",{context}}}'
    )


def _emf(ms: int, value: float, request_id: str) -> str:
    return (
        f'{{"_aws":{{"Timestamp":{ms},{_METRICS}}},"service":"checkout","OrderPlaced":1,"OrderValue":{value},'
        f'"function_request_id":"{request_id}"}}'
    )


_ORDINARY = (
    Fault(
        FaultKind.EXCEPTION,
        "KeyError",
        0.0016,
        "'order_id'",
        (
            '  File "/var/task/app.py", line 31, in handler',
            '    order = load_order(event["order_id"])',
        ),
    ),
    Fault(
        FaultKind.EXCEPTION,
        "ClientError",
        0.0010,
        "An error occurred (ProvisionedThroughputExceededException) when calling the GetItem operation for order {id}",
        (
            '  File "/var/task/app.py", line 31, in handler',
            '    order = load_order(event["order_id"])',
            '  File "/var/task/orders.py", line 18, in load_order',
            '    return table.get_item(Key={"id": order_id})["Item"]',
        ),
    ),
    Fault(FaultKind.TIMEOUT, "timeout", 0.0010),
    Fault(FaultKind.OUT_OF_MEMORY, "Runtime.OutOfMemory", 0.0007),
)

PLANTED = Fault(
    FaultKind.EXCEPTION,
    "ValidationError",
    message="discount_code must not be empty",
    stack=(
        '  File "/var/task/app.py", line 44, in handler',
        "    total = price(order, validate(order.discount))",
        '  File "/var/task/discounts.py", line 12, in validate',
        '    raise ValidationError("discount_code must not be empty")',
    ),
)
"""What version 42 brings: an optional field taken for a required one."""

_BEFORE = Release("40", 0.0, 0.0, 120.0, 0.42, "python:3.12.v37", _ORDINARY)
_GOOD = replace(_BEFORE, version="41", at=0.28, spread=0.05, runtime_version="python:3.12.v38")
_BAD = replace(_GOOD, version=BAD_VERSION, at=0.80, spread=0.05, median_ms=190.0, sigma=0.72, planted=PLANTED)

CHECKOUT = FunctionSpec(
    name="checkout",
    runtime="python3.12",
    log_format="text",
    share=0.30,
    typical_bytes=2070,
    memory_mb=_MEMORY_MB,
    base_memory_mb=98,
    timeout_ms=3000,
    init_median_ms=520.0,
    releases=(_BEFORE, _GOOD, _BAD),
    application=_logged,
    error_text=python_error,
    init_fault=Fault(FaultKind.INIT, IMPORT_ERROR, 0.0008, "Unable to import module 'app': No module named 'orjson'"),
)
