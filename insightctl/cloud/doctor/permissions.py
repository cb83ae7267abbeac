"""Trying the permissions that commands need, and saying what each no costs."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from insightctl.cloud.doctor.clients import Clients, OtherPlace
from insightctl.cloud.doctor.model import Check, State
from insightctl.cloud.doctor.probes import NOTHING, PROBES, Probe, Subject
from insightctl.cloud.failures import error_code, error_message
from insightctl.cloud.policy.needs import ACTIONS, Need, Scope
from insightctl.cloud.targets.asking import is_denied

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

AREA = "permissions"
_BLOCK = re.compile(r"(?P<where>explicit deny in an? [\w -]+)|because no (?P<none>[\w -]+?) allows")
_OPTIONS = {Scope.LOG_GROUPS: "-f NAME", Scope.FUNCTIONS: "-f NAME", Scope.DASHBOARDS: "--dashboard NAME"}
_BY_POLICY = {"identity-based policy": None, "session policy": "the session policy of this role session"}


class Answer(Enum):
    """What a probe says of an action."""

    ALLOWED = "allowed"
    LIKELY = "allowed, most likely: the probe was refused for its content only"
    DENIED = "not allowed"
    UNKNOWN = "not known"


class Verdict(NamedTuple):
    """An answer, the words of AWS to it, and whom the no comes from where that is not the identity's own policy."""

    answer: Answer
    words: str = ""
    blocked_by: str | None = None


def tried(clients: Clients, action: str, subject: Subject) -> Callable[[], Verdict]:
    """A job that tries an action; it makes one call and raises nothing that boto3 does not raise."""
    probe = PROBES[action]

    def job() -> Verdict:
        from botocore.exceptions import ClientError

        try:
            answer = getattr(clients.get(probe.service), probe.method)(**probe.parameters(subject))
        except ClientError as error:
            return _refused(probe, error)
        if stream := answer.get("responseStream"):  # a Live Tail session that should not have begun
            stream.close()
        return Verdict(Answer.ALLOWED)

    return job


def _refused(probe: Probe, error: ClientError) -> Verdict:
    code, message = error_code(error), error_message(error)
    if is_denied(error):
        return Verdict(Answer.DENIED, message, _blocked_by(message))
    if code in probe.refusals:
        return Verdict(Answer.LIKELY)
    if code.isdecimal():  # of a proxy or an emulator: its message is a page of HTML
        return Verdict(Answer.UNKNOWN, f"HTTP {code}")
    return Verdict(Answer.UNKNOWN, f"{code}: {message}" if message else code)


def _blocked_by(message: str) -> str | None:
    found = _BLOCK.search(message)
    if found is None:
        return None
    if found["where"]:
        return f"an {found['where'].strip()}"
    kind = found["none"].strip()
    return _BY_POLICY.get(kind, f"the lack of an allow in a {kind}")


def lines(
    needs: Sequence[Need], verdicts: Mapping[str, Verdict | Exception], subject: Subject, must: Sequence[str]
) -> list[Check]:
    """A line for each action that was tried. A no is a problem where a command of `must` cannot do without."""
    return [
        _line(action, [need for need in needs if need.action == action], verdict, subject, must)
        for action, verdict in verdicts.items()
    ]


def _line(
    action: str, wanted: Sequence[Need], verdict: Verdict | Exception, subject: Subject, must: Sequence[str]
) -> Check:
    lost = "; ".join(dict.fromkeys(need.lost for need in wanted))
    if isinstance(verdict, OtherPlace):
        return Check(AREA, action, State.OK, "not tried: an emulator stands in for CloudWatch")
    if isinstance(verdict, Exception):
        words = " ".join(str(verdict).split()) or type(verdict).__name__
        return Check(AREA, action, State.WARNING, f"not known: {words}", f"try again, or check the network; {lost}")
    if verdict.answer in (Answer.ALLOWED, Answer.LIKELY):
        return Check(AREA, action, State.OK, verdict.answer.value)
    if verdict.answer is Answer.UNKNOWN:
        return Check(AREA, action, State.WARNING, f"not known: {verdict.words}", f"when it is not allowed: {lost}")
    is_required = any(need.is_required_by(must) for need in wanted) and not _is_guessed(action, subject)
    state = State.PROBLEM if is_required else State.WARNING
    remedy = _remedy(action, wanted, verdict, subject)
    return Check(AREA, action, state, f"not allowed{_about(action, subject)}: {lost}", remedy)


def _is_guessed(action: str, subject: Subject) -> bool:
    """Whether nobody named what the action was tried on: then a no may come of a policy for other names.

    The log group of a query that there is not is no group that a policy names.
    """
    if action == "logs:GetQueryResults" and subject.query_id is None:
        return True
    return PROBES[action].is_scoped and ACTIONS[action] not in subject.named


def _about(action: str, subject: Subject) -> str:
    if not PROBES[action].is_scoped:
        return ""
    by_scope = {
        Scope.LOG_GROUPS: subject.log_group,
        Scope.FUNCTIONS: subject.function,
        Scope.DASHBOARDS: subject.dashboard,
    }
    return f" for {by_scope.get(ACTIONS[action], NOTHING)}"


def _remedy(action: str, wanted: Sequence[Need], verdict: Verdict, subject: Subject) -> str:
    if verdict.blocked_by:
        return f"blocked by {verdict.blocked_by}: ask who keeps it to allow {action}"
    command = wanted[0].commands[0]
    if not _is_guessed(action, subject):
        return f"allow {action}: 'insightctl iam-policy {command} -f {subject.function}' prints a policy"
    if ACTIONS[action] in subject.named:
        return "to be sure run a query on it, then doctor again: it is tried on a past query"
    if option := _OPTIONS.get(ACTIONS[action]):
        return f"to be sure name one of yours: insightctl doctor {command} {option}"
    return "a policy for other names may allow them; 'insightctl iam-policy' prints one"
