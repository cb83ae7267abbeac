"""The rows of a metric widget as they are meant: `.` and `...` filled in, defaults of the widget applied.

Source: "Dashboard body structure and syntax", metrics array.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from insightctl.metrics.model import MetricQuery, YAxis

DEFAULT_PERIOD_S = 300
DEFAULT_STAT = "Average"


@dataclass(frozen=True, slots=True)
class Row:
    """A metric or an expression with how it is drawn. `label` None: nothing was said; `period_s` 0: neither."""

    id: str
    metric: MetricQuery | None
    expression: str | None
    label: str | None
    colour: str | None
    y_axis: YAxis
    visible: bool
    period_s: int
    region: str | None = None
    account: str | None = None


def expand(properties: Mapping[str, object]) -> tuple[Row, ...]:
    """The rows of `properties.metrics`; what is no metric (a broken row) is left out.

    A row without an id gets one that no other has: `q1`, `q2`, ...
    """
    listed = properties.get("metrics")
    rows = [row for row in listed if isinstance(row, list)] if isinstance(listed, list) else []
    taken = {str(_options(row).get("id")) for row in rows}
    ids = _fresh(taken)
    before: tuple[str, ...] = ()
    found = []
    for row in rows:
        names = _filled(tuple(item for item in row if isinstance(item, str)), before)
        before = names or before
        options = _options(row)
        read = _row(names or (), options, properties, str(options.get("id") or next(ids)))
        if read is not None:
            found.append(read)
    return tuple(found)


def _row(names: Sequence[str], options: Mapping[str, object], widget: Mapping[str, object], id_: str) -> Row | None:
    def said(key: str) -> object:
        value = options.get(key)
        return widget.get(key) if value is None else value

    period_s = _period(said("period"))
    region, account = _text(said("region")), _text(said("accountId"))
    expression, label = _text(options.get("expression")), _text(options.get("label"))
    metric = None
    if expression is None:
        if len(names) < 2 or len(names) % 2:
            return None
        dimensions = tuple(zip(names[2::2], names[3::2], strict=True))
        stat = _text(said("stat")) or DEFAULT_STAT
        metric = MetricQuery(names[0], names[1], dimensions, stat, period_s, account, region)
    return Row(
        id_,
        metric,
        expression,
        label,
        _text(options.get("color")),
        "right" if options.get("yAxis") == "right" else "left",
        options.get("visible") is not False,
        period_s,
        region,
        account,
    )


def _fresh(taken: set[str]) -> Iterator[str]:
    number = 0
    while True:
        number += 1
        if f"q{number}" not in taken:
            yield f"q{number}"


def _options(row: Sequence[object]) -> Mapping[str, object]:
    return row[-1] if row and isinstance(row[-1], dict) else {}


def _filled(names: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...] | None:
    """The names with nothing left to repeat; None when the row before has not enough."""
    if "..." in names:
        at = names.index("...")
        rest = names[at + 1 :]
        if "..." in rest or at + len(rest) >= len(before):
            return None
        names = (*names[:at], *before[at : len(before) - len(rest)], *rest)
    if any(name == "." and place >= len(before) for place, name in enumerate(names)):
        return None
    return tuple(before[place] if name == "." else name for place, name in enumerate(names))


def _period(value: object) -> int:
    if isinstance(value, int | float) and not isinstance(value, bool) and value >= 1:
        return int(value)
    return DEFAULT_PERIOD_S


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
