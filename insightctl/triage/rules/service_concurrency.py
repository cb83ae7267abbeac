"""Concurrency: invocations that Lambda refuses, and those that spill over what is provisioned."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from datetime import timedelta
from math import ceil
from typing import NamedTuple

from insightctl.triage import words
from insightctl.triage.case import Case
from insightctl.triage.changes import Change
from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Confidence, Evidence, Finding
from insightctl.triage.proportions import Share
from insightctl.triage.rules.service_evidence import Began, began, facts_of, metric_command, plus, rows, settings_of

_LEAST, _WARNING, _CRITICAL = 5, 0.01, 0.05
_AT_THE_LIMIT = 0.9
_KEPT_FREE = 100  # Lambda leaves 100 unreserved ("Configuring reserved concurrency")
_MARGIN = 1.2
_LEAST_SPILLED = 20
_SPILLED = 0.02
_QUOTA = "L-B99A9384"  # Service Quotas: "Concurrent executions" of Lambda
_SET_TO = re.compile(r"reserved concurrency (\d+)")
_CHANGED_BEFORE = timedelta(minutes=10)


class _Limit(NamedTuple):
    """Which limit it is, what speaks for it, what to do."""

    code: str
    short: str
    sentence: str
    next: str
    confidence: Confidence


def throttled(case: Case, commands: Commands) -> Iterator[Finding]:
    """Invocations that were refused: by the function's own limit, by the account's, or by the pace of scaling."""
    facts = facts_of(case)
    refused, served = facts.metric(case.function, "Throttles"), facts.metric(case.function, "Invocations")
    share = Share(round(refused.total), round(refused.total + served.total))
    if share.failures < _LEAST or share.value < _WARNING:
        return
    when = began(case, refused, plus(refused, served))
    assert when is not None
    change = _lowered(case, when)
    limit = _limit(case, commands, _reserved(case, change))
    at = change.cause.at if change is not None else None
    until = f" until {words.moment(when.until)}" if when.until else ""
    title = (
        f"{case.function} is throttled: {words.pct(share)} of its invocations ({words.of(share)}) are refused "
        f"since {words.moment(at or when.at)}{until}: {limit.short}"
    )
    evidence = [
        Evidence(
            "metric",
            f"{share.failures:,} throttles, at most {refused.most:,.0f} in {_period(case)}; they leave no line in the logs",
            metric_command(case, commands, "Throttles"),
            rows(refused.points, "throttles"),
        ),
        Evidence(
            "since", words.interval(at or when.at, when.low, when.high), metric_command(case, commands, "Throttles")
        ),
        Evidence("cause", limit.sentence, metric_command(case, commands, "ConcurrentExecutions", "Maximum")),
    ]
    if change is not None:
        evidence.append(
            Evidence(
                "deployment",
                f"{change.what} at {words.moment(change.cause.at or when.at)}",
                commands.query("deployments", case.function),
            )
        )
    yield Finding(
        limit.code,
        "critical" if share.value >= _CRITICAL else "warning",
        title,
        case.function,
        None,
        at or when.at,
        min(when.low, at or when.low),
        max(when.high, at or when.high),
        Cause("throttle", None, at),
        "high" if change is not None else limit.confidence,
        tuple(evidence),
        (limit.next,),
        float(share.failures),
    )


def _reserved(case: Case, change: Change | None) -> int | None:
    """The reserved concurrency now; where Lambda did not tell it, what CloudTrail says it was set to."""
    told = settings_of(case).reserved_concurrency
    if told is not None or change is None or not _is_untold(case):
        return told
    number = _SET_TO.search(change.what)
    return int(number[1]) if number else None


def _is_untold(case: Case) -> bool:
    """Whether the reserved concurrency could not be asked."""
    return any(skipped.probe == "reserved-concurrency" for skipped in facts_of(case).skipped)


def _limit(case: Case, commands: Commands, reserved: int | None) -> _Limit:
    facts = facts_of(case)
    peak = facts.metric(case.function, "ConcurrentExecutions").most
    reached = f"; it had {peak:,.0f} at once" if peak else ""
    if reserved == 0:
        on = commands.on_function("delete-function-concurrency", case.function, "")
        sentence = "its reserved concurrency is 0: nothing is let through"
        return _Limit("throttled-by-reserved", "it is switched off", sentence, f"switch it on: {on}", "high")
    if reserved is not None:
        # A reservation is the function's own: the account's limit cannot take it away.
        more = commands.on_function(
            "put-function-concurrency", case.function, f"--reserved-concurrent-executions {_wanted(case, reserved)}"
        )
        return _Limit(
            "throttled-by-reserved",
            f"its reserved concurrency of {reserved:,} is used up",
            f"its reserved concurrency is {reserved:,}{reached}",
            f"raise the limit: {more}",
            "high" if peak >= _AT_THE_LIMIT * reserved else "medium",
        )
    used, free = (
        facts.metric(None, "ConcurrentExecutions").most,
        facts.metric(None, "UnreservedConcurrentExecutions").most,
    )
    limits = facts.limits
    if limits is not None and (
        used >= _AT_THE_LIMIT * limits.concurrent
        or (limits.unreserved is not None and free >= _AT_THE_LIMIT * limits.unreserved > 0)
    ):
        more = (
            f"aws service-quotas request-service-quota-increase --service-code lambda --quota-code {_QUOTA} "
            f"--desired-value {2 * limits.concurrent} {commands.aws}"
        ).strip()
        unreserved = f", {limits.unreserved:,} of it unreserved" if limits.unreserved is not None else ""
        return _Limit(
            "throttled-by-account",
            f"the account's concurrency of {limits.concurrent:,} is used up",
            f"the account's limit is {limits.concurrent:,}{unreserved}; {used:,.0f} were in use at once{reached}",
            f"raise the limit of the account: {more}",
            "high",
        )
    own = "its reserved concurrency is not known" if _is_untold(case) else "it has no reserved concurrency"
    known = "" if limits is None else f", the account's limit of {limits.concurrent:,} was not reached"
    return _Limit(
        "throttled",
        "no limit is known to be reached",
        f"{own}{known}{reached}: a function gains 1,000 environments every 10 s at most",
        f"look at its limits: {commands.on_function('get-function-concurrency', case.function, '')}",
        "low",
    )


def _wanted(case: Case, reserved: int) -> int:
    """What would have been enough: the concurrency in the worst period by what was asked for in it, and a margin."""
    facts = facts_of(case)
    served = dict(facts.metric(case.function, "Invocations").points)
    concurrent = dict(facts.metric(case.function, "ConcurrentExecutions").points)
    asked = [
        concurrent.get(at, reserved) * (1 + refused / max(1.0, served.get(at, 0.0)))
        for at, refused in facts.metric(case.function, "Throttles").points
        if refused
    ]
    # a period with hardly any invocation would ask for the sky
    wanted = ceil(_MARGIN * min(max(asked, default=2.0 * reserved), 10.0 * reserved))
    limits = facts.limits
    if limits is not None and limits.unreserved is not None:
        wanted = min(wanted, reserved + max(0, limits.unreserved - _KEPT_FREE))
    return max(wanted, reserved + 1)


def _lowered(case: Case, when: Began) -> Change | None:
    """Somebody set the reserved concurrency shortly before."""
    for change in case.changes:
        at = change.cause.at
        if at is not None and "reserved concurrency" in change.what and when.low - _CHANGED_BEFORE <= at <= when.high:
            return change
    return None


def _period(case: Case) -> str:
    minutes = facts_of(case).period_ms // 60_000
    return "a minute" if minutes == 1 else f"{minutes:,} minutes"


def spillover(case: Case, commands: Commands) -> Iterator[Finding]:
    """More traffic than the provisioned environments hold: what spills over starts cold."""
    facts = facts_of(case)
    name = "ProvisionedConcurrencySpilloverInvocations"
    spilled, served = facts.metric(case.function, name), facts.metric(case.function, "Invocations")
    share = Share(round(spilled.total), max(round(spilled.total), round(served.total)))
    if share.failures < _LEAST_SPILLED or share.value < _SPILLED:
        return
    when = began(case, spilled, served)
    assert when is not None
    provisioned = settings_of(case).provisioned
    peak = facts.metric(case.function, "ConcurrentExecutions").most
    told = "; ".join(
        f"{each.qualifier}: {each.requested:,} provisioned"
        + (f", {each.allocated:,} ready" if each.allocated not in (None, each.requested) else "")
        for each in provisioned
    )
    wanted = ceil(_MARGIN * max(peak, max((each.requested for each in provisioned), default=1)))
    qualifier = provisioned[0].qualifier if len(provisioned) == 1 else "ALIAS"
    more = commands.on_function(
        "put-provisioned-concurrency-config",
        case.function,
        f"--qualifier {shlex.quote(qualifier)} --provisioned-concurrent-executions {wanted}",
    )
    yield Finding(
        "provisioned-spillover",
        "warning",
        f"{case.function} outgrows its provisioned concurrency: {words.pct(share)} of its invocations ({words.of(share)}) "
        f"spill over since {words.moment(when.at)} and may start cold",
        case.function,
        None,
        when.at,
        when.low,
        when.high,
        Cause("cold_start"),
        "high",
        (
            Evidence(
                "metric",
                f"{share.failures:,} invocations spilled over, at most {spilled.most:,.0f} in {_period(case)}",
                metric_command(case, commands, name),
                rows(spilled.points, "spilled"),
            ),
            Evidence(
                "setting",
                (told or "what is provisioned is not known") + (f"; {peak:,.0f} ran at once" if peak else ""),
                commands.on_function("list-provisioned-concurrency-configs", case.function, ""),
            ),
        ),
        (f"keep more environments ready: {more}",),
        0.2 * share.failures,
    )
