"""Rendering a dashboard against starting the interpreter with typer, and the lint of a body of 500 widgets."""

from __future__ import annotations

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.timing import best_of, table

_TYPER = "interpreter with typer"
_APP = "import typer\napp = typer.Typer()\n@app.command()\ndef main() -> None: pass\napp()"


def main() -> str:
    """The figures, as Markdown."""
    tool = str(Path(sys.executable).parent / "insightctl")
    render = [tool, "dashboard", "render", "lambda-service", "-f", "checkout", "--region", "eu-west-1"]
    with tempfile.TemporaryDirectory() as cache:
        os.environ["INSIGHTCTL_CACHE"] = cache
        seconds = best_of(
            {
                _TYPER: [sys.executable, "-c", _APP],
                "render lambda-service, again": render,
                "render lambda-service, the first time": [
                    *("sh", "-c", 'rm -rf "$INSIGHTCTL_CACHE/dashboards" && "$@"', "sh"),
                    *render,
                ],
            }
        )
    return table("Dashboards: render", seconds, _TYPER) + "\n" + _lint()


def _lint() -> str:
    from insightctl.dashboards.lint import lint_body

    text = body_of(500)
    best = min(_seconds(lambda: lint_body(text)) for _ in range(5))
    return f"### Dashboards: lint\n\n500 widgets, {len(text):,} characters: {best:.2f} s\n"


def body_of(count: int) -> str:
    """A body of so many widgets of every kind that is looked into: metrics with maths, log queries, texts."""
    from insightctl.dashboards import Scope, build, find, library_queries

    scope = Scope(("checkout",), "eu-west-1")
    made: list[dict[str, object]] = []
    for name in ("lambda-service", "lambda-function", "async-and-streams"):
        widgets = build(find(name), scope, library_queries).body["widgets"]
        made += widgets if isinstance(widgets, list) else []
    widgets = [
        {**made[number % len(made)], "x": 0, "y": 6 * number, "width": 24, "height": 6} for number in range(count)
    ]
    return json.dumps({"widgets": widgets})


def _seconds(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started
