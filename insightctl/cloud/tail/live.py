"""Live Tail: a thread holds a session of up to ten log groups, and begins another when it ends.

Between two sessions nothing is lost: the reader fills the time from the last update on. A reader that is too slow
for the stream is a gap of the same kind: the session is closed until there is room.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from insightctl.cloud.failures import Place, error_code
from insightctl.cloud.session import Cloud, is_loopback
from insightctl.cloud.tail.events import LATE_MS, Fallback, Floor, Heard, Item, Notice, Sampled, Started, TailEvent
from insightctl.cloud.tail.groups import TailGroup
from insightctl.cloud.tail.reading import Reader, Tempo, is_passing, plain

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

GROUPS_A_SESSION = 10
SESSIONS = 15
"""Of an account at a time (CloudWatch Logs quotas)."""
_SILENCE_S = 20  # an update comes every second, with no events in it if need be
_MARGIN_MS = 5_000  # a session's first update may lack what came just as it began
_FIRST_ATTEMPTS = 2  # to reach the endpoint at all: a host of its own, which a VPC or a proxy may not let through
_SAID_GAP_MS = 3_000  # shorter gaps are filled without a word
_ENDED = "SessionTimeoutException"


def live_client(cloud: Cloud) -> CloudWatchLogsClient:
    """A client for StartLiveTail, which botocore sends to the host `stream-logs...`. An emulator has one host only."""
    from botocore.config import Config

    config = cloud.logs.meta.config.merge(
        Config(
            read_timeout=_SILENCE_S,
            max_pool_connections=SESSIONS + 1,
            retries={"mode": "standard", "total_max_attempts": 1},
            inject_host_prefix=not is_loopback(cloud.logs.meta.endpoint_url),
        )
    )
    made: CloudWatchLogsClient = cloud.session.client(
        "logs", endpoint_url=cloud.access.endpoint_url, region_name=cloud.logs.meta.region_name, config=config
    )
    return made


@dataclass(slots=True)
class Session:
    """Listens to up to ten groups until the program ends, or falls back to polling. `now_ms`: the service's clock."""

    slot: str
    groups: tuple[TailGroup, ...]
    client: CloudWatchLogsClient
    pattern: str | None
    out: queue.Queue[Item]
    reader: Reader
    place: Place
    now_ms: Callable[[], int]
    tempo: Tempo = field(default_factory=Tempo)
    _heard_ms: int | None = None
    _number: int = 0
    _stumbles: int = 0

    def start(self) -> None:
        """Begin in a thread of its own."""
        threading.Thread(target=self._serve, name=f"tail-{self.slot}", daemon=True).start()

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the groups."""
        return tuple(group.name for group in self.groups)

    def _serve(self) -> None:
        began_ms = self.now_ms()
        while not self.reader.stopped.is_set():
            try:
                cause = self._session()
            except Exception as error:  # a stream breaks by errors of botocore, urllib3, http.client and sockets
                reason = self._refusal(error)
                if reason:
                    start_ms = began_ms if self._heard_ms is None else self._heard_ms
                    self.out.put(Fallback(self.names, start_ms - LATE_MS, reason))
                    self.out.put(Floor(self.slot, None))
                    return
                cause = plain_words(error, self.place)
            if cause:
                self._stumbles += 1
                self.reader.stopped.wait(
                    min(self.tempo.retry_s * 2 ** min(self._stumbles - 1, 10), self.tempo.longest_retry_s)
                )

    def _session(self) -> str | None:
        """One session to its end: why it broke, None when it just was over. Raises what breaks it."""
        asked: dict[str, Any] = {"logGroupIdentifiers": [group.arn for group in self.groups]}
        if self.pattern:
            asked["logEventFilterPattern"] = self.pattern
        stream = self.client.start_live_tail(**asked)["responseStream"]
        self._number += 1
        source = f"{self.slot}.{self._number}"
        try:
            for event in stream:
                if self.reader.stopped.is_set():
                    return None
                if "sessionStart" in event:
                    self._begun()
                elif "sessionUpdate" in event and not self._take(source, event["sessionUpdate"]):
                    return None
        finally:
            with suppress(Exception):
                stream.close()
        return "the session ended"

    def _begun(self) -> None:
        now_ms = self.now_ms()
        if self._heard_ms is None:
            self.out.put(Started(self.slot, self.names, now_ms))
        else:
            gap_ms = now_ms - self._heard_ms
            self.reader.fill(self.names, self._heard_ms - LATE_MS, now_ms + _MARGIN_MS, self.out.put)
            if gap_ms > _SAID_GAP_MS:
                self.out.put(
                    Notice(f"Live Tail was away for {gap_ms / 1000:.0f} s and is back; the gap is being filled")
                )
        self._heard_ms = now_ms
        self._stumbles = 0

    def _take(self, source: str, update: Any) -> bool:
        """Passes an update on; False when the reader of the tail is too slow for it, after it has caught up."""
        now_ms = self.now_ms()
        results = update.get("sessionResults", [])
        items: list[Item] = []
        if results:
            items.append(Heard(source, tuple(self._event(result) for result in results)))
        if update.get("sessionMetadata", {}).get("sampled"):
            items.append(Sampled(len(results)))
        items.append(Floor(self.slot, now_ms - LATE_MS))
        if self.out.qsize() + len(items) > self.out.maxsize > 0:
            while self.out.qsize() > self.out.maxsize // 2:
                time.sleep(0.1)
            return False
        for item in items:
            self.out.put(item)
        self._heard_ms = now_ms
        return True

    def _event(self, result: Any) -> TailEvent:
        return TailEvent(
            _group_name(result.get("logGroupIdentifier", ""), self.names),
            result.get("logStreamName", ""),
            result.get("timestamp", 0),
            result.get("ingestionTime", 0),
            result.get("message", ""),
        )

    def _refusal(self, error: Exception) -> str | None:
        """Why these groups cannot be followed live; None when it is worth another try."""
        from botocore.exceptions import BotoCoreError, ClientError, EventStreamError

        if isinstance(error, EventStreamError):
            return None
        if isinstance(error, ClientError) and error_code(error) == "LimitExceededException":
            return f"all {SESSIONS} Live Tail sessions of the account are taken"
        if is_passing(error):
            never = self._heard_ms is None and self._stumbles + 1 >= _FIRST_ATTEMPTS
            return f"Live Tail cannot be reached ({plain_words(error, self.place)})" if never else None
        if isinstance(error, (BotoCoreError, ClientError)):
            return f"Live Tail is refused ({plain_words(error, self.place)})"
        return None


def plain_words(error: Exception, place: Place) -> str:
    """What broke, in few words."""
    from botocore.exceptions import BotoCoreError, ClientError

    if isinstance(error, (BotoCoreError, ClientError)):
        return plain(error, place).what
    return " ".join(str(error).split()) or type(error).__name__


def _group_name(identifier: str, names: tuple[str, ...]) -> str:
    """The name in `ACCOUNT:NAME`, an ARN, or a name."""
    found = identifier.partition(":log-group:")[2] or identifier.rpartition(":")[2]
    return found.removesuffix(":*") if found else names[0]


def batches(groups: list[TailGroup]) -> Iterator[tuple[TailGroup, ...]]:
    """The groups in sessions."""
    for at in range(0, len(groups), GROUPS_A_SESSION):
        yield tuple(groups[at : at + GROUPS_A_SESSION])
