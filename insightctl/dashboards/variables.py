"""The drop-down of functions.

A property variable changes the FunctionName of every metric, but no log widget: half of the dashboard would stay where
it was. A pattern variable changes the name everywhere, so it is taken whenever the name occurs only as a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from insightctl.dashboards.metrics import NAMESPACE
from insightctl.dashboards.model import Variable


@dataclass(frozen=True, slots=True)
class Chosen:
    """Entries of the body's `variables`, and what the reader should know."""

    entries: tuple[Mapping[str, object], ...] = ()
    notes: tuple[str, ...] = ()


def variables(wanted: Sequence[Variable], functions: Sequence[str], nameless: str) -> Chosen:
    """The variables of a body for one function; a drop-down over several would merge them into one.

    `nameless` is the body as JSON text, with something else where the function is meant.
    """
    if not wanted or not functions:
        return Chosen()
    if len(functions) > 1:
        return Chosen(notes=("no drop-down of functions: it would turn all of them into the chosen one",))
    function = functions[0]
    if function not in nameless:
        return Chosen(tuple(_entry(each, function, {"type": "pattern", "pattern": function}) for each in wanted))
    note = f"the drop-down changes metrics only: '{function}' also occurs in other words, so log widgets keep it"
    entries = tuple(_entry(each, function, {"type": "property", "property": "FunctionName"}) for each in wanted)
    return Chosen(entries, (note,) if "SOURCE '" in nameless else ())


def _entry(variable: Variable, function: str, kind: Mapping[str, str]) -> Mapping[str, object]:
    return {
        **kind,
        "id": variable.id,
        "label": variable.label,
        "inputType": "select",
        "search": f'{{{NAMESPACE},FunctionName}} MetricName="Invocations"',
        "populateFrom": "FunctionName",
        "defaultValue": function,
        "visible": True,
    }
