"""Words for the commands over rows in their order: running sums, gaps, totals, outliers, sessions."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.analysis import APPROXIMATE, lag_names
from insightctl.ql.explaining.flow import NEWEST_FIRST
from insightctl.ql.explaining.phrases import duration, listed, number_words
from insightctl.ql.explaining.step import Here, Said
from insightctl.ql.formatting import expression_text, name_text


def _direction(here: Here) -> tuple[str, ...]:
    """A note on which row is the one before."""
    if here.flow.order.startswith(NEWEST_FIRST):
        return ("Rows run from the newest back here: the row above is the later one.",)
    return () if here.flow.sorted else (f"Nothing sorts the {here.rows}, so which one is above is left open.",)


def filldown(c: ast.FillDown, here: Here) -> Said:
    """`filldown a b*`"""
    plain = [name_text(p) for p in c.patterns if "*" not in p]
    wild = [f"any field named like {p}" for p in c.patterns if "*" in p]
    names = listed([*plain, *wild], "or") or "a field"
    return Said(f"Where {names} is absent, repeats the last value from the rows above.", _direction(here))


def fillmissing(c: ast.FillMissing, here: Here) -> Said:  # noqa: ARG001
    """`fillmissing with 0 for n`"""
    filled = listed([f"{name_text(f.name)} is {expression_text(f.value)}" for f in c.fills])
    words = f"; in it {filled}" if filled else ", with its other columns absent"
    return Said(f"Adds a row for each interval that has none{words}.")


def accum(c: ast.Accum, here: Here) -> Said:
    """`accum field as total`"""
    name = expression_text(c.source)
    if c.alias is None:
        return Said(f"Adds {name} up from row to row: {name} itself becomes the running sum.", _direction(here))
    return Said(f"Adds {name} up from row to row: {name_text(c.alias)} is the running sum.", _direction(here))


def autoregress(c: ast.Autoregress, here: Here) -> Said:
    """`autoregress field p=1-4`"""
    name, made = expression_text(c.source), lag_names(c)
    if len(made) == 1:
        above = "the row above" if c.first == 1 else f"the row {number_words(c.first)} above"
        return Said(f"Adds {made[0]}: the {name} of {above}.", _direction(here))
    names = f"{made[0]} to {made[-1]}" if len(made) > 3 else listed(made)
    rows = f"the rows {number_words(c.first)} to {number_words(c.last)} above"
    return Said(f"Adds {names}: the {name} of {rows}.", _direction(here))


def addtotals(c: ast.AddTotals, here: Here) -> Said:  # noqa: ARG001
    """`addtotals a, b`"""
    names = listed([expression_text(name) for name in c.fields])
    row = f"adds the column {name_text(c.name)} with the sum of {names or 'all numbers'} in each row"
    sums = "sum" if len(c.fields) < 2 else "sums"
    col = f"adds a last row with the {sums} of {names or 'each column of numbers'} over all rows"
    said = " and ".join(([row] if c.row else []) + ([col] if c.col else []))
    return Said(f"{said[:1].upper()}{said[1:]}." if said else "Adds nothing: both kinds of totals are off.")


def outlier(c: ast.Outlier, here: Here) -> Said:
    """`outlier a b`"""
    names = [expression_text(name) for name in c.fields]
    far = f"more than {c.factor:g} interquartile ranges above the upper quartile"
    far += " or below the lower one" if c.lower else ""
    what = f"{listed(names, 'or')} lies {far}"
    done = f"Drops the {here.rows} where {what}." if c.remove else f"Where {what}, pulls the value back to that limit."
    marks = f" Marks these in {listed([f'{name.name}_outlier' for name in c.fields])}." if c.mark else ""
    return Said(done + marks)


def sessionize(c: ast.Sessionize, here: Here) -> Said:
    """`sessionize user maxspan 30m`"""
    names = listed([expression_text(name) for name in c.fields])
    return Said(
        f"Groups the {here.rows} with the same {names} into sessions: a new one begins after {duration(c.gap)} of silence. "
        f"{name_text(c.alias)} tells the sessions apart."
    )


def count_frequent(c: ast.CountFrequent, here: Here) -> Said:  # noqa: ARG001
    """`countFrequent a, b`"""
    names = [expression_text(name) for name in c.fields]
    what = f"each value of {names[0]}" if len(names) == 1 else f"each combination of {listed(names)}"
    return Said(
        f"Counts how often {what} occurs, into {APPROXIMATE}; the most frequent comes first.",
        ("The counts are approximate on the service.",),
    )
