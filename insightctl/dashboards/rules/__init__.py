"""What CloudWatch refuses in a body, one small function a rule.

Source of every rule, where it names no other: "Dashboard Body Structure and Syntax" of the CloudWatch API reference.
A new rule is a function and its line in the table at the end of its module.
"""

from insightctl.dashboards.rules import annotations, body, log, metric, metric_row, others, variable, widget
from insightctl.dashboards.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    *body.RULES,
    *variable.RULES,
    *widget.RULES,
    *metric.RULES,
    *metric_row.RULES,
    *annotations.RULES,
    *log.RULES,
    *others.RULES,
)
