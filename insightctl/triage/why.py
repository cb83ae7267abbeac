"""Why failures began when no version explains them: configuration, runtime, one environment, one input, a host, memory.

Each test looks at the failures of the stretch alone and says what it saw; the first that holds is the cause, from what
leaves least doubt to what leaves most.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from insightctl.core.time import from_ms, to_ms
from insightctl.triage import words
from insightctl.triage.blamed import CONNECTION, called, host_in, is_downstream, is_own_limit
from insightctl.triage.case import Case, Change
from insightctl.triage.facts import Error, Rerun
from insightctl.triage.kinds import fresh
from insightctl.triage.model import Cause, Confidence
from insightctl.triage.onset import Onset
from insightctl.triage.proportions import Share, binomial_at_least

MOST = 0.6
"""The share of the failures of a stretch that an explanation has to cover."""
_ID = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|\b[0-9a-fA-F]{16,}\b|\b(?=[\w-]*\d{3})[A-Za-z]{1,12}[-_]\w+\b|(?<![:\d.])\b\d{4,}\b(?!\s*(?:ms|s|sec\w*|MB|KB|bytes|%))"
)
_ENOUGH = 5
_MANY_FAIL = 0.3
_SOON_MS = 600_000
_EACH_TIME = 0.7
_LEAST_AGAIN = 3
_INNOCENT = 0.01
"""The chance below which requests that failed three times are no accident of a rate of failures."""
_ELSEWHERE = 0.2
"""The share of an error that other environments may have beside the one that is sick, in the whole range."""
_TRIED_MS = 300_000
"""Lambda runs an asynchronous request three times within some four minutes."""
_STAMPS_MS = 2_000
"""Lines of one moment carry stamps that differ by as much."""


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

    @property
    def requests(self) -> int:
        """How many requests failed, however often they ran."""
        onset, kind = self.onset, self.onset.error_type
        if kind is not None:
            return sum(fresh([e for e in self.case.errors if onset.holds(e.start_ms) and e.type == kind]).values())
        return sum(bin.share.failures for bin in self.case.requests if onset.holds(bin.start_ms))

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
    inside = case.errors_of(onset)
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


def first_failure(case: Case, onset: Onset) -> datetime | None:
    """When the error that rose most was first seen, in the stretch or the interval of its start (UTC)."""
    risen = _risen(case, onset)
    if not risen:
        return None
    top = risen[0]
    rows = case.errors_within(
        min(onset.low_ms, onset.start_ms) if _is_new(case, onset, top) else onset.start_ms, onset.end_ms
    )
    return min(e.first_seen for e in rows if (e.type, e.message) == (top.type, top.message))


def _is_new(case: Case, onset: Onset, error: Error) -> bool:
    """Whether an error was never seen before the interval of the start: then its first one begins it."""
    return not any(
        e.start_ms < onset.low_ms and (e.type, e.message) == (error.type, error.message) for e in case.errors
    )


def change_near(case: Case, low_ms: int, high_ms: int) -> Change | None:
    """A change of configuration or runtime in an interval, widened by a bin."""
    width = case.bucket.ms
    near = [c for c in case.changes if low_ms - width <= c.at_ms and c.low_ms <= high_ms + width]
    return min(near, key=lambda change: abs(change.at_ms - high_ms), default=None)


def _changed(stretch: Stretch) -> Iterator[Why]:
    case, onset = stretch.case, stretch.onset
    change = change_near(case, onset.low_ms, onset.high_ms) or _less_memory(stretch) or _new_runtime(stretch)
    if change is None or (change.kind == "runtime" and _failed_before(stretch, change)):
        return
    at = from_ms(change.at_ms)
    sentence = f"{change.what} at {words.moment(at)}, when the failures began"
    yield Why(change.cause, "high", sentence, code=f"{change.kind}-changed")


def _failed_before(stretch: Stretch, change: Change) -> bool:
    """Whether a new error was there before a change: then the change is not its cause."""
    first = first_failure(stretch.case, stretch.onset)
    if first is None or not stretch.errors or not _is_new(stretch.case, stretch.onset, stretch.errors[0]):
        return False
    return to_ms(first) < change.low_ms - _STAMPS_MS


def _less_memory(stretch: Stretch) -> Change | None:
    """Less memory, since when the first kill was seen: old environments live on, so kills may come thinly at first."""
    if stretch.covering(_is_kill) is None:
        return None
    first = min(e.start_ms for e in stretch.case.errors if _is_kill(e)) + stretch.case.bucket.ms
    return next((c for c in stretch.case.changes if c.is_less and c.low_ms <= first <= stretch.onset.high_ms), None)


def _new_runtime(stretch: Stretch) -> Change | None:
    """A runtime that came shortly before an error that was never seen before: environments take it on one by one."""
    if not stretch.errors:
        return None
    top = stretch.errors[0]
    rows = [e for e in stretch.case.errors if (e.type, e.message) == (top.type, top.message)]
    first = min(to_ms(e.first_seen) for e in rows)
    reach = max(2 * stretch.case.bucket.ms, _SOON_MS)
    near = [
        c for c in stretch.case.changes if c.kind == "runtime" and c.low_ms - _STAMPS_MS <= first <= c.at_ms + reach
    ]
    return near[-1] if near else None


def _one_input(stretch: Stretch) -> Iterator[Why]:
    """All failures of one error carry the same id: one record, again and again."""

    def same(error: Error) -> bool:
        return error.messages == 1 and bool(error.sample_message and _ID.search(error.sample_message))

    error = stretch.covering(same)
    if error is None or error.failures < _ENOUGH or error.sample_message is None:
        return
    if is_downstream(error):
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
    # A leak kills the same environment again and again: that is told as memory.
    if error is None or error.failures < _ENOUGH or _is_kill(error):
        return
    rows = [e for e in stretch.case.errors if (e.type, e.message) == (error.type, error.message)]
    elsewhere = sum(e.failures for e in rows if e.streams > 1 or e.sample_stream != error.sample_stream)
    if elsewhere > _ELSEWHERE * sum(e.failures for e in rows):
        return
    failing = [e.start_ms for e in rows if e.sample_stream == error.sample_stream]
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
    error = stretch.covering(is_downstream)
    if error is None:
        return
    text = f"{error.type}: {error.sample_message or error.message or ''}"
    who = called(text)
    kind = Cause("throttle" if is_own_limit(text) else "downstream")
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
        and host_in(row.sample_message) and CONNECTION.search(row.sample_message)
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
    failures = stretch.failures if stretch.onset.error_type else stretch.onset.inside.failures
    known = _failed_each_time(stretch, failures)
    if known is not None:
        if known:
            yield _inputs(stretch, failures, max(known, failures - 2 * known))
        return
    again = failures - stretch.requests
    # Were the inputs innocent, a try again would fail by the share that all fail: twice at most.
    share = stretch.onset.inside.value
    by_chance = (share + share**2) / (1 + share + share**2)
    # Of inputs that fail each time two in three of three attempts are tries again: an outage of most comes near that.
    least = max(0.35, by_chance + 0.12 if share <= _MANY_FAIL else by_chance + 0.6 * (2 / 3 - by_chance))
    if failures < _ENOUGH or again < least * failures or share > 0.9:
        return
    yield _inputs(stretch, failures, max(1, failures - again))


def _failed_each_time(stretch: Stretch, failures: int) -> int | None:
    """How many requests failed three times, if nearly all that ran again did and most others went well; else 0.

    None where too few ran again to tell, or none ran more than twice (their function may be set so).
    """
    case, onset = stretch.case, stretch.onset
    ran = [r for r in case.reruns if onset.holds(r.first_ms // case.bucket.ms * case.bucket.ms)]
    ran = [r for r in ran if r.runs > 2 or r.first_ms < case.end_ms - _TRIED_MS]
    thrice = sum(r.runs > 2 for r in ran)
    each_time = thrice >= _EACH_TIME * len(ran) and 3 * thrice >= MOST * failures
    if each_time and thrice >= _LEAST_AGAIN and _by_accident(stretch, failures, ran, thrice) <= _INNOCENT:
        return thrice
    if len(ran) < _ENOUGH:
        return None
    if not thrice:
        # Either what ran again went well, or it may run twice only and both times fail: the failures tell.
        return 0 if failures < 1.5 * len(ran) else None
    firsts = Share(failures - 2 * thrice, onset.inside.invocations - 2 * thrice)
    return thrice if each_time and firsts.value < MOST else 0


def _by_accident(stretch: Stretch, failures: int, ran: Sequence[Rerun], thrice: int) -> float:
    """The chance that so many ran a third time, if each run fails by the share of the requests that failed.

    Who ran three times failed twice; where all failures there are make three for each of them, the last run failed as well.
    """
    onset, types = stretch.onset, {(e.type, e.message) for e in stretch.errors}
    last = max(r.last_ms for r in ran)
    all_failures = sum(
        e.failures for e in stretch.case.errors if onset.start_ms <= e.start_ms <= last and (e.type, e.message) in types
    )
    tries = 2 if 0.9 * all_failures <= 3 * thrice <= 1.1 * all_failures else 1
    failed = max(len(ran), failures - 2 * thrice)
    well = max(0, onset.inside.invocations - onset.inside.failures)
    return binomial_at_least(thrice, len(ran), (failed / (failed + well)) ** tries)


def _inputs(stretch: Stretch, failures: int, requests: int) -> Why:
    requests = max(1, requests)
    sample = next((e.sample_request_id for e in stretch.errors if e.sample_request_id), None)
    named = f", such as {sample}" if sample else ""
    sentence = (
        f"about {requests:,} requests{named} make up the {failures:,} failures: Lambda ran them again and they failed again, "
        "while others went well"
    )
    return Why(Cause("input"), "medium", sentence, stretch.errors[0] if stretch.errors else None, "bad-input")


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
