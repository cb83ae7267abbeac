"""The lines of the Lambda platform around an attempt, in text and in JSON (`../shared/samples/lambda-log-formats.md`)."""

from __future__ import annotations

import math

from bench.incidents.application import unhandled
from bench.incidents.model import Call
from bench.incidents.stamps import iso

Event = tuple[int, str]
_STATUS = {
    "timeout": ("timeout", ""),
    "oom": ("error", "Runtime.OutOfMemory"),
    "exit": ("error", "Runtime.ExitError"),
    "extension": ("error", "Extension.Crash"),
}


def outcome(call: Call) -> tuple[str, str]:
    """Status and error type as the platform reports them."""
    if call.failure is None:
        return "success", ""
    return _STATUS.get(call.failure.ending, ("error", call.failure.type))


def begin_ms(call: Call) -> int:
    """When its START is written: after the initialisation."""
    return call.at_ms + (math.ceil(call.init_ms) if call.cold else 0)


def end_ms(call: Call) -> int:
    """When its REPORT is written."""
    return begin_ms(call) + math.ceil(call.duration_ms)


def text_events(call: Call, own: list[Event]) -> list[Event]:
    """All events of an attempt in the text format; `own` are the lines of the function itself."""
    start, end, failure, setting = begin_ms(call), end_ms(call), call.failure, call.environment.setting
    events: list[Event] = []
    broken = failure is not None and failure.ending == "init"
    if call.cold:
        events.append(
            (call.at_ms, f"INIT_START Runtime Version: {setting.runtime}\tRuntime Version ARN: {setting.arn}")
        )
    if failure is not None and broken and call.cold:
        events += _broken_init(call, start, "init")
    events.append((start, f"START RequestId: {call.request} Version: {call.version}"))
    events += own
    status, kind = outcome(call)
    if failure is not None:
        if broken:
            events += _broken_init(call, end, "invoke")
        elif failure.ending == "exception":
            events.append((end, unhandled(call, failure, end)))
        elif failure.ending == "timeout":
            seconds = f"{call.function.timeout_ms / 1000:.2f}"
            events.append((end, f"{iso(end)}Z {call.request} Task timed out after {seconds} seconds\n"))
        elif failure.ending == "extension":
            events.append((end, f"EXTENSION\tName: {failure.type}\tState: Ready\tEvents: [INVOKE,SHUTDOWN]"))
            events.append((end, f"RequestId: {call.request} Error: {failure.message}\nExtension.Crash"))
        else:
            how = "signal: killed" if failure.ending == "oom" else "exit status 1"
            events.append(
                (end, f"RequestId: {call.request} Error: Runtime exited with error: {how}\nRuntime.ExitError")
            )
    events.append((end, f"END RequestId: {call.request}"))
    tail = ""
    if call.cold and not broken:
        tail = f"Init Duration: {call.init_ms:.2f} ms\t"
    if failure is not None and failure.ending != "exception":
        tail += f"Status: {status}" + (f"\tError Type: {kind}" if kind else "")
    events.append(
        (
            end,
            f"REPORT RequestId: {call.request}\tDuration: {call.duration_ms:.2f} ms"
            f"\tBilled Duration: {_billed(call)} ms\tMemory Size: {setting.memory_mb} MB"
            f"\tMax Memory Used: {round(call.memory_mb)} MB\t{tail}",
        )
    )
    return events


def _broken_init(call: Call, ms: int, phase: str) -> list[Event]:
    assert call.failure is not None
    return [
        (ms, unhandled(call, call.failure, ms)),
        (
            ms,
            f"INIT_REPORT Init Duration: {call.init_ms:.2f} ms\tPhase: {phase}\tStatus: error"
            f"\tError Type: {call.failure.type}",
        ),
    ]


def json_events(call: Call, own: list[Event]) -> list[Event]:
    """All events of an attempt in the JSON format."""
    start, end, failure, setting = begin_ms(call), end_ms(call), call.failure, call.environment.setting
    broken = failure is not None and failure.ending == "init"
    status, kind = outcome(call)
    told = f'"status":"{status}"' + (f',"errorType":"{kind}"' if kind else "")
    request = f'"requestId":"{call.request}"'
    events: list[Event] = []
    if call.cold:
        first = '"initializationType":"on-demand","phase":"init"'
        runtime = f'"runtimeVersion":"{setting.runtime}","runtimeVersionArn":"{setting.arn}"'
        names = f'"functionName":"{call.function.name}","functionVersion":"{call.version}"'
        how = told if broken else '"status":"success"'
        if broken and failure is not None:
            events.append((start, unhandled(call, failure, start)))
        events.insert(0, _event(call.at_ms, "initStart", f"{first},{runtime},{names}"))
        events.append(_event(start, "initRuntimeDone", f"{first},{how}"))
        events.append(_event(start, "initReport", f'{first},{how},"metrics":{{"durationMs":{call.init_ms:.3f}}}'))
    events.append(_event(start, "start", f'{request},"version":"{call.version}"'))
    events += own
    if failure is not None and (failure.ending == "exception" or (broken and not call.cold)):
        events.append((end, unhandled(call, failure, end)))
    if failure is not None and failure.ending == "extension":
        events.append(
            _event(end, "extension", f'"name":"{failure.type}","state":"Ready","events":["INVOKE","SHUTDOWN"]')
        )
    metrics = f'"durationMs":{call.duration_ms:.3f}'
    events.append(_event(end, "runtimeDone", f'{request},{told},"metrics":{{{metrics}}}'))
    init = f',"initDurationMs":{call.init_ms:.3f}' if call.cold and not broken else ""
    metrics += (
        f',"billedDurationMs":{_billed(call)},"memorySizeMB":{setting.memory_mb}'
        f',"maxMemoryUsedMB":{round(call.memory_mb)}{init}'
    )
    events.append(_event(end, "report", f'{request},"metrics":{{{metrics}}},{told}'))
    return events


def _billed(call: Call) -> int:
    return math.ceil(call.duration_ms) + (math.ceil(call.init_ms) if call.cold else 0)


def _event(ms: int, kind: str, record: str) -> Event:
    return ms, f'{{"time":"{iso(ms)}Z","type":"platform.{kind}","record":{{{record}}}}}'
