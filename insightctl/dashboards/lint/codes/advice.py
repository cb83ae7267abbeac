"""Pages of what CloudWatch takes and what misleads: warnings, and what is only good to know."""

from __future__ import annotations

from insightctl.ql.codes import Code

ADVICE = (
    Code(
        "DL032",
        "no region",
        '"region": "us-east1"',
        '"region": "us-east-1"',
        "The widget asks a region that does not exist, and stays empty.",
        "warning",
    ),
    Code(
        "DL033",
        "no account",
        '"accountId": "my-account"',
        '"accountId": "123456789012"',
        "An account is twelve digits in quotes.",
        "warning",
    ),
    Code(
        "DL039",
        "setting without effect",
        '"view": "timeSeries", "sparkline": true',
        '"view": "singleValue", "sparkline": true',
        "The view of the widget does not draw it.",
        "info",
    ),
    Code(
        "DL042",
        "variable that changes nothing",
        '{"type": "pattern", "pattern": "chekout", ...}',
        '{"type": "pattern", "pattern": "checkout", ...}',
        "No widget has the property, the dimension or the text that the variable is to change: whoever chooses another "
        "value sees the same dashboard.",
        "warning",
    ),
    Code(
        "DL043",
        "default that is no choice",
        '"values": [{"value": "a"}], "defaultValue": "b"',
        '"values": [{"value": "a"}], "defaultValue": "a"',
        "The default is one of the values; __FIRST is for values that a search finds.",
        "warning",
    ),
    Code(
        "DL050",
        "query without log groups",
        '"query": "fields @message"',
        '"query": "SOURCE \'/aws/lambda/checkout\' | fields @message"',
        "The query of a log widget starts with SOURCE and the log groups; without them the widget has nothing to ask.",
        "warning",
    ),
    Code(
        "DL052",
        "widget that stays empty",
        '"metrics": [[..., {"visible": false}]]',
        '"metrics": [[..., {"id": "m1", "visible": false}], [{"expression": "m1 * 100"}]]',
        "There are no metrics, or all are hidden.",
        "warning",
    ),
    Code(
        "DL053",
        "chart of a query that gives none",
        '"view": "timeSeries", "query": "SOURCE \'g\' | fields @message"',
        '"view": "timeSeries", "query": "SOURCE \'g\' | stats count(*) by bin(5m)"',
        "A line needs stats by bin(); bars and pies need stats. The widget shows an error in place of the chart.",
        "warning",
    ),
    Code(
        "DL060",
        "scans much on each refresh",
        'SOURCE logGroups(namePrefix: ["/aws/lambda/"]) | filter @message like /ERROR/',
        "SOURCE '/aws/lambda/checkout' | filter @message like /ERROR/",
        "Each opening and each refresh of a dashboard runs the query of each log widget again, over the whole time "
        "range, and every GB that it scans is paid for (0.005 USD in most regions). Few log groups, a short range and "
        "filterIndex keep it small; what is always shown is cheaper as a metric filter.",
        "warning",
    ),
    Code(
        "DL061",
        "many queries at once",
        "a dashboard with 30 log widgets",
        "two dashboards, or metric filters",
        "All log widgets start their query at the same moment, and the account's limit of concurrent queries is shared "
        "with everybody who looks for something in an incident.",
        "info",
    ),
    Code(
        "DL062",
        "account written into the body",
        '"accountId": "123456789012"',
        '"accountId": "${AWS::AccountId}", or a variable of the property accountId',
        "The dashboard works in one account only, and whoever copies it looks at somebody else's.",
        "info",
    ),
    Code(
        "DL063",
        "percentile of a count",
        '["AWS/Lambda", "Errors", {"stat": "p99"}]',
        '["AWS/Lambda", "Errors", {"stat": "Sum"}], ["AWS/Lambda", "Duration", {"stat": "p99"}]',
        "A count has no unit: each data point counts one thing, so its p99 is 0 or 1 however bad it is. Percentiles "
        "are for what is measured.",
        "warning",
    ),
    Code(
        "DL064",
        "search without limit",
        "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum')",
        "SLICE(SORT(SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum'), MAX, DESC), 0, 10)",
        "It draws a line for everything that it finds, up to 500: slow, and nobody can read it.",
        "info",
    ),
    Code(
        "DL065",
        "average of ones",
        '["AWS/Lambda", "Invocations", {"stat": "Average"}]',
        '["AWS/Lambda", "Invocations", {"stat": "Sum"}]',
        "Each data point of such a metric is 1, so its average is 1 under any load. Without a statistic the widget "
        "takes Average.",
        "warning",
    ),
    Code(
        "DL066",
        "period that is no longer kept",
        '"start": "-P30D", "periodOverride": "inherit", "period": 60',
        '"start": "-P30D", "periodOverride": "inherit", "period": 300',
        "CloudWatch keeps data points of 60 s for 15 days, of 300 s for 63 days and of an hour for 455. The graph is "
        "empty before.",
        "warning",
    ),
    Code(
        "DL067",
        "name that is nearly right",
        '["AWS/lambda", "Errors"]',
        '["AWS/Lambda", "Errors"]',
        "No service publishes under this name; upper and lower case count. The widget stays empty.",
        "warning",
    ),
)
