"""What a function's own code and its runtime write, in the spelling of each logger (formats page, sections 2 to 4)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime

from insightctl.demo.features.model import Invocation, Logger, Said, Style

_STACK = {
    "python": '  File "/var/task/app.py", line 12, in handler',
    "node": "    at handler (/var/task/index.mjs:7:19)",
    "java": "example.Handler.handleRequest(Handler.java:20)",
}
_PINO = {"DEBUG": 20, "INFO": 30, "WARN": 40, "ERROR": 50}


def stamp(at_ms: int) -> str:
    """`2026-11-23T10:00:00.123Z`."""
    return f"{datetime.fromtimestamp(at_ms // 1000, UTC):%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def said_line(said: Said, invocation: Invocation, is_json: bool) -> str:
    """A line of the application; a structured logger writes the same in both formats."""
    if said.raw is not None:
        return said.raw
    record = _RECORDS.get(said.logger)
    if record is not None:
        return _dumps({**record(said, invocation), **said.fields})
    if said.logger == "plain" and not is_json:
        return said.message
    if is_json:
        line = {"timestamp": stamp(said.at_ms), "level": said.level, "message": said.message, "logger": "root"}
        return _dumps({**line, "requestId": invocation.request_id, **said.fields})
    # In text a logger of the runtime puts what is beside the message behind it.
    message = said.message + "".join(f" {name}={value}" for name, value in said.fields.items())
    match invocation.function.style:
        case "python":
            level = "WARNING" if said.level == "WARN" else said.level
            return f"[{level}]\t{stamp(said.at_ms)}\t{invocation.request_id}\t{message}"
        case "node":
            return f"{stamp(said.at_ms)}\t{invocation.request_id}\t{said.level}\t{message}"
        case "java":
            return f"{invocation.request_id} {said.level} Handler:57 - {message}"


def error_line(style: Style, at_ms: int, request_id: str | None, error: str, message: str, is_json: bool) -> str:
    """What the runtime writes when code raises, or, without a request, when it cannot be loaded."""
    if is_json:
        return _dumps(_error_record(style, at_ms, request_id, error, message))
    match style:
        case "python":
            return f"[ERROR] {error}: {message}\nTraceback (most recent call last):\n{_STACK[style]}"
        case "node":
            what = "Uncaught Exception" if request_id is None else "Invoke Error"
            raised = {"errorType": error, "errorMessage": message, "stack": [f"{error}: {message}", _STACK[style]]}
            return f"{stamp(at_ms)}\t{request_id or 'undefined'}\tERROR\t{what} \t{_dumps(raised)}"
        case "java":
            return f"{error}: {message}\n\tat {_STACK[style]}"


def _error_record(style: Style, at_ms: int, request_id: str | None, error: str, message: str) -> dict[str, object]:
    head: dict[str, object] = {"timestamp": stamp(at_ms), "level": "ERROR"}
    if request_id is not None:
        head["requestId"] = request_id
    raised = {"errorType": error, "errorMessage": message, "stackTrace": [f"{_STACK[style]}\n"]}
    if style == "node":
        return {**head, "message": raised}
    return {**head, "message": f"{error}: {message}", **raised, "logger": "root"}


def _powertools(said: Said, invocation: Invocation) -> dict[str, object]:
    function = invocation.function
    return {
        "level": "WARNING" if said.level == "WARN" else said.level,
        "location": "handler:12",
        "message": said.message,
        "timestamp": stamp(said.at_ms).replace("T", " ").replace(".", ",").replace("Z", "+0000"),
        "service": function.name,
        "cold_start": bool(invocation.init or invocation.restore),
        "function_name": function.name,
        "function_memory_size": str(function.memory_mb),
        "function_request_id": invocation.request_id,
        "xray_trace_id": invocation.trace_id,
    }


def _pino(said: Said, invocation: Invocation) -> dict[str, object]:
    head = {"level": _PINO[said.level], "time": said.at_ms, "pid": 8, "hostname": "169.254.10.1"}
    return {**head, "awsRequestId": invocation.request_id, "msg": said.message}


def _winston(said: Said, invocation: Invocation) -> dict[str, object]:
    head = {"level": said.level.lower(), "message": said.message, "timestamp": stamp(said.at_ms)}
    return {**head, "requestId": invocation.request_id}


def _structlog(said: Said, invocation: Invocation) -> dict[str, object]:
    level = "warning" if said.level == "WARN" else said.level.lower()
    head = {"event": said.message, "level": level, "timestamp": stamp(said.at_ms)}
    return {**head, "aws_request_id": invocation.request_id}


_RECORDS: Mapping[Logger, Callable[[Said, Invocation], dict[str, object]]] = {
    "powertools": _powertools,
    "pino": _pino,
    "winston": _winston,
    "structlog": _structlog,
}


def _dumps(record: Mapping[str, object]) -> str:
    return json.dumps(record, separators=(",", ":"), ensure_ascii=False)
