"""Pages of what CloudWatch refuses in a body, or cannot draw."""

from __future__ import annotations

from insightctl.ql.codes import Code

_ROW = '["AWS/Lambda", "Errors", "FunctionName", "checkout"]'

STRUCTURE = (
    Code(
        "DL001",
        "not JSON",
        '{"widgets": [],}',
        '{"widgets": []}',
        "A dashboard body is JSON: double quotes, no comments, no comma before a closing bracket, and nothing behind "
        "the end. A template that writes values without quotes is JSON only once it is filled in.",
    ),
    Code(
        "DL002",
        "wrong type",
        '"stacked": "yes"',
        '"stacked": true',
        "Each value of the body structure has one type: text, number, true or false, object or array.",
    ),
    Code(
        "DL003",
        "something required is missing",
        '{"type": "log", "properties": {"query": "..."}}',
        '{"type": "log", "properties": {"region": "eu-west-1", "query": "..."}}',
        "Every dashboard has widgets; every widget a type and properties; metric and log widgets a region, for a "
        "dashboard belongs to no region itself.",
    ),
    Code(
        "DL004",
        "unknown key",
        '"peroid": 300',
        '"period": 300',
        "CloudWatch ignores keys that it does not know, so a misspelt setting is no setting.",
        "warning",
    ),
    Code(
        "DL005",
        "not one of the values that it can have",
        '"view": "timeseries"',
        '"view": "timeSeries"',
        "Some settings take a few words only, and upper and lower case count.",
    ),
    Code(
        "DL006",
        "key twice",
        '{"view": "table", "view": "pie"}',
        '{"view": "pie"}',
        "Of a key that an object has twice JSON keeps the last, and nobody sees the first.",
        "warning",
    ),
    Code(
        "DL007",
        "too many, or too long",
        '"widgets": [... 501 of them ...]',
        '"widgets": [... 500 of them ...]',
        "A dashboard takes 500 widgets, 25 variables and 2,500 metrics in all; a widget 500 metrics and 100 searches; "
        "an alarm widget 1 to 100 alarms; a variable 500 values of 255 characters, a label of 30.",
    ),
    Code(
        "DL008",
        "definition that makes no dashboard",
        'metrics = ["Errors"]',
        'metric = ["Errors"]',
        "A definition (.toml) has rows of widgets; each widget is one of metric, query and text, with keys that it knows.",
    ),
    Code(
        "DL010",
        "place or size outside of the grid",
        '"x": 24',
        '"x": 12',
        "x is 0 to 23, y 0 or more, width 1 to 24, height 1 to 1000, all whole numbers.",
    ),
    Code(
        "DL011",
        "hangs over the right edge",
        '"x": 18, "width": 12',
        '"x": 12, "width": 12',
        "The grid has 24 columns. A widget that ends behind them is put somewhere else.",
    ),
    Code(
        "DL012",
        "widgets overlap",
        '{"x": 0, "y": 0, "width": 12, ...}, {"x": 6, "y": 0, ...}',
        '{"x": 0, "y": 0, "width": 12, ...}, {"x": 12, "y": 0, ...}',
        "Two widgets claim one cell: the console moves one of them, and the dashboard looks like nobody laid it out.",
        "warning",
    ),
    Code(
        "DL013",
        "x without y",
        '{"x": 6, "width": 6}',
        '{"x": 6, "y": 0, "width": 6}',
        "A widget is placed by both or by neither.",
    ),
    Code(
        "DL014",
        "no time range",
        '"start": "3h"',
        '"start": "-PT3H"',
        "start is a time ago (-PT5M, -PT8H, -P7D, -P3M), or start and end are two moments in ISO 8601.",
    ),
    Code(
        "DL015",
        "time range is empty",
        '"start": "2026-11-23T10:00:00Z", "end": "2026-11-23T09:00:00Z"',
        '"start": "2026-11-23T09:00:00Z", "end": "2026-11-23T10:00:00Z"',
        "The range ends where it starts, or before: every widget stays empty.",
    ),
    Code(
        "DL020",
        "no metric",
        '["AWS/Lambda", "Errors", "FunctionName"]',
        _ROW,
        "A metric is namespace, name, then each dimension with its value, and one object with options at the end. "
        'An expression stands alone: [{"expression": "m1 / m2", "id": "e1"}].',
    ),
    Code(
        "DL021",
        "nothing to repeat",
        '[[".", "Errors", "FunctionName", "checkout"]]',
        f"[{_ROW}]",
        "'.' repeats the same place of the row before, '...' all that the row before has there. The first row has "
        "none before it, and a longer row has places that the one before lacks.",
    ),
    Code(
        "DL022",
        "no statistic",
        '"stat": "avg"',
        '"stat": "Average"',
        "Statistics are SampleCount, Average, Sum, Minimum, Maximum, IQM, p99, p99.9, tm99, TM(10%:90%), PR(:300) and "
        "their like; upper and lower case count.",
    ),
    Code(
        "DL023",
        "no period",
        '"period": 90',
        '"period": 60',
        "A period is a multiple of 60 seconds; metrics of high resolution also have 1, 5, 10, 20 and 30.",
    ),
    Code(
        "DL024",
        "id that does not exist",
        '[{"expression": "m1 / m3"}]  with ids m1, m2',
        '[{"expression": "m1 / m2"}]',
        "An expression uses the ids of the rows of its own widget. Without the row the whole expression has no value.",
    ),
    Code(
        "DL025",
        "id taken twice",
        '[..., {"id": "m1"}], [..., {"id": "m1"}]',
        '[..., {"id": "m1"}], [..., {"id": "m2"}]',
        "An expression that uses the id could mean either. Where none uses it, it is only untidy.",
    ),
    Code(
        "DL026",
        "expressions in a circle",
        '[{"id": "e1", "expression": "e2 + 1"}], [{"id": "e2", "expression": "e1 * 2"}]',
        '[{"id": "e1", "expression": "m1 + 1"}], [{"id": "e2", "expression": "e1 * 2"}]',
        "Each needs the other first, so none has a value.",
    ),
    Code(
        "DL027",
        "no metric maths",
        "100 * (errors / invocations",
        "100 * errors / invocations",
        "Brackets and quotes are closed, values and operators take turns, and functions are written in upper case.",
    ),
    Code(
        "DL028",
        "malformed id",
        '"id": "Errors"',
        '"id": "errors"',
        "An id starts with a lower-case letter; then come letters, digits and underscores.",
    ),
    Code(
        "DL029",
        "second Metrics Insights query",
        '[{"expression": "SELECT ..."}], [{"expression": "SELECT ..."}]',
        "a widget for each",
        "One metrics array takes one SELECT. Maths may use its result.",
    ),
    Code(
        "DL030",
        "no Metrics Insights query",
        "SELECT MAX(Duration) FROM AWS/Lambda",
        'SELECT MAX(Duration) FROM "AWS/Lambda" GROUP BY FunctionName ORDER BY MAX() DESC LIMIT 10',
        "SELECT function(metric) FROM namespace or SCHEMA(...), then WHERE (= != AND), GROUP BY, ORDER BY, LIMIT (500 "
        "at most) in this order. Names with other characters than letters, digits and _ stand in double quotes, values "
        "in single ones.",
    ),
    Code(
        "DL031",
        "search goes wrong",
        "SEARCH('{AWS/Lambda,FunctionName MetricName=Errors', 'Sum')",
        "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum', 300)",
        "A search is a text of at most 1,024 characters (a schema in braces, terms, or both), and a statistic, each in "
        "quotes. AND, OR and NOT are written in upper case.",
    ),
    Code(
        "DL034",
        "no ARN",
        '"alarms": ["checkout-errors"]',
        '"alarms": ["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:checkout-errors"]',
        "Alarms and the functions of custom widgets are named by their ARN: a dashboard knows no region and no account.",
    ),
    Code(
        "DL035",
        "annotations where none can be",
        '{"type": "log", "properties": {"annotations": {...}}}',
        '{"type": "metric", "properties": {"annotations": {...}}}',
        "Only metric widgets have annotations.",
    ),
    Code(
        "DL036",
        "malformed annotation",
        '"vertical": [{"value": "yesterday"}]',
        '"vertical": [{"value": "2026-11-23T10:00:00Z", "label": "v42"}]',
        "A horizontal annotation has a number, a vertical one a moment in ISO 8601; a band is an array of two. fill is "
        "above, below or none, for vertical ones before, after or none.",
    ),
    Code(
        "DL037",
        "alarm beside something else",
        '"metrics": [...], "annotations": {"alarms": ["arn:..."]}',
        '"annotations": {"alarms": ["arn:..."]}',
        "A metric widget shows one alarm, or metrics with horizontal and vertical annotations.",
    ),
    Code(
        "DL038",
        "malformed axis",
        '"view": "gauge"',
        '"view": "gauge", "yAxis": {"left": {"min": 0, "max": 100}}',
        "min is below max, and a gauge needs both on the left.",
    ),
    Code(
        "DL040",
        "no colour",
        '"color": "red"',
        '"color": "#d62728"',
        "A colour is # and six hex digits.",
    ),
    Code(
        "DL041",
        "malformed variable",
        '{"type": "property", "inputType": "select", "id": "f"}',
        '{"type": "property", "property": "FunctionName", "inputType": "select", "id": "f", "values": [...]}',
        "A variable says what it changes (property or pattern), how it is chosen, and where the choices come from: "
        "values, or search with populateFrom, which is one of the search's dimensions.",
    ),
    Code(
        "DL045",
        "does not fit",
        '"timezone": "UTC"',
        '"timezone": "+0000"',
        "A time zone is an offset with four digits; the metrics of an explorer have one resource type; an alarm is "
        "listed once.",
    ),
    Code(
        "DL051",
        "empty query",
        '"query": ""',
        '"query": "SOURCE \'/aws/lambda/checkout\' | fields @message"',
        "A log widget without a query shows nothing.",
    ),
)
