"""Offsets and positions: UTF-16, every kind of line end, escapes of TOML, tags of templates."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.editor.documents import read
from insightctl.editor.positions import Lines
from insightctl.editor.templates import rendered, sample
from insightctl.editor.toml_texts import texts
from insightctl.library import load_all, render

TEXT = "a😀b\r\né\n\rlast😀"


@pytest.mark.parametrize(
    ("offset", "place"),
    [
        (0, (0, 0)),
        (1, (0, 1)),
        (2, (0, 3)),
        (3, (0, 4)),
        (4, (0, 4)),  # between \r and \n: the end of the line
        (5, (1, 0)),
        (6, (1, 1)),
        (7, (2, 0)),
        (8, (3, 0)),
        (13, (3, 6)),
        (99, (3, 6)),
    ],
)
def test_positions_count_utf16_units(offset: int, place: tuple[int, int]) -> None:
    assert Lines(TEXT).position(offset) == place


@pytest.mark.parametrize(
    ("place", "offset"),
    [((0, 2), 1), ((0, 3), 2), ((0, 99), 3), ((1, 0), 5), ((1, 9), 6), ((3, 4), 12), ((9, 0), 13), ((-1, 3), 0)],
)
def test_offsets_of_positions(place: tuple[int, int], offset: int) -> None:
    assert Lines(TEXT).offset(*place) == offset


@given(st.text(st.sampled_from("ab😀é\r\n\u2028\x0b"), max_size=40))
def test_an_offset_comes_back(text: str) -> None:
    lines = Lines(text)
    for offset in range(len(text) + 1):
        if text[offset - 1 : offset + 1] != "\r\n":
            assert lines.offset(*lines.position(offset)) == offset


def test_only_line_ends_of_the_protocol_count() -> None:
    assert Lines("a\u2028b\x0bc\x85d").position(7) == (0, 7)


@given(st.text(st.sampled_from("ab😀é\\\"'\n\t|#="), max_size=30))
def test_a_toml_text_knows_the_place_of_each_character(value: str) -> None:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    source = f"# ql = 'no'\nother = 'ql = \"no\"'\nql = \"{escaped}\" # more\n"
    (found,) = texts(source, ("ql",))
    assert found.value.text == tomllib.loads(source)["ql"] == value
    for i, char in enumerate(value):
        spelling = source[found.value.starts[i] : found.value.ends[i]]
        assert spelling == char or (spelling.startswith("\\") and len(spelling) == 2)


@pytest.mark.parametrize(
    "source",
    [
        'ql = """\na | b\r\n  c"""\n',
        "ql = '''x \\n y'''",
        'ql = """fold \\\n     ed \\u00e9 \\U0001F600"""',
        'ql = """two quotes """""',
        "a = { ql = 'inline' }",
    ],
)
def test_every_kind_of_toml_text(source: str) -> None:
    values = tomllib.loads(source)
    wanted = values["ql"] if "ql" in values else values["a"]["ql"]
    (found,) = texts(source, ("ql",))
    assert found.value.text.replace("\r\n", "\n") == wanted.replace("\r\n", "\n")


def test_a_text_that_never_ends_ends_with_its_line() -> None:
    assert [t.value.text for t in texts('ql = "open\nql = "next"\n', ("ql",))] == ["open", "next"]


@pytest.mark.parametrize("spec", load_all(), ids=lambda spec: spec.name)
def test_a_rendered_template_is_the_query_and_its_places_are_right(spec: object) -> None:
    from insightctl.library import QuerySpec

    assert isinstance(spec, QuerySpec)
    before = "+++\n+++\n"
    stretch = rendered(spec, len(before))
    document = before + spec.template
    needed = {p.name: sample(p) for p in spec.params if p.required}
    assert stretch.text.split() == render(spec, needed).split()
    literal = 0
    for i, char in enumerate(stretch.text):
        start, end = stretch.starts[i], stretch.ends[i]
        if document[start : start + 2] in ("{{", "{%"):
            assert document[start:end].endswith(("}}", "%}"))
        else:
            assert document[start] == char
            literal += 1
    assert literal


def test_a_template_with_crlf_keeps_its_places() -> None:
    text = '+++\r\ntitle="T"\r\nquestion="Q"\r\n[params.bin]\r\ntype="duration"\r\n+++\r\nstats nope(a)\r\n  by bin({{ bin }})\r\n'
    document = read("q/x.ql", text)
    assert document.kind == "template"
    (stretch,) = document.stretches
    at = stretch.text.index("nope")
    start, end = stretch.span(at, at + 4)
    assert text[start:end] == "nope"
    assert stretch.inside(start) == at
