"""Put a dashboard into CloudWatch: look at what is there, say what changes, put it, look again.

Errors of botocore pass through; the caller says them plainly (`insightctl.cloud.failures`).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from insightctl.core.errors import CloudError, UsageError
from insightctl.dashboards.body import Body
from insightctl.dashboards.diff import Diff, diff
from insightctl.dashboards.problem import Problem
from insightctl.dashboards.validate import validate

_NOT_FOUND = ("ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError")
_REFUSED = ("InvalidParameterInput", "InvalidParameterValue", "DashboardInvalidInputError")


class DashboardClient(Protocol):
    """What is needed of boto3's CloudWatch client."""

    def get_dashboard(self, *, DashboardName: str) -> Mapping[str, object]:
        """GetDashboard."""
        ...

    def put_dashboard(self, *, DashboardName: str, DashboardBody: str) -> Mapping[str, object]:
        """PutDashboard."""
        ...


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deployment would do. `current` is the body it replaces; None where the dashboard is new."""

    name: str
    body: Body
    current: Body | None
    problems: tuple[Problem, ...]
    changes: Diff

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The problems that CloudWatch would refuse."""
        return tuple(problem for problem in self.problems if problem.severity == "error")

    @property
    def needs_consent(self) -> bool:
        """Whether something that exists would be changed."""
        return self.current is not None and bool(self.changes)

    @property
    def is_done(self) -> bool:
        """Whether CloudWatch has it all already."""
        return self.current is not None and not self.changes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What CloudWatch said, and how what it kept differs from what was sent (nothing, when all is well)."""

    messages: tuple[str, ...]
    differs: Diff


def read(client: DashboardClient, name: str) -> Body | None:
    """The live body; None when there is no dashboard of this name."""
    from botocore.exceptions import ClientError

    try:
        answer = client.get_dashboard(DashboardName=name)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _NOT_FOUND:
            return None
        raise
    return parse_body(str(answer["DashboardBody"]), f"dashboard {name}")


def parse_body(text: str, where: str) -> Body:
    """A body from JSON text. Raises UsageError when it is none."""
    try:
        body = json.loads(text)
    except ValueError as error:
        raise UsageError(f"not JSON: {error}", where=where) from error
    if not isinstance(body, dict):
        raise UsageError("a dashboard body is a JSON object", where=where)
    return body


def plan(client: DashboardClient, name: str, body: Body) -> Plan:
    """What deploying this body under this name would do. Reads, changes nothing."""
    current = read(client, name)
    return Plan(name, body, current, validate(body), diff(current or {"widgets": []}, body))


def put(client: DashboardClient, planned: Plan) -> Outcome:
    """Do it, and read it back.

    Raises UsageError when the plan has errors, CloudError when CloudWatch refuses the body or lost it.
    """
    if planned.errors:
        raise UsageError(f"the body has {len(planned.errors)} errors: {planned.errors[0]}")
    messages = _put(client, planned)
    kept = read(client, planned.name)
    if kept is None:
        raise CloudError(f"dashboard {planned.name} was put, but is not there", remedy="run the same command again")
    return Outcome(messages, diff(planned.body, kept))


def _put(client: DashboardClient, planned: Plan) -> tuple[str, ...]:
    from botocore.exceptions import ClientError

    text = json.dumps(planned.body, ensure_ascii=False, separators=(",", ":"))
    try:
        answer = client.put_dashboard(DashboardName=planned.name, DashboardBody=text)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _REFUSED:
            raise
        said = "; ".join(_messages(error.response)) or str(error.response.get("Error", {}).get("Message", ""))
        raise CloudError(f"CloudWatch refuses the dashboard: {said}", where=f"dashboard {planned.name}") from error
    return _messages(answer)


def _messages(answer: Mapping[str, object]) -> tuple[str, ...]:
    """`DashboardValidationMessages` (answers) or `dashboardValidationMessages` (refusals) as `path: message`."""
    for key in ("DashboardValidationMessages", "dashboardValidationMessages"):
        found = answer.get(key)
        if isinstance(found, list):
            return tuple(f"{entry.get('DataPath') or '$'}: {entry.get('Message') or ''}" for entry in found)
    return ()
