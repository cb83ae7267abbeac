"""Queries of one's own on the command line: found, said when they stand in for others, and broken ones left out."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, World

MINE = '+++\ntitle = "Mine"\nquestion = "Mine?"\n[params.n]\ntype = "integer"\ndefault = "2"\nmax = 9\n+++\nfields @type | limit {{ n }}\n'


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    folder = tmp_path / "here"
    folder.mkdir()
    monkeypatch.chdir(folder)
    return folder


def put(path: Path, text: str = MINE) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def test_ones_own_query_runs(cli: Cli, here: Path, world: World) -> None:
    put(here / "queries" / "ops" / "mine.ql")
    done = cli("query", "mine", "--n", "3", "--local", str(world.logs), "-o", "json")
    assert (done.code, done.err, len(json.loads(done.out)["rows"])) == (0, "", 3)
    listed = cli("query").out
    assert "\nops  @ops\n  mine" in listed and listed.index("Is it working?") < listed.index("ops  @ops")
    wrong = cli("query", "mine", "--n", "10", "--local", str(world.logs))
    assert (wrong.code, wrong.err) == (
        2,
        "error: --n: '10' is not a number to 9 (./queries/ops/mine.ql:4)\nhelp: such as --n 20\n",
    )


def test_standing_in_is_said_once(cli: Cli, here: Path, world: World) -> None:
    put(here / "queries" / "health.ql")
    done = cli("query", "health", "--local", str(world.logs), "-o", "json")
    assert done.err == "note: 'health' is that of ./queries/health.ql, instead of queries/triage/health.ql\n"
    assert cli("query").err.count("note: 'health'") == 1
    assert cli("query", "coldstarts", "--local", str(world.logs), "-o", "json").err == ""
    shown = cli("library", "show", "health")
    assert shown.out == MINE and shown.err.startswith("note: 'health'")


def test_a_broken_file_is_said_and_left_out(cli: Cli, here: Path, world: World) -> None:
    put(here / "queries" / "bad.ql", '+++\ntitle = "T"\nquestion = "Q?"\nnxt = []\n+++\n')
    listed = cli("query")
    assert listed.code == 0 and "coldstarts" in listed.out
    assert listed.err == "warning: left out: unknown key 'nxt' in the front matter (./queries/bad.ql:4:1)\n"
    done = cli("query", "bad", "--local", str(world.logs))
    assert done.code == 2 and " --> ./queries/bad.ql:4:1\n" in done.err and "4 | nxt = []\n  | ^^^\n" in done.err
    assert cli("query", "health", "--local", str(world.logs)).code == 0


def test_library_stands_anywhere_and_over_all(cli: Cli, here: Path, world: World) -> None:
    put(here / "queries" / "mine.ql", MINE.replace("Mine?", "Here?"))
    put(here / "team" / "mine.ql", MINE.replace("Mine?", "Team?"))
    for words in (("--library", "team", "mine"), ("mine", "--library", "team"), ("mine", "--library=team")):
        done = cli("query", *words, "--local", str(world.logs), "-o", "json")
        assert done.code == 0 and "team/mine.ql" in done.err and "./queries/mine.ql" in done.err
    assert "Team?" in cli("query", "--library", "team").out
    done = cli("query", "--library", "nowhere", "mine")
    assert (done.code, done.err.split("\n")[0]) == (2, "error: --library nowhere: there is no such folder")


def test_a_parameter_with_the_name_of_an_option(cli: Cli, here: Path, world: World) -> None:
    put(here / "queries" / "mine.ql", MINE.replace("params.n", "params.limit").replace("{{ n }}", "{{ limit }}"))
    done = cli("query", "mine", "--local", str(world.logs))
    assert done.code == 2 and "'limit' has the name of an option of every query (./queries/mine.ql:4)" in done.err


def test_bins_follow_the_range(cli: Cli, world: World) -> None:
    ask = ("query", "coldstarts", "--local", str(world.logs), "-o", "json")
    day = ("--since", "2026-11-23T00:00", "--until", "2026-11-24T00:00")
    assert json.loads(cli(*ask, *day).out)["columns"][0]["name"] == "bin(30m)"
    assert json.loads(cli(*ask, *day, "--bin", "2h").out)["columns"][0]["name"] == "bin(2h)"
    assert json.loads(cli(*ask, "--until", "2026-11-24T00:00").out)["columns"][0]["name"] == "bin(5m)"
    answer = json.loads(cli(*ask, *day).out)
    assert answer["query"]["params"] == {"bin": "30m"}
