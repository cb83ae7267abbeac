"""One query on CloudWatch from start to end: start it, look when it is done, fetch every page, stop it on Ctrl-C."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from insightctl.cloud.failures import error_code
from insightctl.core.errors import CloudError, Interrupted
from insightctl.core.time import TimeRange

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient
    from mypy_boto3_logs.type_defs import GetQueryResultsResponseTypeDef, ResultFieldTypeDef

T = TypeVar("T")

MAX_ROWS = 100_000  # of one query (StartQuery, limit); pages of 10,000
_FIRST_POLL_S, _LAST_POLL_S = 0.1, 2.0
_POLL_SHARE = 0.2  # of the query's age: a long query is not asked after more often than needed
_PATIENCE_S = (0.5, 1.0, 2.0, 4.0, 8.0)  # between attempts when AWS says that it is busy
_BUSY = frozenset({"LimitExceededException", "Throttling", "ThrottlingException", "TooManyRequestsException"})
_ENDED_BADLY = {
    "Failed": ("CloudWatch could not run the query", "try again; if it fails again, narrow the time range"),
    "Cancelled": ("somebody stopped the query", None),
    "Timeout": ("the query ran for an hour and was given up", "narrow the time range"),
    "Unknown": ("CloudWatch lost track of the query", "try again"),
}


@dataclass(frozen=True, slots=True)
class Start:
    """What StartQuery is told. `groups` are names or ARNs."""

    text: str
    groups: tuple[str, ...]
    time: TimeRange
    max_rows: int


@dataclass(frozen=True, slots=True)
class RawAnswer:
    """What GetQueryResults gave: rows of field and text, counts, and the seconds it took."""

    rows: Sequence[Sequence[ResultFieldTypeDef]]
    records_matched: int
    records_scanned: int
    bytes_scanned: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Runner:
    """Runs queries with one client; `sleep` and `now` are in seconds."""

    logs: CloudWatchLogsClient
    sleep: Callable[[float], None]
    now: Callable[[], float]

    def run(self, start: Start) -> RawAnswer:
        """Run to the end. Raises CloudError when the query ends badly, Interrupted on Ctrl-C, and boto3's errors."""
        query_id: str | None = None
        try:
            query_id = self._start(start)
            began = self.now()
            page = self._wait(query_id, began)
            rows = [*page["results"], *self._further(query_id, page.get("nextToken"))]
        except KeyboardInterrupt:
            raise self._stopped(query_id) from None
        statistics = page.get("statistics", {})
        return RawAnswer(
            rows,
            int(statistics.get("recordsMatched", 0)),
            int(statistics.get("recordsScanned", 0)),
            int(statistics.get("bytesScanned", 0)),
            self.now() - began,
        )

    def _start(self, start: Start) -> str:
        # ms, both ends included: the documentation says seconds, the service takes either and looks at the exact ms
        # (github.com/aws/aws-sdk/issues/280, github.com/gogama/incite/commit/65ae9cb). Whole seconds would be wrong
        # by up to a second at both ends.
        asked: dict[str, Any] = {
            "queryString": start.text,
            "startTime": start.time.start_ms,
            "endTime": max(start.time.end_ms - 1, start.time.start_ms),
            "limit": min(start.max_rows, MAX_ROWS),
        }
        by_arn = any(name.startswith("arn:") for name in start.groups)
        asked["logGroupIdentifiers" if by_arn else "logGroupNames"] = list(start.groups)
        return self._patiently(partial(self.logs.start_query, **asked))["queryId"]

    def _wait(self, query_id: str, began: float) -> GetQueryResultsResponseTypeDef:
        while True:
            self.sleep(min(_LAST_POLL_S, max(_FIRST_POLL_S, (self.now() - began) * _POLL_SHARE)))
            page = self._patiently(partial(self.logs.get_query_results, queryId=query_id))
            status = page["status"]
            if status == "Complete":
                return page
            if status not in ("Scheduled", "Running"):
                what, remedy = _ENDED_BADLY.get(status, (f"the query ended as {status}", None))
                raise CloudError(what, where=f"query {query_id}", remedy=remedy)

    def _further(self, query_id: str, token: str | None) -> list[list[ResultFieldTypeDef]]:
        rows: list[list[ResultFieldTypeDef]] = []
        while token:
            page = self._patiently(partial(self.logs.get_query_results, queryId=query_id, nextToken=token))
            rows += page["results"]
            token = page.get("nextToken")
        return rows

    def _patiently(self, call: Callable[[], T]) -> T:
        """The call's answer, asked again while AWS says that it is busy."""
        from botocore.exceptions import ClientError

        for pause in _PATIENCE_S:
            try:
                return call()
            except ClientError as error:
                if error_code(error) not in _BUSY:
                    raise
            self.sleep(pause)
        return call()

    def _stopped(self, query_id: str | None) -> Interrupted:
        from botocore.exceptions import BotoCoreError, ClientError

        if query_id is None:
            return Interrupted("interrupted before the query ran")
        try:
            self.logs.stop_query(queryId=query_id)
        except (BotoCoreError, ClientError) as error:
            return Interrupted(
                f"interrupted; query {query_id} could not be stopped and may run on: {error}",
                remedy=f"aws logs stop-query --query-id {query_id}",
            )
        return Interrupted(f"interrupted; query {query_id} was stopped on CloudWatch")
