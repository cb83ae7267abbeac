"""Words for stats."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from insightctl.ql import ast
from insightctl.ql.explaining.cautions import cautions
from insightctl.ql.explaining.phrases import duration, intervals, listed
from insightctl.ql.explaining.step import Here, Said
from insightctl.ql.fields import SYSTEM_FIELDS
from insightctl.ql.formatting import expression_text
from insightctl.ql.rules.looking import guarded


def stats(c: ast.Stats, here: Here) -> Said:
    """`stats items by keys`"""
    speaker = replace(here.speaker, scope=replace(here.scope, expressions=()))  # count(*) counts anew here
    computed = "; ".join(speaker.item(item) for item in c.items)
    notes = (*cautions(*(item.expr for item in (*c.items, *c.by))), *_groups(c, here), *_left(here))
    if not c.by:
        return Said(f"Puts all the {here.rows} into one group and computes: {computed}.", notes)
    keys = listed([f"by {_key(item, here)}" for item in c.by])
    shift = f", shifted by {duration(c.offset)}" if c.offset is not None else ""
    return Said(f"Groups the {here.rows} {keys}{shift}; for each group computes: {computed}.", notes)


def _key(item: ast.Item, here: Here) -> str:
    named = f" (as {item.alias})" if item.alias is not None else ""
    match item.expr:
        case ast.Call(name="bin", args=(ast.Period() as width,)):
            return f"{intervals(width)} of @timestamp{named}"
        case ast.Call(name="datefloor", args=(time, ast.Period() as width)):
            return f"{intervals(width)} of {here.speaker.value(time)}{named}"
        case _:
            return here.speaker.value(item.expr) + named


def _groups(c: ast.Stats, here: Here) -> Iterator[str]:
    """Groups that are not expected, or not there."""
    absent = [
        expression_text(item.expr)
        for item in c.by
        if isinstance(item.expr, ast.Field)
        and item.expr.name not in SYSTEM_FIELDS
        and not here.scope.closed
        and not guarded(here.analysis, item.expr.name)
    ]
    if absent:
        yield f"{here.rows.capitalize()} that have no {listed(absent, 'or')} are grouped, too."
    filled = any(isinstance(command, ast.FillMissing) for _, command in here.later)
    binned = any(isinstance(item.expr, ast.Call) and item.expr.name == "bin" for item in c.by)
    if binned and not filled:
        yield f"An interval without {here.rows} has no row."


def _left(here: Here) -> Iterator[str]:
    """What the commands behind it can still name."""
    reading = ast.Filter | ast.Fields | ast.Display | ast.Stats | ast.Parse | ast.Dedup
    if any(isinstance(command, reading) for _, command in here.later):
        yield f"From here on there are only these columns: {listed([column.name for column in here.after.columns()])}."
