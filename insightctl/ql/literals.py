"""Arguments that have to be written out, and what may stand there: percentages, counts, patterns of dates, zones."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from insightctl.ql import ast
from insightctl.ql.dates import java_pattern
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.regex import RegexRefused, translate

MAX_TOPK = 10_000
MAX_BUCKETS = 10_000


def check_literals(call: ast.Call) -> Iterator[Diagnostic]:
    """Findings in the arguments of a call with the right number of them."""
    rule = _RULES.get(call.name)
    if rule is not None:
        yield from rule(call)


def _wrong(arg: ast.Expr, message: str, help: str) -> Diagnostic:
    return Diagnostic("QL013", message, getattr(arg, "span", ast.NOWHERE), help)


def _percent(call: ast.Call) -> Iterator[Diagnostic]:
    arg = call.args[1]
    if not isinstance(arg, ast.Number) or not 0 <= arg.value <= 100:
        yield _wrong(arg, "pct wants a percentage from 0 to 100", "pct(@duration, 99)")


def _whole(position: int, most: int, help: str) -> Callable[[ast.Call], Iterator[Diagnostic]]:
    def rule(call: ast.Call) -> Iterator[Diagnostic]:
        arg = call.args[position]
        if not isinstance(arg, ast.Number) or not arg.value.is_integer() or not 1 <= arg.value <= most:
            yield _wrong(arg, f"{call.name} wants a whole number from 1 to {most:,} here", help)

    return rule


def _regex_replace(call: ast.Call) -> Iterator[Diagnostic]:
    pattern = call.args[1]
    if isinstance(pattern, ast.String):
        try:
            translate(pattern.value)
        except RegexRefused as refused:
            yield Diagnostic("QL021", f"in this regular expression {refused.reason}", pattern.span)
    elif not isinstance(pattern, ast.Regex):
        yield _wrong(pattern, "regexReplace wants its pattern written out", 'regexReplace(path, "[0-9]+", "N")')


def _parse_date(call: ast.Call) -> Iterator[Diagnostic]:
    pattern = call.args[1]
    if not isinstance(pattern, ast.String):
        yield _wrong(pattern, "parseDate wants its pattern written out", 'parseDate(day, "yyyy-MM-dd")')
    elif isinstance(reason := java_pattern(pattern.value), Exception):
        yield _wrong(pattern, f"in this pattern {reason}", 'such as "yyyy-MM-dd HH:mm:ss.SSS"')
    yield from _zone(call)


def _format_date(call: ast.Call) -> Iterator[Diagnostic]:
    if not isinstance(call.args[1], ast.String):
        yield _wrong(call.args[1], "formatDate wants its format written out", 'formatDate(@timestamp, "%H:%M")')
    yield from _zone(call)


def _zone(call: ast.Call) -> Iterator[Diagnostic]:
    if len(call.args) < 3:
        return
    zone = call.args[2]
    if not isinstance(zone, ast.String):
        yield _wrong(zone, f"{call.name} wants its time zone written out", '"UTC" or "Europe/Berlin"')


_RULES: dict[str, Callable[[ast.Call], Iterator[Diagnostic]]] = {
    "pct": _percent,
    "topk": _whole(0, MAX_TOPK, "topk(3, status)"),
    "histogram": _whole(1, MAX_BUCKETS, "histogram(latency, 10)"),
    "regexReplace": _regex_replace,
    "parseDate": _parse_date,
    "formatDate": _format_date,
}
