"""One database for the questions of a whole fast run: opening one costs more than most answers (30 of 90 ms, measured).

It is no wider open than the folder of temporary files, where the logs of tests lie, and all that a question makes in it
is of its own connection. Each question has its private database, as the product gives it, in `make test-all`, in tests
that take `private_database` (they look at what a question may touch), and wherever limits are given.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.local.database import Limits, connect

if TYPE_CHECKING:
    import duckdb

USERS = ("run", "merging", "fields", "stores.writing", "stores.upkeep")
"""The modules of insightctl.local that open a database."""

REPO = Path(__file__).parents[1]


class OneDatabase:
    """Stands in for `insightctl.local.database.connect`: the same arguments, a cursor of the one database."""

    def __init__(self) -> None:
        self._database: duckdb.DuckDBPyConnection | None = None
        self._one_at_a_time = threading.Lock()  # a connection that is busy refuses to make a cursor

    def connect(
        self, spool: Path, allowed: Sequence[str], limits: Limits, *, folders: Sequence[str] = ()
    ) -> duckdb.DuckDBPyConnection:
        """A connection that sees no temporary table or macro of another; private where limits are asked."""
        if limits != Limits():
            return connect(spool, allowed, limits, folders=folders)
        with self._one_at_a_time:
            cursor = self._opened().cursor()
        cursor.execute("SET enable_profiling = 'no_output'")
        cursor.execute("SET enable_progress_bar = true")
        cursor.execute("SET enable_progress_bar_print = false")
        cursor.execute("SET progress_bar_time = 0")
        return cursor

    def _opened(self) -> duckdb.DuckDBPyConnection:
        import duckdb

        if self._database is None:
            database = duckdb.connect(":memory:", config={"threads": 1, "enable_external_file_cache": False})
            database.execute("SET allowed_directories = $1", [[tempfile.gettempdir(), str(REPO)]])
            database.execute("SET enable_external_access = false")
            self._database = database
        return self._database

    def close(self) -> None:
        """Ends the database; nothing when none was needed, or when a question that was given up still runs."""
        import duckdb

        if self._database is not None:
            with suppress(duckdb.Error):
                self._database.close()
