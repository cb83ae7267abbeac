"""Aggregates and columns that mislead: lost names, fractions as percentages, counts of something else."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, Step
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.fields import LAMBDA_FIELDS, SYSTEM_FIELDS
from insightctl.ql.functions import find
from insightctl.ql.rules.looking import guarded, is_raw, nodes, warn

_SOMETIMES = ("@initDuration", "@xrayTraceId", "@xraySegmentId")  # not every REPORT line has them
_EVERY_EVENT = ("@timestamp", "@message", "@ptr", "@ingestionTime")


def sorted_by_function_name(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL053: `sort count desc` after `stats count(*)`: the column is named count(*), so nothing is sorted."""
    for step in analysis.steps:
        if not isinstance(step.command, ast.Sort) or not step.scope.closed:
            continue
        for key in step.command.keys:
            if not isinstance(key.expr, ast.Field) or step.scope.knows(key.expr):
                continue
            word = str(key.expr.parts[0]).lower()
            meant = next((name for name in step.scope.defined if name.lower().startswith(f"{word}(")), None)
            if meant is None and find(word) is None:
                continue
            hint = (
                f"give the column a name: {meant} as n | sort n"
                if meant
                else f"columns here: {', '.join(step.scope.defined)}"
            )
            yield warn("QL053", f"there is no column '{key.expr.name}': this sorts by nothing", key.expr.span, hint)


def counted(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL059: count(field) counts the events that have the field; count(*) counts all."""
    for step in analysis.steps:
        if not isinstance(step.command, ast.Stats):
            continue
        counts = [
            n
            for item in step.command.items
            for n in ast.walk(item.expr)
            if isinstance(n, ast.Call) and n.name == "count"
        ]
        beside = any(node.args in ((), (ast.Star(),)) for node in counts)
        for node in counts:
            arg = node.args[0] if node.args else ast.Star()
            if isinstance(arg, ast.Number | ast.String):
                yield warn("QL059", "count of a constant counts every event", node.span, "count(*)")
            elif isinstance(arg, ast.Field) and not beside and _may_lack(arg, step, analysis):
                hint = f"count(*) counts all; filter ispresent({arg.name}) says that it is meant"
                yield warn("QL059", f"this counts only events that have {arg.name}", node.span, hint)


def _may_lack(field: ast.Field, step: Step, analysis: Analysis) -> bool:
    """Whether events that are left may lack the field, as far as a look at the filters tells."""
    if not is_raw(field, step.scope) or field.name in SYSTEM_FIELDS or guarded(analysis, field.name):
        return False
    reported = field.name in LAMBDA_FIELDS and field.name not in _SOMETIMES
    return not (reported and guarded(analysis, "@type"))


def fraction(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL074: pct(x, 0.99) is the 0.99th percentile, not the 99th."""
    for node, _ in nodes(analysis):
        match node:
            case ast.Call(name="pct", args=(_, ast.Number(value=percent, span=span))) if 0 < percent < 1:
                message = (
                    f"percentages go from 0 to 100: this is hardly more than the smallest value, not p{percent * 100:g}"
                )
                yield warn("QL074", message, span, f"write {percent * 100:g}")
            case _:
                pass


def every_event_a_group(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL081: by @timestamp makes a group of nearly each event."""
    for step in analysis.steps:
        if isinstance(step.command, ast.Stats) and not step.scope.closed:
            for item in step.command.by:
                if (
                    isinstance(item.expr, ast.Field)
                    and item.expr.name in _EVERY_EVENT
                    and is_raw(item.expr, step.scope)
                ):
                    hint = "by bin(5m)" if item.expr.name == "@timestamp" else "pattern @message groups what is alike"
                    yield warn("QL081", f"by {item.expr.name} makes a group of nearly each event", item.expr.span, hint)


RULES = (sorted_by_function_name, counted, fraction, every_event_a_group)
