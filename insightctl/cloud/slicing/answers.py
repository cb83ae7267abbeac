"""What the queries of one question gave, put together."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from insightctl.cloud.cells import typed
from insightctl.cloud.schedule.task import Task
from insightctl.cloud.slicing.texts import STAMP, SlicedRows
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.partial import PartialStats

if TYPE_CHECKING:
    from mypy_boto3_logs.type_defs import ResultFieldTypeDef

    from insightctl.local.merging import SliceRows

Raw = Sequence["ResultFieldTypeDef"]


def plain(checked: CheckedQuery, rows: Sequence[Raw]) -> Result:
    """Rows as they came, with the columns that the query fixes."""
    columns, values = typed(rows, checked.columns)
    return Result(columns, values)


def newest_first(checked: CheckedQuery, tasks: Iterable[Task], wanted: int) -> Result:
    """Events of slices, newest first: those of several batches of log groups are merged by the events' times."""
    ordered = sorted(tasks, key=lambda task: -task.start.time.start_ms)
    rows: list[Raw] = [row for task in ordered for row in _rows(task)]
    if len({task.start.groups for task in ordered}) > 1:
        rows.sort(key=stamp_of, reverse=True)  # stable: what came first of one millisecond stays first
    known = {column.name for column in checked.columns}
    kept = rows[:wanted]
    if STAMP not in known:
        kept = [[cell for cell in row if cell.get("field") != STAMP] for row in kept]
    return plain(checked, kept)


def chosen_again(
    checked: CheckedQuery, sliced: SlicedRows, tasks: Iterable[Task], time: TimeRange, wanted: int
) -> Result:
    """Rows of slices, ordered and chosen once more as the query says."""
    from insightctl.local.merging import merge_rows

    return merge_rows(checked, sliced.at, sliced.types, _slices(tasks, sliced.types), time, wanted)


def added_up(
    checked: CheckedQuery, partial: PartialStats, tasks: Iterable[Task], time: TimeRange, wanted: int
) -> Result:
    """Groups of slices as those of the whole, and what the query does with them."""
    from insightctl.local.merging import merge_stats

    names = [key.name for key in partial.keys] + [name for r in partial.reductions for name in r.columns]
    return merge_stats(checked, partial, _slices(tasks, names), time, wanted)


def stamp_of(row: Raw) -> str:
    """The time of a row as the service writes it, which sorts as text."""
    return next((cell.get("value", "") for cell in row if cell.get("field") == STAMP), "")


def _rows(task: Task) -> Sequence[Raw]:
    return task.answer.rows if task.answer is not None else ()


def _slices(tasks: Iterable[Task], expected: Iterable[str]) -> Iterable[SliceRows]:
    from insightctl.cloud.cells import spellings
    from insightctl.local.merging import SliceRows

    names = list(expected)
    for task in sorted(tasks, key=lambda task: -task.start.time.start_ms):
        given = [{c["field"]: c["value"] for c in row if "field" in c and "value" in c} for row in _rows(task)]
        seen = list(dict.fromkeys(name for row in given for name in row))
        as_ours = {theirs: ours for ours, theirs in spellings(names, seen).items()}
        rows = [{as_ours.get(name, name): value for name, value in row.items()} for row in given]
        yield SliceRows(task.start.time.start_ms, rows)
