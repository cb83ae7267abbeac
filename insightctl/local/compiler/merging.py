"""Answers of slices as SQL: the rows from which a query goes on behind its stats, or behind its last look at events.

The table has a column x0, x1, ... of texts for each column of the slices' answers, and `_slice`, the start of the slice
that a row comes from (UTC ms). Absent values are NULL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from insightctl.local.compiler.aggregates import AGGREGATES, MACROS, When
from insightctl.local.compiler.commands.aggregation import grouped
from insightctl.local.compiler.frame import Frame
from insightctl.local.compiler.pipeline import Pipeline, compile_step
from insightctl.local.compiler.plan import Compiled, Plan
from insightctl.local.compiler.values import Val, number
from insightctl.ql import ast
from insightctl.ql.partial import FRACTION, SPREAD, PartialStats, Reduction
from insightctl.ql.types import FieldType

TABLE = "{slices}"
"""Stands for the relation in the statement."""
ORDER = When("_slice", "_slice")


def merged_stats(pipeline: Pipeline, partial: PartialStats, columns: Mapping[str, str]) -> Compiled:
    """The query from its first stats on, over the answers of `partial.text`; `columns` are x0, ... by name."""
    plan = Plan(pipeline.now_s, pipeline.tables)
    frame = Frame(plan, TABLE, closed=True)
    steps = pipeline.checked.analysis.steps
    command = steps[partial.at].command
    assert isinstance(command, ast.Stats)
    keys = [(item, of_text(columns[key.name], key.type)) for item, key in zip(command.by, partial.keys, strict=True)]
    keys = [(item, _column(frame, value)) for item, value in keys]
    centres = _centres(frame, partial, columns, [value for _, value in keys])
    by_call = {reduction.call: reduction for reduction in partial.reductions}

    def aggregate(call: ast.Call) -> Val:
        if call.name in MACROS:
            plan.macros.add(MACROS[call.name])
        return _whole(by_call[call], columns, partial.weight, centres.get(call))

    grouped(frame, command, keys, aggregate)
    for step in steps[partial.at + 1 :]:
        compile_step(frame, step)
    return pipeline.finish(plan, frame)


def merged_rows(pipeline: Pipeline, at: int, columns: Mapping[str, tuple[str, FieldType]]) -> Compiled:
    """The query from command `at` on (a sort, limit or dedup), over rows with these columns, newest first."""
    plan = Plan(pipeline.now_s, pipeline.tables)
    frame = Frame(plan, f"(SELECT *, row_number() OVER () AS _row FROM {TABLE})", closed=True)
    frame.define_all({name: of_text(column, kind) for name, (column, kind) in columns.items()})
    stamp = frame.defined.get("@timestamp")
    frame.ordered = f"{stamp.sql} DESC NULLS LAST, _row" if stamp is not None else "_row"
    for step in pipeline.checked.analysis.steps[at:]:
        compile_step(frame, step)
    return pipeline.finish(plan, frame)


def of_text(column: str, kind: FieldType) -> Val:
    """A value that the service wrote as text."""
    match kind:
        case "number":
            return Val(f"TRY_CAST({column} AS DOUBLE)", "number")
        case "timestamp":
            moment = f"epoch_ms(TRY_CAST({column} AS TIMESTAMP))"
            return Val(f"coalesce({moment}, TRY_CAST(TRY_CAST({column} AS DOUBLE) AS BIGINT))", "timestamp")
        case "boolean":
            return Val(f"(lower({column}) IN ('1', 'true'))", "boolean")
        case "json":
            return Val(f"TRY_CAST({column} AS JSON)", "json")
        case "string":
            return Val(column, "string")
        case _:
            return Val(column, "any", f"({number(Val(column, 'any'))} IS NOT NULL)")


def _column(frame: Frame, value: Val) -> Val:
    made, selected = frame.column(value)
    frame.wrap(selected)
    return made


def _whole(reduction: Reduction, columns: Mapping[str, str], weight: str | None, centre: str | None) -> Val:
    """An aggregate of the query, made from those of the slices."""
    given = [columns[name] for name in reduction.columns]
    as_number = [f"TRY_CAST({column} AS DOUBLE)" for column in given]
    call = reduction.call
    match reduction.how:
        case "count":
            return Val(f"coalesce(sum({as_number[0]}), 0)", "number")
        case "sum":
            return Val(_sum(as_number), "number")
        case "avg":
            return Val(f"({_sum(as_number)} / nullif(sum({as_number[2]}), 0))", "number")
        case "stddev" | "variance":
            assert centre is not None
            return Val(_spread(as_number, centre, sample=reduction.how == "stddev"), "number")
        case "whole":
            return of_text(f"max({given[0]})", reduction.type)
        case "again" | "timed":
            return AGGREGATES[call.name](of_text(given[0], reduction.type), call.args, ORDER)
        case "weighted":
            assert weight is not None
            return _weighted(call, of_text(given[0], reduction.type), f"TRY_CAST({columns[weight]} AS DOUBLE)")


def _sum(parts: Sequence[str]) -> str:
    """Null when no value was a number, as sum of none is."""
    return f"(sum({parts[0]}) + sum({parts[1]}) / {FRACTION})"


def _spread(parts: Sequence[str], centre: str, *, sample: bool) -> str:
    """Spread within the slices and between them, around a value near the mean: squares of far-off values cancel out."""
    total, part, count, variance = parts
    mean = f"(({total} + {part} / {FRACTION}) / nullif({count}, 0) - {centre})"
    n, first = f"sum({count})", f"sum({count} * {mean})"
    squares = (
        f"(sum({count} * {variance}) / {SPREAD * SPREAD} + sum({count} * {mean} * {mean}) - {first} * {first} / {n})"
    )
    known = f"greatest({squares}, 0)"
    if sample:
        return f"(CASE WHEN {n} > 1 THEN sqrt({known} / ({n} - 1)) END)"
    return f"(CASE WHEN {n} > 0 THEN {known} / {n} END)"


def _centres(
    frame: Frame, partial: PartialStats, columns: Mapping[str, str], keys: Sequence[Val]
) -> dict[ast.Call, str]:
    """For each spread, a column with a value of its group that lies near the mean."""
    centres: dict[ast.Call, str] = {}
    for reduction in partial.reductions:
        if reduction.how not in ("stddev", "variance"):
            continue
        total, _, count, _ = (f"TRY_CAST({columns[name]} AS DOUBLE)" for name in reduction.columns)
        over = f"PARTITION BY {', '.join(value.sql for value in keys)}" if keys else ""
        column = frame.plan.name("m")
        frame.wrap([f"coalesce(max({total} / nullif({count}, 0)) OVER ({over}), 0) AS {column}"])
        centres[reduction.call] = column
    return centres


def _weighted(call: ast.Call, value: Val, weight: str) -> Val:
    """An aggregate of values of which each row holds one, with how often it occurs."""
    if call.name == "count_distinct":
        return AGGREGATES[call.name](value, call.args, ORDER)
    known = f"FILTER (WHERE {number(value)} IS NOT NULL)"
    every = f"flatten(list(list_resize([{number(value)}], CAST({weight} AS BIGINT), {number(value)})) {known})"
    if call.name == "histogram":
        buckets = int(call.args[1].value) if len(call.args) > 1 and isinstance(call.args[1], ast.Number) else 1
        return Val(f"ql_histogram({every}, {buckets})", "json")
    percent = call.args[1].value if len(call.args) > 1 and isinstance(call.args[1], ast.Number) else 50.0
    return Val(f"list_aggregate({every}, 'quantile_disc', {Decimal(repr(percent)) / 100:f})", "number")
