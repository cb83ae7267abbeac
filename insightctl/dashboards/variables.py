"""Variables of a body: the drop-down of functions, and those of one's own.

A property variable changes the FunctionName of every metric, but no log widget: half of the dashboard would stay where
it was. A pattern variable changes the name everywhere, so it is taken whenever the name occurs only as a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insightctl.dashboards.metrics import NAMESPACE
from insightctl.dashboards.model import Choice, Variable


@dataclass(frozen=True, slots=True)
class Chosen:
    """Entries of the body's `variables`, and what the reader should know."""

    entries: tuple[Mapping[str, object], ...] = ()
    notes: tuple[str, ...] = ()


def needs_nameless(wanted: Sequence[Variable], functions: Sequence[str]) -> bool:
    """Whether `variables` looks at the text without names."""
    return len(functions) == 1 and any(map(_is_of_functions, wanted))


def variables(wanted: Sequence[Variable], functions: Sequence[str], nameless: str) -> Chosen:
    """The variables of a body, in the order of the file. One of functions is for one function: a drop-down over several
    would merge them into one.

    `nameless` is the body as JSON text, with something else where the function is meant.
    """
    entries: list[Mapping[str, object]] = []
    notes: list[str] = []
    for each in wanted:
        if each.verbatim is not None:
            entries.append(each.verbatim)
        elif not _is_of_functions(each):
            entries.append(_own(each))
        elif len(functions) > 1:
            notes.append("no drop-down of functions: it would turn all of them into the chosen one")
        elif functions:
            entry, note = _of_functions(each, functions[0], nameless)
            entries.append(entry)
            notes += [note] if note else []
    return Chosen(tuple(entries), tuple(dict.fromkeys(notes)))


def _is_of_functions(variable: Variable) -> bool:
    return variable.verbatim is None and variable.property is None and variable.pattern is None


def _of_functions(variable: Variable, function: str, nameless: str) -> tuple[Mapping[str, object], str | None]:
    if function not in nameless:
        return _choosing(variable, function, {"type": "pattern", "pattern": function}), None
    note = f"the drop-down changes metrics only: '{function}' also occurs in other words, so log widgets keep it"
    entry = _choosing(variable, function, {"type": "property", "property": "FunctionName"})
    return entry, note if "SOURCE '" in nameless else None


def _choosing(variable: Variable, function: str, kind: Mapping[str, str]) -> Mapping[str, object]:
    return {
        **kind,
        "id": variable.id,
        "label": variable.label,
        "inputType": variable.input,
        "search": f'{{{NAMESPACE},FunctionName}} MetricName="Invocations"',
        "populateFrom": "FunctionName",
        "defaultValue": variable.default or function,
        "visible": variable.visible,
    }


def _own(variable: Variable) -> Mapping[str, object]:
    kind = "property" if variable.property is not None else "pattern"
    found: dict[str, object] = {
        "type": kind,
        kind: variable.property or variable.pattern,
        "id": variable.id,
        "label": variable.label,
        "inputType": variable.input,
        "values": [_choice(choice) for choice in variable.values] or None,
        "search": variable.search,
        "populateFrom": variable.populate_from,
        "defaultValue": variable.default,
        "visible": variable.visible,
    }
    return {key: value for key, value in found.items() if value is not None}


def _choice(choice: Choice) -> Mapping[str, object]:
    return {"value": choice.value, **({"label": choice.label} if choice.label else {})}
