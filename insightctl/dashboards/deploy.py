"""Put a dashboard into CloudWatch: look at what is there, say what changes, keep it, put it, look again.

    planned = plan(client, "prod", body, history)
    outcome = put(client, planned, history, Author("ada@laptop", now))

Errors of botocore pass through; the caller says them plainly (`insightctl.cloud.failures`). Nothing is half done: the
body that is replaced, and the one that replaces it, are in the history before CloudWatch is asked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from insightctl.core.errors import CloudError, InsightctlError, UsageError
from insightctl.dashboards.body import Body
from insightctl.dashboards.diff import Diff, diff
from insightctl.dashboards.live.drift import Drift, drift
from insightctl.dashboards.live.history import Action, Entry, History, check_name
from insightctl.dashboards.live.mark import TAG, TagClient, read_mark, write_mark
from insightctl.dashboards.problem import Problem
from insightctl.dashboards.validate import validate

_NOT_FOUND = ("ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError")
_REFUSED = ("InvalidParameterInput", "InvalidParameterValue", "DashboardInvalidInputError")
_SERVER_ERROR = 500
# AWS does not promise that a read sees the write before it: a stale answer is asked again, up to 3.5 s later
_WAITS_S = (0.5, 1.0, 2.0)


class DashboardClient(Protocol):
    """What is needed of boto3's CloudWatch client to look."""

    def get_dashboard(self, *, DashboardName: str) -> Mapping[str, object]:
        """GetDashboard."""
        ...


class LiveClient(DashboardClient, TagClient, Protocol):
    """What is needed of boto3's CloudWatch client to change something."""

    def put_dashboard(self, *, DashboardName: str, DashboardBody: str) -> Mapping[str, object]:
        """PutDashboard."""
        ...

    def delete_dashboards(self, *, DashboardNames: Sequence[str]) -> Mapping[str, object]:
        """DeleteDashboards."""
        ...


@dataclass(frozen=True, slots=True)
class Standing:
    """A live dashboard: its body and ARN."""

    body: Body
    arn: str


@dataclass(frozen=True, slots=True)
class Author:
    """Who changes a dashboard, and when (UTC): for the history."""

    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Plan:
    """What a deployment would do. `current` is the body it replaces; None where the dashboard is new.

    `of` is the entry of the history that a rollback goes back to.
    """

    name: str
    body: Body
    current: Body | None
    problems: tuple[Problem, ...]
    changes: Diff
    drift: Drift
    of: int | None = None

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
    """What CloudWatch said, and how what it kept differs from what was sent (nothing, when all is well).

    `notes` are sentences for the user: what does not hold, and what follows.
    """

    messages: tuple[str, ...]
    differs: Diff
    notes: tuple[str, ...] = ()


def standing(client: DashboardClient, name: str) -> Standing | None:
    """The live dashboard; None when there is none of this name. Raises UsageError when its body is no JSON object."""
    from botocore.exceptions import ClientError

    try:
        answer = client.get_dashboard(DashboardName=name)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _NOT_FOUND:
            return None
        raise
    body = parse_body(str(answer["DashboardBody"]), f"dashboard {name}")
    return Standing(body, str(answer.get("DashboardArn", "")))


def read(client: DashboardClient, name: str) -> Body | None:
    """The live body; None when there is no dashboard of this name."""
    found = standing(client, name)
    return found.body if found else None


def parse_body(text: str, where: str) -> Body:
    """A body from JSON text. Raises UsageError when it is none."""
    try:
        body = json.loads(text)
    except (ValueError, RecursionError) as error:
        reason = str(error) if isinstance(error, ValueError) else "it is nested too deeply"
        raise UsageError(f"not JSON: {reason}", where=where) from error
    if not isinstance(body, dict):
        raise UsageError("a dashboard body is a JSON object", where=where)
    return body


def plan(client: LiveClient, name: str, body: Body, history: History) -> Plan:
    """What deploying this body under this name would do. Reads, changes nothing."""
    there = standing(client, check_name(name))
    mark = read_mark(client, there.arn) if there else None
    current = there.body if there else None
    changes = diff(current or {"widgets": []}, body)
    return Plan(name, body, current, validate(body), changes, drift(current, mark, history.entries()))


def put(
    client: LiveClient,
    planned: Plan,
    history: History,
    author: Author,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Keep what is there, put the body, read it back, and mark the dashboard as ours.

    Raises UsageError when the plan has errors, CloudError when the dashboard changed since the plan was made, when
    CloudWatch refuses the body or lost it, InsightctlError when the history cannot be written (before anything is put).
    """
    if planned.errors:
        raise UsageError(f"the body has {len(planned.errors)} errors: {planned.errors[0]}")
    with history.locked():
        _same_as_planned(client, planned)
        _keep(history, planned.current, author)
        action: Action = "deployed" if planned.of is None else "rolled back"
        entry = history.add(action, planned.body, at=author.at, by=author.by, of=planned.of)
        messages = _put(client, planned, history, entry)
        kept = _read_back(client, planned, sleep)
        if kept is None:
            raise CloudError(f"dashboard {planned.name} was put, but is not there", remedy="run the same command again")
        differs = diff(planned.body, kept.body)
        history.confirm(entry)
        failed = write_mark(client, kept.arn, kept.body) if not differs else None
    return Outcome(messages, differs, _notes(failed))


def delete(client: LiveClient, planned: Plan, history: History, author: Author) -> None:
    """Delete a dashboard, whose last body the history keeps. `planned` is what was seen (its body does not matter).

    Raises CloudError when it changed since, and what `history` raises, before anything is deleted.
    """
    with history.locked():
        _same_as_planned(client, planned)
        _keep(history, planned.current, author)
        entry = history.add("deleted", None, at=author.at, by=author.by)
        with _forgetting(history, entry):
            client.delete_dashboards(DashboardNames=[planned.name])
        history.confirm(entry)


def refuse_drift(planned: Plan) -> None:
    """Raises InsightctlError when somebody changed the dashboard since insightctl deployed it."""
    if planned.drift.verdict == "changed" and planned.changes:
        raise InsightctlError(
            f"dashboard {planned.name} was changed since insightctl deployed it",
            remedy=f"take the change over (insightctl dashboard pull {planned.name}), or overwrite it with --force: "
            "the history keeps it",
        )


def _same_as_planned(client: DashboardClient, planned: Plan) -> None:
    now = read(client, planned.name)
    if (now is None) != (planned.current is None) or diff(planned.current or {}, now or {}):
        raise CloudError(
            f"dashboard {planned.name} was changed while you were looking; nothing was done",
            remedy="run the same command again and look at what changes now",
        )


def _keep(history: History, current: Body | None, author: Author) -> None:
    """The body that goes, unless the newest entry with a body is the same."""
    if current is None:
        return
    newest = next((entry for entry in reversed(history.entries()) if entry.body is not None), None)
    if newest is None or newest.body is None or diff(newest.body, current):
        history.add("found", current, at=author.at, by=author.by)
    elif not newest.confirmed:
        history.confirm(newest)


def _put(client: LiveClient, planned: Plan, history: History, entry: Entry) -> tuple[str, ...]:
    from botocore.exceptions import ClientError

    text = json.dumps(planned.body, ensure_ascii=False, separators=(",", ":"))
    try:
        with _forgetting(history, entry):
            answer = client.put_dashboard(DashboardName=planned.name, DashboardBody=text)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") not in _REFUSED:
            raise
        said = "; ".join(_messages(error.response)) or str(error.response.get("Error", {}).get("Message", ""))
        raise CloudError(f"CloudWatch refuses the dashboard: {said}", where=f"dashboard {planned.name}") from error
    return _messages(answer)


class _forgetting:
    """Takes an entry out of the history when CloudWatch says no; after no answer, it may be what is live."""

    def __init__(self, history: History, entry: Entry) -> None:
        self._history, self._entry = history, entry

    def __enter__(self) -> None:
        return None

    def __exit__(self, _kind: object, error: BaseException | None, _trace: object) -> None:
        from botocore.exceptions import ClientError

        if isinstance(error, ClientError):
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if status < _SERVER_ERROR:
                self._history.forget(self._entry)


def _read_back(client: DashboardClient, planned: Plan, sleep: Callable[[float], None]) -> Standing | None:
    for wait in (*_WAITS_S, None):
        kept = standing(client, planned.name)
        if wait is None or (kept is not None and not diff(planned.body, kept.body)):
            break
        sleep(wait)
    return kept


def _notes(failed: str | None) -> tuple[str, ...]:
    if failed is None:
        return ()
    return (
        f"the tag {TAG} was not written ({failed}): on other machines insightctl cannot tell whether somebody changed "
        "this dashboard; allow cloudwatch:TagResource and cloudwatch:ListTagsForResource",
    )


def _messages(answer: Mapping[str, object]) -> tuple[str, ...]:
    """`DashboardValidationMessages` (answers) or `dashboardValidationMessages` (refusals) as `path: message`."""
    for key in ("DashboardValidationMessages", "dashboardValidationMessages"):
        found = answer.get(key)
        if isinstance(found, list):
            return tuple(f"{entry.get('DataPath') or '$'}: {entry.get('Message') or ''}" for entry in found)
    return ()
