"""Running probes of an account side by side: what one of them raises becomes a note, and the others go on."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from insightctl.core.errors import CloudError, InsightctlError, Interrupted
from insightctl.triage.model import Skipped
from insightctl.triage.unawaited import Unawaited

if TYPE_CHECKING:
    from insightctl.cloud.session import Cloud

_T = TypeVar("_T")
_ATTEMPTS = 6  # Lambda's control plane takes 15 calls a second of an account, CloudTrail two
_AT_ONCE = 16
_REMEDY = "leave it to the logs"


class Probes:
    """A pool whose calls never raise what is ours: they give what stands for a missing answer, and leave a note."""

    def __init__(self, pool: Unawaited) -> None:
        self._pool = pool
        self._lock = threading.Lock()
        self._skipped: dict[Skipped, None] = {}

    def submit(self, name: str, call: Callable[[], _T], missing: _T) -> Future[_T]:
        """Runs a call in the pool."""
        return self._pool.submit(partial(self._answered, name, call, missing))

    def skip(self, name: str, reason: str, permission: str | None = None) -> None:
        """Notes that a probe did not run."""
        with self._lock:
            self._skipped[Skipped(name, reason, permission)] = None

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The notes, each once, by name of the probe."""
        return tuple(sorted(self._skipped, key=lambda each: each.probe))

    def _answered(self, name: str, call: Callable[[], _T], missing: _T) -> _T:
        try:
            return call()
        except Interrupted:
            raise
        except InsightctlError as error:
            self.skip(name, error.what, error.permission)
            return missing


@contextmanager
def probes() -> Iterator[Probes]:
    """Probes of a pool of their own. Those that have not begun when the block ends never do."""
    pool = Unawaited(_AT_ONCE, "account")
    try:
        yield Probes(pool)
    finally:
        pool.end()


def patient_client(cloud: Cloud, service: str) -> Any:
    """A client that waits when it is throttled. Raises CloudError."""
    from botocore.config import Config

    from insightctl.cloud.targets.asking import client

    retries = Config(retries={"mode": "standard", "total_max_attempts": _ATTEMPTS}, max_pool_connections=_AT_ONCE)
    return client(cloud, service, retries)


def told(cloud: Cloud, service: str, action: str, call: Callable[[], _T], missing: _T) -> _T:
    """What a call answers; `missing` for a function that is gone. Raises CloudError naming the action."""
    from botocore.exceptions import ClientError

    from insightctl.cloud.failures import error_code
    from insightctl.cloud.targets.asking import asking

    try:
        with asking(cloud, service, action, remedy=_REMEDY):
            return call()
    except CloudError as error:
        cause = error.__cause__
        if isinstance(cause, ClientError) and error_code(cause) == "ResourceNotFoundException":
            return missing
        raise
