"""From a definition to a body that CloudWatch takes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.errors import UsageError
from insightctl.core.view import View
from insightctl.dashboards import (
    Marker,
    RenderedQuery,
    Scope,
    build,
    find,
    library_queries,
    load_file,
    load_text,
    validate,
)
from insightctl.dashboards.filling import Filler
from insightctl.dashboards.markers import parse_marker
from insightctl.dashboards.metric_rows import rows
from insightctl.dashboards.metrics import FORMULAS, METRICS
from insightctl.dashboards.model import Entry, Names
from insightctl.dashboards.queries import source_query

TOP = Path(__file__).parents[2]
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MARKER = Marker("v42", datetime(2026, 11, 23, 10, 5, tzinfo=UTC))


def queries(name: str, params: Mapping[str, str]) -> RenderedQuery:
    return RenderedQuery(name.title(), "# why\n\n| stats count(*)\n| sort x", View("timeSeries", ("x",), stacked=True))


def body(text: str, *functions: str, markers: tuple[Marker, ...] = ()) -> dict[str, Any]:
    definition = load_text(text, name="x", file="x.toml")
    return build(definition, Scope(functions, "eu-west-1", markers), queries).body


def failing(what: str, remedy: str | None = None) -> UsageError:
    return UsageError(what, remedy=remedy)


def expand(names: Sequence[str], functions: Sequence[str]) -> list[Any]:
    filler = Filler(Names(tuple(functions)), "eu-west-1", None, failing)
    return rows([Entry(name) for name in names], filler, failing)


def widgets(text: str, *functions: str, markers: tuple[Marker, ...] = ()) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body(text, *functions, markers=markers)["widgets"]
    return found


METRIC = 'title = "x"\n[[row]]\n[[row.widget]]\nmetric = ["Invocations", "Errors"]\n'
LOG = 'title = "x"\n[[row]]\n[[row.widget]]\nquery = "coldstarts"\n'


def test_a_metric_widget_golden() -> None:
    assert widgets(METRIC, "checkout", markers=(MARKER,)) == [
        {
            "type": "metric",
            "x": 0,
            "y": 0,
            "width": 24,
            "height": 6,
            "properties": {
                "title": "Invocations, Errors",
                "region": "eu-west-1",
                "view": "timeSeries",
                "stacked": False,
                "period": 300,
                "stat": "Sum",
                "metrics": [
                    [
                        *("AWS/Lambda", "Invocations", "FunctionName", "checkout"),
                        {"stat": "Sum", "label": "Invocations", "color": "#1f77b4"},
                    ],
                    [
                        *("AWS/Lambda", "Errors", "FunctionName", "checkout"),
                        {"stat": "Sum", "label": "Errors", "color": "#d62728"},
                    ],
                ],
                "yAxis": {"left": {"min": 0}},
                "annotations": {"vertical": [{"label": "v42", "value": "2026-11-23T10:05:00.000Z"}]},
            },
        }
    ]


def test_a_log_widget_golden_and_it_takes_no_markers() -> None:
    assert widgets(LOG, "a", "b", markers=(MARKER,))[0]["properties"] == {
        "title": "Coldstarts",
        "region": "eu-west-1",
        "view": "timeSeries",
        "query": "SOURCE '/aws/lambda/a' | SOURCE '/aws/lambda/b'\n| stats count(*)\n| sort x",
        "stacked": True,
    }


def test_every_metric_for_every_function() -> None:
    rows = widgets(METRIC, "a", "b")[0]["properties"]["metrics"]
    assert [(row[1], row[3], row[4]["label"]) for row in rows] == [
        ("Invocations", "a", "a Invocations"),
        ("Invocations", "b", "b Invocations"),
        ("Errors", "a", "a Errors"),
        ("Errors", "b", "b Errors"),
    ]
    assert [row[4]["color"] for row in rows] == ["#1f77b4", "#aec7e8", "#d62728", "#ff9896"]  # shades of blue and red


def test_a_rate_hides_what_it_is_made_of() -> None:
    assert expand(["ErrorRate"], ["checkout"]) == [
        ["AWS/Lambda", "Errors", "FunctionName", "checkout", {"stat": "Sum", "id": "errors_0", "visible": False}],
        [
            *("AWS/Lambda", "Invocations", "FunctionName", "checkout"),
            {"stat": "Sum", "id": "invocations_0", "visible": False},
        ],
        [
            {
                "expression": "100 * errors_0 / MAX([errors_0, invocations_0])",
                "label": "error %",
                "id": "rate_0",
                "color": "#d62728",
            }
        ],
    ]


def test_duration_stands_for_its_percentiles() -> None:
    rows = expand(["Duration", "Duration Maximum"], ["f"])
    assert [row[-1]["stat"] for row in rows if isinstance(row[-1], dict)] == ["p50", "p90", "p99", "Maximum"]


@pytest.mark.parametrize("functions", [("a",), ("a", "b")])
def test_all_short_names_make_a_valid_widget(functions: tuple[str, ...]) -> None:
    listed = json.dumps([*METRICS, *FORMULAS])
    assert validate(body(f'title = "x"\n[[row]]\n[[row.widget]]\nmetric = {listed}\n', *functions)) == ()


@pytest.mark.parametrize("text", [METRIC, LOG])
def test_without_a_function_it_asks_which(text: str) -> None:
    with pytest.raises(UsageError, match="of which function"):
        body(text)


def test_other_services_need_no_function() -> None:
    metric = '["AWS/SQS", "NumberOfMessagesSent", "QueueName", "q"]'
    assert widgets(f'title = "x"\n[[row]]\n[[row.widget]]\nmetric = [{metric}]\n')[0]["properties"]["metrics"] == [
        ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "q"]
    ]


@pytest.mark.parametrize("name", ["check*", "a b", "a'|", "", "x" * 65])
def test_a_function_is_named_exactly(name: str) -> None:
    with pytest.raises(UsageError, match="is not the name of one function"):
        body(METRIC, name)


@pytest.mark.parametrize("text", ["fields a\n| sort b", "| fields a\n| sort b", "\n# c\n  # d\nfields a\n| sort b\n"])
def test_the_query_follows_its_log_groups(text: str) -> None:
    assert source_query(text, ["/aws/lambda/f"]) == "SOURCE '/aws/lambda/f'\n| fields a\n| sort b"


VARIABLE = '[[variable]]\nid = "function"\n'


def test_the_drop_down_changes_the_name_everywhere() -> None:
    text = METRIC.replace("[[row]]", f"{VARIABLE}[[row]]", 1) + '[[row.widget]]\nquery = "coldstarts"\n'
    [variable] = body(text, "checkout")["variables"]
    assert (variable["type"], variable["pattern"]) == ("pattern", "checkout")
    assert validate(body(text, "checkout")) == ()


def test_a_name_that_is_also_a_word_changes_only_as_a_dimension() -> None:
    text = METRIC.replace("[[row]]", f"{VARIABLE}[[row]]", 1) + '[[row.widget]]\nquery = "coldstarts"\n'
    definition = load_text(text, name="x", file="x.toml")
    built = build(definition, Scope(("count",), "eu-west-1"), queries)
    found: Any = built.body["variables"]
    [variable] = found
    assert (variable["type"], variable["property"]) == ("property", "FunctionName")
    assert "the drop-down changes metrics only" in built.notes[0]


def test_no_drop_down_over_several_functions() -> None:
    definition = load_text(METRIC.replace("[[row]]", f"{VARIABLE}[[row]]", 1), name="x", file="x.toml")
    built = build(definition, Scope(("a", "b"), "eu-west-1"), queries)
    assert "variables" not in built.body
    assert built.notes


def test_the_service_dashboard() -> None:
    dashboard = load_file(TOP / "dashboards/lambda-service.toml")
    assert find("lambda-service") == dashboard
    built = build(dashboard, Scope(("checkout",), "eu-west-1", (MARKER,)), library_queries)
    assert built.notes == ()
    made: Any = built.body["widgets"]
    assert [each["type"] for each in made].count("log") == 5
    assert all(each["properties"]["region"] == "eu-west-1" for each in made if each["type"] != "text")
    marked = [each for each in made if "vertical" in each["properties"].get("annotations", {})]
    assert marked == [each for each in made if each["type"] == "metric"]
    assert json.loads(built.text) == built.body
    assert built.origins[:3] == (("row", 0, "widget", 0), ("row", 1), ("row", 1, "widget", 0))


def test_an_unknown_dashboard_names_the_nearest() -> None:
    with pytest.raises(UsageError) as caught:
        find("lambda-servce")
    assert "did you mean 'lambda-service'?" in str(caught.value.remedy)


def test_markers_as_typed() -> None:
    assert parse_marker("v42=2026-11-23T10:05:00Z", now=NOW) == MARKER
    assert parse_marker("a=b=2h", now=NOW) == Marker("a=b", datetime(2026, 11, 23, 10, tzinfo=UTC))
    for wrong in ("v42", "=3h", "v42=", "v42=soon"):
        with pytest.raises(UsageError):
            parse_marker(wrong, now=NOW)
