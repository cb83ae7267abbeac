"""Whether a store has as many events as CloudWatch counts: `stats count(*)` beside a count of the store's rows."""

from __future__ import annotations

import time as clock
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass

from insightctl.cloud.failures import said_plainly
from insightctl.cloud.schedule import Lane, Patience, Progress, Scheduler, Start, Task
from insightctl.cloud.schedule.task import Counts
from insightctl.cloud.session import Cloud
from insightctl.cloud.slicing.times import halves
from insightctl.core.errors import PartialAnswer
from insightctl.core.time import TimeRange, iso
from insightctl.local.stores.layout import Store

TEXT = "stats count(*)"
SETTLED_MS = 300_000
"""How old an event has to be to be counted: Insights sees new ones some seconds to minutes late."""


@dataclass(frozen=True, slots=True)
class Counted:
    """Events of a log group in a range: in the store, and on CloudWatch."""

    group: str
    time: TimeRange
    stored: int
    there: int


@dataclass(frozen=True, slots=True)
class Verified:
    """What was counted of each group, and what the counting scanned."""

    groups: tuple[Counted, ...]
    scanned: Counts

    @property
    def events(self) -> int:
        """Events in the store."""
        return sum(group.stored for group in self.groups)

    def refuse_other(self, store: str) -> None:
        """Raises PartialAnswer when the store has fewer events of a group than CloudWatch, or more."""
        wrong = [group for group in self.groups if group.stored != group.there]
        if not wrong:
            return
        first = max(wrong, key=lambda group: abs(group.there - group.stored))
        others = f" (and {len(wrong) - 1} more log groups)" if len(wrong) > 1 else ""
        raise PartialAnswer(
            f"{first.group} from {iso(first.time.start)} to {iso(first.time.end)}: the store has {first.stored:,} events, "
            f"CloudWatch counts {first.there:,}{others}",
            where=f"store {store}",
            remedy=_remedy(first),
        )


def verify(
    cloud: Cloud,
    store: Store,
    asked: Mapping[str, tuple[str, TimeRange]],
    *,
    patience: Patience | None = None,
    watch: Callable[[Progress], None] | None = None,
    now: Callable[[], float] = clock.monotonic,
) -> Verified:
    """Counts the events of groups, `asked` by name: the identifier that StartQuery takes, and the range.

    Scans all of these ranges, which is billed. Raises CloudError, PartialAnswer, Interrupted as the scheduler does.
    """
    found = dict.fromkeys(asked, 0)
    scanned = Counts()

    def done(task: Task) -> Sequence[Task]:
        nonlocal scanned
        assert task.answer is not None
        found[str(task.key)] += _number(task)
        scanned += task.answer.counts
        return ()

    def timed_out(task: Task) -> Sequence[Task]:
        pieces = halves(task.start.time)
        if len(pieces) == 1:
            return ()
        return [Task(Start(TEXT, task.start.groups, piece, 1), key=task.key) for piece in pieces]

    with said_plainly(cloud.place):
        lane = Lane(cloud.scheduled, cloud.place, now)
    tasks = [Task(Start(TEXT, (identifier,), time, 1), key=name) for name, (identifier, time) in asked.items()]
    Scheduler([lane], patience=patience, now=now, watch=watch).run(tasks, done, timed_out)
    counts = (Counted(name, time, stored_events(store, name, time), found[name]) for name, (_, time) in asked.items())
    return Verified(tuple(counts), scanned)


def stored_events(store: Store, group: str, time: TimeRange) -> int:
    """How many events of a log group the store has in a range."""
    import duckdb

    files = [
        str(store.file(part))
        for part in store.contents.parts
        if part.log_group == group and part.first_ms < time.end_ms and part.last_ms >= time.start_ms
    ]
    if not files:
        return 0
    with closing(duckdb.connect()) as connection:
        row = connection.execute(
            "SELECT count(*) FROM read_parquet(?, hive_partitioning=false) WHERE epoch_ms(timestamp) BETWEEN ? AND ?",
            [files, time.start_ms, time.end_ms - 1],
        ).fetchone()
    return int(row[0]) if row else 0


def _number(task: Task) -> int:
    """The count; CloudWatch answers no row at all when nothing was found."""
    assert task.answer is not None
    cells = [cell for row in task.answer.rows for cell in row if cell.get("field") != "@ptr"]
    return int(float(cells[0]["value"])) if cells else 0


def _remedy(wrong: Counted) -> str:
    if wrong.stored < wrong.there:
        return "some came late: pull again with a longer --overlap, or --no-verify if it was done before"
    return (
        "the store has events that CloudWatch has not (any more): imported from files, or past the group's retention; "
        "--no-verify leaves this out"
    )
