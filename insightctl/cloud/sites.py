"""The same question in several accounts and regions: their answers side by side."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.cloud.failures import Place
from insightctl.core.result import Column, ColumnType, Result, Row


def side_by_side(places: Sequence[Place], results: Sequence[Result]) -> Result:
    """The rows of all places in order, led by a column `region`, and `profile` where there are several.

    Columns of one place alone are absent in the rows of the others.
    """
    profiles = len({place.profile for place in places}) > 1
    regions = len({place.region for place in places}) > 1 or not profiles
    known: dict[str, Column] = {}
    for result in results:
        for column in result.columns:
            seen = known.setdefault(column.name, column)
            if seen.type != column.type and any(value is not None for value in result.column(column.name)):
                mixed = _filled(results, column.name)
                known[column.name] = Column(column.name, mixed or column.type, column.computed)
    lead = [Column("profile", "string", False)] * profiles + [Column("region", "string", False)] * regions
    rows: list[Row] = []
    for place, result in zip(places, results, strict=True):
        values = [place.profile or "default"] * profiles + [place.region or ""] * regions
        at = {name: number for number, name in enumerate(result.names)}
        rows += [(*values, *(row[at[name]] if name in at else None for name in known)) for row in result.rows]
    return Result((*lead, *known.values()), tuple(rows))


def _filled(results: Sequence[Result], name: str) -> ColumnType | None:
    """The one type of a column over the results that have values in it; None when they differ."""
    types = {
        column.type
        for result in results
        for column in result.columns
        if column.name == name and any(value is not None for value in result.column(name))
    }
    return types.pop() if len(types) == 1 else None
