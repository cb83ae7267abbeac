"""Expressions of the language as SQL over one relation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from insightctl.core.errors import UsageError
from insightctl.local import discovery
from insightctl.local.compiler.compare import compare
from insightctl.local.compiler.functions import FUNCTIONS
from insightctl.local.compiler.functions.site import CallSite
from insightctl.local.compiler.needles import contains_one, needles
from insightctl.local.compiler.plan import Plan
from insightctl.local.compiler.values import NULL, Params, Val, key, number, structure, text, truth
from insightctl.ql import ast
from insightctl.ql.regex import translate

_ARITHMETIC = {"+": "({} + {})", "-": "({} - {})", "*": "({} * {})", "^": "pow({}, {})"}
_ARITHMETIC |= {"/": "({} / nullif({}, 0))", "%": "({} % nullif({}, 0))"}


@dataclass(frozen=True, slots=True)
class Scope:
    """What expressions see: `field` resolves a field, `call` may take over a call (stats), `ts` is the time's column."""

    field: Callable[[ast.Field], Val]
    plan: Plan
    ts: str
    call: Callable[[ast.Call], Val | None] = lambda _: None
    membership: Callable[[ast.InQuery], str] | None = None
    """The SQL of a query inside the expression: SELECT of one column with the values to match, as `values.key` spells them."""

    @property
    def params(self) -> Params:
        """Values that go into the statement."""
        return self.plan.params


MAX_SQL = 1_000_000
"""Characters of SQL that one expression may become: conversions repeat their argument, so nesting multiplies it."""


def compile_expr(node: ast.Expr, scope: Scope) -> Val:
    """The SQL of an expression. Raises UsageError for what runs on the service only, and for what grows too large."""
    value = _compile(node, scope)
    if len(value.sql) > MAX_SQL:
        raise UsageError("an expression is nested too deep for the local engine", remedy="split it into several fields")
    return value


def _compile(node: ast.Expr, scope: Scope) -> Val:
    """The SQL of an expression. Raises UsageError for a function that runs on the service only."""
    match node:
        case ast.Number(value=value):
            return Val(f"CAST({scope.params.add(value)} AS DOUBLE)", "number")
        case ast.String(value=value):
            return Val(f"CAST({scope.params.add(value)} AS VARCHAR)", "string")
        case ast.Boolean(value=flag):
            return Val("true" if flag else "false", "boolean")
        case ast.Field():
            return scope.field(node)
        case ast.Call():
            return _call(node, scope)
        case ast.Access(base=base, parts=parts):
            whole = structure(_compile(base, scope))
            return discovery.scalar(discovery.json_field(parts, whole, scope.params))
        case ast.Unary(op="-", operand=operand):
            return Val(f"(-{number(compile_expr(operand, scope))})", "number")
        case ast.Unary(operand=operand):
            return Val(f"(NOT {condition(operand, scope)})", "boolean")
        case ast.Binary():
            return _binary(node, scope)
        case ast.In() | ast.InQuery():
            return Val(_strict(matches(node, scope)), "boolean")
        case _:
            return NULL


def condition(node: ast.Expr, scope: Scope) -> str:
    """An expression as a condition that is true or false, never null: null matches no comparison."""
    return _strict(matches(node, scope))


def matches(node: ast.Expr, scope: Scope) -> str:
    """An expression as a condition for WHERE, where null counts as false: simpler SQL that the engine pushes down."""
    match node:
        case ast.Binary(op="and" | "or" as op):
            return f"({f' {op.upper()} '.join(matches(side, scope) for side in ast.operands(node))})"
        case ast.Binary(op="=" | "!=" | "<" | "<=" | ">" | ">=" as op, left=left, right=right):
            return compare(op, compile_expr(left, scope), compile_expr(right, scope), left, right)
        case ast.Binary(op="like" | "not like"):
            return _like(node, scope)
        case ast.In():
            return _membership(node, scope)
        case ast.InQuery():
            return _in_query(node, scope)
        case ast.Unary(op="not", operand=operand):
            return f"(NOT {condition(operand, scope)})"
        case _:
            return truth(compile_expr(node, scope))


def _strict(sql: str) -> str:
    return f"coalesce({sql}, false)"


def _binary(node: ast.Binary, scope: Scope) -> Val:
    if node.op not in ("+", "-", "*", "/", "%", "^"):
        if node.op in ("and", "or"):
            sides = [condition(side, scope) for side in ast.operands(node)]
            return Val(f"({f' {node.op.upper()} '.join(sides)})", "boolean")
        return Val(_strict(matches(node, scope)), "boolean")
    left, right = number(compile_expr(node.left, scope)), number(compile_expr(node.right, scope))
    return Val(_ARITHMETIC[node.op].format(left, right), "number")


def _like(node: ast.Binary, scope: Scope) -> str:
    subject = text(compile_expr(node.left, scope))
    negation = "NOT " if node.op == "not like" else ""
    if isinstance(node.right, ast.Regex):
        pattern = scope.params.add(translate(node.right.pattern).pattern)
        found = f"regexp_matches({subject}, {pattern})"
        if inside := tuple(scope.params.add(one) for one in needles(node.right.pattern)):
            found = f"({contains_one(subject, inside)} AND {found})"
        return f"({negation}{found})"
    return f"({negation}contains({subject}, {text(compile_expr(node.right, scope))}))"


def _membership(node: ast.In, scope: Scope) -> str:
    value = compile_expr(node.operand, scope)
    tests = [compare("=", value, compile_expr(item, scope), node.operand, item) for item in node.items]
    found = f"({' OR '.join(tests)})" if tests else "false"
    if not node.negated:
        return found
    return f"(CASE WHEN {value.sql} IS NOT NULL THEN NOT coalesce({found}, false) END)"


def _in_query(node: ast.InQuery, scope: Scope) -> str:
    assert scope.membership is not None
    value = key(compile_expr(node.operand, scope))
    found = f"({value} IN ({scope.membership(node)}))"
    return f"(CASE WHEN {value} IS NOT NULL THEN NOT {found} END)" if node.negated else found


def _call(node: ast.Call, scope: Scope) -> Val:
    taken = scope.call(node)
    if taken is not None:
        return taken
    build = FUNCTIONS.get(node.name)
    if build is None:
        raise UsageError(
            f"{node.name}() runs on CloudWatch only so far", remedy="run it without --local, or write it another way"
        )
    return build(CallSite(node, scope, lambda arg: compile_expr(arg, scope), lambda arg: condition(arg, scope)))
