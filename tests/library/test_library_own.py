"""The user's own queries: which stand over which, what is broken and what still works."""

from __future__ import annotations

from pathlib import Path

import pytest

from insightctl.core.errors import UsageError
from insightctl.library import Library, open_library, own_shelves, render

HEAD = '+++\ntitle = "{}"\nquestion = "Q?"\n+++\n{}\n'


def write(path: Path, title: str, text: str = "limit 5") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(HEAD.format(title, text))


def opened(cwd: Path, settings: Path | None = None, *named: Path) -> Library:
    environ = {"XDG_CONFIG_HOME": str(settings or cwd / "none")}
    return open_library(own_shelves(cwd, environ, tuple(map(str, named))).shelves)


def package(folder: Path, monkeypatch: pytest.MonkeyPatch, value: str = "team_queries") -> None:
    """An installed package with queries, as pip lays it out."""
    write(folder / "team_queries" / "team" / "mine.ql", "package")
    (folder / "team_queries" / "__init__.py").write_text(
        "from pathlib import Path\nFOLDER = Path(__file__).parent\nWRONG = 5\n"
    )
    info = folder / "team_queries-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: team-queries\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[insightctl.queries]\nteam = {value}\n")
    monkeypatch.syspath_prepend(folder)


def test_the_first_has_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package(tmp_path / "site", monkeypatch)
    settings, here, named = tmp_path / "config", tmp_path / "here", tmp_path / "named"
    here.mkdir()
    assert opened(here).load("mine").title == "package"
    write(settings / "insightctl" / "queries" / "mine.ql", "settings")
    assert opened(here, settings).load("mine").title == "settings"
    write(here / "queries" / "ops" / "mine.ql", "here")
    assert opened(here, settings).load("mine").title == "here"
    write(named / "mine.ql", "named")
    library = opened(here, settings, named)
    assert (library.load("mine").title, library.load("mine").group) == ("named", "own")
    (entry,) = library.overriding()
    assert (entry.path, entry.over) == (f"{named}/mine.ql", "./queries/ops/mine.ql")
    assert library.load("coldstarts").file == "queries/latency/coldstarts.ql", "the shipped ones are still there"


def test_a_shipped_query_is_taken_over_by_name(tmp_path: Path) -> None:
    write(tmp_path / "queries" / "errors.ql", "ours")
    library = opened(tmp_path)
    assert library.load("errors").title == "ours"
    (entry,) = library.overriding()
    assert (entry.path, entry.over) == ("./queries/errors.ql", "queries/triage/errors.ql")
    names = [each.name for each in library.entries]
    assert len(names) == len(set(names))


def test_a_name_in_two_groups_is_said(tmp_path: Path) -> None:
    write(tmp_path / "queries" / "a" / "mine.ql", "a")
    write(tmp_path / "queries" / "b" / "mine.ql", "b")
    library = opened(tmp_path)
    assert library.load("mine").title == "a"
    assert [(e.path, e.over) for e in library.overriding()] == [("./queries/a/mine.ql", "./queries/b/mine.ql")]


def test_a_broken_file_does_not_stop_the_others(tmp_path: Path) -> None:
    write(tmp_path / "queries" / "good.ql", "good")
    (tmp_path / "queries" / "bad.ql").write_text('+++\ntitle = "T"\n+++\nlimit 5\n')
    (tmp_path / "queries" / "latin.ql").write_bytes(b'+++\ntitle = "\xe9"\n+++\n')
    library = opened(tmp_path)
    assert library.load("good").title == "good"
    assert {spec.name for spec in library.specs()} >= {"good", "coldstarts"}
    assert [(e.what, e.where) for e in library.broken()] == [
        ("the front matter lacks 'question'", "./queries/bad.ql:1:1"),
        ("this is not UTF-8 text", "./queries/latin.ql"),
    ]
    with pytest.raises(UsageError, match="lacks 'question'"):
        library.load("bad")


def test_other_files_are_no_queries(tmp_path: Path) -> None:
    (tmp_path / "queries").mkdir()
    (tmp_path / "queries" / "codeql.ql").write_text("import python\nselect 1\n")
    write(tmp_path / "queries" / "_views" / "piece.ql", "piece")
    write(tmp_path / "queries" / ".hidden.ql", "hidden")
    assert opened(tmp_path).overriding() == ()
    assert {e.name for e in opened(tmp_path).entries} == {e.name for e in open_library(()).entries}


def test_the_shipped_folder_itself_is_no_library_of_ones_own(tmp_path: Path) -> None:
    assert own_shelves(Path.cwd(), {"XDG_CONFIG_HOME": str(tmp_path)}).shelves == ()


def test_shared_pieces_of_ones_own(tmp_path: Path) -> None:
    views = tmp_path / "queries" / "_views"
    views.mkdir(parents=True)
    (views / "ours.ql").write_text("filter ours = 1\n")
    write(tmp_path / "queries" / "mine.ql", "mine", '{% include "_views/ours.ql" %}\n| limit 5')
    write(tmp_path / "queries" / "both.ql", "both", '{% include "_views/report.ql" %}\n| limit 5')
    library = opened(tmp_path)
    assert render(library.load("mine")) == "filter ours = 1\n| limit 5\n"
    assert "platform.report" in render(library.load("both"))
    write(tmp_path / "queries" / "out.ql", "out", '{% include "../secret.ql" %}')
    with pytest.raises(UsageError, match="does not render"):
        render(opened(tmp_path).load("out"))


@pytest.mark.parametrize(
    ("value", "works"), [("team_queries:FOLDER", True), ("team_queries:WRONG", False), ("no_such_package", False)]
)
def test_a_package_that_cannot_be_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, value: str, works: bool
) -> None:
    package(tmp_path / "site", monkeypatch, value)
    found = own_shelves(tmp_path, {"XDG_CONFIG_HOME": str(tmp_path)})
    assert [shelf.label for shelf in found.shelves] == (["team"] if works else [])
    assert bool(found.problems) is not works
    if not works:
        assert "the queries of the package 'team' cannot be read" in found.problems[0].what


@pytest.mark.parametrize("name", ["", "no/such", "file"])
def test_a_library_that_is_no_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("")
    with pytest.raises(UsageError, match=r"--library .*: there is no such folder"):
        own_shelves(tmp_path, {}, (name,))
