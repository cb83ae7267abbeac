"""Whether a result of the engine is the answer of the reference."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from fractions import Fraction
from itertools import groupby

from insightctl.core.result import Result
from insightctl.core.result import Value as Cell
from tests.reference.commands import Answer
from tests.reference.values import AnyOf, JsonScalar, Moment, Tree, Value, as_number, moment

HALF = Fraction(1, 20_000)


def differences(result: Result, answer: Answer) -> list[str]:
    """What is wrong with a result, in sentences."""
    found = []
    if result.names != answer.columns:
        found.append(f"columns {result.names}, not {answer.columns}")
    statistics = result.statistics
    for name, got, wanted in (
        ("matched", statistics.records_matched, answer.matched),
        ("scanned", statistics.records_scanned, answer.scanned),
    ):
        if got != wanted:
            found.append(f"records {name}: {got}, not {wanted}")
    return found or [*wrong_types(result), *wrong_rows(result.rows, answer)]


def wrong_types(result: Result) -> list[str]:
    """Cells that do not fit the type of their column."""
    kinds: dict[str, type | tuple[type, ...]] = {
        "number": (int, float),
        "string": str,
        "timestamp": datetime,
        "boolean": bool,
        "json": (list, dict),
    }
    return [
        f"{cell!r} in the {column.type} column {column.name}"
        for row in result.rows
        for column, cell in zip(result.columns, row, strict=True)
        if cell is not None
        and (not isinstance(cell, kinds[column.type]) or (isinstance(cell, bool) and column.type != "boolean"))
    ]


def wrong_rows(rows: Sequence[tuple[Cell, ...]], answer: Answer) -> list[str]:
    """Rows of equal keys are compared as multisets; of those that a limit cuts through any may be there."""
    count = len(answer.rows) if answer.limit is None else min(answer.limit, len(answer.rows))
    if len(rows) != count:
        return [f"{len(rows)} rows, not {count}: {rows!r}, not {answer.rows!r}"]
    at = 0
    for _, group in groupby(range(len(answer.rows)), key=lambda i: answer.places[i]):
        left = [answer.rows[i] for i in group]
        for row in rows[at : at + len(left)]:
            match = next((other for other in left if same_row(row, other)), None)
            if match is None:
                return [f"row {at}: {row!r}, not one of {left!r}"]
            left.remove(match)
            at += 1
        if at == count:
            break
    return []


def same_row(row: Sequence[Cell], wanted: Sequence[Value]) -> bool:
    return all(same(cell, value) for cell, value in zip(row, wanted, strict=True))


def same(cell: Cell, value: Value) -> bool:
    """Fields as they are spelled, or the number that they spell; computed numbers rounded to 4 decimals."""
    match value:
        case AnyOf(values=values):
            return any(same(cell, one) for one in values)
        case None:
            return cell is None
        case Moment():
            return cell == moment(value)
        case bool():
            return cell is value
        case str():
            return cell == value or spells(value, cell)
        case JsonScalar():
            return cell == value.text or spells(value.text, cell)
        case Tree():
            return False
        case _ if isinstance(cell, str):  # a number in a column that holds texts too
            spelled = as_number(cell)
            return spelled is not None and is_rounded(float(spelled), Fraction(value))
        case _:
            return isinstance(cell, int | float) and not isinstance(cell, bool) and is_rounded(cell, Fraction(value))


def spells(text: str, cell: Cell) -> bool:
    return isinstance(cell, int | float) and not isinstance(cell, bool) and as_number(text) == cell


def is_rounded(cell: float, exact: Fraction) -> bool:
    """Whether a double is the exact value rounded to 4 decimals; of a value in the middle (as far as doubles can tell) either."""
    slack = HALF + abs(exact) * Fraction(1, 10**13)
    return abs(Fraction(cell) - exact) <= slack and (round(cell, 4) == cell or abs(cell) > 1e11)
