"""The database of a run: private, in memory, shut off from everything but the files of the run."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from insightctl.core.errors import InsightctlError, Interrupted, UsageError
from insightctl.local.logs import Logs
from insightctl.local.refusals import is_broken_text, refused

if TYPE_CHECKING:
    import duckdb

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a run may take: `memory` in bytes (None: half of what the machine has), `threads` (None: one a core)."""

    memory: int | None = None
    threads: int | None = None

    @property
    def memory_bytes(self) -> int:
        """The limit in bytes; 2 GB where the machine does not tell what it has."""
        if self.memory is not None:
            return self.memory
        try:
            return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
        except (ValueError, OSError, AttributeError):
            return 2_000_000_000


class LostTime(Exception):
    """A statement that took all times for readable met one that is not."""


def connect(
    spool: Path, allowed: Sequence[str], limits: Limits, *, folders: Sequence[str] = ()
) -> duckdb.DuckDBPyConnection:
    """A database that reads the allowed files and writes only into `spool`, when it runs out of memory.

    In `folders` it may read and write: for imports, never for a query.

    The configuration is locked: no statement opens it again. Statements are profiled, for `counting`.
    """
    import duckdb

    config: dict[str, str | bool | int | float | list[str]] = {
        "temp_directory": str(spool),
        "memory_limit": f"{max(limits.memory_bytes // 1024, 1)}KiB",
    }
    if limits.threads is not None:
        config["threads"] = limits.threads
    connection = duckdb.connect(":memory:", config=config)
    connection.execute("SET allowed_paths = $1", [list(allowed)])
    if folders:
        connection.execute("SET allowed_directories = $1", [list(folders)])
    connection.execute("SET enable_profiling = 'no_output'")
    connection.execute("SET enable_progress_bar = true")  # for query_progress(); nothing is printed
    connection.execute("SET enable_progress_bar_print = false")
    connection.execute("SET progress_bar_time = 0")
    connection.execute("SET enable_external_access = false")
    connection.execute("SET lock_configuration = true")
    return connection


def guarded(logs: Logs, attempt: Callable[[], T]) -> T:
    """Runs the attempt; files that are broken are mended and it is made again. Raises InsightctlError, LostTime."""
    import duckdb

    from insightctl.local.relation import LOST_TIME

    try:
        while True:
            try:
                return attempt()
            except duckdb.InvalidInputException as error:
                if LOST_TIME in str(error):
                    raise LostTime from None
                if not is_broken_text(error) or not logs.clean(str(error)):
                    raise refused(str(error)) from error
    except (duckdb.IOException, duckdb.PermissionException) as error:
        # a file that is gone is taken for a folder, which nothing may look into
        raise logs.unreadable(str(error)) from error
    except duckdb.OutOfMemoryException as error:
        raise UsageError(
            "this query needs more memory than there is",
            remedy="--memory-limit gives it more; or a shorter time range, fewer groups, or fewer columns",
        ) from error
    except duckdb.Error as error:
        raise InsightctlError(
            f"the engine could not run this query: {str(error).splitlines()[0]}",
            remedy="please report the query; insightctl --debug ... shows the details",
        ) from error


class Session:
    """One database for all statements of a run: opened by `opens` when it is needed, closed by the first failure.

    After a failure the files of the run may be others, so the next statement gets a new one.
    """

    def __init__(self, opens: Callable[[], duckdb.DuckDBPyConnection]) -> None:
        self._opens = opens
        self._connection: duckdb.DuckDBPyConnection | None = None

    def run(self, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
        """The work's answer. Raises Interrupted on Ctrl-C."""
        if self._connection is None:
            self._connection = self._opens()
        try:
            return stoppable(self._connection, work)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Ends the database; nothing when there is none."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def interruptible(connection: duckdb.DuckDBPyConnection, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    """The work's answer; the connection is closed after it, whatever happens. Raises Interrupted on Ctrl-C."""
    try:
        return stoppable(connection, work)
    finally:
        connection.close()


def stoppable(connection: duckdb.DuckDBPyConnection, work: Callable[[duckdb.DuckDBPyConnection], T]) -> T:
    """The work's answer; the connection stays open. Raises Interrupted on Ctrl-C."""
    try:
        return work(connection)
    except (KeyboardInterrupt, RuntimeError) as stop:
        # DuckDB turns a Ctrl-C that reaches it while it works into a RuntimeError
        if isinstance(stop, RuntimeError) and "interrupted" not in str(stop).lower():
            raise
        connection.interrupt()
        raise Interrupted("interrupted; nothing was left behind") from None
