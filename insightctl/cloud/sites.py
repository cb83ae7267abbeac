"""The same question in several accounts and regions: their answers side by side."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from insightctl.cloud.session import Cloud
from insightctl.core.result import Column, ColumnType, Result, Row


class Site(NamedTuple):
    """Where an answer comes from; `account` is an id, or the profile's name where the id cannot be asked."""

    account: str
    region: str


def site_of(cloud: Cloud, *, ask: bool) -> Site:
    """The site of a cloud; `ask`: with the account's id, which costs a call of STS."""
    account = cloud.profile or "default"
    if ask:
        from botocore.exceptions import BotoCoreError, ClientError

        with suppress(BotoCoreError, ClientError):
            sts = cloud.session.client("sts", endpoint_url=cloud.access.endpoint_url)
            account = str(sts.get_caller_identity()["Account"])
    return Site(account, cloud.place.region or "")


def side_by_side(sites: Sequence[Site], results: Sequence[Result]) -> Result:
    """The rows of all sites in order, led by a column `account` and one `region`, as far as they differ.

    Columns of one site alone are absent in the rows of the others.
    """
    leads = [n for n, name in enumerate(Site._fields) if len({site[n] for site in sites}) > 1] or [1]
    known: dict[str, Column] = {}
    for result in results:
        for column in result.columns:
            seen = known.setdefault(column.name, column)
            if seen.type != column.type and any(value is not None for value in result.column(column.name)):
                mixed = _filled(results, column.name)
                known[column.name] = Column(column.name, mixed or column.type, column.computed)
    # a query's own column of that name stays what it is
    names = [f"@{name}" if name in known else name for name in (Site._fields[n] for n in leads)]
    lead = [Column(name, "string", False) for name in names]
    rows: list[Row] = []
    for site, result in zip(sites, results, strict=True):
        at = {name: number for number, name in enumerate(result.names)}
        lead_values = [site[n] for n in leads]
        rows += [(*lead_values, *(row[at[name]] if name in at else None for name in known)) for row in result.rows]
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
