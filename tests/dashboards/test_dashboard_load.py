"""A dashboard file: what it becomes, and how its mistakes are said."""

from __future__ import annotations

from pathlib import Path

import pytest

from insightctl.core.errors import UsageError
from insightctl.dashboards import Dashboard, load_file, load_text
from insightctl.dashboards.model import Entry, LogWidget, MetricWidget, Row, Size, TextWidget, Variable

GOOD = """\
title = "Lambda service"
start = "-PT3H"
[[variable]]
id = "function"
[[row]]
title = "Is it working?"
text = "Look here first."
[[row.widget]]
metric = ["Invocations", "Duration p95", ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders"]]
period = 60
[[row.widget]]
query = "errors-by-version"
params = { bin = "5m", top = 3, all = true }
width = 8
[[row]]
[[row.widget]]
text = "# Hello"
height = 2
transparent = true
"""


def test_every_kind_of_widget() -> None:
    assert load_text(GOOD, name="x", file="x.toml") == Dashboard(
        "x",
        "Lambda service",
        (
            Row(
                (
                    MetricWidget(
                        (
                            Entry("Invocations"),
                            Entry("Duration p95"),
                            Entry(raw=("AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders")),
                        ),
                        period=60,
                    ),
                    LogWidget("errors-by-version", {"bin": "5m", "top": "3", "all": "true"}, size=Size(8)),
                ),
                "Is it working?",
                "Look here first.",
            ),
            Row((TextWidget("# Hello", transparent=True, size=Size(None, 2)),)),
        ),
        "-PT3H",
        variables=(Variable("function"),),
    )


def mistake(old: str, new: str) -> UsageError:
    assert old in GOOD
    with pytest.raises(UsageError) as caught:
        load_text(GOOD.replace(old, new, 1), name="x", file="x.toml")
    return caught.value


@pytest.mark.parametrize(
    ("old", "new", "what", "where", "remedy"),
    [
        ('title = "Lambda service"', "", "'title' is missing", "x.toml", "add title"),
        (
            "width = 8",
            "widht = 8",
            "unknown key 'widht'",
            "x.toml:14:1 (row[0].widget[1].widht)",
            "did you mean 'width'?",
        ),
        (
            "width = 8",
            "width = 25",
            "'width' is a whole number from 1 to 24",
            "x.toml:14:1 (row[0].widget[1].width)",
            "",
        ),
        ("width = 8", "width = true", "'width' is a whole number from 1 to 24", "x.toml:14", ""),
        ("period = 60", "period = 90", "'period' is a multiple of 60 seconds", "x.toml:10", ""),
        ("Invocations", "Invocation", "unknown metric 'Invocation'", "x.toml:9", "did you mean 'Invocations'?"),
        ("p95", "q95", "'Duration q95': 'q95' is not a statistic of Duration", "x.toml:9", "Sum, Average"),
        (', "orders"]', "]", "a metric is a short name, a list", "x.toml:9", 'metric = ["Errors"'),
        ('text = "# Hello"', "", "this one is none of them", "x.toml:16", ""),
        (
            'text = "# Hello"',
            'text = "a"\nquery = "b"',
            "this one is query and text",
            "x.toml:16:1 (row[1].widget[0])",
            "",
        ),
        ('text = "# Hello"', "text = 5", "'text' is a text", "x.toml:17:1", ""),
        ("top = 3", "top = [3]", "'params.top' is a text, a number or true or false", "x.toml:13", ""),
        (
            'id = "function"',
            'id = "region"',
            "the variable 'region' changes nothing",
            "x.toml:4:7 (variable[0].id)",
            "",
        ),
        ("[[row]]\n[[row.widget]]\ntext", "[[row]]\ntext", "unknown key 'height'", "x.toml:17:1 (row[1].height)", ""),
        ('start = "-PT3H"', 'start = "', "not TOML", "x.toml:2", ""),
    ],
)
def test_mistakes_say_what_where_and_what_to_do(old: str, new: str, what: str, where: str, remedy: str) -> None:
    error = mistake(old, new)
    assert what in error.what
    assert str(error.where).startswith(where)
    assert remedy in (error.remedy or "")


@pytest.mark.parametrize("text", ['title = "x"', 'title = "x"\nrow = 3', 'title = "x"\n[[row]]\ntitle = "a"'])
def test_a_dashboard_needs_rows_and_a_row_widgets(text: str) -> None:
    with pytest.raises(UsageError):
        load_text(text, name="x", file="x.toml")


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot read the dashboard file: No such file"):
        load_file(tmp_path / "none.toml")


def test_a_file_that_is_not_text(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(UsageError, match="not UTF-8"):
        load_file(tmp_path / "x.toml")
