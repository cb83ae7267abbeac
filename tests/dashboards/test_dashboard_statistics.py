"""Spellings of statistics: what is right, and what wrong ones mean."""

from __future__ import annotations

import pytest

from insightctl.core.errors import UsageError
from insightctl.dashboards.statistics import check_statistic, meant_statistic


@pytest.mark.parametrize(
    "text",
    [
        "SampleCount",
        "Average",
        "Sum",
        "Minimum",
        "Maximum",
        "IQM",
        "p50",
        "p99.9",
        "p100",
        "tm99",
        "TM(10%:90%)",
        "PR(:300)",
    ],
)
def test_right_ones(text: str) -> None:
    check_statistic(text)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("avg", "Average"),
        ("AVERAGE", "Average"),
        ("averge", "Average"),
        ("samples", "SampleCount"),
        ("total", "Sum"),
        ("P99", "p99"),
        ("p-99", "p99"),
        ("percentile(99.9)", "p99.9"),
        ("TM99", "tm99"),
        ("iqm", "IQM"),
        ("median", "p50"),
        ("p999", None),
        ("p101", None),
        ("speed", None),
    ],
)
def test_wrong_ones(text: str, meant: str | None) -> None:
    assert meant_statistic(text) == meant
    with pytest.raises(UsageError) as error:
        check_statistic(text)
    assert meant is None or f"did you mean '{meant}'?" in str(error.value.remedy)
