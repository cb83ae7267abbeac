"""The same events in Lambda's two log formats: what a test writes once is asked of both."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from insightctl.core.job import QueryJob
from insightctl.library import load, render
from insightctl.local import LocalBackend, LogSource

START = datetime(2026, 11, 23, 10, tzinfo=UTC)
START_MS = 1_795_428_000_000
"""2026-11-23T10:00:00Z: times in tests are seconds after it."""

Json = Mapping[str, object]


def stream(number: int = 1, version: str = "42") -> str:
    """The name of an environment's log stream."""
    return f"2026/11/23/[{version}]{number:032x}"


def request(number: int) -> str:
    """A request id."""
    return f"6f0f3fa4-1111-4222-8333-{number:012d}"


def at(seconds: float) -> datetime:
    """The time so many seconds after the start."""
    return datetime.fromtimestamp((START_MS + round(seconds * 1000)) / 1000, UTC)


def stamp(seconds: float) -> str:
    """A time as the runtimes write it."""
    return f"{at(seconds):%Y-%m-%dT%H:%M:%S}.{round(seconds * 1000) % 1000:03d}Z"


@dataclass
class Forms:
    """Events as text and as JSON. A method adds one event (or several) to both."""

    function: str = "shop"
    stream: str = stream()
    text: list[tuple[int, str, str]] = field(default_factory=list)
    json: list[tuple[int, str, str]] = field(default_factory=list)

    def add(self, seconds: float, text: str | None, record: Json | str | None) -> None:
        """One event; None where a form has no such line."""
        ms = START_MS + round(seconds * 1000)
        if text is not None:
            self.text.append((ms, self.stream, text))
        if record is not None:
            line = record if isinstance(record, str) else json.dumps(record, separators=(",", ":"))
            self.json.append((ms, self.stream, line))

    def platform(self, seconds: float, kind: str, text: str | None, record: Json) -> None:
        """A line of the platform."""
        self.add(seconds, text, {"time": stamp(seconds), "type": f"platform.{kind}", "record": record})

    def init_start(self, seconds: float, runtime: str, kind: str = "on-demand") -> None:
        """The start of an init phase."""
        arn = "arn:aws:lambda:eu-west-1::runtime:0123456789abcdef"
        text = f"INIT_START Runtime Version: {runtime}\tRuntime Version ARN: {arn}"
        record = {"initializationType": kind, "phase": "init", "runtimeVersion": runtime, "runtimeVersionArn": arn}
        self.platform(seconds, "initStart", text, record)

    def init_report(self, seconds: float, ms: float, phase: str, status: str, error: str | None = None) -> None:
        """The report of an init phase that failed."""
        text = f"INIT_REPORT Init Duration: {ms:.2f} ms\tPhase: {phase}\tStatus: {status}"
        record: dict[str, object] = {"initializationType": "on-demand", "phase": phase, "status": status}
        if error:
            text += f"\tError Type: {error}"
            record["errorType"] = error
        self.platform(seconds, "initReport", text, {**record, "metrics": {"durationMs": ms}})

    def start(self, seconds: float, number: int, version: str = "42") -> None:
        """START of an invocation."""
        text = f"START RequestId: {request(number)} Version: {version}"
        self.platform(seconds, "start", text, {"requestId": request(number), "version": version})

    def report(
        self,
        seconds: float,
        number: int,
        ms: float,
        *,
        billed: int | None = None,
        init: float | None = None,
        restore: float | None = None,
        billed_restore: int = 0,
        memory: int = 128,
        used: int = 60,
        status: str = "success",
        error: str | None = None,
        caught: bool = False,
    ) -> None:
        """END and REPORT of an invocation. `caught`: the runtime answered with the error, of which text tells nothing."""
        billed = billed if billed is not None else math.ceil(ms) + math.ceil(init or 0) + billed_restore
        text = (
            f"REPORT RequestId: {request(number)}\tDuration: {ms:.2f} ms\tBilled Duration: {billed} ms"
            f"\tMemory Size: {memory} MB\tMax Memory Used: {used} MB\t"
        )
        metrics: dict[str, object] = {
            "durationMs": ms, "billedDurationMs": billed, "memorySizeMB": memory, "maxMemoryUsedMB": used
        }  # fmt: skip
        if init is not None:
            text += f"Init Duration: {init:.2f} ms\t"
            metrics["initDurationMs"] = init
        if restore is not None:
            text += f"Restore Duration: {restore:.2f} ms\tBilled Restore Duration: {billed_restore} ms\t"
            metrics["restoreDurationMs"] = restore
        if status != "success" and not caught:
            text += f"Status: {status}" + (f"\tError Type: {error}" if error else "")
        record: dict[str, object] = {"requestId": request(number), "metrics": metrics, "status": status}
        self.add(seconds, f"END RequestId: {request(number)}", None)
        self.platform(seconds, "report", text, {**record, **({"errorType": error} if error else {})})

    def log(self, seconds: float, number: int, level: str, message: str) -> None:
        """A line of the application: Python's text format, and JSON."""
        record = {"timestamp": stamp(seconds), "level": level, "requestId": request(number), "message": message}
        self.add(seconds, f"[{level}]\t{stamp(seconds)}\t{request(number)}\t{message}", {**record, "logger": "root"})


Row = dict[str, object]
Lines = Sequence[tuple[int, str, str]]


def ask(name: str, lines: Lines, folder: Path, function: str = "shop", **params: str) -> list[Row]:
    """The rows of a query over events of one function."""
    folder.mkdir(parents=True, exist_ok=True)
    group = f"/aws/lambda/{function}"
    rows = [{"@timestamp": ms, "@log": group, "@logStream": where, "@message": text} for ms, where, text in lines]
    file = folder / f"{function}.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows))
    result = LocalBackend([LogSource(file)]).run(QueryJob(render(load(name), params)))
    return [dict(row) for row in result.records()]


def both(name: str, forms: Forms, folder: Path, **params: str) -> list[Row]:
    """The rows of a query over the text form, which have to be those of the JSON form and of a mix of them."""
    streams = sorted({where for _, where, _ in forms.json})
    mixed = [line for line in forms.text if streams.index(line[1]) % 2]
    mixed += [line for line in forms.json if not streams.index(line[1]) % 2]
    text = ask(name, forms.text, folder / "text", forms.function, **params)
    assert ask(name, forms.json, folder / "json", forms.function, **params) == text
    assert ask(name, mixed, folder / "mixed", forms.function, **params) == text
    return text
