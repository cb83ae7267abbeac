"""Dashboards and their tags: put, get, list, delete. Dashboards are global: all regions see them."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from insightctl.core.time import from_ms
from insightctl.emulator.dashboard_body import Finding, check_body
from insightctl.emulator.errors import NotOurs, ServiceError
from insightctl.emulator.store import ACCOUNT
from insightctl.emulator.wire import Call

_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")
_PAGE = 1000


class InvalidDashboard(ServiceError):
    """The name or the body of a dashboard is refused (DashboardInvalidInputError of the model)."""

    code = "InvalidParameterInput"

    def __init__(self, message: str, findings: Sequence[Finding] = ()) -> None:
        super().__init__(message)
        self.dashboardValidationMessages = [{"DataPath": path, "Message": text} for path, text in findings]


class DashboardNotFound(ServiceError):
    """No dashboard of this name."""

    code = "ResourceNotFound"
    status = 404


class NoSuchResource(ServiceError):
    """Tags of something that is not there."""

    code = "ResourceNotFoundException"
    status = 404


class InvalidValue(ServiceError):
    """A parameter is missing or wrong."""

    code = "InvalidParameterValue"


@dataclass(frozen=True, slots=True)
class Dashboard:
    """A stored dashboard; `modified_ms` in epoch ms."""

    name: str
    body: str
    modified_ms: int

    @property
    def arn(self) -> str:
        """Dashboards have no region."""
        return f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/{self.name}"


class Dashboards:
    """Keeps dashboards and answers the calls about them; `now_ms` is the clock."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._lock = threading.Lock()
        self._kept: dict[str, Dashboard] = {}
        self._tags: dict[str, dict[str, str]] = {}

    def put_dashboard(self, call: Call) -> dict[str, object]:
        """PutDashboard."""
        name, body = _required(call, "DashboardName"), _required(call, "DashboardBody")
        if not _NAME.fullmatch(name):
            raise InvalidDashboard(
                "The value for field DashboardName contains invalid characters. "
                "It can only contain alphanumerics, dash (-) and underscore (_)."
            )
        findings = check_body(body)
        if findings:
            raise InvalidDashboard(_invalid(findings), findings)
        with self._lock:
            self._kept[name] = Dashboard(name, body, self._now_ms())
        return {"DashboardValidationMessages": []}

    def get_dashboard(self, call: Call) -> dict[str, object]:
        """GetDashboard."""
        name = _required(call, "DashboardName")
        with self._lock:
            dashboard = self._kept.get(name)
        if dashboard is None:
            raise DashboardNotFound(f"Dashboard {name} does not exist")
        return {"DashboardArn": dashboard.arn, "DashboardBody": dashboard.body, "DashboardName": dashboard.name}

    def list_dashboards(self, call: Call) -> dict[str, object]:
        """ListDashboards."""
        prefix, token = call.text("DashboardNamePrefix") or "", call.text("NextToken")
        if token is not None and not token.isdecimal():
            raise InvalidValue("The token supplied is invalid")
        with self._lock:
            found = sorted((d for d in self._kept.values() if d.name.startswith(prefix)), key=lambda d: d.name)
        start = int(token or 0)
        end = start + _PAGE
        return {
            "DashboardEntries": [_entry(dashboard) for dashboard in found[start:end]],
            "NextToken": str(end) if end < len(found) else None,
        }

    def delete_dashboards(self, call: Call) -> dict[str, object]:
        """DeleteDashboards: deletes what there is, then says what was not there."""
        names = call.texts("DashboardNames")
        if not names:
            raise InvalidValue("The parameter DashboardNames is required.")
        with self._lock:
            missing = [name for name in names if self._kept.pop(name, None) is None]
            for name in names:
                self._tags.pop(name, None)
        if missing:
            raise DashboardNotFound(f"Dashboards {', '.join(missing)} do not exist")
        return {}

    def tag_resource(self, call: Call) -> dict[str, object]:
        """TagResource of a dashboard. Raises NotOurs for alarms and rules, which are moto's."""
        given = call.members.get("Tags")
        with self._lock:
            tags = self._tags_of(call)
            for tag in given if isinstance(given, list) else ():
                tags[str(tag["Key"])] = str(tag["Value"])
        return {}

    def untag_resource(self, call: Call) -> dict[str, object]:
        """UntagResource of a dashboard. Raises NotOurs for alarms and rules, which are moto's."""
        with self._lock:
            tags = self._tags_of(call)
            for key in call.texts("TagKeys"):
                tags.pop(key, None)
        return {}

    def list_tags_for_resource(self, call: Call) -> dict[str, object]:
        """ListTagsForResource of a dashboard. Raises NotOurs for alarms and rules, which are moto's."""
        with self._lock:
            return {"Tags": [{"Key": key, "Value": value} for key, value in self._tags_of(call).items()]}

    def _tags_of(self, call: Call) -> dict[str, str]:
        """The tags of a dashboard by its ARN; dashboards have no region. The lock is held."""
        before, _, name = _required(call, "ResourceARN").partition(":dashboard/")
        if not name or not before.startswith("arn:aws:cloudwatch:"):
            raise NotOurs
        if name not in self._kept:
            raise NoSuchResource(f"Dashboard {name} does not exist")
        return self._tags.setdefault(name, {})


def _required(call: Call, name: str) -> str:
    value = call.text(name)
    if not value:
        raise InvalidValue(f"The parameter {name} is required.")
    return value


def _entry(dashboard: Dashboard) -> dict[str, object]:
    return {
        "DashboardName": dashboard.name,
        "DashboardArn": dashboard.arn,
        "LastModified": from_ms(dashboard.modified_ms),
        "Size": len(dashboard.body.encode()),
    }


def _invalid(findings: Sequence[Finding]) -> str:
    listed = [{"dataPath": path, "message": text} for path, text in findings]
    return (
        f"The dashboard body is invalid, there are {len(findings)} validation errors:\n{json.dumps(listed, indent=2)}"
    )
