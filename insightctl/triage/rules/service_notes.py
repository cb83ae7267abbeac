"""What the account adds to findings of the logs: who deployed, which alias to roll back, which alarms fired."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from insightctl.deployments import Deployment
from insightctl.triage import words
from insightctl.triage.case import Case
from insightctl.triage.changes import sentence
from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Evidence, Finding
from insightctl.triage.rules.service_evidence import facts_of, metric_command
from insightctl.triage.service import Alarm, ServiceFacts, changes_of

_NEAR = timedelta(minutes=30)
_ALARMS = 2
_REASON = 160


def noted(found: Sequence[Finding], cases: Sequence[Case], commands: Commands) -> tuple[Finding, ...]:
    """The findings with what the account adds, and one for alarms of functions that have none."""
    by_function = {case.function: case for case in cases if case.service is not None}
    told: set[str] = set()
    answer: list[Finding] = []
    for finding in found:
        case = by_function.get(finding.function)
        if case is None:
            answer.append(finding)
            continue
        alarms = () if finding.function in told else facts_of(case).alarms_of(finding.function)
        told.add(finding.function)
        answer.append(_noted(finding, case, commands, alarms))
    for function, case in by_function.items():
        if function not in told:
            answer += _alarmed(case, commands)
    return tuple(answer)


def _noted(finding: Finding, case: Case, commands: Commands, alarms: Sequence[Alarm]) -> Finding:
    facts = facts_of(case)
    unread = bool(case.bins) and not case.versions
    deployed = tuple(_deployed(finding, facts, commands, unread=unread))
    evidence = [*finding.evidence, *deployed, *_alarms(alarms, commands)]
    if not unread:
        return replace(finding, evidence=tuple(evidence), next=_with_alias(finding, facts))
    came = finding.cause.version if deployed else None  # a setting has no version
    title = f"{finding.title}: since version {came} came" if came else finding.title
    return replace(finding, title=title, evidence=tuple(_by_metrics(each, case, commands) for each in evidence))


def _deployed(finding: Finding, facts: ServiceFacts, commands: Commands, *, unread: bool) -> Iterator[Evidence]:
    """Who shifted the alias to the culprit, or published it."""
    cause = finding.cause
    if cause.kind != "deployment" or cause.at is None:
        return
    near = [
        each
        for each in facts.deployments
        if each.function == finding.function
        and each.version == (cause.version or "")
        and (each.by or each.kind == "alias" or unread)
        and _is_near(each, cause.at)
    ]
    at = cause.at
    near.sort(key=lambda each: (each.kind != "alias", abs(each.at - at)))
    for each in near[:1]:
        who = f", by {each.by}" if each.by else ""
        named = f"version {each.version} {each.what}" if each.kind == "version" else each.what
        what = named or f"version {each.version}"
        source = "CloudTrail" if "cloudtrail" in each.sources else "Lambda"
        yield Evidence(
            "deployment",
            f"{what} at {words.moment(each.at)}{who} ({source})",
            commands.query("deployments", finding.function),
        )


def _is_near(each: Deployment, at: datetime) -> bool:
    return any(abs(moment - at) <= _NEAR for moment in (each.at, each.published) if moment is not None)


def _with_alias(finding: Finding, facts: ServiceFacts) -> tuple[str, ...]:
    """The commands with the name of the alias in place of ALIAS, where only one serves the culprit."""
    serving = {
        alias.name
        for alias in facts.aliases
        if alias.function == finding.function and any(w.version == finding.cause.version for w in alias.weights)
    }
    if len(serving) != 1:
        return finding.next
    name = f"--name {shlex.quote(serving.pop())} "
    return tuple(step.replace("--name ALIAS ", name) for step in finding.next if not step.startswith("ALIAS is one of"))


def _by_metrics(evidence: Evidence, case: Case, commands: Commands) -> Evidence:
    """Logs that could not be read are not asked again: the metric shows the same."""
    if not evidence.query.startswith("insightctl query"):
        return evidence
    if " deployments" in evidence.query:
        return replace(
            evidence, query=f"insightctl deployments list -f {shlex.quote(case.function)} {commands.when}".strip()
        )
    name, stat = ("Duration", "p99") if evidence.aspect == "latency" else ("Errors", "Sum")
    return replace(evidence, query=metric_command(case, commands, name, stat))


def _alarms(alarms: Sequence[Alarm], commands: Commands) -> Iterator[Evidence]:
    for alarm in alarms[:_ALARMS]:
        yield Evidence("alarm", alarm_sentence(alarm), _history(alarm, commands))


def alarm_sentence(alarm: Alarm) -> str:
    """An alarm with its times and its reason."""
    until = f" until {words.clock(alarm.until, alarm.since)}" if alarm.until else ", and still is"
    metric = f" ({alarm.metric})" if alarm.metric else ""
    reason = f": {alarm.reason[:_REASON]}" if alarm.reason else ""
    return f"alarm {alarm.name}{metric} went into ALARM at {words.moment(alarm.since)}{until}{reason}"


def _history(alarm: Alarm, commands: Commands) -> str:
    name = shlex.quote(alarm.name)
    return f"aws cloudwatch describe-alarm-history --alarm-name {name} {commands.aws}".strip()


def _alarmed(case: Case, commands: Commands) -> Iterator[Finding]:
    """An alarm that nothing else explains."""
    for alarm in facts_of(case).alarms_of(case.function)[:1]:
        changed = [
            c for c in changes_of(facts_of(case).deployments) if c.function == case.function and c.at <= alarm.since
        ]
        last = (
            [
                Evidence(
                    "deployment",
                    f"last change before it: {sentence(changed[-1])} at {words.moment(changed[-1].at)}",
                    commands.query("deployments", case.function),
                )
            ]
            if changed
            else []
        )
        yield Finding(
            "alarm",
            "warning",
            f"alarm {alarm.name} of {case.function} fired at {words.moment(alarm.since)}; nothing else stands out",
            case.function,
            None,
            alarm.since,
            None,
            alarm.since,
            Cause("unknown"),
            "low",
            (Evidence("alarm", alarm_sentence(alarm), _history(alarm, commands)), *last),
            (),
            0.0,
        )
