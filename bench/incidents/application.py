"""What functions write themselves: log lines of several loggers, and the runtimes' lines about unhandled errors."""

from __future__ import annotations

import json
from random import Random

from bench.incidents.model import Call, Failure, Line
from bench.incidents.stamps import iso

_PINO = {"DEBUG": 20, "INFO": 30, "WARN": 40, "ERROR": 50}


def line(call: Call, wrote: Line, ms: int) -> str:
    """A line of the function's own logger."""
    function = call.function
    if function.logger == "pino":
        return _dump({"level": _PINO[wrote.level], "time": ms, "msg": wrote.text, "reqId": call.request})
    if function.logger == "powertools":
        stamp = iso(ms).replace("T", " ").replace(".", ",")
        return _dump(
            {
                "level": "WARNING" if wrote.level == "WARN" else wrote.level,
                "location": "handler:31",
                "message": wrote.text,
                "timestamp": f"{stamp}+0000",
                "service": function.name,
                "cold_start": call.cold,
                "function_name": function.name,
                "function_memory_size": str(call.environment.setting.memory_mb),
                "function_request_id": call.request,
            }
        )
    if function.log_format == "json":
        return _dump(
            {"timestamp": f"{iso(ms)}Z", "level": wrote.level, "message": wrote.text, "requestId": call.request}
        )
    if function.runtime == "node":
        return f"{iso(ms)}Z\t{call.request}\t{wrote.level}\t{wrote.text}"
    if function.runtime == "java":
        return f"{call.request} {wrote.level:<5} Handler:52 - {wrote.text}"
    if function.runtime == "go":
        return _dump({"time": f"{iso(ms)}Z", "level": wrote.level, "msg": wrote.text, "requestId": call.request})
    level = "WARNING" if wrote.level == "WARN" else wrote.level
    return f"[{level}]\t{iso(ms)}Z\t{call.request}\t{wrote.text}"


def unhandled(call: Call, failure: Failure, ms: int) -> str:
    """What the runtime writes when the handler, or the import of its module, raises."""
    function, message = call.function, message_of(call, failure)
    importing = failure.ending == "init"
    if function.log_format == "json":
        return _unhandled_json(call, failure, message, ms)
    if function.runtime == "python":
        stack = "".join(f"\n  {frame}" for frame in failure.frames)
        return f"[ERROR] {failure.type}: {message}\nTraceback (most recent call last):{stack}"
    if function.runtime == "node":
        first = message if importing else f"{failure.type}: {message}"
        error = {"errorType": failure.type, "errorMessage": message, "stack": [first, *failure.frames]}
        what = "Uncaught Exception" if importing else "Invoke Error"
        return f"{iso(ms)}Z\t{'undefined' if importing else call.request}\tERROR\t{what} \t{_dump(error)}"
    if function.runtime == "java":
        return f"{failure.type}: {message}" + "".join(f"\n\tat {frame}" for frame in failure.frames)
    return _dump({"errorMessage": message, "errorType": failure.type})


def _unhandled_json(call: Call, failure: Failure, message: str, ms: int) -> str:
    error = {"errorType": failure.type, "errorMessage": message, "stackTrace": list(failure.frames)}
    head: dict[str, object] = {"timestamp": f"{iso(ms)}Z", "level": "ERROR"}
    if failure.ending != "init":
        head["requestId"] = call.request
    if call.function.runtime == "node":
        return _dump({**head, "message": error})
    return _dump({**head, "message": f"{failure.type}: {message}", **error, "logger": "root"})


def message_of(call: Call, failure: Failure) -> str:
    """The message of a failure with the request's number in it."""
    return failure.message.replace("{id}", str(call.number))


def usual_lines(call: Call, rng: Random) -> None:
    """What the function logs when all is well, and the odd warning."""
    number = call.number
    for step in range(call.function.chatty):
        text = _USUAL[(step + number) % len(_USUAL)].replace("{id}", str(number))
        call.lines.append(Line(0.1 + 0.8 * step / call.function.chatty, "INFO", text))
    if rng.random() < 0.004:
        call.lines.append(Line(0.5, "WARN", f"slow answer from the cache for order {number}, going on without"))
    if rng.random() < 0.001:
        call.lines.append(Line(0.7, "ERROR", f"cache write of order {number} failed, trying again"))


_USUAL = (
    "received order {id}",
    "order {id}: 3 lines, 2 discounts",
    "customer of order {id} is known",
    "stored order {id}",
    "event published for {id}",
)


def _dump(value: object) -> str:
    return json.dumps(value, separators=(",", ":"))
