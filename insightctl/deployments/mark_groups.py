"""Where marks are kept: a log group (a stream for each function), or a hidden file beside local logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from insightctl.cloud.failures import error_code
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets.asking import asking
from insightctl.core.errors import CloudError, InsightctlError, UsageError
from insightctl.core.time import to_ms
from insightctl.deployments.marks import Mark, already, line, once, parse

if TYPE_CHECKING:
    from botocore.exceptions import ClientError

DEFAULT_GROUP = "/insightctl/deployments"
LOCAL_FILE = ".insightctl-deployments.jsonl"
"""Hidden, so that the engine does not read it as a log."""

_PAGES = 20
# PutLogEvents takes events from 14 days ago to 2 hours ahead; the moment of a mark is in its text as well
_OLDEST, _NEWEST = timedelta(days=13), timedelta(hours=1)
_AHEAD = timedelta(hours=2)
_REMEDY = "name a group that may be written: --log-group NAME"


class Written(NamedTuple):
    """A mark that is kept now, where, and whether it was `new`."""

    mark: Mark
    place: str
    new: bool
    warnings: tuple[str, ...] = ()


class Marks(Protocol):
    """A place of marks."""

    def write(self, mark: Mark, *, at_this_moment: bool) -> Written:
        """Keeps a mark, unless it is there (`already`). Raises InsightctlError."""
        ...

    def read(self, functions: Sequence[str] = (), since: datetime | None = None) -> tuple[Mark, ...]:
        """The marks of these functions (of all when none is named), oldest first. Raises InsightctlError."""
        ...


@dataclass(frozen=True, slots=True)
class MarkGroup:
    """Marks in a log group. Both are made when the first mark is written."""

    cloud: Cloud
    group: str = DEFAULT_GROUP

    def write(self, mark: Mark, *, at_this_moment: bool) -> Written:
        """Keeps a mark by PutLogEvents, unless it is there. Raises CloudError, and UsageError for the far future."""
        now = datetime.now(UTC)
        if mark.at - now > _AHEAD:
            raise UsageError(
                "--at lies more than two hours ahead: CloudWatch takes no such event", remedy="mark it when it happens"
            )
        place = f"log group {self.group}"
        warnings: tuple[str, ...] = ()
        try:
            if same := already(mark, self._marks([mark.function]), at_this_moment=at_this_moment):
                return Written(same, place, new=False)
        except CloudError as error:
            if not error.what.startswith("not allowed"):
                raise
            warnings = (f"{error.what}: whether this mark is there already could not be looked up",)
        at = mark.at if now - _OLDEST < mark.at < now + _NEWEST else now
        self._put(mark.function, to_ms(at), line(mark))
        return Written(mark, place, new=True, warnings=warnings)

    def read(self, functions: Sequence[str] = (), since: datetime | None = None) -> tuple[Mark, ...]:
        """The marks, by FilterLogEvents; none when there is no such group. Raises CloudError."""
        wanted = frozenset(functions)
        found = self._marks(functions if len(functions) == 1 else (), since)
        return once(m for m in found if (not wanted or m.function in wanted) and (since is None or m.at >= since))

    def _marks(self, streams: Sequence[str], since: datetime | None = None) -> list[Mark]:
        asked: dict[str, object] = {"logGroupName": self.group, "filterPattern": '"insightctl" "deployment"'}
        asked |= {"logStreamNames": list(streams)} if streams else {}
        # no end: an old mark has the time at which it was written
        asked |= {"startTime": to_ms(since)} if since else {}
        found: list[Mark] = []
        for _ in range(_PAGES):
            answer = self._page(asked)
            found += [mark for text in answer.messages if (mark := parse(text)) is not None]
            if answer.token is None:
                break
            asked |= {"nextToken": answer.token}
        return found

    def _page(self, asked: dict[str, object]) -> _Page:
        from botocore.exceptions import ClientError

        with asking(self.cloud, "CloudWatch Logs", "logs:FilterLogEvents", remedy="leave marks out"):
            try:
                answer = self.cloud.logs.filter_log_events(**asked)  # type: ignore[arg-type]
            except ClientError as error:
                if error_code(error) == "ResourceNotFoundException":
                    return _Page((), None)
                raise
        return _Page(tuple(event.get("message", "") for event in answer["events"]), answer.get("nextToken"))

    def _put(self, stream: str, at_ms: int, message: str) -> None:
        from botocore.exceptions import ClientError

        def put() -> None:
            answer = self.cloud.logs.put_log_events(
                logGroupName=self.group,
                logStreamName=stream,
                logEvents=[{"timestamp": at_ms, "message": message}],
            )
            if answer.get("rejectedLogEventsInfo"):
                raise CloudError(
                    "CloudWatch did not take the mark: it is older than the log group keeps",
                    where=self.group,
                    remedy="raise the group's retention, or leave out --at",
                )

        with asking(self.cloud, "CloudWatch Logs", "logs:PutLogEvents", remedy=_REMEDY):
            try:
                put()
                return
            except ClientError as error:
                if error_code(error) != "ResourceNotFoundException":
                    raise
        self._make(stream)
        with asking(self.cloud, "CloudWatch Logs", "logs:PutLogEvents", remedy=_REMEDY):
            put()

    def _make(self, stream: str) -> None:
        """The stream, and the group if it is missing too; somebody else may be making them at the same time."""
        from botocore.exceptions import ClientError

        logs = self.cloud.logs
        with asking(self.cloud, "CloudWatch Logs", "logs:CreateLogStream", remedy=_REMEDY):
            try:
                logs.create_log_stream(logGroupName=self.group, logStreamName=stream)
                return
            except ClientError as error:
                if _is_there(error):
                    return
                if error_code(error) != "ResourceNotFoundException":
                    raise
        with asking(self.cloud, "CloudWatch Logs", "logs:CreateLogGroup", remedy=_REMEDY):
            try:
                logs.create_log_group(logGroupName=self.group)
            except ClientError as error:
                if not _is_there(error):
                    raise
        with asking(self.cloud, "CloudWatch Logs", "logs:CreateLogStream", remedy=_REMEDY):
            try:
                logs.create_log_stream(logGroupName=self.group, logStreamName=stream)
            except ClientError as error:
                if not _is_there(error):
                    raise


class _Page(NamedTuple):
    messages: tuple[str, ...]
    token: str | None


def _is_there(error: ClientError) -> bool:
    return error_code(error) == "ResourceAlreadyExistsException"


@dataclass(frozen=True, slots=True)
class MarkFile:
    """Marks in a hidden file of a folder with logs."""

    folder: Path

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / LOCAL_FILE

    def write(self, mark: Mark, *, at_this_moment: bool) -> Written:
        """Adds a mark at the end, unless it is there. Raises UsageError for no folder, InsightctlError."""
        if not self.folder.is_dir():
            raise UsageError(f"--local {self.folder}: not a folder", remedy="name the folder of the logs")
        with self._said():
            import fcntl

            with self.path.open("a+", encoding="utf-8") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                file.seek(0)
                if same := already(mark, _parsed(file.read()), at_this_moment=at_this_moment):
                    return Written(same, str(self.path), new=False)
                file.write(line(mark) + "\n")
        return Written(mark, str(self.path), new=True)

    def read(self, functions: Sequence[str] = (), since: datetime | None = None) -> tuple[Mark, ...]:
        """The marks of the file; none when there is none. Raises InsightctlError."""
        wanted = frozenset(functions)
        with self._said():
            found = _parsed(self.path.read_text("utf-8", "replace")) if self.path.is_file() else []
        return once(m for m in found if (not wanted or m.function in wanted) and (since is None or m.at >= since))

    @contextmanager
    def _said(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise InsightctlError(
                f"marks cannot be kept in {self.path}: {(error.strerror or str(error)).lower()}"
            ) from None


def _parsed(text: str) -> list[Mark]:
    return [mark for each in text.splitlines() if (mark := parse(each)) is not None]
