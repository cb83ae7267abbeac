"""Damage to a good body: each kind is found, with its code, at its JSON path."""

from __future__ import annotations

import json

import pytest

from insightctl.dashboards import validate
from insightctl.dashboards.lint import CODES, lint_body, lint_value
from insightctl.emulator.dashboard_body import check_body
from tests.dashboards.lint_bodies import (
    ALARM,
    ALARM_ARN,
    CHART,
    CUSTOM,
    EXPLORER,
    GOOD,
    LOG,
    MATHS,
    METRIC,
    SHOWN_ALARM,
    TEXT,
    Way,
    at,
    broken,
    path,
)

ROWS = (*METRIC, "metrics")
MARKS = (*METRIC, "annotations")
FIRST, SECOND = ("variables", 0), ("variables", 1)
SELECT, SEARCH = (*MATHS, "metrics", 0, 0, "expression"), (*MATHS, "metrics", 1, 0, "expression")
SUM, HALF = (*ROWS, 4, 0, "expression"), (*ROWS, 5, 0, "expression")
_TEXT_WIDGET = {"type": "text", "properties": {"markdown": ""}}

DAMAGE: list[tuple[str, Way, object, str]] = [
    # the whole body
    ("DL003", ("widgets",), ..., "$"),
    ("DL002", ("widgets",), {}, "$.widgets"),
    ("DL007", ("widgets",), [_TEXT_WIDGET] * 501, "$.widgets"),
    ("DL007", ("variables",), [GOOD["variables"][0]] * 26, "$.variables"),
    ("DL004", ("refresh",), 1, "$.refresh"),
    ("DL005", ("periodOverride",), "none", "$.periodOverride"),
    ("DL014", ("start",), "3h", "$.start"),
    ("DL002", ("start",), 3, "$.start"),
    ("DL014", ("end",), "now", "$.end"),
    ("DL015", ("start",), "-PT0H", "$.start"),
    # places on the grid
    ("DL002", ("widgets", 2), "text", "$.widgets[2]"),
    ("DL003", ("widgets", 2, "type"), ..., "$.widgets[2]"),
    ("DL003", ("widgets", 2, "properties"), ..., "$.widgets[2]"),
    ("DL005", ("widgets", 2, "type"), "metrics", "$.widgets[2].type"),
    ("DL004", ("widgets", 2, "heigth"), 3, "$.widgets[2].heigth"),
    ("DL002", TEXT, [], path(TEXT)),
    ("DL010", ("widgets", 0, "x"), 24, "$.widgets[0].x"),
    ("DL010", ("widgets", 0, "x"), "0", "$.widgets[0].x"),
    ("DL010", ("widgets", 0, "y"), -1, "$.widgets[0].y"),
    ("DL010", ("widgets", 0, "width"), 0, "$.widgets[0].width"),
    ("DL010", ("widgets", 0, "width"), 25, "$.widgets[0].width"),
    ("DL010", ("widgets", 0, "height"), 1001, "$.widgets[0].height"),
    ("DL010", ("widgets", 0, "height"), 6.5, "$.widgets[0].height"),
    ("DL011", ("widgets", 1, "width"), 13, "$.widgets[1]"),
    ("DL012", ("widgets", 1, "x"), 11, "$.widgets[1]"),
    ("DL013", ("widgets", 0, "y"), ..., "$.widgets[0]"),
    # metric widgets
    ("DL003", (*METRIC, "region"), ..., path(METRIC)),
    ("DL032", (*METRIC, "region"), "eu-west1", at(METRIC, "region")),
    ("DL003", ROWS, ..., path(METRIC)),
    ("DL002", ROWS, {}, path(ROWS)),
    ("DL007", ROWS, [["A", "b"]] * 501, path(ROWS)),
    ("DL052", ROWS, [], path(ROWS)),
    ("DL052", ROWS, [["A", "b", {"visible": False}]], path(ROWS)),
    ("DL002", (*METRIC, "title"), 5, at(METRIC, "title")),
    ("DL002", (*METRIC, "stacked"), "yes", at(METRIC, "stacked")),
    ("DL002", (*METRIC, "legend"), "right", at(METRIC, "legend")),
    ("DL005", (*METRIC, "legend", "position"), "left", at(METRIC, "legend", "position")),
    ("DL005", (*METRIC, "view"), "timeseries", at(METRIC, "view")),
    ("DL004", (*METRIC, "peroid"), 60, at(METRIC, "peroid")),
    ("DL022", (*METRIC, "stat"), "avg", at(METRIC, "stat")),
    ("DL022", (*METRIC, "stat"), "P99", at(METRIC, "stat")),
    ("DL023", (*METRIC, "period"), 90, at(METRIC, "period")),
    ("DL045", (*METRIC, "timezone"), "UTC", at(METRIC, "timezone")),
    ("DL038", (*METRIC, "yAxis", "left", "max"), -1, at(METRIC, "yAxis", "left")),
    ("DL004", (*METRIC, "yAxis", "top"), {}, at(METRIC, "yAxis", "top")),
    ("DL004", (*METRIC, "yAxis", "left", "mim"), 0, at(METRIC, "yAxis", "left", "mim")),
    ("DL038", (*MATHS, "yAxis", "left", "max"), ..., path(MATHS)),
    ("DL038", (*MATHS, "yAxis"), ..., path(MATHS)),
    ("DL039", (*METRIC, "sparkline"), True, at(METRIC, "sparkline")),
    ("DL039", (*METRIC, "table"), {"layout": "vertical"}, at(METRIC, "table")),
    ("DL039", (*METRIC, "view"), "pie", at(MARKS)),
    ("DL039", (*ROWS, 3, 4), {"stat": "p99"}, at(METRIC, "yAxis", "right")),
    ("DL005", (*METRIC, "table"), {"layout": "x"}, at(METRIC, "table", "layout")),
    ("DL033", (*METRIC, "accountId"), "mine", at(METRIC, "accountId")),
    ("DL062", (*METRIC, "accountId"), "123456789012", at(METRIC, "accountId")),
    # rows
    ("DL020", (*ROWS, 0), "AWS/Lambda", at(ROWS, 0)),
    ("DL020", (*ROWS, 0), [], at(ROWS, 0)),
    ("DL020", (*ROWS, 0), ["AWS/Lambda"], at(ROWS, 0)),
    ("DL020", (*ROWS, 0, 3), ..., at(ROWS, 0)),
    ("DL020", (*ROWS, 0, 2), {"FunctionName": "a"}, at(ROWS, 0, 2)),
    ("DL021", (*ROWS, 2), ["...", "AWS/Lambda", "x", "y", "z", {"id": "m3"}], at(ROWS, 2, 0)),
    ("DL020", (*ROWS, 2), [".", ".", "A", "x", "A", "y"], at(ROWS, 2)),
    ("DL020", (*ROWS, 4), ["A", "b", {"expression": "m1", "id": "e1"}], at(ROWS, 4)),
    ("DL021", (*ROWS, 0, 0), ".", at(ROWS, 0, 0)),
    ("DL021", (*ROWS, 0), ["...", "x"], at(ROWS, 0, 0)),
    ("DL021", (*ROWS, 1), [".", "Invocations", ".", ".", ".", "x", {"id": "m2"}], at(ROWS, 1, 4)),
    ("DL021", (*ROWS, 2), ["...", "a", "...", {"id": "m3"}], at(ROWS, 2)),
    ("DL004", (*ROWS, 0, 4, "colour"), "#fff", at(ROWS, 0, 4, "colour")),
    ("DL040", (*ROWS, 0, 4, "color"), "red", at(ROWS, 0, 4, "color")),
    ("DL002", (*ROWS, 0, 4, "label"), 5, at(ROWS, 0, 4, "label")),
    ("DL022", (*ROWS, 3, 4, "stat"), "p101x", at(ROWS, 3, 4, "stat")),
    ("DL023", (*ROWS, 3, 4, "period"), 61, at(ROWS, 3, 4, "period")),
    ("DL005", (*ROWS, 3, 4, "yAxis"), "top", at(ROWS, 3, 4, "yAxis")),
    ("DL028", (*ROWS, 0, 4, "id"), "Errors", at(ROWS, 0, 4, "id")),
    ("DL025", (*ROWS, 1, 4, "id"), "m1", at(ROWS, 1, 4, "id")),
    ("DL032", (*ROWS, 0, 4, "region"), "ireland", at(ROWS, 0, 4, "region")),
    ("DL063", (*ROWS, 0, 4, "stat"), "p99", at(ROWS, 0, 4, "stat")),
    ("DL065", (*ROWS, 2, 2), {"id": "m3", "stat": "Average"}, at(ROWS, 2, 2, "stat")),
    ("DL067", (*ROWS, 0, 0), "AWS/lambda", at(ROWS, 0, 0)),
    ("DL067", (*ROWS, 1, 1), "Invocation", at(ROWS, 1, 1)),
    # expressions
    ("DL024", SUM, "100 * m1 / m9", path(SUM)),
    ("DL024", SUM, 'SUM(METRICS("x9"))', path(SUM)),
    ("DL026", SUM, "e2 + 1", path(SUM)),
    ("DL026", SUM, "e1 + 1", path(SUM)),
    ("DL027", SUM, "100 * (m1 / m2", path(SUM)),
    ("DL027", SUM, "m1 m2", path(SUM)),
    ("DL027", SUM, "m1 +", path(SUM)),
    ("DL027", SUM, "", path(SUM)),
    ("DL027", SUM, "m1 ? m2", path(SUM)),
    ("DL027", HALF, "fill(e1, 0)", path(HALF)),
    ("DL027", HALF, "FIL(e1, 0)", path(HALF)),
    ("DL029", SEARCH, "SELECT SUM(Errors) FROM X", path(SEARCH)),
    ("DL030", SELECT, "SELECT MAX(Duration) FROM AWS/Lambda", path(SELECT)),
    ("DL030", SELECT, 'SELECT P99(Duration) FROM "AWS/Lambda"', path(SELECT)),
    ("DL030", SELECT, "SELECT MAX(Duration)", path(SELECT)),
    ("DL030", SELECT, "SELECT MAX(a) FROM b WHERE c = d", path(SELECT)),
    ("DL030", SELECT, "SELECT MAX(a) FROM b WHERE c = 'd' OR e = 'f'", path(SELECT)),
    ("DL030", SELECT, "SELECT MAX(a) FROM b LIMIT 501", path(SELECT)),
    ("DL030", SELECT, "SELECT MAX(a) FROM b LIMIT 5 GROUP BY c", path(SELECT)),
    ("DL064", SELECT, "SELECT MAX(a) FROM b GROUP BY c", path(SELECT)),
    ("DL031", SEARCH, "SUM(SEARCH('{AWS/Lambda,FunctionName Errors', 'Sum'))", path(SEARCH)),
    ("DL031", SEARCH, "SUM(SEARCH('{AWS/Lambda} Errors'))", path(SEARCH)),
    ("DL031", SEARCH, f"SUM(SEARCH('{'x' * 1025}', 'Sum'))", path(SEARCH)),
    ("DL031", SEARCH, "SUM(SEARCH('a or b', 'Sum'))", path(SEARCH)),
    ("DL022", SEARCH, "SUM(SEARCH('{AWS/Lambda} Errors', 'sum'))", path(SEARCH)),
    ("DL064", SEARCH, "SEARCH('{AWS/Lambda} Errors', 'Sum')", path(SEARCH)),
    # annotations
    ("DL035", (*LOG, "annotations"), {}, at(LOG, "annotations")),
    ("DL037", (*MARKS, "alarms"), [ALARM_ARN], at(MARKS, "alarms")),
    ("DL037", (*SHOWN_ALARM, "annotations", "alarms"), [ALARM_ARN] * 2, at(SHOWN_ALARM, "annotations", "alarms")),
    ("DL034", (*SHOWN_ALARM, "annotations", "alarms", 0), "errors", at(SHOWN_ALARM, "annotations", "alarms", 0)),
    ("DL004", (*MARKS, "diagonal"), [], at(MARKS, "diagonal")),
    ("DL002", (*MARKS, "vertical"), {}, at(MARKS, "vertical")),
    ("DL036", (*MARKS, "vertical", 0, "value"), "yesterday", at(MARKS, "vertical", 0, "value")),
    ("DL003", (*MARKS, "vertical", 0, "value"), ..., at(MARKS, "vertical", 0)),
    ("DL036", (*MARKS, "vertical", 0, "fill"), "above", at(MARKS, "vertical", 0, "fill")),
    ("DL036", (*MARKS, "horizontal", 1, "value"), "3", at(MARKS, "horizontal", 1, "value")),
    ("DL036", (*MARKS, "horizontal", 0), [{"value": 1}], at(MARKS, "horizontal", 0)),
    ("DL040", (*MARKS, "horizontal", 1, "color"), "red", at(MARKS, "horizontal", 1, "color")),
    # log widgets
    ("DL003", (*LOG, "region"), ..., path(LOG)),
    ("DL003", (*LOG, "query"), ..., path(LOG)),
    ("DL002", (*LOG, "query"), ["x"], at(LOG, "query")),
    ("DL051", (*LOG, "query"), "  ", at(LOG, "query")),
    ("DL050", (*LOG, "query"), "stats count(*) by bin(5m)", at(LOG, "query")),
    ("DL005", (*LOG, "view"), "gauge", at(LOG, "view")),
    ("DL053", (*LOG, "query"), "SOURCE 'a' | fields @message", at(LOG, "view")),
    ("DL053", (*LOG, "query"), "SOURCE 'a' | stats count(*) by @logStream", at(LOG, "view")),
    ("QL001", (*LOG, "query"), "SOURCE 'a' | stats count(*) bin(5m)", at(LOG, "query")),
    ("DL060", (*LOG, "query"), 'SOURCE logGroups(namePrefix: ["/aws/"]) | stats count(*) by bin(5m)', at(LOG, "query")),
    ("DL060", ("start",), "-P7D", at(LOG, "query")),
    # the other types
    ("DL003", (*TEXT, "markdown"), ..., path(TEXT)),
    ("DL005", (*TEXT, "background"), "red", at(TEXT, "background")),
    ("DL003", (*ALARM, "alarms"), ..., path(ALARM)),
    ("DL007", (*ALARM, "alarms"), [], at(ALARM, "alarms")),
    ("DL007", (*ALARM, "alarms"), [ALARM_ARN] * 101, at(ALARM, "alarms")),
    ("DL034", (*ALARM, "alarms", 0), "checkout-errors", at(ALARM, "alarms", 0)),
    ("DL045", (*ALARM, "alarms"), [ALARM_ARN] * 2, at(ALARM, "alarms", 1)),
    ("DL005", (*ALARM, "states"), ["BAD"], at(ALARM, "states", 0)),
    ("DL005", (*ALARM, "sortBy"), "name", at(ALARM, "sortBy")),
    ("DL003", (*EXPLORER, "labels"), ..., path(EXPLORER)),
    ("DL022", (*EXPLORER, "metrics", 0, "stat"), "sum", at(EXPLORER, "metrics", 0, "stat")),
    ("DL003", (*EXPLORER, "metrics", 0, "metricName"), ..., at(EXPLORER, "metrics", 0)),
    ("DL005", (*EXPLORER, "aggregateBy", "func"), "P99", at(EXPLORER, "aggregateBy", "func")),
    ("DL003", (*CUSTOM, "endpoint"), ..., path(CUSTOM)),
    ("DL034", (*CUSTOM, "endpoint"), "draw", at(CUSTOM, "endpoint")),
    ("DL003", (*CHART, "data"), ..., path(CHART)),
    # variables
    ("DL002", FIRST, "f", "$.variables[0]"),
    ("DL003", (*FIRST, "id"), ..., "$.variables[0]"),
    ("DL005", (*FIRST, "type"), "x", "$.variables[0].type"),
    ("DL005", (*FIRST, "inputType"), "slider", "$.variables[0].inputType"),
    ("DL041", (*FIRST, "type"), "pattern", "$.variables[0]"),
    ("DL041", (*FIRST, "search"), ..., "$.variables[0]"),
    ("DL041", (*FIRST, "populateFrom"), "Resource", "$.variables[0].populateFrom"),
    ("DL041", (*FIRST, "id"), "a b", "$.variables[0].id"),
    ("DL025", (*FIRST, "id"), "g", "$.variables[1].id"),
    ("DL007", (*FIRST, "label"), "x" * 31, "$.variables[0].label"),
    ("DL007", (*SECOND, "values", 0, "label"), "x" * 256, "$.variables[1].values[0].label"),
    ("DL004", (*FIRST, "lable"), "x", "$.variables[0].lable"),
    ("DL042", (*FIRST, "property"), "functionname", "$.variables[0].property"),
    ("DL042", (*SECOND, "pattern"), "chekout", "$.variables[1].pattern"),
    ("DL042", (*SECOND, "pattern"), "chekout-.*", "$.variables[1].pattern"),
    ("DL041", (*SECOND, "pattern"), "check(", "$.variables[1].pattern"),
    ("DL043", (*SECOND, "defaultValue"), "payments", "$.variables[1].defaultValue"),
    ("DL043", (*SECOND, "defaultValue"), "__FIRST", "$.variables[1].defaultValue"),
]


def test_a_good_body_has_no_findings() -> None:
    assert [(f.code, f.path, f.message) for f in lint_value(GOOD)] == []


def _id(case: object) -> str | None:
    return case if isinstance(case, str) and len(case) < 60 else None


@pytest.mark.parametrize(("code", "way", "value", "where"), DAMAGE, ids=_id)
def test_damage_is_found_where_it_is(code: str, way: Way, value: object, where: str) -> None:
    found = lint_value(broken(way, value))
    assert (code, where) in [(finding.code, finding.path) for finding in found], found


def test_there_are_many_kinds_of_damage_and_every_code_is_among_them() -> None:
    assert len({(code, way) for code, way, _, _ in DAMAGE}) >= 130
    elsewhere = {"DL001", "DL006", "DL008", "DL061", "DL066"}  # test_dashboards_lint.py
    assert set(CODES) - {code for code, _, _, _ in DAMAGE} == elsewhere


KNOWN_BETTER = ("row-dots", "row-unique-ids")


@pytest.mark.parametrize(("code", "way", "value", "where"), DAMAGE, ids=_id)
def test_the_emulator_and_validate_refuse_nothing_that_the_lint_takes(
    code: str, way: Way, value: object, where: str
) -> None:
    body = broken(way, value)
    errors = {finding.path for finding in lint_value(body) if finding.severity == "error"}
    refused = [finding for finding in check_body(json.dumps(body)) if not _is_chart(finding.path, body)]
    assert errors or not refused
    problems = [p for p in validate(body) if p.severity == "error" and p.rule not in KNOWN_BETTER]
    shapes = {p.path for p in problems if p.rule == "row-shape"}
    for problem in problems:
        assert problem.path in errors | shapes or _is_chart(problem.path.replace("[", "/").replace("]", ""), body)


def _is_chart(where: str, body: object) -> bool:
    """Charts are later than the emulator's and the rules' list of types."""
    return where.strip("$.").lstrip("/").replace(".", "/") == "widgets/8/type"


@pytest.mark.parametrize(
    ("way", "value", "marked"),
    [
        (SUM, "100 * m1 / m9", "m9"),
        (SUM, "100 * (m1 / m2", "("),
        (SELECT, "SELECT MAX(Duration) FROM AWS/Lambda", "/"),
        ((*LOG, "query"), "SOURCE 'a'\n| filter \"x\" = 1\n| statz count(*) by bin(5m)", "statz"),
        ((*METRIC, "stat"), "avg", '"avg"'),
        ((*METRIC, "peroid"), 60, '"peroid"'),
        ((*METRIC, "region"), ..., '"properties"'),
    ],
)
def test_carets_stand_under_the_very_words(way: Way, value: object, marked: str) -> None:
    text = json.dumps(broken(way, value), indent=2)
    findings = lint_body(text)
    assert marked in [text[finding.span.start : finding.span.end] for finding in findings]
