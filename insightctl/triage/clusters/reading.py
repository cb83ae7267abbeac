"""What a trace says, whatever runtime wrote it: error type, message, frame, and whether it ended the invocation."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from insightctl.triage.clusters.frames import own_frame
from insightctl.triage.clusters.model import Frame

UNTYPED = "error"
_MOST_TYPE = 120


@dataclass(frozen=True, slots=True)
class Said:
    """Type, message and frame of a trace; `handled` when it was logged and did not end the invocation."""

    error_type: str
    message: str
    frame: Frame | None = None
    handled: bool = False


_MESSAGES_OF_TEXT = {
    "timeout": "Task timed out after <n> seconds",
    "Runtime.OutOfMemory": "Runtime exited with error: signal: killed",
}
"""What text logs say of them: a cluster holds both forms."""

_Reader = Callable[["re.Match[str]", str], Said]

_TYPED = re.compile(
    r"(?P<type>[A-Za-z_$][\w$.]*(?:Error|Exception|Exit|Interrupt|Fault|Warning|Timeout|Failure)\w*)(?:: ?(?P<message>.*))?"
)


def read(trace: str) -> Said:
    """What a trace says. Never fails: of an unknown form the first line is the message, the type is `error`."""
    for pattern, reader in _FORMS:
        if match := pattern.search(trace):
            return _bounded(reader(match, trace))
    return _bounded(_logged(trace))


def status(text: str) -> Said:
    """What a report says by its status alone: `text:error:Runtime.ExitError`, `json:timeout:`."""
    how, _, kind = text.partition(":")[2].partition(":")
    kind = kind or ("timeout" if how == "timeout" else UNTYPED)
    return _bounded(Said(kind, _MESSAGES_OF_TEXT.get(kind, "")))


def _bounded(said: Said) -> Said:
    return Said(said.error_type[:_MOST_TYPE].strip() or UNTYPED, said.message[:2_000].strip(), said.frame, said.handled)


def _timeout(match: re.Match[str], _trace: str) -> Said:
    return Said("timeout", match[1])


def _exit(match: re.Match[str], trace: str) -> Said:
    kind = re.search(r"Runtime\.\w+", trace)
    killed = "signal: killed" in match[1]
    return Said("Runtime.OutOfMemory" if killed else kind[0] if kind else "Runtime.ExitError", match[1])


def _python(match: re.Match[str], trace: str) -> Said:
    return Said(match["type"], match["message"] or "", own_frame(trace))


def _python_logged(_match: re.Match[str], trace: str) -> Said:
    last = next((line for line in reversed(trace.splitlines()) if line and not line[0].isspace()), "")
    found = _TYPED.match(last)
    if found:
        return Said(found["type"], found["message"] or "", own_frame(trace), handled=True)
    return Said(UNTYPED, last, own_frame(trace), handled=True)


def _node(match: re.Match[str], trace: str) -> Said:
    said = _json(match["json"], trace)
    return Said(said.error_type, said.message, said.frame)


def _go_panic(match: re.Match[str], trace: str) -> Said:
    return Said("panic", match[1], own_frame(trace))


def _ruby(match: re.Match[str], trace: str) -> Said:
    said = _json(match["json"], trace)
    return Said(said.error_type, said.message, said.frame)


def _top(match: re.Match[str], trace: str) -> Said:
    """Java, Kotlin, .NET: the type opens a line, which is the first when the runtime wrote it."""
    before = trace[: match.start("type")].strip()
    return Said(match["type"], match["message"] or "", own_frame(trace), handled=bool(before))


def _object(_match: re.Match[str], trace: str) -> Said:
    return _json(trace, trace)


def _logged(trace: str) -> Said:
    """A line of a logger with a stack below it: `... ERROR Error: boom`, `... ERROR boom`."""
    first = trace.strip().partition("\n")[0]
    found = next(iter(_TYPED.finditer(first)), None)
    frame = own_frame(trace)
    if found:
        return Said(found["type"], found["message"] or "", frame, handled=True)
    message = re.sub(
        r"^(?:\S+Z|<id>|<n>|\[?(?:ERROR|FATAL|CRITICAL|WARN|INFO)\]?|undefined|fail|error|\s)+\s*", "", first
    )
    generic = re.match(r"(Error): (.*)", message)
    return Said("Error" if generic else UNTYPED, generic[2] if generic else message, frame, handled=True)


_FORMS: tuple[tuple[re.Pattern[str], _Reader], ...] = (
    (re.compile(r"^\S+Z? \S+ (Task timed out after [\d.]+ seconds)"), _timeout),
    (re.compile(r"^RequestId: \S+ (?:Error: )?((?:Runtime exited|Process exited)[^\r\n]*)"), _exit),
    (
        re.compile(
            r"^\[ERROR\] (?P<type>[A-Za-z_][\w.]*)(?:: (?P<message>.*?))?[\r\n]+Traceback \(most recent call last\)",
            re.DOTALL,
        ),
        _python,
    ),
    (re.compile(r"^\[ERROR\] (?P<type>[A-Za-z_][\w.]*): (?P<message>[^\n]*)"), _python),
    (re.compile(r"^\S+\t\S+\tERROR\t(?:Invoke Error|Uncaught Exception) \t(?P<json>\{.*)", re.DOTALL), _node),
    (re.compile(r"^panic: ([^\n]*)"), _go_panic),
    (re.compile(r"Error raised from handler method\s*(?P<json>\{.*)", re.DOTALL), _ruby),
    (re.compile(r"^\s*\{"), _object),
    (re.compile(r"\nTraceback \(most recent call last\)"), _python_logged),
    (
        re.compile(
            r"(?m)(?:^|[\t ]fail[\t ]+)(?P<type>[A-Za-z_][\w$]*(?:\.[\w$]+)+)(?:: ?(?P<message>[^\n]*))?\n(?:[^\n]*\n){0,3}?"
            r"\s+at "
        ),
        _top,
    ),
)

_TYPES = ("errorType", "exception_name", "exceptionType", "error.type", "exception.type", "type", "name")
_MESSAGES = ("errorMessage", "exception.message", "error.message", "message", "msg", "exception")
_INSIDE = ("message", "err", "error", "exception", "@x")


def _json(text: str, trace: str) -> Said:
    """A JSON error. One that the bound cut is read by its text: the names stand where they stand."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        document = None
    unescaped = trace.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"').replace("\\/", "/")
    frame = own_frame(unescaped)
    if isinstance(document, Mapping):
        kind, message = _from(document)
        ended = _ends_invocation(document)
    else:
        kind, message = _cut(text, "errorType", "exception_name"), _cut(text, "errorMessage", "message")
        ended = not re.search(r'"(?:logger|location|service|msg|func_name)":', text) and '"errorType"' in text
    plain = re.sub(r"^Function<(.*)>$", r"\1", kind)
    if not plain:
        found = next(iter(_TYPED.finditer(message)), None)
        plain, message = (found["type"], found["message"] or message) if found else (UNTYPED, message)
    return Said(plain, message, frame, handled=not ended)


def _from(document: Mapping[str, Any]) -> tuple[str, str]:
    for inside in _INSIDE:
        nested = document.get(inside)
        if isinstance(nested, Mapping):
            kind, message = _from(nested)
            if kind:
                return kind, message
    kind = next(
        (found for name in _TYPES if isinstance(found := document.get(name), str) and _is_type(name, found)), ""
    )
    return kind, next((found for name in _MESSAGES if isinstance(found := document.get(name), str)), "")


def _is_type(name: str, value: str) -> bool:
    return name not in ("type", "name") or bool(_TYPED.fullmatch(value))


def _ends_invocation(document: Mapping[str, Any]) -> bool:
    """Whether the runtime wrote it: it names the type itself; a logger adds fields of its own."""
    nested = document.get("message")
    by_runtime = "errorType" in document or (isinstance(nested, Mapping) and "errorType" in nested)
    return by_runtime and not {"location", "service", "msg", "pid"} & set(document)


def _cut(text: str, *names: str) -> str:
    for name in names:
        found = re.search(rf'"{name}":\s?"((?:[^"\\]|\\.){{0,2000}})', text)
        if found:
            return found[1].replace('\\"', '"').replace("\\n", "\n")
    return ""
