"""The platform's lines in the text format, around what the function and its runtime write."""

from __future__ import annotations

from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.spec import IMPORT_ERROR, Attempt, Fault, FaultKind, FunctionSpec, Line


def text_lines(spec: FunctionSpec, attempt: Attempt, rng: Random, clock: Clock) -> list[Line]:
    """All events of an attempt, in order."""
    lines = _before_start(spec, attempt, clock) if attempt.cold else []
    lines.append((attempt.start_ms, f"START RequestId: {attempt.request_id} Version: {attempt.version}"))
    if attempt.failed_inits is None:
        lines += spec.application(attempt, rng, clock)
        if attempt.fault is not None:
            lines.append((attempt.end_ms, _failure(spec, attempt, attempt.fault, clock)))
    lines.append((attempt.end_ms, f"END RequestId: {attempt.request_id}"))
    lines.append((attempt.end_ms, _report(spec, attempt)))
    return lines


def _before_start(spec: FunctionSpec, attempt: Attempt, clock: Clock) -> list[Line]:
    release = attempt.environment.release
    kind = "RESTORE_START" if spec.snap_start else "INIT_START"
    runtime = f"Runtime Version: {release.runtime_version}\tRuntime Version ARN: {release.runtime_arn}"
    lines = [(attempt.begin_ms, f"{kind} {runtime}")]
    if spec.snap_start:
        lines.append((attempt.start_ms, f"RESTORE_REPORT Restore Duration: {attempt.restore / 100:.2f} ms"))
    if attempt.failed_inits is not None and attempt.fault is not None:
        lines += _failed_init(spec, attempt, attempt.failed_inits, attempt.fault, clock)
    return lines


def _failed_init(
    spec: FunctionSpec, attempt: Attempt, phases: tuple[int, int], fault: Fault, clock: Clock
) -> list[Line]:
    """Lambda tries the initialisation once in its own phase, and again as part of the invocation."""
    lines: list[Line] = []
    at_ms = attempt.begin_ms
    for phase, duration in zip(("init", "invoke"), phases, strict=True):
        at_ms += duration // 100
        lines.append((at_ms, spec.error_text(attempt, fault, at_ms, clock)))
        status = f"Status: error\tError Type: {IMPORT_ERROR}"
        lines.append((at_ms, f"INIT_REPORT Init Duration: {duration / 100:.2f} ms\tPhase: {phase}\t{status}"))
    return lines


def _failure(spec: FunctionSpec, attempt: Attempt, fault: Fault, clock: Clock) -> str:
    if fault.kind is FaultKind.TIMEOUT:
        limit = f"{spec.timeout_ms / 1000:.2f}"
        # The message ends with two newlines of its own: the file shows an empty line after it.
        return f"{clock.stamp(attempt.end_ms)}Z {attempt.request_id} Task timed out after {limit} seconds\n"
    if fault.kind is FaultKind.OUT_OF_MEMORY:
        return f"RequestId: {attempt.request_id} Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
    return spec.error_text(attempt, fault, attempt.end_ms, clock)


def _report(spec: FunctionSpec, attempt: Attempt) -> str:
    extra = ""
    if attempt.cold:
        extra = _start_up(attempt)
    if attempt.fault is not None:
        extra += _status(attempt.fault)
    return (
        f"REPORT RequestId: {attempt.request_id}\tDuration: {attempt.duration / 100:.2f} ms"
        f"\tBilled Duration: {attempt.billed_ms} ms\tMemory Size: {spec.memory_mb} MB"
        f"\tMax Memory Used: {attempt.memory_mb} MB\t{extra}"
    )


def _start_up(attempt: Attempt) -> str:
    if attempt.restore:
        return (
            f"Restore Duration: {attempt.restore / 100:.2f} ms"
            f"\tBilled Restore Duration: {attempt.billed_restore_ms} ms\t"
        )
    return f"Init Duration: {attempt.init / 100:.2f} ms\t" if attempt.init else ""


def _status(fault: Fault) -> str:
    """No tab follows a status. An exception leaves none: the runtime caught it and answered, which is a success."""
    if fault.kind is FaultKind.TIMEOUT:
        return "Status: timeout"
    if fault.kind is FaultKind.EXCEPTION:
        return ""
    return f"Status: error\tError Type: {fault.error}"
