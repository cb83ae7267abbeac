"""Steps before a statement that mine: they read counted texts and write tables with patterns and anomalies."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from insightctl.local.mining.masking import masked

if TYPE_CHECKING:
    from insightctl.local.compiler.plan import Database


class Mined(NamedTuple):
    """Tables of one pattern command: `counts` (rough, sample, n, b, first_ts, last_ts), `patterns` (rough, pattern,
    severity); `rows` is SQL of the texts themselves (rough, text, before, ts)."""

    counts: str
    patterns: str
    rows: str


@dataclass(frozen=True, slots=True)
class MinePatterns:
    """Gives every rough text its pattern."""

    mined: Mined

    @property
    def statements(self) -> tuple[str, ...]:
        """What it reads."""
        return (
            f"SELECT rough, {masked('sample')} FROM {self.mined.counts} ORDER BY n + b DESC, rough -- mined with drain3",
        )

    def run(self, database: Database) -> None:
        """Makes the table of patterns."""
        from insightctl.local.mining.templates import severity, templates

        counts, patterns, _ = self.mined
        rows = database.execute(f"SELECT rough, {masked('sample')} FROM {counts} ORDER BY n + b DESC, rough", ())
        found = templates(str(mask) for _, mask in rows)
        texts = [found[str(mask)] for _, mask in rows]
        columns = [[str(rough) for rough, _ in rows], texts, [severity(text) for text in texts]]
        make_table(database, patterns, ("rough VARCHAR", "pattern VARCHAR", "severity VARCHAR"), columns)


@dataclass(frozen=True, slots=True)
class MineAnomalies:
    """Judges every pattern by its counts and samples in the slices of the time range."""

    mined: Mined
    slices: str
    found: str
    number: int

    @property
    def statements(self) -> tuple[str, ...]:
        """What it reads."""
        return (f"SELECT pattern, slice, n, samples FROM {self.slices} JOIN {self.mined.patterns} USING (rough)",)

    def run(self, database: Database) -> None:
        """Makes the table of anomalies: pattern, kind, score, description."""
        from insightctl.local.mining.anomalies import Slice, judge

        sql = (
            f"SELECT pattern, slice, sum(n), flatten(list(samples)) FROM {self.slices} "
            f"JOIN {self.mined.patterns} USING (rough) GROUP BY pattern, slice ORDER BY pattern, slice"
        )
        history: dict[str, list[Slice]] = defaultdict(list)
        for pattern, number, count, samples in database.execute(sql, ()):
            texts = tuple(str(text) for text in samples) if isinstance(samples, list) else ()
            history[str(pattern)].append(Slice(int(str(number)), int(str(count)), texts))
        used = max((part.number for parts in history.values() for part in parts), default=0) + 1
        judged = [(pattern, judge(pattern, parts, min(used, self.number))) for pattern, parts in history.items()]
        rows = [(pattern, a.kind, a.score, a.description) for pattern, a in judged if a is not None]
        columns = [list(column) for column in zip(*rows, strict=True)] if rows else [[], [], [], []]
        kinds = ("pattern VARCHAR", "kind VARCHAR", "score DOUBLE", "description VARCHAR")
        make_table(database, self.found, kinds, columns)


def make_table(
    database: Database, name: str, columns: tuple[str, ...], values: list[list[object]] | list[list[str]]
) -> None:
    """A temporary table with these columns, one list of values each."""
    database.execute(f"CREATE TEMP TABLE {name} ({', '.join(columns)})", ())
    if values and values[0]:
        types = [column.partition(" ")[2] for column in columns]
        unnested = ", ".join(f"unnest(CAST(${i} AS {kind}[]))" for i, kind in enumerate(types, 1))
        database.execute(f"INSERT INTO {name} SELECT {unnested}", values)
