"""Words for the commands that bring in other rows: joins, columns of another query, lookup tables."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.analysis import join_key
from insightctl.ql.explaining.phrases import listed
from insightctl.ql.explaining.step import Here, Said
from insightctl.ql.formatting import expression_text, name_text
from insightctl.ql.rules.looking import conjuncts

_KEYS = "The query inside may give at most 50,000 different values of the key."
_OVERWRITTEN = "A field that has such a name already is overwritten; without a match it becomes absent."
_KEPT = "A field that has such a name already stays as it is."


def join(c: ast.Join, here: Here) -> Said:
    """`join type=inner left=a right=b where a.x = b.y (query)`"""
    keys = [join_key(side, c) for side in conjuncts(c.condition)]
    matched = [f"{expression_text(key[1])} equals its {expression_text(key[0])}" for key in keys if key]
    where = f"whose {' and whose '.join(matched)}" if matched and all(keys) else f"where {_plain(c, here)}"
    left, right = name_text(c.left), name_text(c.right)
    rest = (
        f"Those without a match stay, without the fields of {right}."
        if c.kind == "left"
        else "Those without a match are dropped."
    )
    names = f"Fields of the {here.flow.noun} are written {left}.NAME, those of its match {right}.NAME."
    return Said(f"Joins each {here.flow.noun} with those of the query inside {where}. {rest} {names}", (_KEYS,))


def _plain(c: ast.Join, here: Here) -> str:
    return here.speaker.condition(c.condition)


def appendcols(c: ast.AppendCols, here: Here) -> Said:
    """`appendcols (query)`"""
    double = "those of the query inside win" if c.override else "those of the rows above stay"
    notes = (
        f"Rows are matched by their place alone, not by any value. Where both have a column of one name, {double}.",
        f"At most {c.most:,} rows of the query inside are taken.",
    )
    return Said(f"Puts the columns of the query inside beside the {here.rows}: its first row beside the first.", notes)


def lookup(c: ast.Lookup, here: Here) -> Said:
    """`lookup table key OUTPUT column`"""
    keys = [f"{name_text(key.column)} equals {name_text(key.name)}" for key in c.keys]
    return _looked_up(name_text(c.table), " and ".join(keys), c.outputs, c.keep, here)


def cidrlookup(c: ast.CidrLookup, here: Here) -> Said:
    """`cidrlookup table address OUTPUT column`"""
    column = f"network in {name_text(c.column)}" if c.column is not None else "network"
    condition = f"{column} contains {expression_text(c.address)}"
    return _looked_up(name_text(c.table), condition, c.outputs, c.keep, here, joint="whose")


def _looked_up(
    table: str, condition: str, outputs: tuple[ast.LookupField, ...], keep: bool, here: Here, joint: str = "where"
) -> Said:
    names = [name_text(o.column) + (f" as {name_text(o.name)}" if o.name != o.column else "") for o in outputs]
    row = f"the row of the table {table} {joint} {condition}"
    note = _KEPT if keep else _OVERWRITTEN
    return Said(f"Looks up, for each {here.flow.noun}, {row}, and adds its {listed(names)}.", (note,))
