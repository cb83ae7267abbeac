"""Why failures began when no version explains them: configuration, runtime, one environment, one input, a host, memory.

Each test looks at the failures of the stretch alone and says what it saw; the first that holds is the cause, from what
leaves least doubt to what leaves most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from insightctl.core.time import from_ms
from insightctl.triage import words
from insightctl.triage.case import Case, Change
from insightctl.triage.facts import Error
from insightctl.triage.model import Cause, Confidence
from insightctl.triage.onset import Onset

MOST = 0.6
"""The share of the failures of a stretch that an explanation has to cover."""
_HOST = r"(?:[A-Za-z0-9](?:[\w-]*[A-Za-z0-9])?\.)+[A-Za-z]{2,}|\d{1,3}(?:\.\d{1,3}){3}"
_HOSTS = (
    re.compile(rf"https?://({_HOST})", re.ASCII),
    re.compile(rf"host=\\?['\"]({_HOST})", re.ASCII),
    re.compile(
        rf"(?:E[A-Z]{{4,}}|EAI_AGAIN|lookup|dial tcp|refused|timed out|from|about|to|UnknownHostException|"
        rf"notify|reach|host):? ({_HOST})(?::\d+)?",
        re.ASCII,
    ),
    re.compile(rf"\b({_HOST}):\d{{2,5}}\b", re.ASCII),
)
_NOT_HOSTS = re.compile(
    r"\.(?:py|js|mjs|ts|java|go|rb|json|node|so|cs|Handler|Exception|Error)$|^(?:java|javax|software|com|org)\."
)
_CONNECTION = re.compile(
    r"ECONN|ETIMEDOUT|ESOCKETTIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|EPIPE|[Cc]onnect|[Rr]efused|[Tt]imed? ?out|"
    r"[Tt]imeout|no such host|[Uu]nreachable|[Nn]ame or service|[Rr]esolution|UnknownHost|SSL|TLS|x509|certificate|"
    r"socket hang up|"
    r"deadline exceeded|[Bb]ad [Gg]ateway|[Uu]navailable|\b50[234]\b|[Nn]o answer|MaxRetry|[Rr]eset by peer|broken pipe"
)
_REFUSED = re.compile(
    r"\b(\w*(?:Throttl\w+|ThroughputExceeded\w*|TooManyRequests\w*|LimitExceeded\w*|SlowDown|AccessDenied\w*|UnauthorizedOperation|"
    r"ServiceUnavailable\w*|InternalServer\w*|InternalFailure|ServiceException|ServiceError|KMS\w*Exception|ExpiredToken\w*))\b"
    r"|(not authorized to perform|[Rr]ate [Ee]xceeded|An error occurred \(\w+\) when calling)"
)
_OWN_LIMIT = re.compile(r"TooManyRequests|[Rr]ate [Ee]xceeded|ConcurrentInvocationLimit|ReservedFunctionConcurrent")
_OPERATION = re.compile(r"\((\w+)\) when calling the (\w+) operation|operation error ([\w: ]+?):|perform: ([\w:]+)")
_ID = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\b[0-9a-fA-F]{16,}\b|\b(?=[\w-]*\d{3})[A-Za-z]{1,12}[-_]\w+\b|(?<![:\d.])\b\d{4,}\b(?!\s*(?:ms|s|sec\w*|MB|KB|bytes|%))"
)
_ENOUGH = 5


@dataclass(frozen=True, slots=True)
class Why:
    """A cause, how sure it is, a sentence that says what speaks for it, and the failure that shows it."""

    cause: Cause
    confidence: Confidence
    sentence: str
    error: Error | None = None
    code: str = ""


@dataclass(frozen=True, slots=True)
class Stretch:
    """The failures of an onset's stretch: those of its main errors are what changed."""

    case: Case
    onset: Onset
    errors: tuple[Error, ...]

    @property
    def failures(self) -> int:
        """By lines and statuses, which may be a little more than failed invocations."""
        return max(1, sum(error.failures for error in self.errors))

    def covering(self, holds: Callable[[Error], bool], most: float = MOST) -> Error | None:
        """The most frequent of the errors for which something holds, if together they are that much of the failures."""
        found = [error for error in self.errors if holds(error)]
        return found[0] if found and sum(error.failures for error in found) >= most * self.failures else None


def why(case: Case, onset: Onset) -> Why:
    """What is behind an onset that no deployment explains."""
    errors = _risen(case, onset)
    stretch = Stretch(case, onset, errors)
    return next((found for test in _TESTS for found in test(stretch)), Why(Cause("unknown"), "low", ""))


def _risen(case: Case, onset: Onset) -> tuple[Error, ...]:
    """The errors of the stretch without those that are as frequent outside of it."""
    inside = case.errors_within(onset.start_ms, onset.end_ms)
    outside: dict[tuple[str, str | None], int] = {}
    for error in case.errors:
        if error.start_ms < onset.start_ms or (onset.end_ms is not None and error.start_ms >= onset.end_ms):
            key = (error.type, error.message)
            outside[key] = outside.get(key, 0) + error.failures
    rate_in = max(1, onset.inside.invocations)
    rate_out = max(1, onset.outside.invocations)
    return (
        tuple(
            error
            for error in inside
            if error.failures / rate_in > 3 * outside.get((error.type, error.message), 0) / rate_out
        )
        or inside
    )


def change_near(case: Case, low_ms: int, high_ms: int) -> Change | None:
    """A change of configuration or runtime in an interval, widened by a bin."""
    width = case.bucket.ms
    near = [c for c in case.changes if low_ms - width <= c.at_ms and c.low_ms <= high_ms + width]
    return min(near, key=lambda change: abs(change.at_ms - high_ms), default=None)


def _changed(stretch: Stretch) -> Iterator[Why]:
    case, onset = stretch.case, stretch.onset
    change = change_near(case, onset.low_ms, onset.high_ms)
    if change is None:
        return
    at = from_ms(change.at_ms)
    sentence = f"{change.what} at {words.moment(at)}, when the failures began"
    if change.kind == "memory":
        yield Why(Cause("memory", None, at), "high", sentence, code="memory-changed")
    else:
        yield Why(Cause("runtime", None, at), "high", sentence, code="runtime-changed")


def _one_input(stretch: Stretch) -> Iterator[Why]:
    """All failures of one error carry the same id: one record, again and again."""

    def same(error: Error) -> bool:
        return error.messages == 1 and bool(error.sample_message and _ID.search(error.sample_message))

    error = stretch.covering(same)
    if error is None or error.failures < _ENOUGH or error.sample_message is None:
        return
    if _is_downstream(error):
        return
    named = _ID.search(error.sample_message)
    assert named is not None
    sentence = (
        f"all {error.failures:,} failures of {error.type} name the same record, {named[0]}: "
        "one input that is tried again and again"
    )
    yield Why(Cause("input"), "high", sentence, error, "poison-input")


def _one_environment(stretch: Stretch) -> Iterator[Why]:
    """All failures lie in one log stream while others served."""
    error = stretch.covering(lambda error: error.streams == 1 and error.sample_stream is not None)
    if error is None or error.failures < _ENOUGH:
        return
    failing = [
        e.start_ms for e in stretch.case.errors if e.type == error.type and e.sample_stream == error.sample_stream
    ]
    bins = stretch.case.within(min(failing), max(failing) + 1)
    beside = [b for b in bins if b.version == error.version and any(s != error.sample_stream for s in b.served_by)]
    if 2 * len(beside) < len(set(failing)):
        return
    served = sum(bin.share.invocations - bin.share.failures for bin in beside)
    if served < _ENOUGH:
        return
    sentence = (
        f"all {error.failures:,} failures of {error.type} come from one execution environment, {error.sample_stream}, "
        f"while others served {served:,} invocations well"
    )
    yield Why(Cause("environment"), "high", sentence, error, "one-environment")


def _downstream(stretch: Stretch) -> Iterator[Why]:
    error = stretch.covering(_is_downstream)
    if error is None:
        return
    text = f"{error.type}: {error.sample_message or error.message or ''}"
    who = called(text)
    kind = Cause("throttle" if _OWN_LIMIT.search(text) and not re.search("DynamoDB|Throughput", text) else "downstream")
    sentence = (
        f"{error.failures:,} of {stretch.failures:,} failures are of what it calls ({who}), in every version alike"
    )
    yield Why(kind, "medium", sentence, error, "throttled" if kind.kind == "throttle" else "downstream")


def _waiting(stretch: Stretch) -> Iterator[Why]:
    """Timeouts, with lines about a host that does not answer."""
    case, onset = stretch.case, stretch.onset
    if stretch.covering(lambda error: error.type == "timeout") is None:
        return
    rows = [
        row
        for row in case.logged
        if row.start_ms >= onset.start_ms - case.bucket.ms and (onset.end_ms is None or row.start_ms < onset.end_ms)
        and host_in(row.sample_message) and _CONNECTION.search(row.sample_message)
    ]  # fmt: skip
    lines = sum(row.lines for row in rows)
    before = sum(
        row.lines
        for row in case.logged
        if row.start_ms < onset.start_ms - case.bucket.ms and host_in(row.sample_message)
    )
    if lines < _ENOUGH or lines <= before:
        return
    top = max(rows, key=lambda row: row.lines)
    sentence = (
        f"invocations time out while they wait for {host_in(top.sample_message)}: "
        f"{lines:,} lines say so ({top.sample_message[:120]})"
    )
    yield Why(Cause("downstream"), "medium", sentence, code="downstream-slow")


def _memory(stretch: Stretch) -> Iterator[Why]:
    # Kills are never the usual noise: a good part of the failures is enough.
    error = stretch.covering(_is_kill, MOST / 2)
    if error is None:
        return
    bins = stretch.case.within(stretch.onset.start_ms, stretch.onset.end_ms)
    used = max((bin.used_max_mb for bin in bins if bin.used_max_mb is not None), default=None)
    size = max((bin.memory_mb for bin in bins if bin.memory_mb is not None), default=None)
    told = f", with {used:,.0f} of {size:,.0f} MB used" if used and size else ""
    sentence = (
        f"{error.failures:,} of {stretch.failures:,} failures are killed for lack of memory{told}: "
        "it grows until the environment ends"
    )
    yield Why(Cause("memory"), "medium", sentence, error, "out-of-memory")


def _extension(stretch: Stretch) -> Iterator[Why]:
    error = stretch.covering(lambda error: error.type.startswith("Extension."))
    if error is not None:
        sentence = f"{error.failures:,} failures are those of an extension ({error.type}), not of the function's code"
        yield Why(Cause("runtime"), "medium", sentence, error, "extension")


def _bad_inputs(stretch: Stretch) -> Iterator[Why]:
    """Requests that ran again failed again, while others went well: what they carry is at fault."""
    bins = stretch.case.within(stretch.onset.start_ms, stretch.onset.end_ms)
    again = sum(bin.share.invocations - bin.requests for bin in bins if bin.requests)
    failures = stretch.onset.inside.failures
    if failures < _ENOUGH or again < 0.35 * failures or stretch.onset.inside.value > 0.9:
        return
    requests = max(1, failures - again)
    sample = next((e.sample_request_id for e in stretch.errors if e.sample_request_id), None)
    named = f", such as {sample}" if sample else ""
    sentence = (
        f"about {requests:,} requests{named} make up the {failures:,} failures: Lambda ran them again and they failed again, "
        "while others went well"
    )
    yield Why(Cause("input"), "medium", sentence, stretch.errors[0] if stretch.errors else None, "bad-input")


_TESTS: tuple[Callable[[Stretch], Iterator[Why]], ...] = (
    _changed,
    _one_input,
    _one_environment,
    _extension,
    _downstream,
    _waiting,
    _memory,
    _bad_inputs,
)


def _is_kill(error: Error) -> bool:
    return "OutOfMemory" in error.type or "signal: killed" in (error.message or "")


def _is_downstream(error: Error) -> bool:
    text = f"{error.type}: {error.sample_message or error.message or ''}"
    if error.type == "timeout":
        return False
    return bool(_REFUSED.search(text)) or bool(
        _CONNECTION.search(text) and (host_in(text) or _CONNECTION.search(error.type))
    )


def host_in(text: str) -> str | None:
    """The host or address that a message names."""
    for pattern in _HOSTS:
        for match in pattern.finditer(text[:600]):
            if not _NOT_HOSTS.search(match[1]):
                return match[1]
    return None


def called(text: str) -> str:
    """What a failure of a call names: a host, an error code, an operation."""
    operation, refused = _OPERATION.search(text), _REFUSED.search(text)
    named = [group for group in operation.groups() if group] if operation else []
    code = None if len(named) > 1 or refused is None else refused[1] or refused[2]
    return ", ".join(dict.fromkeys(part for part in (host_in(text), code, *named) if part)) or text[:80]
