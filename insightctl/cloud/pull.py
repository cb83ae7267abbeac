"""The events of log groups by time, with FilterLogEvents: as they were logged, patiently, page by page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from insightctl.cloud.failures import error_code, said_plainly
from insightctl.cloud.session import Access, Cloud
from insightctl.core.errors import CloudError
from insightctl.core.job import Target
from insightctl.core.time import TimeRange

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

    from insightctl.cloud.targets import LogGroup

ATTEMPTS = 10
"""Of each page: FilterLogEvents is throttled at 5 to 10 requests a second, and a pull has time."""


class EventSource:
    """Reads events from CloudWatch Logs. Settings that are None come from the environment and ~/.aws."""

    def __init__(self, profile: str | None = None, region: str | None = None, endpoint_url: str | None = None) -> None:
        self.cloud = Cloud(Access(profile, region, endpoint_url))
        self._patient: CloudWatchLogsClient | None = None

    def groups(self, target: Target) -> tuple[LogGroup, ...]:
        """The log groups that a target means, each there. Raises UsageError, CloudError."""
        from insightctl.cloud.tail.groups import known_groups

        return known_groups(self.cloud, target)

    def check(self, groups: Sequence[LogGroup]) -> None:
        """Raises CloudError when FilterLogEvents does not read these log groups.

        One that was described is there, so the first of them answers for all others.
        """
        from botocore.exceptions import ClientError

        from insightctl.cloud.groups import names_near

        place = self.cloud.place
        with said_plainly(place):
            for group in [*groups[:1], *(group for group in groups[1:] if not group.described)]:
                try:
                    # the client that gives up soon: what is wrong with settings and names is told at once
                    self.cloud.logs.filter_log_events(**_named(group.identifier), startTime=0, endTime=1, limit=1)
                except ClientError as error:
                    if error_code(error) != "ResourceNotFoundException":
                        raise
                    raise CloudError(
                        f"log group '{group.name}' does not exist in {place.region}",
                        where=str(place),
                        remedy=names_near(self.cloud.logs, group.name) or "check the name, --region and --profile",
                    ) from error

    def pages(self, group: str, time: TimeRange) -> Iterator[Sequence[Mapping[str, object]]]:
        """The events of a log group (its name or ARN), each once unless the service repeats itself. Raises CloudError."""
        with said_plainly(self.cloud.place):
            pages = self._logs.get_paginator("filter_log_events").paginate(
                **_named(group), startTime=time.start_ms, endTime=time.end_ms - 1
            )
            for page in pages:
                yield page["events"]

    @property
    def _logs(self) -> CloudWatchLogsClient:
        if self._patient is None:
            from botocore.config import Config

            config = self.cloud.logs.meta.config.merge(
                Config(retries={"mode": "adaptive", "total_max_attempts": ATTEMPTS})
            )
            self._patient = self.cloud.session.client(
                "logs", endpoint_url=self.cloud.access.endpoint_url, config=config
            )
        return self._patient


def name_of(group: str) -> str:
    """The name of a log group that is given by name or ARN."""
    return group.partition(":log-group:")[2].partition(":")[0] if group.startswith("arn:") else group


def _named(group: str) -> dict[str, Any]:
    return {"logGroupIdentifier" if group.startswith("arn:") else "logGroupName": group}
