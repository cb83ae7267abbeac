"""An alarm of a dashboard as the properties of AWS::CloudWatch::Alarm, from which every export is written."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from insightctl.core.errors import UsageError
from insightctl.dashboards.alarms import NamedAlarm
from insightctl.dashboards.metric_rows import MetricRow

Properties = dict[str, object]

_OPERATORS: Mapping[str, str] = {
    ">": "GreaterThanThreshold",
    ">=": "GreaterThanOrEqualToThreshold",
    "<": "LessThanThreshold",
    "<=": "LessThanOrEqualToThreshold",
}
_PLAIN_STATISTICS = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_DEFAULT_STATISTIC = "Sum"  # as metric widgets of a definition have it


def properties(named: NamedAlarm, region: str) -> Properties:
    """The properties of one alarm, with CloudFormation's names.

    Raises UsageError for what no alarm can watch: another region, a SEARCH, an action with a wildcard.
    """
    alarm = named.alarm
    if wild := next((action for action in named.actions if "*" in action), None):
        raise UsageError(
            f"the alarm '{named.name}' has an action with a wildcard: {wild}", remedy="write the ARN of one action out"
        )
    found: Properties = {
        "AlarmName": named.name,
        "AlarmDescription": named.description,
        "ComparisonOperator": _OPERATORS[alarm.comparison],
        "EvaluationPeriods": alarm.evaluation_periods,
        "DatapointsToAlarm": alarm.datapoints,
        "Threshold": alarm.threshold,
        "TreatMissingData": alarm.missing,
        "AlarmActions": list(named.actions) or None,
        **_watched(named, region),
    }
    return {key: value for key, value in found.items() if value is not None}


def _watched(named: NamedAlarm, region: str) -> Properties:
    rows = [(_metric(row), _rendering(row)) for row in named.rows]
    for _, rendering in rows:
        if rendering.get("region") not in (None, region):
            raise UsageError(
                f"the alarm '{named.name}' watches {rendering['region']}: an alarm watches its own region only",
                remedy="export it into a stack of that region",
            )
        if "SEARCH(" in str(rendering.get("expression", "")).upper():
            raise UsageError(
                f"the alarm '{named.name}' watches a SEARCH, which alarms cannot", remedy="name the metric"
            )
    (metric, rendering), *others = rows
    if metric is not None and not others and "accountId" not in rendering:
        statistic = str(rendering.get("stat") or _DEFAULT_STATISTIC)
        key = "Statistic" if statistic in _PLAIN_STATISTICS else "ExtendedStatistic"
        return {**metric, "Period": _period(rendering, named), key: statistic}
    return {"Metrics": [_query(*row, place, len(rows), named) for place, row in enumerate(rows)]}


def _query(
    metric: Properties | None, rendering: Mapping[str, Any], place: int, of: int, named: NamedAlarm
) -> Properties:
    query: Properties = {
        "Id": rendering.get("id") or f"q{place}",
        "Label": rendering.get("label"),
        "AccountId": rendering.get("accountId"),
        "ReturnData": place == of - 1,
    }
    if metric is None:
        expression = str(rendering["expression"])
        query["Expression"] = expression
        if expression.lstrip().upper().startswith("SELECT"):  # Metrics Insights wants the period with the query
            query["Period"] = _period(rendering, named)
    else:
        stat = rendering.get("stat") or _DEFAULT_STATISTIC
        query["MetricStat"] = {"Metric": metric, "Period": _period(rendering, named), "Stat": stat}
    return {key: value for key, value in query.items() if value is not None}


def _metric(row: MetricRow) -> Properties | None:
    """Namespace, name and dimensions of a metric row; None of an expression."""
    texts = [part for part in row if isinstance(part, str)]
    if not texts:
        return None
    found: Properties = {"Namespace": texts[0], "MetricName": texts[1]}
    pairs = zip(texts[2::2], texts[3::2], strict=True)
    if dimensions := [{"Name": name, "Value": value} for name, value in pairs]:
        found["Dimensions"] = dimensions
    return found


def _rendering(row: MetricRow) -> Mapping[str, Any]:
    return row[-1] if row and isinstance(row[-1], dict) else {}


def _period(rendering: Mapping[str, Any], named: NamedAlarm) -> int:
    return int(rendering.get("period") or named.alarm.period)
