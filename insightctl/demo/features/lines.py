"""A story as log events: in the text format, in the JSON format, or in both at once (a function whose format changed)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256

from insightctl.demo.features.application import error_line, said_line, stamp
from insightctl.demo.features.model import Environment, Event, Form, Invocation
from insightctl.demo.features.story import Story
from insightctl.demo.spec import REGION


def events(story: Story, form: Form) -> list[Event]:
    """All events in the order of time; those of one ms in the order in which they are written.

    In a mix the environments of a function take turns: the first logs JSON, the second text.
    """
    found = list(story.bare)
    for environment in story.environments:
        found += _Stream(environment, _is_json(environment, form)).began()
    for invocation in story.invocations:
        environment = invocation.environment
        found += _Stream(environment, _is_json(environment, form)).ran(invocation)
    return sorted(found, key=lambda event: event.at_ms)


def _is_json(environment: Environment, form: Form) -> bool:
    return form == "json" or (form == "mixed" and environment.number % 2 == 0)


class _Stream:
    """Spells the events of one log stream."""

    def __init__(self, environment: Environment, is_json: bool) -> None:
        self._environment = environment
        self._is_json = is_json

        self._request: str | None = None

    def _event(self, at_ms: int, message: str, *, platform: bool = True, level: str | None = None) -> Event:
        environment = self._environment
        name, stream, version = environment.function.name, environment.stream, environment.version
        return Event(at_ms, name, stream, message, version, self._request, platform, level)

    def _platform(self, at_ms: int, text: str | None, kind: str, record: Mapping[str, object]) -> list[Event]:
        """An event of the platform; None where the text format has no such line."""
        if self._is_json:
            line = {"time": stamp(at_ms), "type": f"platform.{kind}", "record": record}
            return [self._event(at_ms, json.dumps(line, separators=(",", ":")))]
        return [] if text is None else [self._event(at_ms, text)]

    def began(self) -> list[Event]:
        """The init or restore, its extensions, and its failures."""
        environment = self._environment
        arn = f"arn:aws:lambda:{REGION}::runtime:{sha256(environment.runtime.encode()).hexdigest()}"
        restored = environment.kind == "snap-start"
        head: dict[str, object] = {"initializationType": environment.kind, "phase": "init"}
        found = self._platform(
            environment.begun_ms,
            f"{'RESTORE' if restored else 'INIT'}_START Runtime Version: {environment.runtime}\tRuntime Version ARN: {arn}",
            "restoreStart" if restored else "initStart",
            {
                **({} if restored else head),
                "runtimeVersion": environment.runtime,
                "runtimeVersionArn": arn,
                "functionName": environment.function.name,
                "functionVersion": environment.version,
            },
        )
        for extension in environment.extensions:
            found += self._platform(
                environment.begun_ms + 1,
                f"EXTENSION\tName: {extension.name}\tState: {extension.state}\tEvents: [{','.join(extension.events)}]",
                "extension",
                {"name": extension.name, "state": extension.state, "events": list(extension.events)},
            )
        return found + (self._failed_inits(head) if environment.failed_inits else self._init_done(head))

    def _init_done(self, head: Mapping[str, object]) -> list[Event]:
        environment = self._environment
        at_ms = environment.begun_ms + -(-environment.init // 100)
        metrics = {"metrics": {"durationMs": environment.init / 100}}
        if environment.kind == "snap-start":
            text = f"RESTORE_REPORT Restore Duration: {environment.init / 100:.2f} ms"
            return self._platform(at_ms, text, "restoreReport", {"status": "success", **metrics})
        done = {**head, "status": "success"}
        return [
            *self._platform(at_ms, None, "initRuntimeDone", done),
            *self._platform(at_ms, None, "initReport", {**done, **metrics}),
        ]

    def _failed_inits(self, head: Mapping[str, object]) -> list[Event]:
        found: list[Event] = []
        for failed in self._environment.failed_inits:
            text = (
                f"INIT_REPORT Init Duration: {failed.duration / 100:.2f} ms"
                f"\tPhase: {failed.phase}\tStatus: {failed.status}"
            )
            record = {**head, "phase": failed.phase, "status": failed.status}
            if failed.error is not None:
                text += f"\tError Type: {failed.error}"
                record["errorType"] = failed.error
                line = error_line(
                    self._environment.function.style, failed.at_ms, None, failed.error, failed.message, self._is_json
                )
                found.append(self._event(failed.at_ms, line, platform=False, level="ERROR"))
            record["metrics"] = {"durationMs": failed.duration / 100}
            found += self._platform(failed.at_ms, text, "initReport", record)
        return found

    def ran(self, invocation: Invocation) -> list[Event]:
        """START to REPORT."""
        request = self._request = invocation.request_id
        found = self._platform(
            invocation.start_ms,
            f"START RequestId: {request} Version: {invocation.version}",
            "start",
            {
                "requestId": request,
                "version": invocation.version,
                "tracing": {"type": "X-Amzn-Trace-Id", "value": f"Root={invocation.trace_id}"},
            },
        )
        for said in invocation.said:
            line = said_line(said, invocation, self._is_json)
            found.append(self._event(said.at_ms, line, platform=False, level=said.level))
        found += self._failed(invocation)
        return found + self._reported(invocation) if invocation.reported else found

    def _failed(self, invocation: Invocation) -> list[Event]:
        failure, at_ms, request = invocation.failure, invocation.end_ms, invocation.request_id
        if failure is None or failure.kind == "init":
            return []
        if failure.kind == "timeout":
            limit = f"{invocation.function.timeout_ms / 1000:.2f}"
            text = f"{stamp(at_ms)} {request} Task timed out after {limit} seconds\n"
            return [] if self._is_json else [self._event(at_ms, text)]
        if failure.kind in ("exit", "killed"):
            text = f"RequestId: {request} Error: Runtime exited with error: {failure.message}"
            if not self._is_json:
                return [self._event(at_ms, f"{text}\nRuntime.ExitError")]
            line = {"timestamp": stamp(at_ms), "level": "ERROR", "requestId": request, "message": text}
            return [self._event(at_ms, json.dumps(line, separators=(",", ":")))]
        style = invocation.function.style
        line_text = error_line(style, at_ms, request, failure.error or "", failure.message, self._is_json)
        return [self._event(at_ms, line_text, platform=False, level="ERROR")]

    def _reported(self, invocation: Invocation) -> list[Event]:
        at_ms, request, failure = invocation.end_ms, invocation.request_id, invocation.failure
        found = [] if self._is_json else [self._event(at_ms, f"END RequestId: {request}")]
        outcome: dict[str, object] = {"status": "success"}
        if failure is not None:
            outcome = (
                {"status": "timeout"} if failure.kind == "timeout" else {"status": "error", "errorType": failure.error}
            )
        found += self._platform(at_ms, None, "runtimeDone", self._runtime_done(invocation, outcome))
        metrics: dict[str, object] = {
            "durationMs": invocation.duration / 100,
            "billedDurationMs": invocation.billed_ms,
            "memorySizeMB": self._environment.memory_mb,
            "maxMemoryUsedMB": invocation.used_mb,
        }
        text = (
            f"REPORT RequestId: {request}\tDuration: {invocation.duration / 100:.2f} ms"
            f"\tBilled Duration: {invocation.billed_ms} ms\tMemory Size: {self._environment.memory_mb} MB"
            f"\tMax Memory Used: {invocation.used_mb} MB\t"
        )
        if invocation.init:
            metrics["initDurationMs"] = invocation.init / 100
            text += f"Init Duration: {invocation.init / 100:.2f} ms\t"
        if invocation.restore:
            metrics["restoreDurationMs"] = invocation.restore / 100
            billed = invocation.billed_ms - -(-invocation.duration // 100)
            text += f"Restore Duration: {invocation.restore / 100:.2f} ms\tBilled Restore Duration: {billed} ms\t"
        if (
            failure is not None and failure.kind != "exception"
        ):  # the runtime caught an exception: a success to the platform
            text += "Status: timeout" if failure.kind == "timeout" else f"Status: error\tError Type: {failure.error}"
        return found + self._platform(at_ms, text, "report", {"requestId": request, "metrics": metrics, **outcome})

    def _runtime_done(self, invocation: Invocation, outcome: Mapping[str, object]) -> dict[str, object]:
        start = datetime.fromtimestamp(invocation.start_ms / 1000, UTC).isoformat(timespec="milliseconds")
        names = ("responseLatency", "responseDuration", "runtimeOverhead")
        spans = [
            {"name": name, "start": start.replace("+00:00", "Z"), "durationMs": span / 100}
            for name, span in zip(names, invocation.spans, strict=True)
        ]
        done = {"durationMs": (invocation.duration - invocation.environment.after) / 100}
        return {"requestId": invocation.request_id, **outcome, "metrics": done, "spans": spans}
