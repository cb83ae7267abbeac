"""What a definition can say, and the body that it becomes."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from insightctl.core.errors import UsageError
from insightctl.core.view import View
from insightctl.dashboards import Built, RenderedQuery, Scope, build, library_queries, load_text, named_alarms
from insightctl.dashboards.lint import lint_body
from insightctl.dashboards.outline import outline

ROW = "[[row]]\n[[row.widget]]\n"


def queries(name: str, params: Mapping[str, str]) -> RenderedQuery:
    return RenderedQuery(name, f"stats count(*) as {params.get('as', 'n')}", View("table"))


def built(text: str, *functions: str, account: str | None = None) -> Built:
    definition = load_text(f'title = "x"\n{text}', name="x", file="x.toml")
    assert outline(definition)
    return build(definition, Scope(functions, "eu-west-1", account=account), queries)


def widgets(text: str, *functions: str, account: str | None = None) -> list[dict[str, Any]]:
    made = built(text, *functions, account=account)
    assert [each for each in lint_body(made.text) if each.severity == "error"] == []
    found: Any = made.body["widgets"]
    return list(found)


def only(keys: str, *functions: str, account: str | None = None) -> dict[str, Any]:
    [widget] = widgets(f"[[row]]\n[[row.widget]]\n{keys}", *functions, account=account)
    found: dict[str, Any] = widget["properties"]
    return found


def mistake(text: str, *functions: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        built(text, *functions)
    return caught.value


# --- passed through


def test_a_body_is_passed_through_and_rows_stand_below_it() -> None:
    made = built(
        """
period_override = "auto"
extra_json = '{"later": [1, null]}'
[[variable]]
verbatim = { id = "a", type = "pattern", pattern = "b", inputType = "input" }
[[variable]]
verbatim_json = '{"id": "c", "defaultValue": null}'
[[widget]]
type = "text"
x = 0
y = 3
width = 6
height = 2
extra_json = '{"z": null}'
[widget.properties]
markdown = "{function} stays"
[[widget]]
type = "metric"
properties_json = '{"metrics": [["a", "b", {"id": null}]]}'
[[row]]
[[row.widget]]
text = "below"
"""
    )
    assert made.body == {
        "periodOverride": "auto",
        "widgets": [
            {
                "type": "text",
                "x": 0,
                "y": 3,
                "width": 6,
                "height": 2,
                "properties": {"markdown": "{function} stays"},
                "z": None,
            },
            {"type": "metric", "properties": {"metrics": [["a", "b", {"id": None}]]}},
            {"type": "text", "x": 0, "y": 5, "width": 24, "height": 3, "properties": {"markdown": "below"}},
        ],
        "variables": [
            {"id": "a", "type": "pattern", "pattern": "b", "inputType": "input"},
            {"id": "c", "defaultValue": None},
        ],
        "later": [1, None],
    }
    assert made.origins == (("widget", 0), ("widget", 1), ("row", 0, "widget", 0))


def test_an_empty_body() -> None:
    assert built("widget = []").body == {"widgets": []}


# --- metrics


def test_maths_by_hand_is_done_for_every_function() -> None:
    text = """metric = [
  { metric = "Errors", id = "e", visible = false },
  { metric = "Invocations", id = "i", visible = false },
  { expression = "100 * e / i", label = "failed %", id = "r", colour = "red", axis = "right" },
]"""
    assert only(text, "a")["metrics"][2] == [
        {"expression": "100 * e / i", "label": "failed %", "id": "r", "color": "#d62728", "yAxis": "right"}
    ]
    two = only(text, "a", "b")["metrics"]
    assert [row[-1]["id"] for row in two] == ["e_0", "e_1", "i_0", "i_1", "r_0", "r_1"]
    assert two[5][0]["expression"] == "100 * e_1 / i_1"
    assert two[5][0]["label"] == "b failed %"


def test_maths_over_all_functions_is_done_once() -> None:
    text = """metric = [
  { metric = "Errors", id = "errors", visible = false },
  { expression = "SUM(METRICS('errors'))", label = "all" },
]"""
    rows = only(text, "a", "b")["metrics"]
    assert [row[-1].get("expression") for row in rows] == [None, None, "SUM(METRICS('errors'))"]


def test_other_metrics_insights_and_searches_need_no_function() -> None:
    text = """metric = [
  ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders", { label = "sent" }],
  { namespace = "Shop", name = "orders_placed", dimensions = { service = "checkout" }, stat = "Sum", period = 60 },
  { sql = 'SELECT MAX(Duration) FROM "AWS/Lambda"', label = "longest", extra = { later = 1 } },
  "AccountConcurrentExecutions",
]
title = "mixed"
"""
    assert only(text)["metrics"] == [
        ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders", {"label": "sent"}],
        ["Shop", "orders_placed", "service", "checkout", {"stat": "Sum", "period": 60}],
        [{"expression": 'SELECT MAX(Duration) FROM "AWS/Lambda"', "label": "longest", "later": 1}],
        ["AWS/Lambda", "ConcurrentExecutions", {"stat": "Maximum", "label": "AccountConcurrentExecutions"}],
    ]


def test_an_embedded_metric_of_every_function() -> None:
    text = 'metric = [{ namespace = "Shop", name = "placed", dimensions = { service = "{function}" }, stat = "Sum" }]'
    assert only(text, "a", "b")["metrics"] == [
        ["Shop", "placed", "service", "a", {"stat": "Sum", "label": "a"}],
        ["Shop", "placed", "service", "b", {"stat": "Sum", "label": "b"}],
    ]


@pytest.mark.parametrize(
    ("for_each", "dimensions", "title"),
    [
        ('{ alias = ["live"] }', ["FunctionName", "f", "Resource", "f:live"], "f live"),
        ('{ version = ["41"] }', ["FunctionName", "f", "Resource", "f:41"], "f 41"),
    ],
)
def test_an_alias_and_a_version(for_each: str, dimensions: list[str], title: str) -> None:
    kind = for_each[2:].partition(" ")[0]
    properties = only(f'metric = ["Errors"]\nfor_each = {for_each}\ntitle = "{{function}} {{{kind}}}"', "f")
    assert properties["metrics"][0][2:-1] == dimensions
    assert properties["title"] == title


def test_a_version_under_an_alias_is_the_version_that_ran() -> None:
    [one, two] = widgets(
        """[[row]]
for_each = { alias = ["live"] }
[[row.widget]]
metric = ["Errors"]
for_each = { version = ["41", "42"] }""",
        "f",
    )
    assert one["properties"]["metrics"][0][4:8] == ["Resource", "f:live", "ExecutedVersion", "41"]
    assert two["properties"]["metrics"][0][4:8] == ["Resource", "f:live", "ExecutedVersion", "42"]


def test_rows_and_widgets_for_each_function() -> None:
    text = """[[row]]
title = "{function}"
for_each = "function"
[[row.widget]]
metric = ["Errors"]
[[row.widget]]
query = "health"
[[row]]
[[row.widget]]
metric = ["Duration p99"]
title = "{function}"
for_each = "function"
"""
    found = widgets(text, "a", "b")
    assert [(each["type"], each["x"], each["y"]) for each in found] == [
        ("text", 0, 0), ("metric", 0, 1), ("log", 12, 1), ("text", 0, 8), ("metric", 0, 9), ("log", 12, 9),
        ("metric", 0, 16), ("metric", 12, 16),
    ]  # fmt: skip
    assert found[3]["properties"]["markdown"] == "## b"
    assert found[5]["properties"]["query"] == "SOURCE '/aws/lambda/b'\n| stats count(*) as n"
    assert [each["properties"]["title"] for each in found[6:]] == ["a", "b"]


def test_how_it_is_drawn() -> None:
    text = """metric = ["Invocations", { metric = "Duration p99", axis = "right" }]
view = "timeSeries"
stacked = true
legend = "right"
period = 60
left = { min = 0, max = 10, label = "calls", units = false }
right = { label = "ms" }
thresholds = [500, { value = 100, to = 200, label = "slow", colour = "orange", fill = "above", axis = "right" }]
extra = { liveData = true }
"""
    properties = only(text, "f")
    assert {
        key: properties[key] for key in ("view", "stacked", "legend", "period", "yAxis", "annotations", "liveData")
    } == {
        "view": "timeSeries",
        "stacked": True,
        "legend": {"position": "right"},
        "period": 60,
        "yAxis": {"left": {"min": 0, "max": 10, "label": "calls", "showUnits": False}, "right": {"label": "ms"}},
        "annotations": {
            "horizontal": [
                {"value": 500},
                [
                    {"value": 100, "label": "slow", "color": "#ff7f0e", "fill": "above", "yAxis": "right"},
                    {"value": 200},
                ],
            ]
        },
        "liveData": True,
    }


@pytest.mark.parametrize("view", ["singleValue", "bar", "pie", "table", "timeSeries"])
def test_every_view(view: str) -> None:
    assert only(f'metric = ["ErrorRate"]\nview = "{view}"\nset_period_to_time_range = false', "f")["view"] == view


def test_a_gauge() -> None:
    properties = only('metric = ["ErrorRate"]\nview = "gauge"\nleft = { min = 0, max = 100 }', "f")
    assert properties["annotations"]["horizontal"][0]["value"] == 5


def test_thresholds_come_from_the_library() -> None:
    lines = only('metric = ["ErrorRate"]', "f")["annotations"]["horizontal"]
    assert lines == [
        {"value": 5, "label": "critical > 5", "color": "#d62728"},
        {"value": 1, "label": "warning > 1", "color": "#ff7f0e"},
    ]
    rest = only('metric = ["Availability"]', "f")
    assert [(line["value"], line["label"]) for line in rest["annotations"]["horizontal"]] == [
        (95, "critical < 95"),
        (99, "warning < 99"),
    ]
    assert rest["yAxis"] == {"left": {"max": 100, "label": "%", "showUnits": False}}
    assert "annotations" not in only('metric = ["ErrorRate"]\nthresholds = false', "f")


def test_shades_keep_failures_red_and_apart() -> None:
    rows = only('metric = ["AsyncEventsDropped", "DeadLetterErrors", "Errors"]', "f")["metrics"]
    assert [row[-1]["color"] for row in rows] == ["#d62728", "#ff9896", "#8c1a1b"]


# --- logs, texts and others


def test_log_widgets() -> None:
    assert only('query = "health"\nparams = { as = "calls" }\nview = "pie"\ntitle = "T {function}"', "f") == {
        "title": "T f",
        "region": "eu-west-1",
        "view": "pie",
        "query": "SOURCE '/aws/lambda/f'\n| stats count(*) as calls",
    }
    own = only("ql = 'fields @message | limit 5'\nlog_groups = [\"/aws/apigateway/{region}\"]")
    assert own["query"] == "SOURCE '/aws/apigateway/eu-west-1'\n| fields @message | limit 5"


def test_the_logs_of_a_version() -> None:
    query = only('query = "health"\nfor_each = { version = ["42"] }', "f")["query"]
    assert query == "SOURCE '/aws/lambda/f'\n| filter @logStream like '[42]'\n| stats count(*) as n"


def test_other_regions_and_accounts() -> None:
    found = widgets(
        """[[row]]
region = "us-east-1"
account = "111111111111"
[[row.widget]]
metric = [{ metric = "Errors", region = "eu-north-1", account = "222222222222" }]
[[row.widget]]
query = "health"
region = "eu-west-3"
""",
        "f",
    )
    [metric, log] = [each["properties"] for each in found]
    assert (metric["region"], metric["accountId"]) == ("us-east-1", "111111111111")
    assert (metric["metrics"][0][-1]["region"], metric["metrics"][0][-1]["accountId"]) == ("eu-north-1", "222222222222")
    assert (log["region"], log["accountId"]) == ("eu-west-3", "111111111111")


@pytest.mark.parametrize("kind", ["explorer", "custom", "chart"])
def test_widgets_that_are_passed_through(kind: str) -> None:
    made: Any = built(f'{ROW}{kind} = {{ endpoint = "{{function}}", n = [1] }}', "f").body["widgets"]
    [widget] = made
    assert (widget["type"], widget["properties"]) == (kind, {"endpoint": "f", "n": [1]})


def test_variables() -> None:
    made = built(
        """
[[variable]]
id = "stage"
pattern = "prod"
input = "radio"
values = ["prod", { value = "test", label = "Test" }]
default = "prod"
[[variable]]
id = "queue"
property = "QueueName"
label = "Queue"
search = "{AWS/SQS,QueueName}"
populate_from = "QueueName"
[[row]]
[[row.widget]]
text = "prod"
"""
    )
    assert made.body["variables"] == [
        {
            "type": "pattern", "pattern": "prod", "id": "stage", "label": "Stage", "inputType": "radio",
            "values": [{"value": "prod"}, {"value": "test", "label": "Test"}], "defaultValue": "prod", "visible": True,
        },
        {
            "type": "property", "property": "QueueName", "id": "queue", "label": "Queue", "inputType": "select",
            "search": "{AWS/SQS,QueueName}", "populateFrom": "QueueName", "visible": True,
        },
    ]  # fmt: skip


# --- alarms

ALARMS = """
[[alarm]]
name = "{function} errors"
metric = "ErrorRate"
threshold = 5
[[alarm]]
name = "orders"
metric = { namespace = "Shop", name = "placed", stat = "Sum" }
threshold = 1
comparison = "<"
"""
ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm"


def test_alarms_of_the_file_are_shown_by_their_arns() -> None:
    text = f"""{ALARMS}
[[row]]
[[row.widget]]
alarms = "all"
states = ["ALARM"]
[[row.widget]]
alarm = "{{function}} errors"
for_each = "function"
[[row.widget]]
alarms = ["made by hand", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:x"]
"""
    found = [each["properties"] for each in widgets(text, "a", "b", account="123456789012")]
    assert found[0]["alarms"] == [f"{ARN}:a errors", f"{ARN}:b errors", f"{ARN}:orders"]
    assert [each["annotations"]["alarms"] for each in found[1:3]] == [[f"{ARN}:a errors"], [f"{ARN}:b errors"]]
    assert found[3]["alarms"] == [f"{ARN}:made by hand", "arn:aws:cloudwatch:us-east-1:123456789012:alarm:x"]
    assert "account must be known" in mistake(text, "a").what


def test_alarms_for_an_export() -> None:
    dashboard = load_text(f'title = "x"\nwidget = []{ALARMS}', name="x", file="x")
    found = named_alarms(dashboard, ("a", "b"), "eu-west-1")
    assert [(each.name, len(each.rows)) for each in found] == [("a errors", 3), ("b errors", 3), ("orders", 1)]
    assert found[2].rows == (["Shop", "placed", {"stat": "Sum"}],)


def test_the_threshold_of_an_alarm_is_a_line() -> None:
    text = f'{ALARMS}[[row]]\n[[row.widget]]\nmetric = ["ErrorRate"]\n'
    assert widgets(text, "f")[0]["properties"]["annotations"]["horizontal"][-1]["label"] == "alarm > 5"


# --- mistakes


@pytest.mark.parametrize(
    ("text", "what", "where", "remedy"),
    [
        (ROW + 'metric = ["Errors avg"]', "'avg' is not a statistic of Errors", "x.toml:4:12", "did you mean 'Average'?"),
        (ROW + 'metric = ["Errors"]\nstat = "P99"', "'P99' is not a statistic", "x.toml:5:9", "did you mean 'p99'?"),
        (ROW + 'metric = ["errors"]', "unknown metric 'errors'", "x.toml:4:12", "did you mean 'Errors'?"),
        (ROW + 'metric = ["Errors"]\nview = "timeseries"', "'view' is not 'timeseries'", "x.toml:5:9", "timeSeries"),
        (ROW + 'metric = ["Errors"]\ncolor = "red"', "unknown key 'color'", "x.toml:5:1", "keys here"),
        (ROW + 'metric = [{ metric = "Errors", colour = "rad" }]', "no colour 'rad'", "x.toml:4:42", "did you mean 'red'?"),
        (ROW + 'metric = [{ metric = "Errors", lable = "x" }]', "unknown key 'lable'", "x.toml:4:32", "'label'"),
        (ROW + 'metric = [{ expression = "e", sql = "s" }]', "this one is expression and sql", "x.toml:4:1", ""),
        (ROW + 'metric = [{ sql = "SUM" }]', "Metrics Insights begins with SELECT", "x.toml:4:1", ""),
        (ROW + 'metric = [{ metric = "Errors", id = "E" }]', "'E' is no id", "x.toml:4:38", "small letter"),
        (ROW + 'metric = ["Errors"]\nperiod = 90', "multiple of 60 seconds", "x.toml:5:10", ""),
        (ROW + 'metric = ["Errors"]\nview = "gauge"', "a gauge needs its range", "x.toml:5:9", "left = {"),
        (ROW + 'metric = ["Errors"]\nleft = { min = 5, max = 1 }', "'min' 5 is not below 'max' 1", "x.toml:5:1", ""),
        (ROW + 'metric = ["Errors"]\naccount = "12"', "twelve digits", "x.toml:5:12", ""),
        (ROW + 'metrics = ["Errors"]', "this one is none of them", "x.toml:3:1", "did you mean 'metric'?"),
        (ROW + 'metric = ["Errors"]\nfor_each = "alias"', "for_each of alias: which ones?", "x.toml:5:1", ""),
        (ROW + 'metric = ["Errors"]\nfor_each = "functions"', "for_each is not 'functions'", "x.toml:5:13", "'function'?"),
        (
            ROW + 'metric = ["Errors"]\nfor_each = { function = ["chekout"] }',
            "the dashboard has no function 'chekout'",
            "x.toml:5:27",
            "did you mean 'checkout'?",
        ),
        (ROW + 'query = "health"\nfor_each = { alias = ["live"] }', "cannot be cut to an alias", "x.toml:3:1", "version"),
        (ROW + 'text = "{alias}"', "'{alias}': there is no alias here", "x.toml:3:1", "for_each"),
        (ROW + 'text = "x"\ntitle = "y"', "a text has no title", "x.toml:5:1", ""),
        (ROW + 'alarm = "a"\n', "the account must be known", "x.toml:4:1", "account ="),
        (ROW + 'alarms = "all"\n', "the dashboard defines no alarm", "x.toml:4:1", "[[alarm]]"),
        ('[[alarm]]\nname = "a"\nmetric = "Duration"\nthreshold = 1\n' + ROW + 'alarms = "all"', "account must", "x.toml:8", ""),
        ('[[alarm]]\nname = "a"\nmetric = "Errors"\n' + ROW + 'text = "x"', "'threshold' is missing", "x.toml:2:1", ""),
        ('[[variable]]\nid = "x"\npattern = "p"\n' + ROW + 'text = "x"', "a select has 'values'", "x.toml:2:1", ""),
        ("[[widget]]\ntype = 'text'\nproperties_json = '{'", "'properties_json' is not JSON", "x.toml:4:1", ""),
        ("[[widget]]\ntype = 'text'\nhieght = 3", "unknown key 'hieght'", "x.toml:4:1", "did you mean 'height'?"),
        ("[[widget]]\nproperties = { at = 2026-01-01 }", "'properties' holds a date", "x.toml:3:1", "as texts"),
    ],
)  # fmt: skip
def test_mistakes(text: str, what: str, where: str, remedy: str) -> None:
    error = mistake(text, "checkout")
    assert what in error.what
    assert str(error.where).startswith(where), error.where
    assert remedy in f"{error.remedy} {error.what}" or remedy == "as texts"
    assert "^" in str(error)


def test_placeholder_of_several_functions() -> None:
    error = mistake(ROW + 'text = "{function}"', "a", "b")
    assert (error.what, error.remedy) == (
        "'{function}': which of a, b?",
        'for_each = "function" repeats it, {functions} names all',
    )


def test_an_unknown_query_is_said_at_its_line() -> None:
    definition = load_text(f'title = "x"\n{ROW}query = "helth"', name="x", file="x.toml")
    with pytest.raises(UsageError) as caught:
        build(definition, Scope(("f",), "eu-west-1"), library_queries)
    assert str(caught.value.where).startswith("x.toml:4:1")
    assert "did you mean 'health'?" in str(caught.value.remedy)


def test_a_drawn_error_has_the_line_and_a_caret() -> None:
    assert str(mistake(ROW + 'metric = ["Errros"]', "f")).splitlines()[:5] == [
        "error[dashboard]: unknown metric 'Errros'",
        " --> x.toml:4:12",
        "  |",
        '4 | metric = ["Errros"]',
        "  |            ^^^^^^",
    ]


# --- limits


def test_limits() -> None:
    many = tuple(f"f{n}" for n in range(260))
    row = (
        '[[row]]\nfor_each = "function"\n[[row.widget]]\nmetric = ["Errors"]\n[[row.widget]]\nmetric = ["Throttles"]\n'
    )
    assert mistake(row, *many).what == "520 widgets; a dashboard takes at most 500"
    assert mistake(ROW + 'metric = ["Errors", "Throttles"]', *many).what == "520 metrics; a widget takes at most 500"
    wide = (ROW + 'metric = ["Duration"]\n') * 6
    assert mistake(wide, *many[:166]).what == "2,988 metrics; a dashboard takes at most 2,500, hidden ones too"


def test_functions_of_the_definition() -> None:
    text = 'functions = ["a", "b"]\n' + ROW + 'metric = ["Errors"]'
    assert [row[3] for row in widgets(text)[0]["properties"]["metrics"]] == ["a", "b"]
    assert [row[3] for row in widgets(text, "c")[0]["properties"]["metrics"]] == ["c"]
    assert json.loads(built(text).text)
