"""Columns that commands make under names of their own."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.scope import Scope
from insightctl.ql.types import FieldType

PATTERN_COLUMNS: dict[str, FieldType] = {
    "@pattern": "string",
    "@sampleCount": "number",
    "@ratio": "number",
    "@severityLabel": "string",
}
DIFF_COLUMNS: dict[str, FieldType] = {
    "@pattern": "string",
    "@sampleCount": "number",
    "@differenceCount": "number",
    "@differenceDescription": "string",
    "@severityLabel": "string",
}
ANOMALY_COLUMNS: dict[str, FieldType] = {
    "@anomalyType": "string",
    "@anomalyScore": "number",
    "@anomalyDescription": "string",
}
RELEVANT_COLUMNS: dict[str, FieldType] = {
    "@fieldName": "string",
    "@relevanceScore": "number",
    "@topRelevanceContributors": "json",
    "@conditionalMedian": "number",
    "@baselineMedian": "number",
}
ESTIMATE_COLUMNS: dict[str, FieldType] = {"@estimatedBytesScanned": "number", "@logGroupsScanned": "number"}
APPROXIMATE = "_approxcount"
"""The column that countFrequent makes."""


def lag_names(command: ast.Autoregress) -> tuple[str, ...]:
    """The fields that autoregress makes: the alias for one row back, else a name with `_p1`, `_p2`, ... behind it."""
    if command.first == command.last and command.alias is not None:
        return (command.alias,)
    stem = command.alias or command.source.name
    return tuple(f"{stem}_p{lag}" for lag in range(command.first, command.last + 1))


def compared_columns(query: ast.Query, scope: Scope) -> dict[str, FieldType]:
    """What logcompare adds after stats: of each aggregate the value of the earlier range, and the difference."""
    last = next((c for c in reversed(query.commands) if isinstance(c, ast.Stats)), None)
    keys = {item.name for item in last.by} if last else set()
    made: dict[str, FieldType] = {}
    for name, kind in scope.defined.items():
        if name not in keys:
            made[f"{name}_baseline"] = kind
            if kind == "number":
                made[f"{name}_difference"] = "number"
    return made
