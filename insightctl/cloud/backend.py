"""The CloudWatch backend: checks the query, finds the log groups, runs, and gives a typed Result."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from insightctl.cloud.cells import typed
from insightctl.cloud.failures import error_code, error_message, said_plainly
from insightctl.cloud.groups import names_near, resolve
from insightctl.cloud.prices import query_cost_usd
from insightctl.cloud.runner import RawAnswer, Runner, Start
from insightctl.cloud.session import Access, Cloud, is_loopback
from insightctl.cloud.sources import without_source
from insightctl.core.errors import CloudError, UsageError
from insightctl.core.job import QueryJob
from insightctl.core.result import Result, Statistics
from insightctl.ql import check
from insightctl.ql.checker import told_with_answer

if TYPE_CHECKING:
    from botocore.exceptions import ClientError


class CloudWatchBackend:
    """Runs jobs on CloudWatch Logs Insights. Settings that are None come from the environment and ~/.aws.

    `sleep` (seconds) and `now` (monotonic seconds) are for tests.
    """

    def __init__(
        self,
        profile: str | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        *,
        sleep: Callable[[float], None] = time.sleep,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._cloud = Cloud(Access(profile, region, endpoint_url))
        self._sleep = sleep
        self._now = now
        self._groups: tuple[str, ...] = ()

    def run(self, job: QueryJob) -> Result:
        """Run to the end. Raises QueryError, UsageError, CloudError; Interrupted on Ctrl-C, with the query stopped."""
        checked = check(job.text, source=job.name or "<query>")
        if job.time is None:
            raise UsageError("a query on CloudWatch needs a time range", remedy="pass --since, such as --since 3h")
        place = self._cloud.place
        text, target = without_source(job, checked)
        with said_plainly(place):
            self._groups = resolve(self._cloud.logs, target, place)
            raw = self._answer(Start(text, self._groups, job.time, job.max_rows))
        columns, rows = typed(raw.rows, checked.columns)
        return Result(columns, rows, self._statistics(raw), told_with_answer(checked), job.time)

    def source(self) -> dict[str, object]:
        """Where results come from; `log_groups` are those of the last run."""
        return {
            "kind": "cloudwatch",
            "region": self._cloud.place.region,
            "profile": self._cloud.profile,
            "log_groups": list(self._groups),
        }

    def _answer(self, start: Start) -> RawAnswer:
        from botocore.exceptions import ClientError

        try:
            return Runner(self._cloud.logs, self._sleep, self._now).run(start)
        except ClientError as error:
            if error_code(error) == "ResourceNotFoundException":
                raise self._missing_group(start, error) from error
            raise

    def _missing_group(self, start: Start, error: ClientError) -> CloudError:
        message = error_message(error)
        named = [name for name in start.groups if f"'{name}'" in message or f" {name} " in message]
        missing = named or list(start.groups)
        hint = names_near(self._cloud.logs, missing[0]) if len(missing) == 1 else None
        listed = " or ".join(f"'{name}'" for name in missing)
        return CloudError(
            f"log group {listed} does not exist in {self._cloud.place.region}",
            where=str(self._cloud.place),
            remedy=hint or "check the name, --region and --profile",
        )

    def _statistics(self, raw: RawAnswer) -> Statistics:
        return Statistics(
            records_matched=raw.records_matched,
            records_scanned=raw.records_scanned,
            bytes_scanned=raw.bytes_scanned,
            seconds=raw.seconds,
            cost_usd=self._cost_usd(raw.bytes_scanned),
        )

    def _cost_usd(self, bytes_scanned: int) -> float | None:
        """None on an emulator: nobody bills what runs on this machine."""
        place = self._cloud.place
        return None if is_loopback(place.endpoint_url) else query_cost_usd(bytes_scanned, place.region or "")
