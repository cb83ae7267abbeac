"""What the CDK snippets of both languages share: names of arguments, and alarms by their nested structures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from insightctl.dashboards.export.model import Exported, of_function, pascal, unique
from insightctl.dashboards.export.texts import Text, Tree

STRUCTURES: Mapping[str, str] = {
    "Dimensions": "DimensionProperty",
    "Metrics": "MetricDataQueryProperty",
    "MetricStat": "MetricStatProperty",
    "Metric": "MetricProperty",
}
"""The struct of CfnAlarm for each nested property."""


def class_name(exported: Exported) -> str:
    """The name of the construct's class."""
    return f"{pascal(exported.name)}Dashboard"


def arguments(exported: Exported, case: Callable[[str], str]) -> dict[str, str]:
    """The argument for each function, in the language's own case."""
    made = unique((case(of_function(name)) for name in exported.functions), (case("dashboard-name"),))
    return dict(zip(exported.functions, made, strict=True))


def alarm_ids(exported: Exported) -> list[str]:
    """Construct ids of the alarms."""
    return unique((f"{pascal(_plain(alarm['AlarmName']))}Alarm" for alarm in exported.alarms), ("Dashboard",))


def recased(tree: Any, case: Callable[[str], str]) -> Tree:
    """The properties of an alarm with keys in the language's case."""
    if isinstance(tree, Mapping):
        return {case(str(key)): recased(item, case) for key, item in tree.items()}
    return [recased(item, case) for item in tree] if isinstance(tree, list) else tree


def _plain(text: Tree) -> str:
    return text.plain if isinstance(text, Text) else str(text)
