"""What each managed runtime writes when code raises or cannot be imported (formats page, sections 2 and 3)."""

from __future__ import annotations

import json

from insightctl.demo.clock import Clock
from insightctl.demo.spec import Attempt, Fault, FaultKind


def python_error(attempt: Attempt, fault: Fault, _ms: int, _clock: Clock) -> str:
    """Python, text format: no request id; the stack follows as lines of the same event."""
    stack = "\n".join(fault.stack)
    text = f"[ERROR] {fault.error}: {_message(attempt, fault)}\nTraceback (most recent call last):"
    return f"{text}\n{stack}" if stack else text


def node_error(attempt: Attempt, fault: Fault, ms: int, clock: Clock) -> str:
    """Node.js, text format: tab-separated, one line, the error as JSON."""
    message = _message(attempt, fault)
    if fault.kind is FaultKind.INIT:
        request, what, first = "undefined", "Uncaught Exception", message
    else:
        request, what, first = attempt.request_id, "Invoke Error", f"{fault.error}: {message}"
    error = {"errorType": fault.error, "errorMessage": message, "stack": [first, *fault.stack]}
    return f"{clock.stamp(ms)}Z\t{request}\tERROR\t{what} \t{json.dumps(error, separators=(',', ':'))}"


def java_error(attempt: Attempt, fault: Fault, _ms: int, _clock: Clock) -> str:
    """Java, text format: the stack trace as printStackTrace writes it, one event."""
    return f"{fault.error}: {_message(attempt, fault)}\n" + "\n".join(f"\tat {frame}" for frame in fault.stack)


def python_json_error(attempt: Attempt, fault: Fault, ms: int, clock: Clock) -> str:
    """Python, JSON format: one object; without a request id while the module is being imported."""
    message = _message(attempt, fault)
    error = {
        "timestamp": f"{clock.stamp(ms)}Z",
        "level": "ERROR",
        "requestId": attempt.request_id,
        "message": f"{fault.error}: {message}",
        "errorType": fault.error,
        "errorMessage": message,
        "stackTrace": [f"{frame}\n" for frame in fault.stack],
        "logger": "root",
    }
    if fault.kind is FaultKind.INIT:
        del error["requestId"]
    return json.dumps(error, separators=(",", ":"))


def _message(attempt: Attempt, fault: Fault) -> str:
    if "{id}" not in fault.message:
        return fault.message
    return fault.message.replace("{id}", str(int(attempt.request_id[:6], 16)))
