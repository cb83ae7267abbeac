"""The platform's lines in the JSON format (`platform.*`), around what the function and its runtime write.

Built as f-strings: every value is a number, an id or a constant of ours, and json.dumps would take most of the run.
"""

from __future__ import annotations

from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.spec import Attempt, Fault, FaultKind, FunctionSpec, Line

_ON_DEMAND = '"initializationType":"on-demand"'


def json_lines(spec: FunctionSpec, attempt: Attempt, rng: Random, clock: Clock) -> list[Line]:
    """All events of an attempt, in order."""
    lines = _before_start(spec, attempt, clock) if attempt.cold else []
    lines.append((attempt.start_ms, _start(attempt, rng, clock)))
    if attempt.failed_inits is None:
        lines += spec.application(attempt, rng, clock)
        if attempt.fault is not None and attempt.fault.kind is FaultKind.EXCEPTION:
            lines.append((attempt.end_ms, spec.error_text(attempt, attempt.fault, attempt.end_ms, clock)))
    lines.append((attempt.end_ms, _runtime_done(attempt, rng, clock)))
    lines.append((attempt.end_ms, _report(spec, attempt, clock)))
    return lines


def _event(clock: Clock, ms: int, kind: str, record: str) -> Line:
    return ms, f'{{"time":"{clock.stamp(ms)}Z","type":"platform.{kind}","record":{{{record}}}}}'


def _before_start(spec: FunctionSpec, attempt: Attempt, clock: Clock) -> list[Line]:
    release = attempt.environment.release
    runtime = f'"runtimeVersion":"{release.runtime_version}","runtimeVersionArn":"{release.runtime_arn}"'
    function = f'"functionName":"{spec.name}","functionVersion":"{release.version}"'
    lines = [_event(clock, attempt.begin_ms, "initStart", f'{_ON_DEMAND},"phase":"init",{runtime},{function}')]
    if attempt.failed_inits is None or attempt.fault is None:
        return lines + _init_done(clock, attempt.start_ms, "init", attempt.init, '"status":"success"')
    status = f'"status":"error","errorType":"{attempt.fault.error}"'
    at_ms = attempt.begin_ms
    for phase, duration in zip(("init", "invoke"), attempt.failed_inits, strict=True):
        at_ms += duration // 100
        lines.append((at_ms, spec.error_text(attempt, attempt.fault, at_ms, clock)))
        lines += _init_done(clock, at_ms, phase, duration, status)
    return lines


def _init_done(clock: Clock, ms: int, phase: str, duration: int, status: str) -> list[Line]:
    outcome = f'{_ON_DEMAND},"phase":"{phase}",{status}'
    return [
        _event(clock, ms, "initRuntimeDone", outcome),
        _event(clock, ms, "initReport", f'{outcome},"metrics":{{"durationMs":{duration / 100}}}'),
    ]


def _start(attempt: Attempt, rng: Random, clock: Clock) -> str:
    trace = f"Root=1-{attempt.start_ms // 1000:08x}-{rng.getrandbits(96):024x}"
    return (
        f'{{"time":"{clock.stamp(attempt.start_ms)}Z","type":"platform.start","record":{{'
        f'"requestId":"{attempt.request_id}","version":"{attempt.version}",'
        f'"tracing":{{"type":"X-Amzn-Trace-Id","value":"{trace}"}}}}}}'
    )


def _runtime_done(attempt: Attempt, rng: Random, clock: Clock) -> str:
    head = (
        f'{{"time":"{clock.stamp(attempt.end_ms)}Z","type":"platform.runtimeDone","record":{{'
        f'"requestId":"{attempt.request_id}",{_outcome(attempt.fault)},'
        f'"metrics":{{"durationMs":{attempt.duration / 100}'
    )
    if attempt.fault is not None:
        return f"{head}}}}}}}"
    latency = min(attempt.duration, 60 + int(rng.random() * 240))
    return (
        f'{head},"producedBytes":{180 + int(rng.random() * 90)}}},"spans":[{{"name":"responseLatency",'
        f'"start":"{clock.stamp(attempt.end_ms - latency // 100)}Z","durationMs":{latency / 100}}}]}}}}'
    )


def _report(spec: FunctionSpec, attempt: Attempt, clock: Clock) -> str:
    init = f',"initDurationMs":{attempt.init / 100}' if attempt.init else ""
    metrics = (
        f'"metrics":{{"durationMs":{attempt.duration / 100},"billedDurationMs":{attempt.billed_ms},'
        f'"memorySizeMB":{spec.memory_mb},"maxMemoryUsedMB":{attempt.memory_mb}{init}}}'
    )
    return (
        f'{{"time":"{clock.stamp(attempt.end_ms)}Z","type":"platform.report","record":{{'
        f'"requestId":"{attempt.request_id}",{metrics},{_outcome(attempt.fault)}}}}}'
    )


def _outcome(fault: Fault | None) -> str:
    if fault is None:
        return '"status":"success"'
    if fault.kind is FaultKind.TIMEOUT:
        return '"status":"timeout"'
    return f'"status":"error","errorType":"{fault.error}"'
