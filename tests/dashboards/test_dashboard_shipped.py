"""The dashboards that come with insightctl: valid, light, for one function and for many."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from insightctl.dashboards import Built, Marker, Scope, build, find, library_queries, names
from insightctl.dashboards.colours import COLOURS
from insightctl.dashboards.lint import lint_body

SHIPPED = ("async-and-streams", "cold-starts", "cost", "lambda-fleet", "lambda-function", "lambda-service", "on-call")
MARKER = Marker("v42", datetime(2026, 11, 23, 10, 5, tzinfo=UTC))
ONE, FIVE = ("checkout",), ("checkout", "refund", "search", "shipping", "mailer")


def made(name: str, functions: tuple[str, ...]) -> Built:
    return build(find(name), Scope(functions, "eu-west-1", (MARKER,)), library_queries)


def widgets(built: Built) -> list[dict[str, Any]]:
    found: Any = built.body["widgets"]
    return list(found)


def test_these_come_with_insightctl() -> None:
    assert names() == SHIPPED


@pytest.mark.parametrize("functions", [ONE, FIVE], ids=["one", "five"])
@pytest.mark.parametrize("name", SHIPPED)
def test_lint_finds_nothing(name: str, functions: tuple[str, ...]) -> None:
    assert [each for each in lint_body(made(name, functions).text) if each.severity != "info"] == []


@pytest.mark.parametrize("name", SHIPPED)
def test_it_answers_a_question_and_reads_few_logs(name: str) -> None:
    assert find(name).question
    kinds = [each["type"] for each in widgets(made(name, FIVE))]
    assert kinds.count("log") <= 5  # each of them scans at every refresh
    assert len(kinds) <= 40


@pytest.mark.parametrize("name", [name for name in SHIPPED if name != "lambda-fleet"])
def test_one_function_is_named_throughout_and_its_deployments_are_marked(name: str) -> None:
    built = made(name, ONE)
    assert "checkout" in built.text
    for widget in widgets(built):
        properties = widget["properties"]
        is_line = widget["type"] == "metric" and properties["view"] == "timeSeries"
        assert is_line == ("vertical" in properties.get("annotations", {}))


def colours(built: Built) -> Iterator[tuple[str, str]]:
    for widget in widgets(built):
        for row in widget["properties"].get("metrics", ()):
            if row and isinstance(row[-1], dict) and "color" in row[-1] and isinstance(row[0], str):
                yield row[1], row[-1]["color"]


def test_failures_are_red_and_nothing_else_is() -> None:
    found = {each for name in SHIPPED for each in colours(made(name, FIVE))}
    reds = {name for name, colour in found if colour in COLOURS["red"]}
    assert {"Errors", "AsyncEventsDropped", "DeadLetterErrors", "Url5xxCount"} <= reds
    assert not reds & {"Invocations", "Duration", "Throttles", "ConcurrentExecutions", "AsyncEventsReceived"}


def test_the_definitions_are_formatted_and_commented() -> None:
    for file in (Path(__file__).parents[2] / "dashboards").glob("*.toml"):
        text = file.read_text("utf-8")
        assert text.startswith("# ")
        assert f"#   insightctl dashboard render {file.stem} -f " in text
