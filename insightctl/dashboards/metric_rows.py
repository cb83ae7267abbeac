"""Entries of a widget into rows of a body's `metrics`: for every function, alias or version that the widget is about."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from insightctl.dashboards.colours import Shades
from insightctl.dashboards.filling import Fail, Filler
from insightctl.dashboards.metrics import FORMULAS, METRICS, Formula, Metric, is_of_function
from insightctl.dashboards.model import Entry, Names

MetricRow = list[object]
"""A row of a widget's `metrics` array, as the body has it."""

_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")
_WORD = re.compile(r"(?<![\w.])[a-z]\w*(?![\w(])")


@dataclass(frozen=True, slots=True)
class _One:
    """One function of a widget: what fills the texts, the ending of its ids, and what its lines are called."""

    filler: Filler
    names: Names
    ending: str
    called: str | None


def rows(entries: Sequence[Entry], filler: Filler, fail: Fail) -> list[MetricRow]:
    """The metric rows, entry by entry, function by function. Raises UsageError where a function is missing."""
    names = filler.names
    ones = [_one(filler, function, place, len(names.functions)) for place, function in enumerate(names.functions)]
    of_function = _ids_of_functions(entries)
    alone = _One(filler, names, "", None)
    shades = Shades()
    found: list[MetricRow] = []
    for place, entry in enumerate(entries):
        if not _is_of_function(entry, of_function):
            found += _rows_of(entry, place, alone, of_function, shades)
            continue
        if not ones:
            raise fail(f"'{entry.shown}': of which function?", "name it: -f checkout (repeat it for more)")
        for one in ones:
            found += _rows_of(entry, place, one, of_function, shades)
    return found


def is_per_function(entry: Entry) -> bool:
    """Whether an entry is drawn once for each function."""
    return _is_of_function(entry, frozenset())


def _one(filler: Filler, function: str, place: int, of: int) -> _One:
    names = Names((function,), filler.names.alias, filler.names.version)
    is_alone = of == 1
    return _One(filler.of(names), names, "" if is_alone else f"_{place}", None if is_alone else function)


def _ids_of_functions(entries: Sequence[Entry]) -> frozenset[str]:
    """The ids that are one for each function: of metrics of functions, and of maths over such ids."""
    found: set[str] = set()
    while True:
        more = {entry.id for entry in entries if entry.id and _is_of_function(entry, found)} - found
        if not more:
            return frozenset(found)
        found |= more


def _is_of_function(entry: Entry, ids: frozenset[str] | set[str]) -> bool:
    if entry.name is not None:
        return is_of_function(entry.name)
    texts = " ".join((*entry.raw, entry.expression or "", entry.sql or "", entry.label or ""))
    if "{function}" in texts:
        return True
    return entry.expression is not None and bool(set(_WORD.findall(_QUOTED.sub("", entry.expression))) & ids)


def _rows_of(entry: Entry, place: int, one: _One, of_function: frozenset[str], shades: Shades) -> Iterator[MetricRow]:
    name, _, statistic = (entry.name or "").partition(" ")
    if name in FORMULAS:
        yield from _formula(entry, FORMULAS[name], f"{place}{one.ending}", one, shades)
    elif name:
        metric = METRICS[name]
        stats = (entry.stat or statistic,) if entry.stat or statistic else metric.statistics
        for stat in stats:
            label = _label(entry, _shown(name, metric, stat, len(stats)), one)
            dimensions = _dimensions(metric, one.names)
            yield [
                metric.namespace,
                metric.name or name,
                *dimensions,
                _rendering(entry, one, label, stat, entry.colour or metric.colour, shades),
            ]
    elif entry.raw:
        yield _raw(entry, one, shades)
    else:
        yield [_expression(entry, one, of_function, shades)]


def _raw(entry: Entry, one: _One, shades: Shades) -> MetricRow:
    label = _label(entry, None, one)
    rendering = _rendering(entry, one, label, entry.stat, entry.colour, shades)
    row: MetricRow = [one.filler.text(part) for part in entry.raw]
    return [*row, rendering] if rendering else row


def _expression(entry: Entry, one: _One, of_function: frozenset[str], shades: Shades) -> dict[str, object]:
    text = one.filler.text(entry.expression or entry.sql or "")
    if entry.expression and one.ending:
        text = _renamed(text, of_function, one.ending)
    label = _label(entry, None, one)
    return {"expression": text, **_rendering(entry, one, label, entry.stat, entry.colour, shades)}


def _renamed(expression: str, ids: frozenset[str], ending: str) -> str:
    """The maths of one function: `e / i` becomes `e_1 / i_1`. What stands in quotes is no id."""

    def outside(text: str) -> str:
        return _WORD.sub(lambda match: match[0] + ending if match[0] in ids else match[0], text)

    parts: list[str] = []
    at = 0
    for quoted in _QUOTED.finditer(expression):
        parts += [outside(expression[at : quoted.start()]), quoted[0]]
        at = quoted.end()
    return "".join([*parts, outside(expression[at:])])


def _dimensions(metric: Metric, names: Names) -> list[str]:
    """The dimensions that choose a function, an alias or a version ("Using alarms and metrics of an alias")."""
    if metric.dimension is None:
        return []
    function = names.functions[0]
    if metric.dimension != "FunctionName":  # Lambda Insights tells versions apart, but no aliases
        return [metric.dimension, function, *(["version", names.version] if names.version else [])]
    qualifier = names.alias or names.version
    found = [metric.dimension, function]
    if qualifier:
        found += ["Resource", f"{function}:{qualifier}"]
    if names.alias and names.version:
        found += ["ExecutedVersion", names.version]
    return found


def _shown(name: str, metric: Metric, stat: str, of: int) -> str:
    return name if of == 1 and (stat,) == metric.statistics else f"{name} {stat}"


def _label(entry: Entry, shown: str | None, one: _One) -> str | None:
    given = one.filler.maybe(entry.label) or shown
    says_it = entry.label is not None and "{function}" in entry.label
    if one.called is None or says_it or (given is None and not one.called):
        return given
    return f"{one.called} {given}" if given else one.called


def _rendering(
    entry: Entry, one: _One, label: str | None, stat: str | None, colour: str | None, shades: Shades
) -> dict[str, object]:
    found: dict[str, object] = {
        "stat": stat,
        "label": label,
        "id": f"{entry.id}{one.ending}" if entry.id else None,
        "color": shades.take(colour) if colour and entry.visible else None,
        "yAxis": entry.axis,
        "period": entry.period,
        "region": one.filler.maybe(entry.region),
        "accountId": one.filler.maybe(entry.account),
        "visible": None if entry.visible else False,
    }
    given = {key: value for key, value in found.items() if value is not None}
    return {**given, **one.filler.json(entry.rendering)}


def _formula(entry: Entry, formula: Formula, suffix: str, one: _One, shades: Shades) -> Iterator[MetricRow]:
    ids = {name: f"{name[0].lower()}{name[1:]}_{suffix}" for name in formula.of}
    where = {"region": entry.region, "accountId": entry.account, "period": entry.period}
    place = {key: value for key, value in where.items() if value is not None}
    for name, id_ in ids.items():
        metric = METRICS[name]
        rendering = {"stat": metric.statistics[0], "id": id_, "visible": False, **place}
        yield [metric.namespace, name, *_dimensions(metric, one.names), rendering]
    label = _label(entry, formula.label, one)
    plain = _rendering(entry, one, label, None, entry.colour or formula.colour, shades)
    shown = {key: value for key, value in plain.items() if key not in ("region", "accountId")}
    yield [{"expression": formula.expression.format(**ids), "id": f"rate_{suffix}", **shown}]
