"""A checked query as SQL: preparations where it needs them, and one statement."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any, cast

from insightctl.core.errors import UsageError
from insightctl.local.compiler.ahead import fields_ahead
from insightctl.local.compiler.frame import Frame, Own
from insightctl.local.compiler.liveness import live_steps
from insightctl.local.compiler.macros import definitions
from insightctl.local.compiler.plan import Compiled, Earlier, EventsOf, Plan, Table
from insightctl.local.compiler.values import Val
from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, Step
from insightctl.ql.checker import CheckedQuery
from insightctl.ql.periods import length_ms
from insightctl.ql.scope import Scope

Compile = Callable[[Frame, Any, Scope], None]

_COMMANDS: dict[type[Any], tuple[str, str]] = {
    ast.Fields: ("rows", "fields"),
    ast.Display: ("rows", "fields"),
    ast.Filter: ("rows", "filter_"),
    ast.FilterIndex: ("rows", "filter_"),
    ast.Sort: ("rows", "sort"),
    ast.Limit: ("rows", "limit"),
    ast.Dedup: ("rows", "dedup"),
    ast.Source: ("rows", "unchanged"),
    ast.Unmask: ("rows", "unchanged"),
    ast.Stats: ("aggregation", "stats"),
    ast.CountFrequent: ("aggregation", "count_frequent"),
    ast.Parse: ("extraction", "parse"),
    ast.ParseLogfmt: ("extraction", "parse_logfmt"),
    ast.ParseCsv: ("extraction", "parse_csv"),
    ast.Json: ("extraction", "json"),
    ast.Unnest: ("extraction", "unnest"),
    ast.Expand: ("extraction", "expand"),
    ast.Accum: ("series", "accum"),
    ast.Autoregress: ("series", "autoregress"),
    ast.FillDown: ("series", "filldown"),
    ast.FillMissing: ("series", "fillmissing"),
    ast.AddTotals: ("series", "addtotals"),
    ast.Outlier: ("series", "outlier"),
    ast.Sessionize: ("series", "sessionize"),
    ast.Join: ("tables", "join"),
    ast.AppendCols: ("tables", "appendcols"),
    ast.Lookup: ("tables", "lookup"),
    ast.CidrLookup: ("tables", "cidrlookup"),
    ast.Pattern: ("patterns", "pattern"),
    ast.Diff: ("patterns", "diff"),
    ast.Anomaly: ("patterns", "anomaly"),
    ast.LogCompare: ("comparing", "logcompare"),
    ast.RelevantFields: ("relevance", "relevantfields"),
    ast.Estimate: ("comparing", "estimate"),
}
"""The module of `commands` and the function in it that compile a command: loaded when a query has it, for a quick start."""


def _compile(command: ast.Command) -> Compile:
    module, function = _COMMANDS[type(command)]
    return cast(Compile, getattr(import_module(f"insightctl.local.compiler.commands.{module}"), function))


@dataclass(frozen=True, slots=True)
class Pipeline:
    """Compiles one query. `now_s` is the epoch second of the query's start; `max_rows` caps rows without `limit`.

    `tables` are the lookup tables that there are. `typed`: it is for stores alone (`Plan`).
    """

    checked: CheckedQuery
    now_s: int
    max_rows: int
    tables: Mapping[str, Table] = field(default_factory=dict)
    typed: bool = False

    def compile(self) -> Compiled:
        """The statements. Raises UsageError for what this engine cannot do."""
        plan = Plan(self.now_s, self.tables, typed=self.typed)
        frame = frame_of(plan, self.checked.analysis)
        return self.finish(plan, frame)

    def finish(self, plan: Plan, frame: Frame) -> Compiled:
        """The statements, from the rows after the last command."""
        frame.mark_matched()
        frame.ahead = tuple(ast.Field(tuple(c.name.split("."))) for c in self.checked.columns)
        columns = tuple((c.name, frame.output(c.name)) for c in self.checked.columns)
        if not columns:
            columns = (("@timestamp", frame.output("@timestamp")),)
        limit = frame.limit or self.max_rows
        chosen = [f"{_shown(value, name in frame.wholes)} AS o{i}" for i, (name, value) in enumerate(columns)]
        if frame.carries_matched:
            chosen.append("_matched")
        body = f"SELECT {', '.join(chosen)} FROM {frame.sql}{frame.order()} LIMIT {limit}"
        statement = plan.statement(body)
        return Compiled(
            statement.sql,
            statement.params,
            columns,
            frame.carries_matched,
            plan.statement(f"SELECT count(*) FROM {frame.matched_sql}"),
            limit,
            frame.deduplicated,
            tuple(plan.events),
            tuple(plan.preparations),
            definitions(plan.macros),
            any(isinstance(c, ast.Estimate) for c in self.checked.query.commands),
            self.typed,
        )


def _shown(value: Val, whole: bool) -> str:
    """How a value comes out: a map or list that is an element of another shows as its JSON text."""
    if whole and value.json is not None:
        return f"coalesce({value.sql}, CASE WHEN left({value.json}, 1) IN ('[', '{{') THEN CAST({value.json} AS VARCHAR) END)"
    return value.sql


def frame_of(plan: Plan, analysis: Analysis) -> Frame:
    """The rows of a query after its last command; a query inside another names its columns apart."""
    commands = analysis.query.commands
    earlier = _earlier(commands)
    own = Own(plan.name("e") if plan.events else "")
    relation = plan.relation(EventsOf(ast.sources(analysis.query), commands, earlier))
    renamed = own.renamed(relation, before=earlier is not None, typed=plan.typed)
    frame = Frame(plan, renamed, own, compared=earlier is not None, fragmented=plan.typed)
    steps = live_steps(analysis)
    for place, step in enumerate(steps):
        if isinstance(step.command, ast.SavedQuery):
            name = step.command.name
            raise UsageError(f"there is no saved query '{name}' here", remedy="insightctl query lists the curated ones")
        frame.ahead = fields_ahead(steps[place:])
        compile_step(frame, step)
    frame.ahead = ()
    return frame


def compile_step(frame: Frame, step: Step) -> None:
    """Lets a command work on the rows."""
    _compile(step.command)(frame, step.command, step.scope)


def _earlier(commands: tuple[ast.Command, ...]) -> Earlier | None:
    for command in commands:
        if isinstance(command, ast.Diff):
            return Earlier(named=command.against)
        if isinstance(command, ast.LogCompare):
            return Earlier(shift_ms=length_ms(command.shift))
    return None
