"""Rules on single expressions: functions, arguments, places of aggregates, patterns and periods."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from insightctl.ql import ast
from insightctl.ql.diagnostics import Diagnostic, nearest
from insightctl.ql.functions import FUNCTIONS, UNLIMITED, Function, find
from insightctl.ql.periods import better, unit_of
from insightctl.ql.regex import RegexRefused, translate
from insightctl.ql.spans import Span

_OTHER_NAMES = {
    "percentile": "pct(field, 99)",
    "p99": "pct(field, 99)",
    "p95": "pct(field, 95)",
    "p90": "pct(field, 90)",
    "p50": "pct(field, 50)",
    "mean": "avg(field)",
    "average": "avg(field)",
    "len": "strlen(text)",
    "length": "strlen(text)",
    "lower": "tolower(text)",
    "upper": "toupper(text)",
    "contains": "strcontains(text, search)",
    "count_if": "sum(condition)",
    "countif": "sum(condition)",
    "isnull": "not ispresent(field)",
    "dcount": "count_distinct(field)",
    "first": "earliest(field)",
    "last": "latest(field)",
    "ifnull": "coalesce(field, ...)",
    "round": "floor(number + 0.5)",
}


def check_expression(
    expr: ast.Expr, *, in_stats: bool, column: Callable[[ast.Expr], bool], loose_aggregates: bool
) -> Iterator[Diagnostic]:
    """Findings in an expression. `column` tells whether a call is the text of a column that stats made."""
    yield from _visit(expr, in_stats, False, column, loose_aggregates)


def _visit(
    node: ast.Expr, in_stats: bool, inside: bool, column: Callable[[ast.Expr], bool], loose: bool
) -> Iterator[Diagnostic]:
    if loose and column(node):
        return
    match node:
        case ast.Call():
            yield from _call(node, in_stats, inside, column, loose)
        case ast.Unary(operand=operand):
            yield from _visit(operand, in_stats, inside, column, loose)
        case ast.Binary(op="and" | "or"):
            for inner in ast.operands(node):
                yield from _visit(inner, in_stats, inside, column, loose)
        case ast.Binary(op=op, left=left, right=right):
            yield from _visit(left, in_stats, inside, column, loose)
            if isinstance(right, ast.Regex) and op in ("like", "not like"):
                yield from check_regex(right)
            else:
                yield from _visit(right, in_stats, inside, column, loose)
        case ast.In(operand=operand, items=items):
            for inner in (operand, *items):
                yield from _visit(inner, in_stats, inside, column, loose)
        case ast.Regex():
            yield Diagnostic("QL026", "a regular expression cannot stand here", node.span, "write: field like /.../")
        case ast.Period():
            hint = "periods go into bin(), datefloor() and dateceil(); elsewhere write a number"
            yield Diagnostic("QL024", "a time period cannot stand here", node.span, hint)
        case _:
            return


def _call(
    call: ast.Call, in_stats: bool, inside: bool, column: Callable[[ast.Expr], bool], loose: bool
) -> Iterator[Diagnostic]:
    known = find(call.name)
    if known is None:
        yield Diagnostic("QL012", f"unknown function '{call.name}'", call.name_span, _unknown_hint(call.name))
        return
    if not known.least <= len(call.args) <= known.most:
        message = f"{known.name} takes {_arity(known)}, not {len(call.args)}"
        yield Diagnostic("QL013", message, call.span, known.signature)
        return
    if known.aggregate and inside:
        yield Diagnostic("QL014", f"{known.name} stands inside another aggregate", call.span, "use two stats commands")
    elif known.aggregate and not in_stats:
        hint = f"aggregate first: stats {_text(call)} as x by ... | filter x > 0"
        yield Diagnostic("QL014", f"{known.name} is an aggregate and only stands in stats", call.span, hint)
    for position, arg in enumerate(call.args):
        if isinstance(arg, ast.Period) and _takes_period(known, position):
            yield from _period(arg, known, call.span)
        elif _takes_period(known, position):
            yield Diagnostic("QL013", f"{known.name} wants a period here", call.span, f"{known.name}(..., 5m)")
        elif isinstance(arg, ast.Star):
            if known.name != "count":
                yield Diagnostic("QL013", f"{known.name} does not take '*'", arg.span, known.signature)
        else:
            yield from _visit(arg, in_stats, inside or known.aggregate, column, loose)
    if known.name == "pct":
        yield from _percent(call.args[1])


def _percent(arg: ast.Expr) -> Iterator[Diagnostic]:
    if not isinstance(arg, ast.Number) or not 0 <= arg.value <= 100:
        span = getattr(arg, "span", Span(0, 0))
        yield Diagnostic("QL013", "pct wants a percentage from 0 to 100", span, "pct(@duration, 99)")


def _takes_period(function: Function, position: int) -> bool:
    return (function.name, position) in {("bin", 0), ("datefloor", 1), ("dateceil", 1)}


def _period(period: ast.Period, function: Function, call: Span) -> Iterator[Diagnostic]:
    unit = unit_of(period)
    written = f"{period.amount}{period.unit}"
    if unit is None:
        hint = "units: ms, s, m, h, d, w, mo, q, y"
        yield Diagnostic("QL025", f"'{period.unit}' is not a unit of time", period.span, hint)
    elif period.amount < 1:
        yield Diagnostic("QL025", f"'{written}' is not a period", period.span, "the amount is at least 1")
    elif fix := better(period):
        from insightctl.ql.periods import bucket

        real = bucket(period).ms
        message = f"{function.name}({written}) really is {_spoken(real)} on the service, and here"
        yield Diagnostic("QL040", message, call, f"write {function.name}({fix})", "warning")


def _spoken(ms: int) -> str:
    return f"{ms // 3_600_000} h" if ms >= 3_600_000 else f"{ms // 1000} s" if ms >= 1000 else f"{ms} ms"


def check_regex(node: ast.Regex) -> Iterator[Diagnostic]:
    """Findings in a regular expression."""
    try:
        translate(node.pattern)
    except RegexRefused as refused:
        yield Diagnostic("QL021", f"in this regular expression {refused.reason}", node.span)


def _arity(function: Function) -> str:
    if function.most == UNLIMITED:
        return f"{function.least} or more arguments"
    counts = str(function.least) if function.least == function.most else f"{function.least} or {function.most}"
    return f"{counts} argument{'s' if counts != '1' else ''}"


def _unknown_hint(name: str) -> str:
    if other := _OTHER_NAMES.get(name.lower()):
        return f"did you mean '{other}'?"
    meant = nearest(name, [function.name for function in FUNCTIONS.values()])
    return f"did you mean '{FUNCTIONS[meant.lower()].signature}'?" if meant else "insightctl ql functions lists them"


def _text(call: ast.Call) -> str:
    from insightctl.ql.formatter import expression_text

    return expression_text(call)
