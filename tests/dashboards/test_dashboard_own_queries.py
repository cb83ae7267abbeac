"""Log widgets of the user's own queries: found as `insightctl query` finds them, and never an old one."""

from __future__ import annotations

from pathlib import Path

import pytest

from insightctl.cli.app import run
from insightctl.cli.library_open import reread
from insightctl.dashboards.kept import own_folders, own_state
from insightctl.dashboards.queries import QueriesOf, source_query
from insightctl.dashboards.rendering import Own, rendered
from insightctl.library import Shelf, open_library, own_shelves

DECLINED = """+++
title = "Payments declined"
question = "How many payments were declined?"
view = { kind = "timeSeries" }
+++
filter @message like /declined/
| stats count(*) as declined by bin(5m)
"""
DEFINITION = 'title = "Own"\n[[row]]\n[[row.widget]]\nquery = "declined"\n'


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    for name, folder in (("XDG_CONFIG_HOME", "config"), ("INSIGHTCTL_CACHE", "cache"), ("HOME", "home")):
        monkeypatch.setenv(name, str(tmp_path / folder))
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    Path("own.toml").write_text(DEFINITION)
    return tmp_path


def write(folder: str, text: str = DECLINED, name: str = "declined") -> Path:
    Path(folder).mkdir(parents=True, exist_ok=True)
    file = Path(folder) / f"{name}.ql"
    file.write_text(text)
    return file


def command(*words: str, monkeypatch: pytest.MonkeyPatch) -> int:
    reread()  # each command line is a process of its own
    monkeypatch.setattr("sys.argv", ["insightctl", "dashboard", *words])
    return run(["dashboard", *words])


@pytest.mark.parametrize("folder", ["queries", "queries/shop", "config/insightctl/queries"])
def test_own_queries_are_found(
    folder: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write(folder)
    for bin_ in ("5m", "7m"):
        file.write_text(DECLINED.replace("5m", bin_))
        assert command("render", "own.toml", "-f", "checkout", monkeypatch=monkeypatch) == 0
        assert f"by bin({bin_})" in capsys.readouterr().out
    assert command("lint", "own.toml", monkeypatch=monkeypatch) == 0


def test_of_a_named_folder(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write("elsewhere")
    assert command("render", "own.toml", "-f", "checkout", monkeypatch=monkeypatch) == 2
    assert "there is no query 'declined'" in capsys.readouterr().err
    for words in (("render", "own.toml", "-f", "checkout"), ("lint", "own.toml")):
        assert command(*words, "--library", "elsewhere", monkeypatch=monkeypatch) == 0
    capsys.readouterr()
    assert command("render", "own.toml", "-f", "checkout", "--library", "nowhere", monkeypatch=monkeypatch) == 2
    assert "nowhere: there is no such folder" in capsys.readouterr().err


def test_a_shipped_one_that_gives_way_is_named_each_time(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("queries", name="errors")
    for _ in range(2):
        assert command("render", "lambda-service", "-f", "checkout", monkeypatch=monkeypatch) == 0
        said = capsys.readouterr()
        assert "the query 'errors' is that of ./queries/errors.ql, instead of queries/triage/errors.ql" in said.err
        assert "declined by bin(5m)" in said.out


def test_a_mistake_in_the_query_s_file_is_said_with_its_place(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("queries", DECLINED.replace('{ kind = "timeSeries" }', '"timeSeries"'))
    assert command("render", "own.toml", "-f", "checkout", monkeypatch=monkeypatch) == 2
    assert "'view' is not a table (./queries/declined.ql:4:1)" in capsys.readouterr().err


def test_the_folders_are_those_of_the_library(place: Path) -> None:
    for folder in ("queries", "config/insightctl/queries", "named"):
        write(folder)
    environ = {"XDG_CONFIG_HOME": str(place / "config")}
    folders = own_folders(place, environ, ("named",))
    assert [shelf.root for shelf in own_shelves(place, environ, ("named",)).shelves] == list(folders)
    assert own_folders(place, {"HOME": "/h"})[-1] == Path("/h/.config/insightctl/queries")


def test_what_is_looked_at(place: Path) -> None:
    before = own_state((place / "queries",))
    write("queries/_views")
    assert own_state((place / "queries",)) != before
    deep = own_state((place / "queries",))
    write("queries/a/b")
    assert own_state((place / "queries",)) == deep


def test_queries_of_packages_may_be_anywhere_and_nothing_is_kept(place: Path) -> None:
    write("package")
    library = open_library((Shelf("package", place / "package"),))
    own = Own((), lambda: QueriesOf(library))
    made = rendered("own.toml", ("checkout",), "eu-west-1", own=own, place=place / "kept")
    assert "Payments declined" in made.text
    assert not (place / "kept").exists()


def test_only_shipped_queries_as_they_are_need_no_check(place: Path) -> None:
    write("queries")
    queries = QueriesOf(open_library(own_shelves(place, {}).shelves))
    shipped = source_query(queries("errors", {}).text, ["/aws/lambda/checkout", "/aws/lambda/refund"])
    assert queries.has_checked(shipped)
    assert not queries.has_checked(shipped.replace("refund", "it's"))
    assert not queries.has_checked(shipped + "\n| limit 5")
    own = source_query(queries("declined", {}).text, ["/aws/lambda/checkout"])
    assert not queries.has_checked(own)
    other = source_query(queries("business", {"bin": "1m"}).text, ["/aws/lambda/checkout"])
    assert not queries.has_checked(other)


def test_a_mistake_in_an_own_query_is_found_before_it_is_deployed(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write("queries", DECLINED.replace("stats", "stat"))
    for words in (("render", "own.toml", "-f", "checkout"), ("lint", "own.toml")):
        assert command(*words, monkeypatch=monkeypatch) == 2
        said = capsys.readouterr()
        assert "unknown command 'stat'" in said.out + said.err
