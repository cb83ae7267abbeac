"""One log line of Lambda for people: REPORT lines condensed, JSON flattened, its level found."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from insightctl.render import safe

Tone = Literal["plain", "dim", "warning", "error"]

_REPORT = re.compile(r"REPORT RequestId: ")
_PLATFORM = re.compile(r"(?:START|END|INIT_START|EXTENSION|TELEMETRY|XRAY)\b")
_PART = re.compile(
    r"(Duration|Billed Duration|Memory Size|Max Memory Used|Init Duration|Restore Duration|Status): ([^\t\n]+)"
)
_FULL = 0.9  # of the memory: close enough to its end to be seen
_ERROR = re.compile(
    r"\b(?:ERROR|FATAL|CRITICAL|Traceback|Exception|Unhandled|Runtime\.\w+|Task timed out|Process exited|panic)\b"
)
_WARNING = re.compile(r"\bWARN(?:ING)?\b")
_LEVELS: dict[str, Tone] = {
    "TRACE": "dim",
    "DEBUG": "dim",
    "WARN": "warning",
    "WARNING": "warning",
    "ERROR": "error",
    "FATAL": "error",
    "CRITICAL": "error",
}
_LEVEL_KEYS = ("level", "severity", "log_level", "loglevel", "levelname", "@level")
_MESSAGE_KEYS = ("message", "msg", "errorMessage", "@message")
_TIME_KEYS = frozenset({"timestamp", "time", "@timestamp", "ts"})
_BARE = re.compile(r"[^\s\"'=]+")


class Seen(NamedTuple):
    """What is shown of a message: safe text, several lines perhaps, and its tone. `level` stands in the text."""

    text: str
    tone: Tone = "plain"
    level: str | None = None


def seen(message: str) -> Seen:
    """How a message is shown."""
    stripped = message.strip()
    if stripped.startswith("{") and (document := _json(stripped)) is not None:
        return _of_json(document)
    if _REPORT.match(stripped):
        return _report(dict(_PART.findall(stripped)))
    text = safe.text(stripped.replace("\r\n", "\n").replace("\r", "\n"))
    if _PLATFORM.match(stripped):
        return Seen(text, "dim")
    head = text[:4000]
    if _ERROR.search(head):
        return Seen(text, "error")
    return Seen(text, "warning" if _WARNING.search(head) else "plain")


def _report(parts: Mapping[str, str]) -> Seen:
    """`duration 12 ms, billed 13 ms, memory 83/128 MB, init 210 ms`."""
    used, size = _number(parts.get("Max Memory Used")), _number(parts.get("Memory Size"))
    words = [
        f"duration {_ms(parts.get('Duration'))}",
        f"billed {_ms(parts.get('Billed Duration'))}",
        f"memory {used:g}/{size:g} MB" if used is not None and size is not None else "",
        f"init {_ms(parts['Init Duration'])}" if "Init Duration" in parts else "",
        f"restore {_ms(parts['Restore Duration'])}" if "Restore Duration" in parts else "",
    ]
    status = parts.get("Status", "success").strip()
    tone: Tone = "warning" if used and size and used >= _FULL * size else "dim"
    if status != "success":
        words.append(f"status {safe.line(status)}")
        tone = "error"
    return Seen("REPORT " + ", ".join(word for word in words if word), tone)


def _platform_report(record: Mapping[str, object]) -> Seen:
    metrics = record.get("metrics")
    found = metrics if isinstance(metrics, dict) else {}
    names = {
        "durationMs": "Duration",
        "billedDurationMs": "Billed Duration",
        "memorySizeMB": "Memory Size",
        "maxMemoryUsedMB": "Max Memory Used",
        "initDurationMs": "Init Duration",
        "restoreDurationMs": "Restore Duration",
    }
    parts = {name: str(found[key]) for key, name in names.items() if key in found}
    return _report(parts | {"Status": str(record.get("status", "success"))})


def _number(text: str | None) -> float | None:
    match = re.match(r"[\d.]+", text or "")
    try:
        return float(match[0]) if match else None
    except ValueError:
        return None


def _ms(text: str | None) -> str:
    value = _number(text)
    if value is None:
        return "?"
    return f"{value:.0f} ms" if value >= 10 else f"{value:.3g} ms"


def _json(text: str) -> dict[str, object] | None:
    try:
        document = json.loads(text, strict=False)  # a raw control character in it hides nothing
    except (ValueError, RecursionError):
        return None
    return document if isinstance(document, dict) else None


def _of_json(document: dict[str, object]) -> Seen:
    kind, record = document.get("type"), document.get("record")
    if isinstance(kind, str) and kind.startswith("platform.") and isinstance(record, dict):
        if kind == "platform.report":
            return _platform_report(record)
        return Seen(safe.line(" ".join([kind, *_pairs(record)])), "dim")
    rest = {key: value for key, value in document.items() if key not in _TIME_KEYS}
    level = _taken(rest, _LEVEL_KEYS)
    said = _taken(rest, _MESSAGE_KEYS)
    tone: Tone = _LEVELS.get((level or "").upper(), "plain")
    if "_aws" in rest:  # a metric in the embedded format
        del rest["_aws"]
        tone = "dim"
    if level is None and ("errorType" in rest or "errorMessage" in document):
        tone = "error"
    trace = rest.pop("stackTrace", None) or rest.pop("stack_trace", None)
    shown_level = safe.line(level) if level else None
    head = " ".join(
        part for part in (shown_level, safe.text(said) if said else "", *map(safe.line, _pairs(rest))) if part
    )
    lines = (
        [safe.text(str(each).rstrip()) for each in trace]
        if isinstance(trace, list)
        else [safe.text(str(trace))]
        if trace
        else []
    )
    return Seen("\n".join([head, *lines]), tone, shown_level)


def _taken(rest: dict[str, object], keys: tuple[str, ...]) -> str | None:
    for key in keys:
        if isinstance(rest.get(key), str):
            return str(rest.pop(key)).strip()
    return None


def _pairs(value: Mapping[str, object], prefix: str = "") -> Iterator[str]:
    for key, each in value.items():
        name = f"{prefix}{key}"
        if isinstance(each, dict) and each:
            yield from _pairs(each, f"{name}.")
        else:
            yield f"{name}={_spelled(each)}"


def _spelled(value: object) -> str:
    if isinstance(value, str) and _BARE.fullmatch(value):
        return value
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
