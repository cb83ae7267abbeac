"""Metric maths over series that are written down here, and rows of widgets as they are meant."""

from __future__ import annotations

import math

import pytest

from insightctl.core.time import TimeRange
from insightctl.metrics import MetricName, MetricQuery
from insightctl.metrics.labels import default_labels, filled
from insightctl.metrics.logs.asking import bin_text
from insightctl.metrics.logs.statistic import Weighted, of_samples, read_stat
from insightctl.metrics.maths.evaluate import Sheet, searches
from insightctl.metrics.maths.values import NoMaths, Track
from insightctl.metrics.rows import expand
from insightctl.metrics.searching import read_search

MINUTE = 60_000
TIME = TimeRange(0, 5 * MINUTE)


def track(id_: str, values: dict[int, float]) -> Track:
    return Track(id_, id_, 60, {minute * MINUTE: value for minute, value in values.items()}, is_metric=True)


M1, M2 = track("m1", {0: 1.0, 1: 2.0, 3: 4.0}), track("m2", {0: 10.0, 2: 30.0, 3: 0.0})


def drawn(expression: str) -> list[dict[int, float]]:
    sheet = Sheet({"m1": (M1,), "m2": (M2,)}, {"e1": "m1 * 2", "e": expression}, TIME, 60)
    return [{at // MINUTE: value for at, value in one.sorted()} for one in sheet.lines("e")]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 + m2", [{0: 11, 3: 4}]),
        ("m1 / m2", [{0: 0.1}]),
        ("100 - 2 * m1", [{0: 98, 1: 96, 3: 92}]),
        ("-m1 ^ 2", [{0: -1, 1: -4, 3: -16}]),
        ("2 ^ 3 ^ 0", None),
        ("m1 > 1 AND m1 < 4", [{0: 0, 1: 1, 3: 0}]),
        ("e1 + 1", [{0: 3, 1: 5, 3: 9}]),
        ("FILL(m1, 0)", [{0: 1, 1: 2, 2: 0, 3: 4, 4: 0}]),
        ("FILL(m1, REPEAT)", [{0: 1, 1: 2, 2: 2, 3: 4, 4: 4}]),
        ("FILL(m1, LINEAR)", [{0: 1, 1: 2, 2: 3, 3: 4}]),
        ("SUM(METRICS())", [{0: 11, 1: 2, 2: 30, 3: 4}]),
        ("SUM([m1, m2])", [{0: 11, 1: 2, 2: 30, 3: 4}]),
        ("MAX([m1, 3])", [{0: 3, 1: 3, 3: 4}]),
        ("m1 / SUM(m1)", [{0: 1 / 7, 1: 2 / 7, 3: 4 / 7}]),
        ("MAX(m1)", [{0: 4, 1: 4, 2: 4, 3: 4, 4: 4}]),
        ("IF(m1 > 1, m1, 0)", [{0: 0, 1: 2, 3: 4}]),
        ("IF(m1 > 1, m1)", [{1: 2, 3: 4}]),
        ("RATE(m1)", [{1: 1 / 60, 3: 2 / 120}]),
        ("DIFF(m1)", [{1: 1, 3: 2}]),
        ("RUNNING_SUM(m1)", [{0: 1, 1: 3, 3: 7}]),
        ("m1 / PERIOD(m1)", [{0: 1 / 60, 1: 2 / 60, 3: 4 / 60}]),
        ("SORT(METRICS(), SUM, DESC, 1)", [{0: 10, 2: 30, 3: 0}]),
        ("SLICE(METRICS(), 0, 1)", [{0: 1, 1: 2, 3: 4}]),
        ("LAST(METRICS())", [{0: 10, 2: 30, 3: 0}]),
        ("METRICS('m2') * 2", [{0: 20, 2: 60, 3: 0}]),
        ("DATAPOINT_COUNT(m1) * TIME_SERIES(1)", [dict.fromkeys(range(5), 3)]),
        ("MINUTE(m1)", [{0: 0, 1: 1, 3: 3}]),
        ("LOG10(m2)", [{0: 1, 2: math.log10(30)}]),
        ("CEIL(m1 / 3)", [{0: 1, 1: 1, 3: 2}]),
    ],
)
def test_expressions(expression: str, expected: list[dict[int, float]] | None) -> None:
    lines = drawn(expression)
    wanted = expected if expected is not None else [dict.fromkeys(range(5), 2.0)]
    assert len(lines) == len(wanted)
    for line, want in zip(lines, wanted, strict=True):
        assert line == pytest.approx(want)


@pytest.mark.parametrize(
    ("expression", "why"),
    [
        ("ANOMALY_DETECTION_BAND(m1, 2)", "trained by CloudWatch"),
        ("e + 1", "need each other"),
        ("nope * 2", "no metric or expression"),
        ("m1 +", "a value is missing"),
        ("FILL(m1)", "lacks an argument"),
    ],
)
def test_what_cannot_be_worked_out_says_why(expression: str, why: str) -> None:
    with pytest.raises(NoMaths, match=why):
        drawn(expression)


def test_rows_repeat_what_the_row_before_has() -> None:
    rows = expand(
        {
            "stat": "Sum",
            "period": 60,
            "region": "eu-west-1",
            "metrics": [
                ["AWS/Lambda", "Errors", "FunctionName", "a", {"id": "e", "color": "#d62728"}],
                [".", "Invocations", ".", ".", {"yAxis": "right", "visible": False}],
                ["...", "b", {"stat": "p99", "period": 300}],
                [{"expression": "e * 2", "label": "twice"}],
            ],
        }
    )
    metrics = [row.metric for row in rows]
    assert metrics[:3] == [
        MetricQuery("AWS/Lambda", "Errors", (("FunctionName", "a"),), "Sum", 60, None, "eu-west-1"),
        MetricQuery("AWS/Lambda", "Invocations", (("FunctionName", "a"),), "Sum", 60, None, "eu-west-1"),
        MetricQuery("AWS/Lambda", "Invocations", (("FunctionName", "b"),), "p99", 300, None, "eu-west-1"),
    ]
    assert [(row.id, row.y_axis, row.visible) for row in rows] == [
        ("e", "left", True),
        ("q1", "right", False),
        ("q2", "left", True),
        ("q3", "left", True),
    ]
    assert (rows[3].expression, rows[3].label) == ("e * 2", "twice")


def test_labels() -> None:
    a, b = (MetricQuery("AWS/Lambda", "Errors", (("FunctionName", name),), "Sum", 60) for name in "ab")
    assert default_labels({"x": a, "y": b}) == {"x": "a", "y": "b"}
    assert default_labels({"x": a}) == {"x": "Errors"}
    named = Track("m1", "m1", 60, M1.values, properties={"Dim.FunctionName": "checkout"})
    assert (
        filled("${PROP('Dim.FunctionName')}: ${MAX} at ${MAX_TIME}, ${NOPE}", named) == "checkout: 4 at 00:03, ${NOPE}"
    )


def test_searches() -> None:
    expression = "SUM(SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Errors\"', 'Sum', 60)) / 2"
    ((text, stat, period_s),) = searches(expression, 300)
    assert (stat, period_s) == ("Sum", 60)
    search = read_search(text)
    errors = MetricName("AWS/Lambda", "Errors", (("FunctionName", "checkout-prod"),))
    assert search.matches(errors)
    assert not search.matches(errors._replace(name="Invocations"))
    assert not search.matches(errors._replace(dimensions=()))
    assert read_search("{AWS/Lambda,FunctionName} FunctionName=(checkout OR cart) NOT Duration").matches(errors)
    assert not read_search("{AWS/Lambda,FunctionName} check").matches(errors)


def test_statistics_of_samples() -> None:
    samples = [Weighted(1, float(value)) for value in range(1, 101)]
    for text, expected in {
        "tm90": 45.5,
        "TM(10%:90%)": 50.5,
        "IQM": 50.5,
        "tc90": 90,
        "ts50": 1275,
        "wm90": 49.95,
        "PR(:50)": 50,
    }.items():
        stat = read_stat(text)
        assert stat is not None
        assert of_samples(stat, samples) == pytest.approx(expected), text
    assert read_stat("p101") is None
    assert read_stat("Mean") is None


def test_periods_as_bins() -> None:
    assert [bin_text(s)[0] for s in (10, 60, 300, 3600, 5400, 86_400, 604_800)] == [
        "10s",
        "1m",
        "5m",
        "1h",
        "45m",
        "24h",
        "24h",
    ]
