"""The check-up of an account: all questions at once, none may hold up the rest."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from insightctl.cloud.doctor import identity, permissions, quotas
from insightctl.cloud.doctor.at_once import at_once
from insightctl.cloud.doctor.clients import Clients, OtherPlace
from insightctl.cloud.doctor.model import Check, State
from insightctl.cloud.doctor.probes import NOTHING, PROBES, Subject
from insightctl.cloud.failures import Place, said_plainly
from insightctl.cloud.policy.needs import ACTIONS, Need, Scope, needs_of
from insightctl.cloud.session import Access
from insightctl.core.arns import LAMBDA_FOLDER, default_group, function_ref
from insightctl.core.errors import CloudError

FIRST_S = 5.0
"""Seconds for the settings, for the first questions (identity, does it answer at all), and for a past query, each."""

SECOND_S = 6.0
"""Seconds for the probes, which run at the same time."""


@dataclass(frozen=True, slots=True)
class Question:
    """What to look at: an account and region, the commands, those of them that `must` work, and what to try them on."""

    access: Access
    commands: tuple[str, ...]
    must: tuple[str, ...]
    function: str | None = None
    dashboard: str = NOTHING


class _Reached(NamedTuple):
    """The first answer of CloudWatch Logs: a log group of Lambda if one is seen, the clock, the refusal if any."""

    group: str | None
    heard: identity.Heard | None
    refusal: Exception | None


def examine(question: Question) -> Iterator[Check]:
    """The lines in their order, as they become known. Raises UsageError for a function that is no name.

    Ends within 3 * FIRST_S + SECOND_S seconds whatever happens, as a rule within two.
    """
    function = function_ref(question.function).name if question.function else None
    clients = Clients(question.access)
    settings = at_once({"settings": lambda: list(identity.settings(clients))}, FIRST_S)["settings"]
    if isinstance(settings, Exception):
        yield _or_problem(clients, "settings", settings)
        return
    yield from settings
    first = at_once(_first(clients), FIRST_S)
    reached = first["logs"]
    yield _or_problem(clients, "credentials", first["credentials"])
    yield _or_problem(clients, "identity", first["identity"])
    if not isinstance(reached, _Reached):
        yield _or_problem(clients, "CloudWatch Logs", reached)
        yield Check(permissions.AREA, "all", State.WARNING, "not tried: CloudWatch Logs did not answer")
        return
    yield identity.clock(reached.heard)
    if reached.refusal is not None:
        yield _or_problem(clients, "CloudWatch Logs", reached.refusal)
        yield Check(permissions.AREA, "all", State.WARNING, "not tried: the credentials are not taken")
        return
    yield from _probed(clients, question, function, reached, first["identity"])


def _first(clients: Clients) -> Mapping[str, Callable[[], Any]]:
    return {
        "credentials": lambda: identity.credentials(clients),
        "identity": lambda: identity.caller(clients),
        "logs": lambda: _reach(clients),
    }


def _reach(clients: Clients) -> _Reached:
    from botocore.exceptions import ClientError

    from insightctl.cloud.targets.asking import is_denied

    logs, before = clients.get("logs"), time.time()
    try:
        answer = logs.describe_log_groups(logGroupNamePrefix=LAMBDA_FOLDER, limit=1)
    except ClientError as error:
        heard = identity.Heard.of(_headers(error.response), before, time.time())
        return _Reached(None, heard, None if is_denied(error) else error)
    heard = identity.Heard.of(_headers(answer), before, time.time())
    return _Reached(next((str(group["logGroupName"]) for group in answer["logGroups"]), None), heard, None)


def _headers(answer: Mapping[str, Any]) -> Mapping[str, str]:
    headers: Mapping[str, str] = answer.get("ResponseMetadata", {}).get("HTTPHeaders", {})
    return headers


def _or_problem(clients: Clients, name: str, answer: object) -> Check:
    """The line itself, or what its error says."""
    if isinstance(answer, Check):
        return answer
    if isinstance(answer, OtherPlace):
        return Check(identity.AREA, name, State.OK, "not asked: an emulator stands in for CloudWatch")
    if isinstance(answer, TimeoutError) and name == "settings":
        return Check(identity.AREA, name, State.PROBLEM, f"credentials: {answer}", "check what ~/.aws/config names")
    if isinstance(answer, TimeoutError):
        return Check(identity.AREA, name, State.PROBLEM, str(answer), "check the network, the VPN and HTTPS_PROXY")
    if isinstance(answer, CloudError):
        return Check(identity.AREA, name, State.PROBLEM, answer.what, answer.remedy)
    try:
        with said_plainly(_place_of(clients, answer)):
            raise answer if isinstance(answer, Exception) else TypeError(name)
    except CloudError as error:
        return Check(identity.AREA, name, State.PROBLEM, error.what, error.remedy)
    except Exception as error:  # a report says that too
        return Check(identity.AREA, name, State.WARNING, " ".join(str(error).split()) or type(error).__name__)


def _place_of(clients: Clients, error: object) -> Place:
    """Where the error is from: not all are from CloudWatch Logs."""
    place = clients.place
    endpoint = str(getattr(error, "kwargs", {}).get("endpoint_url") or place.endpoint_url).rstrip("/")
    return replace(place, endpoint_url=endpoint)


def _probed(
    clients: Clients, question: Question, function: str | None, reached: _Reached, caller: object
) -> Iterator[Check]:
    needs = needs_of(question.commands)
    subject = _subject(clients, question, function, reached, caller)
    past = at_once({"query": lambda: _past_query(clients, subject.log_group)}, FIRST_S)["query"]
    subject = replace(subject, query_id=past if isinstance(past, str) else None)
    jobs = _jobs(clients, needs, subject)
    answers = at_once(jobs, SECOND_S)
    verdicts = {action: answer for action, answer in answers.items() if action in ACTIONS}
    yield from permissions.lines(needs, verdicts, subject, question.must)
    values, busy = answers["quotas"], answers["running"]
    yield from quotas.lines(values, busy, str(clients.place.region))


def _jobs(clients: Clients, needs: Sequence[Need], subject: Subject) -> dict[str, Callable[[], Any]]:
    actions = dict.fromkeys(need.action for need in needs if ACTIONS[need.action] is not Scope.NO_PERMISSION)
    jobs: dict[str, Callable[[], Any]] = {
        action: permissions.tried(clients, action, subject) for action in actions if action in PROBES
    }
    return {**jobs, "quotas": lambda: quotas.listed(clients), "running": lambda: quotas.running(clients)}


def _past_query(clients: Clients, log_group: str) -> str | None:
    """A query that the group had: reading its results again is a certain answer. None when there is none to be seen."""
    from botocore.exceptions import ClientError

    try:
        found = clients.get("logs").describe_queries(logGroupName=log_group, maxResults=1).get("queries", ())
    except ClientError:
        return None
    return next((str(query["queryId"]) for query in found), None)


def _subject(clients: Clients, question: Question, function: str | None, reached: _Reached, caller: object) -> Subject:
    """The function that was named, else one that was seen, else a name that nothing has."""
    group = default_group(function) if function else reached.group or default_group(NOTHING)
    account = caller.found.rpartition("account ")[2].rstrip(")") if isinstance(caller, Check) else "000000000000"
    region = str(clients.place.region)
    partition = clients.get("logs").meta.partition
    return Subject(
        group.removeprefix(LAMBDA_FOLDER),
        group,
        f"arn:{partition}:logs:{region}:{account}:log-group:{group}",
        int(time.time()),
        question.dashboard,
        named=_named(question),
    )


def _named(question: Question) -> frozenset[Scope]:
    of_function = {Scope.LOG_GROUPS, Scope.FUNCTIONS} if question.function else set()
    return frozenset(of_function | ({Scope.DASHBOARDS} if question.dashboard != NOTHING else set()))
