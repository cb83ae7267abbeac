"""What each command does to the names of a query, and what the service refuses: one pass over the commands.

`analyse` gives the scope before each command, which the compiler, the rules and the explanation read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from insightctl.ql import ast
from insightctl.ql.diagnostics import Diagnostic, nearest
from insightctl.ql.expression_rules import check_expression, check_period, check_regex
from insightctl.ql.functions import find
from insightctl.ql.placing import keyword, placing
from insightctl.ql.regex import RegexRefused, translate
from insightctl.ql.scope import Scope
from insightctl.ql.sources import check_source
from insightctl.ql.spans import Span
from insightctl.ql.types import FieldType

MAX_LIMIT = 100_000  # the page of limit; 10,000 rows come without one

PATTERN_COLUMNS: dict[str, FieldType] = {
    "@pattern": "string",
    "@sampleCount": "number",
    "@ratio": "number",
    "@severityLabel": "string",
}
DIFF_COLUMNS: dict[str, FieldType] = {
    "@pattern": "string",
    "@sampleCount": "number",
    "@differenceCount": "number",
    "@differenceDescription": "string",
    "@severityLabel": "string",
}
ANOMALY_COLUMNS: dict[str, FieldType] = {
    "@anomalyType": "string",
    "@anomalyScore": "number",
    "@anomalyDescription": "string",
}
RELEVANT_COLUMNS: dict[str, FieldType] = {
    "@fieldName": "string",
    "@relevanceScore": "number",
    "@topRelevanceContributors": "json",
    "@conditionalMedian": "number",
    "@baselineMedian": "number",
}
ESTIMATE_COLUMNS: dict[str, FieldType] = {"@estimatedBytesScanned": "number", "@logGroupsScanned": "number"}
APPROXIMATE = "_approxcount"
"""The column that countFrequent makes."""


@dataclass(frozen=True, slots=True)
class Step:
    """A command and the scope before it."""

    command: ast.Command
    scope: Scope


@dataclass(frozen=True, slots=True)
class Analysis:
    """A query with the scope before each command and after the last one; `subqueries` by their place in the text."""

    query: ast.Query
    steps: tuple[Step, ...]
    after: Scope
    problems: tuple[Diagnostic, ...]
    subqueries: tuple[Analysis, ...] = ()
    level: int = 0

    def all_steps(self) -> Iterator[Step]:
        """The steps of the query and of every query inside it."""
        yield from self.steps
        for inner in self.subqueries:
            yield from inner.all_steps()


def analyse(query: ast.Query, *, level: int = 0) -> Analysis:
    """The query's names, and what is wrong with it. `level` counts the queries around it."""
    return _Analyst(query, level).run()


@dataclass(slots=True)
class _Analyst:
    query: ast.Query
    level: int
    scope: Scope = field(default_factory=Scope)
    problems: list[Diagnostic] = field(default_factory=list)
    subqueries: list[Analysis] = field(default_factory=list)
    closed_by: str = "stats"

    def run(self) -> Analysis:
        steps: list[Step] = []
        self.problems.extend(placing(self.query))
        for command in self.query.commands:
            steps.append(Step(command, self.scope))
            _EFFECTS[type(command)](self, command)
            if self.scope.closed and (not steps[-1].scope.closed or isinstance(command, _CLOSING)):
                self.closed_by = keyword(command)
        return Analysis(self.query, tuple(steps), self.scope, tuple(self.problems), tuple(self.subqueries), self.level)

    def error(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        self.problems.append(Diagnostic(code, message, span, help))

    def expression(self, expr: ast.Expr, *, in_stats: bool = False, loose: bool = False) -> None:
        self.problems.extend(self.findings(expr, in_stats=in_stats, loose=loose))
        for node in ast.walk(expr):
            if isinstance(node, ast.InQuery):
                self.membership(node)

    def findings(self, expr: ast.Expr, *, in_stats: bool = False, loose: bool = False) -> Iterator[Diagnostic]:
        """`loose`: the text of an aggregate may name its column."""
        loose = loose and self.scope.closed
        yield from check_expression(expr, in_stats=in_stats, column=self.scope.is_column, loose_aggregates=loose)
        if self.scope.closed:
            yield from self.gone(expr)

    def gone(self, expr: ast.Expr) -> Iterator[Diagnostic]:
        """Fields that no longer exist after stats and the like."""
        scope = self.scope
        if self.closed_by == "estimate":
            return  # nothing may follow it: QL036 says so
        skip = {id(inner) for node in ast.walk(expr) if scope.is_column(node) for inner in ast.walk(node)}
        for node in ast.walk(expr):
            if id(node) in skip:
                continue
            if isinstance(node, ast.Call) and node.name == "bin" and "@timestamp" not in scope.defined:
                hint = "keep the time: stats ... by bin(5m) as t | stats ... by datefloor(t, 1h)"
                message = f"bin() reads @timestamp, which does not exist after {self.closed_by}"
                yield Diagnostic("QL019", message, node.span, hint)
            if not isinstance(node, ast.Field) or scope.knows(node):
                continue
            message = f"'{node.name}' does not exist after {self.closed_by}"
            yield Diagnostic("QL019", message, node.span, self.columns_here(node.name))

    def columns_here(self, name: str) -> str:
        """Help for a column that does not exist: the one that was meant, or all of them."""
        called = f"{name.lower()}("
        inside = f"({name.lower()}"
        for column in self.scope.defined:
            if name == "@timestamp" and column.startswith("bin("):
                return f"did you mean '{column}'?"
            if column.lower().startswith(called) or inside in column.lower():
                return f"give the column a name: {column} as n"
        meant = nearest(name, list(self.scope.defined))
        return f"did you mean '{meant}'?" if meant else "columns here: " + ", ".join(self.scope.defined)

    def subquery(self, query: ast.Query) -> Analysis:
        """Analyses a query inside this one."""
        if self.level:
            self.error("QL032", "a query inside a query inside a query", query.span, "the service takes one level")
        inner = analyse(query, level=self.level + 1)
        self.problems.extend(inner.problems)
        self.subqueries.append(inner)
        return inner

    def membership(self, node: ast.InQuery) -> None:
        inner = self.subquery(node.query)
        chosen = inner.after.displayed is not None or inner.after.shown or inner.after.parsed or inner.after.closed
        if not chosen and not inner.problems:
            hint = "end it with: | fields requestId"
            self.error("QL033", "this subquery does not say which field it gives", node.query.span, hint)

    def structure(self, expr: ast.Expr, where: str) -> None:
        """Refuses a map or list where the service takes none."""
        if self.scope.infer(expr) == "json" and not isinstance(expr, ast.Boolean):
            hint = "name a part of it (map.key), or make it a text: jsonStringify(map)"
            span = getattr(expr, "span", ast.NOWHERE)
            self.error("QL045", f"a map or list cannot stand in {where}", span, hint)

    # one method a command

    def fields(self, command: ast.Fields) -> None:
        for item in command.items:
            self.expression(item.expr, loose=True)
            self.define(item)
            self.scope = replace(self.scope, shown={**self.scope.shown, item.name: self.scope.is_computed(item)})

    def display(self, command: ast.Display) -> None:
        shown: dict[str, bool] = {}
        for item in command.items:
            self.expression(item.expr, loose=True)
            self.define(item)
            shown[item.name] = self.scope.is_computed(item)
        self.scope = replace(self.scope, displayed=shown)

    def define(self, item: ast.Item) -> None:
        if item.alias is not None or not isinstance(item.expr, ast.Field):
            self.scope = self.scope.define({item.name: self.scope.infer(item.expr)})
        elif len(item.expr.parts) > 1 and self.scope.knows(item.expr):
            self.scope = self.scope.define({item.name: "any"})

    def filter(self, command: ast.Filter) -> None:
        self.expression(command.condition)

    def filter_index(self, command: ast.FilterIndex) -> None:
        self.expression(command.condition)
        for side in _conjuncts(command.condition):
            indexed = (
                isinstance(side, ast.In | ast.InQuery) and not side.negated and isinstance(side.operand, ast.Field)
            )
            equal = isinstance(side, ast.Binary) and side.op == "=" and isinstance(side.left, ast.Field)
            if not indexed and not equal:
                hint = 'filterIndex requestId = "x"   or   filterIndex requestId in ["x", "y"]'
                self.error(
                    "QL043", "an index is looked up by '=' or 'in' only", getattr(side, "span", command.span), hint
                )

    def parse(self, command: ast.Parse) -> None:
        self.expression(command.source or ast.Field(("@message",), command.pattern.span))
        names = command.aliases
        if isinstance(command.pattern, ast.Regex):
            self.problems.extend(check_regex(command.pattern))
            try:
                groups = translate(command.pattern.pattern)
            except RegexRefused:
                return
            names = self.captured(command, groups.names, len(groups.groups))
        else:
            stars = command.pattern.value.count("*")
            if stars != len(names):
                message = f"the glob has {stars} '*' and there are {len(names)} names"
                self.error("QL022", message, command.pattern.span, "give one name for each '*'")
        self.extracted(names)

    def captured(self, command: ast.Parse, named: tuple[str, ...], groups: int) -> tuple[str, ...]:
        """The fields that a regular expression makes."""
        names = command.aliases
        if not groups:
            hint = "name a group: (?<name>...)"
            self.error("QL023", "this regular expression captures nothing", command.pattern.span, hint)
        elif not named and not names:
            self.error("QL023", "the groups have no names", command.pattern.span, "write (?<name>...)")
        elif not named and len(names) > groups:
            message = f"there are {groups} groups and {len(names)} names"
            self.error("QL022", message, command.pattern.span, "give one name for each group")
        return tuple(dict.fromkeys((*named, *names)))

    def extracted(self, names: tuple[str, ...], kind: FieldType = "string") -> None:
        scope = self.scope
        columns = dict.fromkeys(names, False)
        scope = replace(scope.define(dict.fromkeys(names, kind)), parsed={**scope.parsed, **columns})
        self.scope = replace(scope, shown={**scope.shown, **columns}) if scope.closed else scope

    def parse_logfmt(self, command: ast.ParseLogfmt) -> None:
        self.expression(command.source or ast.Field(("@message",), command.span))
        self.extracted((command.alias,), "json")

    def parse_csv(self, command: ast.ParseCsv) -> None:
        self.expression(command.source or ast.Field(("@message",), command.span))
        self.extracted(command.aliases)

    def json(self, command: ast.Json) -> None:
        self.expression(command.source or ast.Field(("@message",), command.span))
        self.extracted(tuple(path.alias for path in command.paths), "any")

    def stats(self, command: ast.Stats) -> None:
        scope = self.scope
        types: dict[str, FieldType] = {}
        computed: dict[str, bool] = {}
        for item in command.by:
            self.expression(item.expr)
            self.structure(item.expr, "stats by")
            types[item.name] = scope.infer(item.expr)
            computed[item.name] = scope.is_computed(item)
        for item in command.items:
            self.aggregate(item, types)
            types[item.name] = scope.define(types).infer(item.expr)
            computed[item.name] = True
        topk = [i for i in command.items if any(isinstance(n, ast.Call) and n.name == "topk" for n in ast.walk(i.expr))]
        if topk and (command.by or len(command.items) > 1):
            hint = "stats topk(3, status); by groups: countFrequent service, status"
            self.error("QL034", "topk stands alone in stats: no by, no other aggregate", topk[0].span, hint)
        if command.offset is not None:
            self.problems.extend(check_period(command.offset))
        if command.offset is not None and not any(_is_bin(item.expr) for item in command.by):
            self.error(
                "QL035", "offset shifts the bins, and there are none", command.offset.span, "by bin(5m) offset 1h"
            )
        self.scope = scope.close(types, computed, (item.expr for item in (*command.by, *command.items)))

    def aggregate(self, item: ast.Item, earlier: dict[str, FieldType]) -> None:
        before, self.scope = self.scope, self.scope.define(earlier)
        self.expression(item.expr, in_stats=True)
        self.scope = before
        for node in ast.walk(item.expr):
            if isinstance(node, ast.Call) and (known := find(node.name)) is not None and known.aggregate:
                for arg in node.args:
                    self.structure(arg, known.name)
        for bare in _outside_aggregates(item.expr):
            if bare.name not in earlier:
                hint = f"aggregate it (avg({bare.name}), latest({bare.name})) or group by it"
                self.error("QL015", f"'{bare.name}' is neither aggregated nor grouped by", bare.span, hint)

    def sort(self, command: ast.Sort) -> None:
        """The service sorts by an absent field without a word, so a lost field misleads here but is no error."""
        for key in command.keys:
            self.structure(key.expr, "sort")
            if isinstance(key.expr, ast.Field) and find(str(key.expr.parts[0])) is not None:
                continue  # `sort count desc` after stats count(*): QL053 tells it
            for found in self.findings(key.expr, loose=True):
                self.problems.append(replace(found, severity="warning") if found.code == "QL019" else found)

    def limit(self, command: ast.Limit) -> None:
        if not 1 <= command.count <= MAX_LIMIT:
            message = f"limit {command.count} is out of range"
            self.error("QL016", message, command.span, f"write a whole number from 1 to {MAX_LIMIT:,}")

    def dedup(self, command: ast.Dedup) -> None:
        self.named(command.fields)
        for name in command.fields:
            self.structure(name, "dedup")

    def named(self, fields: tuple[ast.Field, ...]) -> None:
        for name in fields:
            self.expression(name)

    def source(self, command: ast.Source) -> None:
        self.problems.extend(check_source(command))

    def unnest(self, command: ast.Unnest) -> None:
        self.expression(command.source)
        self.scope = self.scope.make({command.alias: "any"})

    def expand(self, command: ast.Expand) -> None:
        self.expression(command.source)
        self.scope = self.scope.make({command.source.name: "any"})

    def filldown(self, command: ast.FillDown) -> None:
        plain = tuple(ast.Field(tuple(p.split(".")), command.span) for p in command.patterns if "*" not in p)
        self.named(plain)
        for name in plain:
            if name.name not in self.scope.defined:
                self.scope = self.scope.add({name.name: self.scope.type_of(name.name)})

    def fillmissing(self, command: ast.FillMissing) -> None:
        for fill in command.fills:
            if fill.name not in self.scope.defined:
                message = f"'{fill.name}' is no column of this stats"
                self.error("QL019", message, command.span, self.columns_here(fill.name))

    def accum(self, command: ast.Accum) -> None:
        self.expression(command.source)
        self.scope = self.scope.add({command.alias or command.source.name: "number"})

    def autoregress(self, command: ast.Autoregress) -> None:
        self.expression(command.source)
        kind = self.scope.infer(command.source)
        self.scope = self.scope.add(dict.fromkeys(lag_names(command), kind))

    def addtotals(self, command: ast.AddTotals) -> None:
        self.named(command.fields)
        if command.row:
            self.scope = self.scope.add({command.name: "number"})

    def outlier(self, command: ast.Outlier) -> None:
        self.named(command.fields)
        made: dict[str, FieldType] = {} if command.remove else {name.name: "number" for name in command.fields}
        if command.mark:
            made |= {f"{name.name}_outlier": "boolean" for name in command.fields}
        self.scope = self.scope.add(made) if made else self.scope

    def sessionize(self, command: ast.Sessionize) -> None:
        if self.scope.closed and "@timestamp" not in self.scope.defined:
            hint = "move it before stats, or keep the time: stats max(@timestamp) as `@timestamp` by ..."
            message = f"sessionize reads @timestamp, which does not exist after {self.closed_by}"
            self.error("QL019", message, command.span, hint)
        self.problems.extend(check_period(command.gap))
        self.named(command.fields)
        self.scope = self.scope.add({command.alias: "number"})

    def count_frequent(self, command: ast.CountFrequent) -> None:
        self.named(command.fields)
        types: dict[str, FieldType] = {name.name: self.scope.type_of(name.name) for name in command.fields}
        computed = {name.name: self.scope.is_computed(ast.Item(name, None, "")) for name in command.fields}
        self.scope = self.scope.close(types | {APPROXIMATE: "number"}, computed | {APPROXIMATE: True})

    def pattern(self, command: ast.Pattern) -> None:
        self.expression(command.source)
        self.structure(command.source, "pattern")
        self.scope = self.scope.close(PATTERN_COLUMNS, dict.fromkeys(PATTERN_COLUMNS, True))

    def diff(self, _: ast.Diff) -> None:
        self.scope = self.scope.close(DIFF_COLUMNS, dict.fromkeys(DIFF_COLUMNS, True))

    def logcompare(self, command: ast.LogCompare) -> None:
        self.problems.extend(check_period(command.shift))
        if not self.scope.closed or "@pattern" in self.scope.defined:
            self.scope = self.scope.close(DIFF_COLUMNS, dict.fromkeys(DIFF_COLUMNS, True))
            return
        self.scope = self.scope.add(compared_columns(self.query, self.scope))

    def anomaly(self, _: ast.Anomaly) -> None:
        if not self.scope.closed:
            self.scope = self.scope.close(PATTERN_COLUMNS, dict.fromkeys(PATTERN_COLUMNS, True))
        self.scope = self.scope.add(ANOMALY_COLUMNS)

    def relevantfields(self, command: ast.RelevantFields) -> None:
        self.named(command.fields)
        self.expression(command.condition)
        self.scope = self.scope.close(RELEVANT_COLUMNS, dict.fromkeys(RELEVANT_COLUMNS, True))

    def join(self, command: ast.Join) -> None:
        self.subquery(command.query)
        if command.left == command.right:
            self.error("QL030", f"both sides of the join are named '{command.left}'", command.span, "left=a right=b")
        for side in _conjuncts(command.condition):
            if join_key(side, command) is None:
                hint = f"where {command.left}.requestId = {command.right}.requestId"
                message = "a join matches a field of one side with a field of the other by '='"
                self.error("QL030", message, getattr(side, "span", command.span), hint)
        self.scope = replace(self.scope, sides=(command.left, command.right))

    def appendcols(self, command: ast.AppendCols) -> None:
        theirs = self.subquery(command.query).after.columns()
        ours = {column.name for column in self.scope.columns()} | set(self.scope.defined)
        for column in theirs:
            if column.name not in ours:
                self.scope = self.scope.add({column.name: column.type})
            elif command.override:
                same = self.scope.type_of(column.name) == column.type
                self.scope = self.scope.add({column.name: column.type if same else "any"})

    def lookup(self, command: ast.Lookup) -> None:
        self.named(tuple(ast.Field(tuple(key.name.split(".")), command.span) for key in command.keys))
        self.scope = self.scope.define(dict.fromkeys((o.name for o in command.outputs), "any"))
        self.looked_up(command.outputs)

    def cidrlookup(self, command: ast.CidrLookup) -> None:
        self.expression(command.address)
        self.looked_up(command.outputs)

    def looked_up(self, outputs: tuple[ast.LookupField, ...]) -> None:
        types: dict[str, FieldType] = dict.fromkeys((o.name for o in outputs), "any")
        new = {name: kind for name, kind in types.items() if name not in self.scope.shown}
        self.scope = self.scope.define(types)
        self.scope = self.scope.add(new) if new else self.scope
        shown = {name: computed and name not in types for name, computed in self.scope.shown.items()}
        self.scope = replace(
            self.scope, shown=shown, parsed={n: c and n not in types for n, c in self.scope.parsed.items()}
        )

    def estimate(self, _: ast.Estimate) -> None:
        self.scope = self.scope.close(ESTIMATE_COLUMNS, dict.fromkeys(ESTIMATE_COLUMNS, True))

    def unmask(self, command: ast.Unmask) -> None:
        self.named(command.fields)
        shown = {name.name: False for name in command.fields}
        self.scope = replace(self.scope, shown={**self.scope.shown, **shown})

    def saved_query(self, command: ast.SavedQuery) -> None:
        """What it stands for is filled in before the query runs; until then any name may come out of it."""
        message = f"what ${command.name} stands for is known only where it is saved"
        self.problems.append(Diagnostic("QL010", message, command.span, None, "info"))
        self.scope = replace(Scope(), shown=self.scope.shown)


_CLOSING = ast.Stats | ast.CountFrequent | ast.Pattern | ast.Diff | ast.RelevantFields | ast.Estimate

_EFFECTS: dict[type[Any], Callable[[_Analyst, Any], None]] = {
    ast.Fields: _Analyst.fields,
    ast.Display: _Analyst.display,
    ast.Filter: _Analyst.filter,
    ast.FilterIndex: _Analyst.filter_index,
    ast.Parse: _Analyst.parse,
    ast.ParseLogfmt: _Analyst.parse_logfmt,
    ast.ParseCsv: _Analyst.parse_csv,
    ast.Json: _Analyst.json,
    ast.Stats: _Analyst.stats,
    ast.Sort: _Analyst.sort,
    ast.Limit: _Analyst.limit,
    ast.Dedup: _Analyst.dedup,
    ast.Source: _Analyst.source,
    ast.Unnest: _Analyst.unnest,
    ast.Expand: _Analyst.expand,
    ast.FillDown: _Analyst.filldown,
    ast.FillMissing: _Analyst.fillmissing,
    ast.Accum: _Analyst.accum,
    ast.Autoregress: _Analyst.autoregress,
    ast.AddTotals: _Analyst.addtotals,
    ast.Outlier: _Analyst.outlier,
    ast.Sessionize: _Analyst.sessionize,
    ast.CountFrequent: _Analyst.count_frequent,
    ast.Pattern: _Analyst.pattern,
    ast.Diff: _Analyst.diff,
    ast.LogCompare: _Analyst.logcompare,
    ast.Anomaly: _Analyst.anomaly,
    ast.RelevantFields: _Analyst.relevantfields,
    ast.Join: _Analyst.join,
    ast.AppendCols: _Analyst.appendcols,
    ast.Lookup: _Analyst.lookup,
    ast.CidrLookup: _Analyst.cidrlookup,
    ast.Estimate: _Analyst.estimate,
    ast.Unmask: _Analyst.unmask,
    ast.SavedQuery: _Analyst.saved_query,
}


def lag_names(command: ast.Autoregress) -> tuple[str, ...]:
    """The fields that autoregress makes: the alias for one row back, else a name with `_p1`, `_p2`, ... behind it."""
    if command.first == command.last and command.alias is not None:
        return (command.alias,)
    stem = command.alias or command.source.name
    return tuple(f"{stem}_p{lag}" for lag in range(command.first, command.last + 1))


def compared_columns(query: ast.Query, scope: Scope) -> dict[str, FieldType]:
    """What logcompare adds after stats: of each aggregate the value of the earlier range, and the difference."""
    last = next((c for c in reversed(query.commands) if isinstance(c, ast.Stats)), None)
    keys = {item.name for item in last.by} if last else set()
    made: dict[str, FieldType] = {}
    for name, kind in scope.defined.items():
        if name not in keys:
            made[f"{name}_baseline"] = kind
            if kind == "number":
                made[f"{name}_difference"] = "number"
    return made


def join_key(condition: ast.Expr, command: ast.Join) -> tuple[ast.Field, ast.Field] | None:
    """The fields that a join matches, left and right, without their sides' names; None when it is no such condition."""
    if not isinstance(condition, ast.Binary) or condition.op != "=":
        return None
    found: dict[str, ast.Field] = {}
    for node in (condition.left, condition.right):
        if not isinstance(node, ast.Field) or len(node.parts) < 2:
            return None
        found[str(node.parts[0])] = ast.Field(node.parts[1:], node.span)
    if set(found) != {command.left, command.right} or isinstance(found[command.left].parts[0], int):
        return None
    return found[command.left], found[command.right]


def _conjuncts(condition: ast.Expr) -> tuple[ast.Expr, ...]:
    return ast.operands(condition) if isinstance(condition, ast.Binary) and condition.op == "and" else (condition,)


def _is_bin(expr: ast.Expr) -> bool:
    return isinstance(expr, ast.Call) and expr.name == "bin"


def _outside_aggregates(expr: ast.Expr) -> Iterator[ast.Field]:
    stack = [expr]
    while stack:
        node = stack.pop()
        if isinstance(node, ast.Field):
            yield node
        elif isinstance(node, ast.Call):
            known = find(node.name)
            if known is not None and not known.aggregate:
                stack.extend(reversed(node.args))
        elif isinstance(node, ast.Access):
            stack.append(node.base)
        elif isinstance(node, ast.Unary):
            stack.append(node.operand)
        elif isinstance(node, ast.Binary):
            stack.extend((node.right, node.left))
        elif isinstance(node, ast.In):
            stack.extend((*reversed(node.items), node.operand))
        elif isinstance(node, ast.InQuery):
            stack.append(node.operand)
