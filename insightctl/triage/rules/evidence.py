"""What findings show: sentences with numbers, each with the command that shows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from insightctl.core.time import to_ms
from insightctl.deployments import Deployment
from insightctl.triage import attribution, words
from insightctl.triage.attribution import Contrast
from insightctl.triage.case import Case
from insightctl.triage.commands import Commands
from insightctl.triage.facts import Error, Record, Version, summed
from insightctl.triage.model import Evidence
from insightctl.triage.why import Why

ROWS = 12
CELL = 300


def since_evidence(
    case: Case, commands: Commands, at: datetime | None, low: datetime | None, high: datetime | None
) -> Iterator[Evidence]:
    """Since when, with the interval, and the rate by bin behind it."""
    if not case.bins:
        return
    sentence = "the failures began before the data" if at is None else words.interval(at, low, high)
    query = commands.query("error-rate", case.function, f"--bin {case.bucket.text} --by version")
    yield Evidence("since", sentence, query, around(case, at))


def around(case: Case, at: datetime | None) -> tuple[Record, ...]:
    """The bins nearest to a moment, oldest first."""
    centre = to_ms(at) if at else 0
    nearest = sorted(case.bins, key=lambda bin: abs(bin.start_ms - centre))[:ROWS]
    return tuple(bin.record for bin in sorted(nearest, key=lambda bin: bin.start_ms))


def live_evidence(case: Case, commands: Commands, contrast: Contrast) -> Evidence:
    """How the newer version came: beside the older one, or in its place."""
    old, new, deployment = contrast.older, contrast.newer, contrast.deployment
    query = commands.query("deployments", case.function)
    if deployment is None:
        sentence = f"versions {old.name} and {new.name} both served before the data begin"
    elif contrast.overlap:
        both = words.span(min(old.last_seen, new.last_seen) - new.first_seen)
        sentence = (
            f"version {new.name} went live at {words.moment(deployment.at)}, beside version {old.name} for {both}"
        )
    else:
        last = words.clock(old.last_seen, deployment.at)
        sentence = (
            f"version {new.name} went live at {words.moment(deployment.at)}; version {old.name} was last seen {last}"
        )
    return Evidence("deployment", sentence, query, rows_of((new, old)))


def deployments_so_far(case: Case, commands: Commands, until: datetime | None = None) -> Iterator[Evidence]:
    """The last deployment before a moment, as context: it is not said to be the cause."""
    if not case.versions:
        return
    before = [d for d in case.deployments if until is None or d.at <= until]
    names = sorted({v.name for v in case.versions if v.name is not None})
    if before:
        last = before[-1]
        sentence = f"the last one before was version {last.version} at {words.moment(last.at)}"
    elif len(names) == 1:
        sentence = f"none in these data: version {names[0]} served throughout"
    else:
        sentence = "none in these data before the failures"
    yield Evidence("deployment", sentence, commands.query("deployments", case.function), rows_of(case.versions))


def error_evidence(
    case: Case, commands: Commands, since: datetime | None, named: Error | None = None
) -> Iterator[Evidence]:
    """The error that is new since a moment, or the most frequent one."""
    top = attribution.top_error(_of(summed(case.errors), named), since)
    if top is None:
        return
    message = top.error.sample_message or top.error.message
    what = top.error.type + (f": {message[:CELL]}" if message else "")
    times = f"{top.failures:,} time{'' if top.failures == 1 else 's'}"
    first = words.clock(top.error.first_seen, since or top.error.first_seen)
    if since is None:
        sentence = f"the most frequent error is {what} ({times})"
    elif top.is_new:
        sentence = f"new since then: {what} ({times}, first at {first})"
    else:
        sentence = f"no new error type; the most frequent is {what} ({times})"
    yield Evidence("error", sentence, commands.query("errors", case.function), (top.error.record,))


def each_version(case: Case) -> str:
    """The failures of each version."""
    parts = [f"version {v.name or '?'}: {words.of(v.share)} failed" for v in case.versions if v.share.invocations]
    return "; ".join(parts[:4]) or f"{words.of(case.share)} failed"


def only(versions: Sequence[Version]) -> str | None:
    """The version, where there is only one."""
    names = {version.name for version in versions if version.share.invocations}
    return names.pop() if len(names) == 1 else None


def first_seen(case: Case) -> datetime | None:
    """When the first invocation began."""
    return min((version.first_seen for version in case.versions), default=None)


def rows_of(versions: Iterable[Version]) -> tuple[Record, ...]:
    """The records behind versions."""
    return tuple(version.record for version in versions)[:ROWS]


def _of(errors: Sequence[Error], named: Error | None) -> Sequence[Error]:
    """The named error where there is one, else all."""
    if named is None:
        return errors
    return [error for error in errors if (error.type, error.message) == (named.type, named.message)] or errors


_SHOWS = {
    "poison-input": "errors",
    "bad-input": "retries",
    "one-environment": "env-recycling",
    "downstream": "network-errors",
    "downstream-slow": "network-errors",
    "throttled": "throttled-downstream",
    "memory-changed": "memory",
    "out-of-memory": "out-of-memory",
    "runtime-changed": "runtime-updates",
    "config-changed": "deployments",
    "code-changed": "deployments",
    "alias-changed": "deployments",
    "extension": "crashes",
}


def why_evidence(case: Case, commands: Commands, reason: Why) -> Iterator[Evidence]:
    """What speaks for a cause that is no deployment."""
    if reason.sentence:
        rows = (reason.error.record,) if reason.error else ()
        yield Evidence("cause", reason.sentence, commands.query(_SHOWS.get(reason.code, "errors"), case.function), rows)


def what_next(case: Case, commands: Commands, reason: Why, deployment: Deployment | None = None) -> tuple[str, ...]:
    """What to do about it, as commands where there are any."""
    if deployment is not None:
        return ()
    steps: list[str] = []
    request = reason.error.sample_request_id if reason.error else None
    if request and reason.code in ("poison-input", "bad-input", "downstream", "throttled", "one-environment"):
        steps.append(f"look at one request: {commands.query('request', case.function, f'--id {request}')}")
    if (advice := _ADVICE.get(reason.code)) is not None:
        steps.append(advice)
    if (command := _COMMANDS.get(reason.code)) is not None:
        what, name, options = command
        steps.append(f"{what}: {commands.on_function(name, case.function, options)}")
    return tuple(steps)


_ADVICE = {
    "poison-input": "move the record out of the queue or stream (dead-letter queue, bisect on error), then mend the handler",
    "bad-input": "find who sends these events; a dead-letter queue or an on-failure destination keeps them",
    "downstream": "look at the health of what is named; no deployment of this function began it",
    "downstream-slow": "look at the health of what is named; a client timeout below the function's fails faster",
    "throttled": "raise the limit of what is called (aws lambda put-function-concurrency, a table's capacity), or call it less",
    # CloudTrail tells many kinds of change: one command for all would be the wrong one for some.
    "config-changed": (
        "give the setting its value before back (aws lambda update-function-configuration, put-function-concurrency, "
        "or update-event-source-mapping)"
    ),
    "code-changed": "deploy the code before again; published versions and an alias make that one call",
    "extension": "take the extension's layer back to its version before",
}
_CONFIGURE = "update-function-configuration"
_COMMANDS = {
    "one-environment": ("end its environments", _CONFIGURE, "--description 'new environments'"),
    "alias-changed": (
        "point the alias at the version before",
        "update-alias",
        "--name ALIAS --function-version VERSION",
    ),
    "memory-changed": ("give the memory back", _CONFIGURE, "--memory-size MB"),
    "out-of-memory": ("more memory gives time", _CONFIGURE, "--memory-size MB"),
    "runtime-changed": (
        "pin the version before",
        "put-runtime-management-config",
        "--update-runtime-on Manual --runtime-version-arn ARN",
    ),
}
