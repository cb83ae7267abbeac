"""Two answers of one query side by side: each number before and now, its change, and whether that is more than noise."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal

from insightctl.core.result import Column, Result, Row, Value
from insightctl.library.noise import counts_p, proportions_p, ranks_p
from insightctl.library.shares import Roles

Verdict = Literal["higher", "lower", "same", "new", "gone", "unclear"]
"""`same` is within noise; `unclear` cannot be told from the numbers; `new` and `gone` are rows on one side only."""

CHANCE = 0.01
"""How likely one false alarm in a whole comparison may be: divided among its tests (Bonferroni)."""

_UNITS = ("_ms", "_s", "_mb", "_gb", "_bytes", "_pct", "_usd")


@dataclass(frozen=True, slots=True)
class Change:
    """One number of one row: `keys` name the row. `p` is the p-value of its test, None when there is no test for it."""

    keys: Row
    column: str
    before: float | None
    now: float | None
    p: float | None
    verdict: Verdict = "unclear"

    @property
    def change(self) -> float | None:
        """now - before."""
        return None if self.before is None or self.now is None else self.now - self.before

    @property
    def change_pct(self) -> float | None:
        """The change in percent of before; None where before is 0."""
        return 100 * self.change / abs(self.before) if self.change is not None and self.before else None


@dataclass(frozen=True, slots=True)
class Comparison:
    """All changes, row by row in the order of the answer of now. `keys` are the columns that name a row."""

    keys: tuple[Column, ...]
    changes: tuple[Change, ...]

    @property
    def most_p(self) -> float:
        """The p-value that a change has to be below."""
        return CHANCE / max(1, sum(change.p is not None for change in self.changes))

    @property
    def loud(self) -> tuple[Change, ...]:
        """The changed numbers that are more than noise, the surest first."""
        found = [change for change in self.changes if change.verdict in ("higher", "lower")]
        return tuple(sorted(found, key=lambda change: 1.0 if change.p is None else change.p))


@dataclass(frozen=True, slots=True)
class _Side:
    """One answer: the rows of each key, and how long its range is in ms."""

    rows: dict[Row, list[dict[str, Value]]]
    ms: int

    def numbers(self, key: Row, column: str) -> list[float]:
        return [v for row in self.rows.get(key, ()) if (v := _number(row.get(column))) is not None]


def compare(before: Result, now: Result, roles: Roles, before_ms: int, now_ms: int) -> Comparison:
    """The numbers of two answers of a query over ranges of these lengths (ms); `roles` tell what its columns are.

    Rows of bins become one row: counts are summed, shares pooled, of everything else the median is taken.
    """
    keys = _keys(now if now.columns else before, roles)
    names = tuple(column.name for column in keys)
    sides = _Side(_by_key(before, names), before_ms), _Side(_by_key(now, names), now_ms)
    known = now.columns or before.columns
    columns = [c.name for c in known if c.type == "number" and c.name not in (*names, *roles.by, *roles.of_rows)]
    rows = list(dict.fromkeys([*sides[1].rows, *sides[0].rows]))
    changes = [_change(key, column, *sides, roles) for key in rows for column in columns]
    most_p = Comparison(keys, tuple(changes)).most_p
    return Comparison(keys, tuple(replace(c, verdict=_verdict(c, *sides, most_p)) for c in changes))


def as_result(comparison: Comparison, now: Result) -> Result:
    """The comparison as an answer: the keys, `measure`, before, now, change, change_pct, verdict."""
    rest = ("measure", "string"), ("before", "number"), ("now", "number"), ("change", "number")
    columns = [*comparison.keys, *(Column(name, kind) for name, kind in rest)]  # type: ignore[arg-type]
    columns += [Column("change_pct", "number"), Column("verdict", "string")]
    rows = tuple(
        (*c.keys, c.column, *map(_rounded, (c.before, c.now, c.change, c.change_pct)), c.verdict)
        for c in comparison.changes
    )
    return Result(tuple(columns), rows, now.statistics, (), now.time)


def _keys(result: Result, roles: Roles) -> tuple[Column, ...]:
    """The columns that name a row: what stats groups by, but for times; the texts, where a later command drops those."""
    named = {column.name: column for column in result.columns}
    if all(name in named for name in roles.by):
        return tuple(named[name] for name in roles.by if named[name].type != "timestamp")
    return tuple(column for column in result.columns if column.type == "string")


def _by_key(result: Result, names: Sequence[str]) -> dict[Row, list[dict[str, Value]]]:
    rows: dict[Row, list[dict[str, Value]]] = {}
    for record in result.records():
        key = tuple(value if isinstance(value := record.get(name), str) else str(value or "") for name in names)
        rows.setdefault(key, []).append(record)
    return rows


def _change(key: Row, column: str, before: _Side, now: _Side, roles: Roles) -> Change:
    found = [_one(side, key, column, roles) for side in (before, now)]
    return Change(key, column, found[0], found[1], _p(key, column, before, now, roles))


def _one(side: _Side, key: Row, column: str, roles: Roles) -> float | None:
    """The number of a row: of bins their sum, their pooled share, or their median."""
    values = side.numbers(key, column)
    if len(values) < 2:
        return values[0] if values else None
    if column in roles.added:
        return sum(values)
    if (pooled := _pooled(side, key, column, roles)) is not None:
        part, whole = pooled
        return 100 * part / whole if whole else None
    return median(values)


def _pooled(side: _Side, key: Row, column: str, roles: Roles) -> tuple[float, float] | None:
    """Part and whole of a share column over all rows of a key; None for another column."""
    if (whole_name := roles.wholes.get(column)) is None:
        return None
    part = whole = 0.0
    for row in side.rows.get(key, ()):
        share, count = _number(row.get(column)), _number(row.get(whole_name))
        if share is not None and count is not None:
            part, whole = part + share * count / 100, whole + count
    return part, whole


def _p(key: Row, column: str, before: _Side, now: _Side, roles: Roles) -> float | None:
    """The p-value of the test that fits: shares, counts out of a whole, bins, and plain counts, in this order."""
    sides = before, now
    if any(key not in side.rows for side in sides):
        return _one_sided_p(key, column, sides, roles)
    shares = [pooled for side in sides if (pooled := _pooled(side, key, column, roles))]
    if not shares and _is_count(column, sides, key) and column in roles.added:
        shares = _parts(key, column, sides, roles)
    if len(shares) == len(sides):
        (part0, whole0), (part1, whole1) = shares
        return proportions_p(part0, whole0, part1, whole1)
    values = [side.numbers(key, column) for side in sides]
    if max(map(len, values)) > 1:
        return ranks_p(*values)
    if column in roles.added and _is_count(column, sides, key) and all(values):
        return counts_p(values[0][0], before.ms, values[1][0], now.ms)
    return None


def _one_sided_p(key: Row, column: str, sides: tuple[_Side, _Side], roles: Roles) -> float | None:
    """Of a row that one range alone has: its count against none. Nothing else has a value for no events."""
    if column not in roles.added or not _is_count(column, sides, key):
        return None
    before, now = sides
    return counts_p(sum(before.numbers(key, column)), before.ms, sum(now.numbers(key, column)), now.ms)


def _parts(key: Row, column: str, sides: tuple[_Side, _Side], roles: Roles) -> list[tuple[float, float]]:
    """A count out of the count that shares of this query are of; empty when it is none of its parts."""
    for whole_name in dict.fromkeys(roles.wholes.values()):
        if whole_name == column:
            return []
        pairs = [(sum(side.numbers(key, column)), sum(side.numbers(key, whole_name))) for side in sides]
        if all(part <= whole for part, whole in pairs):
            return pairs
    return []


def _is_count(column: str, sides: tuple[_Side, _Side], key: Row) -> bool:
    values = [value for side in sides for value in side.numbers(key, column)]
    return not column.endswith(_UNITS) and all(value == int(value) >= 0 for value in values)


def _verdict(change: Change, before: _Side, now: _Side, most_p: float) -> Verdict:
    if change.keys not in before.rows:
        return "new"
    if change.keys not in now.rows:
        return "gone"
    if change.before == change.now and change.now is not None:
        return "same"
    if change.p is None or change.change is None:
        return "unclear"
    if change.p >= most_p:
        return "same"
    return "higher" if change.change > 0 else "lower"


def _number(value: Value) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def _rounded(value: float | None) -> Value:
    """Four decimals, as computed numbers have; a whole number as one."""
    if value is None:
        return None
    rounded = round(value, 4)
    return int(rounded) if rounded == int(rounded) else rounded


def sentences(comparison: Comparison, most: int = 5) -> Iterator[str]:
    """What is more than noise, in words, the surest first."""
    for c in comparison.loud[:most]:
        if c.before is None or c.now is None or c.change is None:
            continue
        which = " ".join(str(key) for key in c.keys if key)
        percent = "" if c.change_pct is None or c.column.endswith("_pct") else f" ({_percent(c.change_pct)} %)"
        of = f" of {which}" if which else ""
        yield f"{c.column}{of} is {c.verdict}: {_rounded(c.before)} before, {_rounded(c.now)} now{percent}"
    if len(comparison.loud) > most:
        yield f"and {len(comparison.loud) - most} more changes beyond noise"


def one_sided(comparison: Comparison, most: int = 5) -> Iterator[str]:
    """The rows that one range alone has, in words, and which of them are more than noise; the surest first.

    A query without keys has one row, of which that says nothing.
    """
    for verdict, words in (("new", "only now"), ("gone", "only before")):
        found = [c for c in comparison.changes if c.verdict == verdict and c.keys]
        surest = sorted(found, key=lambda change: 1.0 if change.p is None else change.p)
        rows: dict[Row, Change] = {}
        for change in surest:
            rows.setdefault(change.keys, change)
        for keys, change in list(rows.items())[:most]:
            name = " ".join(str(key) for key in keys if key)
            sure = change.p is not None and change.p < comparison.most_p
            value = _rounded(change.now if verdict == "new" else change.before)
            yield f"{words}: {name}" + (f" ({change.column} {value}, more than noise)" if sure else "")
        if len(rows) > most:
            yield f"{words}: {len(rows) - most} more rows"


def _percent(change: float) -> str:
    return f"{change:+,.0f}" if abs(change) >= 100 else f"{change:+.3g}"
