"""Several queries over the same events of stores, which are read once: what a query of them may want is kept for all."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from insightctl.local.compiler.plan import Compiled
from insightctl.local.compiler.sieve import Way, through
from insightctl.local.compiler.values import Params
from insightctl.local.database import Session, stoppable
from insightctl.local.relation import events
from insightctl.local.run import Answer, Run, Where

if TYPE_CHECKING:
    import duckdb

_KEPT = "(SELECT *, _msg AS _raw FROM sifted)"


def answers(where: Where, queries: Sequence[tuple[Compiled, tuple[Way, ...]]]) -> list[Answer]:
    """The answer of each query, which comes with the ways of the events that it may want (`compiler.sieve`).

    All read what `where` says. Raises as a run of one does.
    """
    first = Run(where, queries[0][0])
    relation = events(first.logs.of_groups(first.groups[0]), where.account, first.time, first_lines=False, typed=True)
    params = Params()
    wanted = through((ways for _, ways in queries), params)
    made = f"CREATE TEMP TABLE sifted AS SELECT * EXCLUDE (_raw) FROM {relation} WHERE {wanted}"

    def opened() -> duckdb.DuckDBPyConnection:
        connection = first.connect()
        try:
            stoppable(connection, lambda c: c.execute(made, params.values))
        except BaseException:
            connection.close()
            raise
        return connection

    session = Session(opened)
    try:
        return [Run(where, compiled, session, _KEPT).answer() for compiled, _ in queries]
    finally:
        session.close()
