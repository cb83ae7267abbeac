"""What stands under an answer: thresholds in words, how to read it, and the next queries ready to run."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from insightctl.cli.guidance import guidance, next_words
from insightctl.cli.setup import When, Where
from insightctl.core.result import Column, Result
from insightctl.library import load
from tests.cli.conftest import World

WHERE, WHEN = Where(("checkout",), region="eu-west-1"), When(since="3h")
SLOW = Result((Column("request_id", "string"), Column("duration_ms", "number")), (("6f0f-1", 900.0), ("6f0f-2", 800.0)))


@pytest.mark.parametrize(
    ("name", "params", "words"),
    [
        ("coldstarts", {}, "insightctl query coldstarts"),
        ("coldstarts", {"bin": "1h"}, "insightctl query coldstarts --bin 1h"),
        ("coldstarts", {"bin": "5m"}, "insightctl query coldstarts"),
        ("request", {}, "insightctl query request --id 6f0f-1"),
        ("request", {"id": "a b\x1b[2J"}, "insightctl query request --id 'a b␛[2J'"),
    ],
)
def test_the_next_query_is_ready_to_run(name: str, params: dict[str, str], words: str) -> None:
    assert next_words(name, SLOW, WHERE, WHEN, params) == f"{words} -f checkout --region eu-west-1 --since 3h"


def test_a_pipe_gets_the_thresholds_only() -> None:
    result = Result((Column("function", "string"), Column("error_pct", "number")), (("a", 9.5), ("b", 2.0)))
    assert list(guidance(load("health"), result, WHERE, WHEN, on_terminal=False)) == [
        "",
        "!! critical: more than one invocation in twenty fails (a: error_pct 9.5)",
        "!  warning: more than one invocation in a hundred fails (b: error_pct 2)",
    ]


def on_terminal(*words: str) -> str:
    """What the program prints on a terminal."""
    here, there = pty.openpty()
    program = str(Path(sys.executable).parent / "insightctl")
    environ = os.environ | {"COLUMNS": "100", "LINES": "40", "TERM": "xterm-256color"}
    running = subprocess.Popen([program, *words], stdout=there, stderr=subprocess.DEVNULL, env=environ)
    os.close(there)
    parts = []
    try:
        while data := os.read(here, 65_536):
            parts.append(data)
    except OSError:  # Linux ends a terminal so
        pass
    os.close(here)
    assert running.wait() == 0
    return b"".join(parts).decode()


def test_a_terminal_gets_the_picture_and_what_is_next(world: World) -> None:
    out = on_terminal("query", "p99-duration", "--local", str(world.logs), "-f", "checkout", "--bin", "1h")
    assert "┌──" in out, "a chart, for the query names one"
    assert "How to read it: p50 tells" in out
    assert re.search(r"Next: insightctl query coldstarts --bin 1h -f checkout --local \S+logs", out)
    table = on_terminal("query", "p99-duration", "--local", str(world.logs), "-f", "checkout", "-o", "table")
    assert "┌──" not in table and "p99_ms" in table


def test_thresholds_are_coloured_on_a_terminal(world: World) -> None:
    out = on_terminal("query", "errors-by-version", "--local", str(world.logs))
    assert "\x1b[1;31m!! critical: more than one invocation in twenty fails" in out
