"""Bodies that are kept: the same answer as without, never an old one, and no harm where nothing can be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from insightctl.core.errors import UsageError
from insightctl.dashboards import Scope, build, find, library_queries
from insightctl.dashboards.kept import ENTRIES_MAX, Rendered, Said, folder, kept, key_of
from insightctl.dashboards.rendering import rendered


def test_the_second_time_is_the_same(tmp_path: Path) -> None:
    first = rendered("lambda-service", ("checkout",), "eu-west-1", place=tmp_path)
    again = rendered("lambda-service", ("checkout",), "eu-west-1", place=tmp_path)
    assert first == again
    assert len(list(tmp_path.iterdir())) == 1
    assert first.text == build(find("lambda-service"), Scope(("checkout",), "eu-west-1"), library_queries).text
    assert first.findings == ()


def test_what_changes_the_body_is_another_entry(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    seen = set()
    for text, functions, region, markers in (
        ("a", ("f",), "eu-west-1", ()),
        ("b", ("f",), "eu-west-1", ()),
        ("b", ("f", "g"), "eu-west-1", ()),
        ("b", ("f",), "us-east-1", ()),
        ("b", ("f",), "us-east-1", (("v42", "2026-11-23T10:00:00+00:00", None),)),
    ):
        file.write_text(
            f'title = "x"\n[[row]]\n[[row.widget]]\ntext = "{text} {{functions}}"\n[[row.widget]]\nmetric = ["Errors"]\n'
        )
        seen.add(rendered(str(file), functions, region, markers, place=tmp_path / "kept").text)
    assert len(seen) == 5


def test_findings_are_kept_too(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('title = "x"\n[[widget]]\ntype = "metric"\nproperties = { metrics = [["a", "b"]] }\n')
    first, again = (rendered(str(file), (), "eu-west-1", place=tmp_path / "kept") for _ in range(2))
    assert first == again
    assert first.findings[0].severity == "error"


def test_errors_are_not_kept(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        rendered("lambda-service", (), "eu-west-1", place=tmp_path)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["", "{", "[]", '["a", "b", 1, 2]', "\x00"])
def test_a_damaged_entry_is_made_again(tmp_path: Path, damage: str) -> None:
    made = Rendered("n", "t", ("note",), (Said("error", "DL001", "$", "no"),))
    (tmp_path / "k.json").write_text(damage)
    assert kept(tmp_path, "k", lambda: (made, True)) == made
    assert kept(tmp_path, "k", lambda: pytest.fail("it was kept")) == made


def test_a_folder_that_cannot_be_written_costs_nothing_but_time(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    made = Rendered("n", "t", (), ())
    assert kept(tmp_path / "file" / "in", "k", lambda: (made, True)) == made


def test_old_entries_go(tmp_path: Path) -> None:
    for number in range(ENTRIES_MAX + 5):
        kept(tmp_path, key_of(number) if number < 2 else str(number), lambda: (Rendered("n", "t", (), ()), True))
    assert len(list(tmp_path.iterdir())) == ENTRIES_MAX


def test_where_it_is() -> None:
    assert folder({"INSIGHTCTL_CACHE": "/c"}) == Path("/c/dashboards")
    assert folder({"XDG_CACHE_HOME": "/x", "HOME": "/h"}) == Path("/x/insightctl/dashboards")
    assert folder({"XDG_CACHE_HOME": "rel", "HOME": "/h"}) == Path("/h/.cache/insightctl/dashboards")
