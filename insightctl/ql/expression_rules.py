"""Rules on single expressions: functions, arguments, places of aggregates, patterns and periods."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from insightctl.ql import ast
from insightctl.ql.diagnostics import Diagnostic, nearest
from insightctl.ql.functions import FUNCTIONS, UNLIMITED, Function, find
from insightctl.ql.literals import check_literals
from insightctl.ql.periods import better, bucket, unit_of
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
    "now_ms": "now() * 1000",
    "iff": "if(condition, a, b)",
    "iif": "if(condition, a, b)",
    "regexp_replace": "regexReplace(text, /pattern/, with)",
    "regex_replace": "regexReplace(text, /pattern/, with)",
    "std": "stddev(field)",
    "var": "variance(field)",
    "distinct_count": "count_distinct(field)",
    "isnotnull": "ispresent(field)",
    "to_number": "toNumber(text)",
    "date_trunc": "datefloor(@timestamp, 1h)",
    "group_concat": "values(field)",
    "substring": "substr(text, start, length)",
    "indexof": "strcontains(text, search)",
    "json_extract": "jsonParse(text).key",
    "parsejson": "jsonParse(text)",
    "ago": "now() * 1000 - 3600000",
    "quantile": "pct(field, 99)",
    "tostring": "concat(value)",
    "strcat": "concat(text, ...)",
    "regexp_extract": "parse field /(?<name>...)/",
    "extract": "parse field /(?<name>...)/",
    "uniq": "count_distinct(field)",
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
        case ast.Access(base=base):
            yield from _visit(base, in_stats, inside, column, loose)
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
        case ast.InQuery(operand=operand):
            yield from _visit(operand, in_stats, inside, column, loose)
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
        wanted = known.parameter(position)
        if isinstance(arg, ast.Period) and wanted is not None and wanted.type == "period":
            yield from _period(arg, known, call.span)
        elif wanted is not None and wanted.type == "period":
            yield Diagnostic("QL013", f"{known.name} wants a period here", call.span, f"{known.name}(..., 5m)")
        elif isinstance(arg, ast.Star):
            if "*" not in known.signature:
                yield Diagnostic("QL013", f"{known.name} does not take '*'", arg.span, known.signature)
        elif isinstance(arg, ast.Regex) and known.name == "regexReplace" and position == 1:
            yield from check_regex(arg)
        else:
            yield from _visit(arg, in_stats, inside or known.aggregate, column, loose)
    yield from check_literals(call)


def check_period(period: ast.Period) -> Iterator[Diagnostic]:
    """Findings in the unit and the amount of a period."""
    if unit_of(period) is None:
        hint = "units: ms, s, m, h, d, w, mo, q, y"
        yield Diagnostic("QL025", f"'{period.unit}' is not a unit of time", period.span, hint)
    elif period.amount < 1:
        message = f"'{period.amount}{period.unit}' is not a period"
        yield Diagnostic("QL025", message, period.span, "the amount is at least 1")


def _period(period: ast.Period, function: Function, call: Span) -> Iterator[Diagnostic]:
    wrong = list(check_period(period))
    yield from wrong
    if not wrong and (fix := better(period)):
        written = f"{period.amount}{period.unit}"
        before = "..., " if function.least > 1 else ""
        message = f"{function.name}({before}{written}) really is {_spoken(bucket(period).ms)} on the service, and here"
        yield Diagnostic("QL040", message, call, f"write {function.name}({before}{fix})", "warning")


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
    if function.most > function.least + 1:
        return f"{function.least} to {function.most} arguments"
    counts = str(function.least) if function.least == function.most else f"{function.least} or {function.most}"
    return f"{counts} argument{'s' if counts != '1' else ''}"


_TYPES = re.compile(r": \w+")


def _unknown_hint(name: str) -> str:
    if other := _OTHER_NAMES.get(name.lower()):
        return f"did you mean '{other}'?"
    meant = nearest(name, [function.name for function in FUNCTIONS.values()])
    if meant is None:
        return "insightctl ql functions lists them"
    return f"did you mean '{_TYPES.sub('', FUNCTIONS[meant.lower()].signature)}'?"


def _text(call: ast.Call) -> str:
    from insightctl.ql.formatting import expression_text

    return expression_text(call)
