"""The lint on bodies from the wild, on places in JSON text, and on what is slow or hostile."""

from __future__ import annotations

import copy
import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.dashboards import Scope, build, find, library_queries, names
from insightctl.dashboards.lint import CODES, LintFinding, lint_body, lint_value, maths, page
from insightctl.dashboards.lint.insights import check as check_insights
from insightctl.dashboards.lint.places import NotJson, read
from insightctl.ql.spans import Span
from tests.dashboards.lint_bodies import GOOD, LOG, METRIC, SHOWN_ALARM, broken

CORPUS = Path("/work/shared/corpus/dashboards")

REFUSED = {
    "01-lightningtalk-circle": {("DL020", 8)},  # {"stat": ...} in the middle of a row
    "02-serverless-plugin-aws-alerts": {("DL003", 18)},  # a plugin's own format, no body
    "24-Claude_Enhancer": {("DL005", 4)},  # widgets of a type "number"
}
"""The bodies of the corpus that the service refuses, and why; all others have no error."""


def errors(found: tuple[LintFinding, ...]) -> set[tuple[str, int]]:
    codes = [finding.code for finding in found if finding.severity == "error"]
    return {(code, codes.count(code)) for code in codes}


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not on this machine")
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda file: str(file.stem))
def test_bodies_from_the_wild(file: Path) -> None:
    found = lint_body(file.read_text(encoding="utf-8"))
    assert errors(found) == REFUSED.get(file.stem, set())


@pytest.mark.parametrize("name", names())
def test_shipped_dashboards_have_no_errors(name: str) -> None:
    built = build(find(name), Scope(("checkout",), "eu-west-1"), library_queries)
    assert errors(lint_body(built.text)) == set()


@pytest.mark.parametrize("code", CODES.values(), ids=lambda code: str(code.code))
def test_every_code_has_a_page(code: object) -> None:
    from insightctl.ql.codes import Code

    assert isinstance(code, Code)
    text = page(code)
    assert text.startswith(f"{code.code}: {code.title}\n{code.severity}: ")
    assert code.why in text


@pytest.mark.parametrize(
    ("text", "line", "col", "message"),
    [
        ("", 1, 1, "the text ends where a value is expected"),
        ('{"widgets": [],}', 1, 15, "JSON takes no comma before '}'"),
        ('{"widgets": [\n  1\n  2]}', 3, 3, "expected a comma or ']'"),
        ("{'widgets': []}", 1, 2, "expected a key in double quotes"),
        ('{"a" 1}', 1, 6, 'expected a colon behind the key "a"'),
        ('{"a": "x\ny"}', 1, 7, "the string never ends"),
        ('{"a": "\\q"}', 1, 8, "JSON has no such escape in a string"),
        ('{"a": NaN}', 1, 7, "expected a value: an object, an array, a string in double quotes, a number, true, false"),
        ('{"widgets": []} x', 1, 17, "there is more behind the end of the JSON value"),
        ('{"widgets": [', 1, 14, "the text ends where a value is expected"),
        ("[" * 5000, 1, 101, "nested deeper than 100 levels"),
    ],
)
def test_what_is_no_json_is_said_where_it_stops_being_it(text: str, line: int, col: int, message: str) -> None:
    [finding] = lint_body(text)
    assert (finding.code, finding.line, finding.col, finding.message) == ("DL001", line, col, message)


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4),
    max_leaves=12,
)


@given(json_values, st.booleans(), st.sampled_from((None, 1, "\t")))
def test_reading_is_what_json_reads(value: object, ascii_only: bool, indent: int | str | None) -> None:
    text = json.dumps(value, ensure_ascii=ascii_only, indent=indent)
    document = read(text)
    assert document.value == json.loads(text)
    for spot in document.spots.values():
        json.loads(text[spot.value.start : spot.value.end])


@given(st.text(max_size=80))
def test_reading_refuses_what_json_refuses(text: str) -> None:
    try:
        expected = json.loads(text, parse_constant=lambda word: pytest.fail())
    except (ValueError, pytest.fail.Exception):
        with pytest.raises(NotJson):
            read(text)
    else:
        assert read(text).value == expected


@given(st.text(min_size=1, max_size=30), st.integers(0, 29), st.booleans())
def test_characters_of_a_string_are_found_behind_its_escapes(text: str, index: int, ascii_only: bool) -> None:
    index = min(index, len(text) - 1)
    document = read(json.dumps({"a": text}, ensure_ascii=ascii_only))
    span = document.inside("$.a", Span(index, index + 1))
    assert json.loads(f'"{document.text[span.start : span.end]}"') == text[index]


def test_a_key_that_stands_twice() -> None:
    [finding] = lint_body('{"widgets": [],\n "start": "-PT3H", "start": "-PT1H"}')
    assert (finding.code, finding.path, finding.line, finding.col) == ("DL006", "$.start", 2, 20)


def test_what_get_dashboard_prints_is_read_too() -> None:
    answer = json.dumps({"DashboardName": "d", "DashboardBody": json.dumps(broken((*METRIC, "stat"), "avg"))})
    [finding] = [each for each in lint_body(answer) if each.code == "DL022"]
    assert finding.path == "$.widgets[0].properties.stat"
    assert answer[finding.span.start : finding.span.end] == '\\"avg\\"'


def test_many_log_widgets_and_periods_that_are_gone() -> None:
    body = broken(("start",), "-P30D")
    body["widgets"] += [copy.deepcopy(GOOD["widgets"][1]) | {"x": 0, "y": 100 + 6 * i} for i in range(25)]
    found = [(finding.code, finding.path) for finding in lint_value(body)]
    assert ("DL061", "$.widgets") in found
    assert ("DL066", "$.widgets[0].properties.period") in found


def test_metrics_of_the_whole_dashboard_are_counted() -> None:
    body = broken((*METRIC, "metrics"), [["A", "b"]] * 400)
    body["widgets"] = [body["widgets"][0]] * 7
    assert ("DL007", "$.widgets") in [(finding.code, finding.path) for finding in lint_value(body)]


@pytest.mark.parametrize(
    "query",
    [
        'SOURCE logGroups(namePrefix: ["/aws/lambda/"], class: "STANDARD") | stats count(*) by bin(5m)',
        "SOURCE '/aws/lambda/${Function}' | filter level = \"${level}\" | stats count(*) by bin(5m)",
    ],
)
def test_queries_as_the_console_and_templates_write_them(query: str) -> None:
    found = lint_value(broken((*LOG, "query"), query))
    assert [finding for finding in found if finding.severity == "error"] == []


def test_sql_and_ppl_are_not_taken_for_logs_insights() -> None:
    body = broken((*LOG, "query"), "SELECT * FROM `/aws/lambda/checkout`")
    body["widgets"][1]["properties"]["queryLanguage"] = "SQL"
    assert [finding.code for finding in lint_value(body)] == []


@pytest.mark.parametrize(
    "expression",
    [
        "(m4+m5+m6)/m7*100",
        "SUM([METRICS('4xx'), METRICS('5xx')])",
        "IF(m1 > 15 AND m2 > 15, m1, 0)",
        "-5 * m1 ^ 2 + .5e3",
        "SORT(REMOVE_EMPTY(SEARCH('{AWS/EC2,InstanceId} CPUUtilization', 'Average')), AVG, DESC, 10)",
        "m1 >= 3 || m2 && m3",
        "FIRST(METRICS())",
        "FILL(m1, REPEAT)",
        "ANOMALY_DETECTION_BAND(m1, 2)",
        'INSIGHT_RULE_METRIC("rule", "UniqueContributors")',
    ],
)
def test_metric_maths_that_is_right(expression: str) -> None:
    assert maths.read(expression).wrong is None


@pytest.mark.parametrize(
    "query",
    [
        'SELECT AVG(CPUUtilization) FROM "AWS/EC2"',
        'select avg(CPUUtilization) from SCHEMA("AWS/EC2") limit 10',
        "SELECT SUM(\"My.Metric\") FROM ns WHERE tag.env = 'prod' AND AWS.AccountId = CURRENT_ACCOUNT_ID() GROUP BY a, tag.b",
        "SELECT COUNT(a) FROM b WHERE AWS.AccountId=444455556666",
        "SELECT MAX(a) FROM b GROUP BY c ORDER BY AVG() ASC LIMIT 500",
    ],
)
def test_metrics_insights_that_is_right(query: str) -> None:
    assert list(check_insights(query)) == []


def _seconds(text: str) -> float:
    started = time.process_time()  # other work on the machine does not count
    lint_body(text)
    return time.process_time() - started


@pytest.mark.parametrize("pattern", ["(a+)+$", "(a|a|a|a|a)*b", "a?" * 90 + "a" * 90, ".*.*.*.*x", "(" * 900])
def test_patterns_that_would_search_for_ever_are_not_tried(pattern: str) -> None:
    body = broken(("variables", 1, "pattern"), pattern)
    body["widgets"][2]["properties"]["markdown"] = "a" * 50_000
    started = time.perf_counter()
    lint_value(body)
    assert time.perf_counter() - started < 1


@settings(max_examples=150)
@given(st.data(), json_values)
def test_anything_anywhere_is_survived(data: st.DataObject, value: object) -> None:
    from tests.dashboards.test_dashboards_lint_damage import DAMAGE

    way = data.draw(st.sampled_from([way for _, way, _, _ in DAMAGE if len(way) > 1]))
    for finding in lint_value(broken(way, value)):
        assert finding.path.startswith("$")
        assert finding.line >= 1
        assert finding.code in CODES or finding.code.startswith("QL")


@given(st.text(alphabet="m1e2 ()[]+-*/,'\"SUMETRICSAVG\\${}", max_size=40))
def test_any_expression_is_survived(text: str) -> None:
    for wrong in check_insights(f"SELECT {text}"):
        assert wrong.message
    maths.read(text)


@pytest.mark.parametrize(
    ("way", "value"),
    [
        (("start",), "__WINDOW__"),
        (("widgets", 0, "y"), "${row}"),
        ((*METRIC, "region"), "REGION"),
        ((*METRIC, "period"), "{{ period }}"),
        ((*METRIC, "stat"), "${stat}"),
        ((*METRIC, "metrics", 4, 0, "expression"), "${a} / ${b}"),
    ],
)
def test_what_a_template_fills_in_is_not_judged(way: tuple[str | int, ...], value: str) -> None:
    assert lint_value(broken(way, value)) == ()


def test_a_widget_that_shows_an_alarm_needs_no_region() -> None:
    assert lint_value(broken((*SHOWN_ALARM, "region"), ...)) == ()


def test_the_manual_has_every_code() -> None:
    manual = (Path(__file__).parents[2] / "docs" / "dashboard-lint.md").read_text(encoding="utf-8")
    assert [line for line in manual.splitlines() if line.startswith("## DL")] == [
        f"## {code.code}: {code.title}" for code in CODES.values()
    ]


@pytest.mark.parametrize(
    ("namespace", "meant"),
    [
        ("AWS/lambda", "AWS/Lambda"),
        ("AWS/APIGateway", "AWS/ApiGateway"),
        ("AWS/ApplicationElb2", "AWS/ApplicationELB"),
        ("AWS/EKS", None),
        ("AWS/Connect", None),
        ("lambda", None),
        ("my-service", None),
    ],
)
def test_namespaces_that_are_nearly_right(namespace: str, meant: str | None) -> None:
    found = lint_value(broken((*METRIC, "metrics"), [[namespace, "Errors"]]))
    helps = [finding.help for finding in found if finding.code == "DL067"]
    assert helps == ([f"did you mean '{meant}'?"] if meant else [])
