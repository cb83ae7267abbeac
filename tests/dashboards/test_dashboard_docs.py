"""The manual's page of definitions: every example works, every key and every metric is on it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from insightctl.dashboards import Scope, build, library_queries, load_text, names
from insightctl.dashboards.colours import COLOURS
from insightctl.dashboards.lint import lint_body
from insightctl.dashboards.metrics import FORMULAS, METRICS

TOP = Path(__file__).parents[2]
PAGE = (TOP / "docs/dashboards.md").read_text("utf-8")
EXAMPLES = re.findall(r"```toml\n(.*?)```", PAGE, re.DOTALL)
_KEY = re.compile(
    r"table\.(?:text|required_text|choice|integer|number|flag|maybe_flag|texts|table|tables|items|scalars|has)\(\"(\w+)\""
)


@pytest.mark.parametrize("text", EXAMPLES, ids=[text.partition("\n")[0] for text in EXAMPLES])
def test_every_example_renders_without_an_error(text: str) -> None:
    dashboard = load_text(text, name="x", file="x.toml")
    built = build(dashboard, Scope(("checkout",), "eu-west-1", account="123456789012"), library_queries)
    errors = [each for each in lint_body(built.text) if each.severity == "error"]
    assert errors == []


def test_every_name_is_on_the_page() -> None:
    for name in (*names(), *METRICS, *FORMULAS, *COLOURS):
        assert f"`{name}`" in PAGE, name


def test_every_key_is_on_the_page() -> None:
    found = {
        key
        for file in (TOP / "insightctl/dashboards").glob("load*.py")
        for key in _KEY.findall(file.read_text("utf-8").replace("inner.", "table."))
    }
    assert len(found) > 30
    for key in found:
        assert re.search(rf"\b{key}\b", PAGE), key
