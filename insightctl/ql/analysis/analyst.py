"""The state of an analysis, and what every command asks of expressions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from insightctl.ql import ast
from insightctl.ql.analysis.model import Analysis
from insightctl.ql.diagnostics import Diagnostic, Severity, nearest
from insightctl.ql.expression_rules import check_expression
from insightctl.ql.scope import Scope
from insightctl.ql.spans import Span


@dataclass(slots=True)
class Analyst:
    """The pass over one query: `scope` is what names mean before the next command, `closed_by` what ended the events."""

    query: ast.Query
    level: int
    scope: Scope = field(default_factory=Scope)
    problems: list[Diagnostic] = field(default_factory=list)
    subqueries: list[Analysis] = field(default_factory=list)
    closed_by: str = "stats"
    ephemeral: set[str] = field(default_factory=set)
    """What parse and `fields ... as` have named, up to the first stats."""
    settled: bool = False
    """Whether the command is an old one behind the last stats: there the service takes a lost field for an absent one."""

    def error(self, code: str, message: str, span: Span, help: str | None = None) -> None:
        """Notes what the service refuses."""
        self.problems.append(Diagnostic(code, message, span, help))

    def expression(self, expr: ast.Expr, *, in_stats: bool = False, loose: bool = False) -> None:
        """Judges an expression, and the queries inside it."""
        self.problems.extend(self.findings(expr, in_stats=in_stats, loose=loose))
        for node in ast.walk(expr):
            if isinstance(node, ast.InQuery):
                self.membership(node)

    def findings(self, expr: ast.Expr, *, in_stats: bool = False, loose: bool = False) -> Iterator[Diagnostic]:
        """What is wrong with an expression. `loose`: the text of an aggregate may name its column."""
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
            severity: Severity = "warning" if self.settled else "error"
            yield Diagnostic("QL019", message, node.span, self.columns_here(node.name), severity)

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
        from insightctl.ql.analysis import analyse

        inner = analyse(query, level=self.level + 1)
        self.problems.extend(inner.problems)
        self.subqueries.append(inner)
        return inner

    def membership(self, node: ast.InQuery) -> None:
        """Judges the query behind an `in`."""
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

    def named(self, fields: tuple[ast.Field, ...]) -> None:
        """Fields that a command names."""
        for name in fields:
            self.expression(name)
