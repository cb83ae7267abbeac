"""Damaged definitions: whatever stands in the file, it is a body, or an error with its place."""

from __future__ import annotations

import json
import random
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.errors import UsageError
from insightctl.core.view import View
from insightctl.dashboards import RenderedQuery, Scope, build
from insightctl.dashboards.load import _dashboard
from insightctl.dashboards.outline import outline
from insightctl.dashboards.places import Source
from insightctl.dashboards.reader import Table

TOP = Path(__file__).parents[2]
TEXTS = [file.read_text("utf-8") for file in sorted((TOP / "dashboards").glob("*.toml"))]
TEXTS += [text.partition("```")[0] for text in (TOP / "docs/dashboards.md").read_text("utf-8").split("```toml\n")[1:]]
VALUES: tuple[Any, ...] = (
    *(
        None,
        "",
        " ",
        "x",
        "Errors",
        "{function}",
        "{alias}",
        0,
        -1,
        10**9,
        1.5,
        float("nan"),
        float("inf"),
        True,
        [],
        {},
    ),
    *(
        [""],
        ["x", 1],
        [[]],
        [["a"]],
        [{}],
        [{"a": 1}],
        {"a": 1},
        {"function": ["x"]},
        {"version": [1, 2]},
        "timeSeries",
    ),
)


def values_in(value: Any) -> Iterator[tuple[Any, Any]]:
    """Every container with a key or a place in it."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in list(items):
        yield value, key
        yield from values_in(item)


@pytest.mark.parametrize("text", TEXTS, ids=[text.strip().partition("\n")[0][:30] for text in TEXTS])
def test_any_value_anywhere(text: str) -> None:
    chance = random.Random(text)
    for _ in range(60):
        values = tomllib.loads(text)
        container, key = chance.choice(list(values_in(values)))
        container[key] = chance.choice(VALUES[1:])
        if isinstance(container, dict) and chance.random() < 0.2:
            container["unknown"] = container.pop(key)
        try:
            dashboard = _dashboard(Table(values, Source("x.toml", text)), "x")
            assert outline(dashboard)
            scope = Scope(("a", "b"), "eu-west-1", account="123456789012")
            made = build(dashboard, scope, lambda name, _: RenderedQuery(name, "stats count(*)", View()))
            json.dumps(made.body, allow_nan=False)
        except UsageError as error:
            assert error.what
            assert "x.toml" in (error.where or "x.toml")
            assert str(error)
