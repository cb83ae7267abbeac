"""Which parameters are the service's own: what the service fills in is what the library renders."""

from __future__ import annotations

from pathlib import Path

import pytest

from insightctl.core.errors import UsageError
from insightctl.library import Param, QuerySpec, load_all, render
from insightctl.library.definitions.kinds import filled
from insightctl.library.definitions.slots import default_literal, slotted
from insightctl.library.definitions.sources import QueryFile
from insightctl.library.definitions.wanted import wanted
from insightctl.library.literals import WrongValue, literal
from insightctl.library.load import parse_file
from insightctl.ql import QueryError

VALUES = {
    "string": ['it\'s "x"\n| limit 1', "{{bin}}", ""],
    "regex": ["a/b|c", "time.?out"],
    "number": ["99.5", "-1", "1e3"],
    "integer": ["7"],
    "duration": ["1m", "300s", "2h"],
    "field": ["level", "my field"],
    "price": ["0.5", "0.0000002"],
    "choice": [],
}


def spec_of(body: str, params: str = "") -> QuerySpec:
    text = f'+++\ntitle = "T"\nquestion = "Q?"\n{params}\n+++\n{body}\n'
    return parse_file(text, "team", "made", "team/made.ql")


def param(name: str, kind: str, default: str | None = None, more: str = "") -> str:
    given = "" if default is None else f'default = "{default}"\n'
    return f'[params.{name}]\ntype = "{kind}"\n{given}{more}\nhelp = "what it is"\n'


@pytest.mark.parametrize("spec", load_all(), ids=lambda s: s.name)
def test_every_curated_query_is_filled_in_as_it_is_rendered(spec: QuerySpec) -> None:
    made = slotted(spec)
    assert {p.name for p in made.own} | {f.name for f in made.frozen} == {p.name for p in spec.params}
    needed = {p.name: VALUES[p.type][0] for p in spec.params if p.required}
    defaults = {p.name: default_literal(p) or "" for p in made.own}
    defaults |= {p.name: literal(p, needed[p.name]).text for p in made.own if p.name in needed}
    assert filled(made.text, defaults) == render(spec, needed)
    for own in made.own:
        for value in own.choices or [v for v in VALUES[own.type] if fits(own, v)]:
            inserted = {**defaults, own.name: literal(own, value).text}
            assert filled(made.text, inserted) == render(spec, {**needed, own.name: value})


def fits(param: Param, value: str) -> bool:
    """Whether the parameter takes the value: its bounds are its own affair."""
    try:
        literal(param, value)
    except WrongValue:
        return False
    return True


OWN = [
    ("fields a | limit {{ n }}", param("n", "integer", "5"), "limit {{n}}"),
    ("filter a like {{p}}", param("p", "regex", "x"), "like {{p}}"),
    ("filter a = {{t}} or b = {{ t }}", param("t", "string"), "a = {{t}} or b = {{t}}"),
    ("{% if n is not none %}limit {{ n }}{% endif %}", param("n", "integer", "5"), "limit {{n}}"),
    ("fields a {% for i in [1, 2] %}| limit {{ n }}{% endfor %}", param("n", "integer", "5"), "limit {{n}}"),
    ("fields {{ f }}", param("f", "field"), "fields {{f}}"),
]


@pytest.mark.parametrize(("body", "params", "text"), OWN, ids=[case[0] for case in OWN])
def test_a_value_that_only_goes_into_the_text_is_a_parameter(body: str, params: str, text: str) -> None:
    spec = spec_of(body, params)
    made = slotted(spec)
    assert made.frozen == () and text in made.text
    for value in VALUES[made.own[0].type]:
        inserted = literal(made.own[0], value).text
        assert filled(made.text, {made.own[0].name: inserted}) == render(spec, {made.own[0].name: value})


DECIDES = "the template decides by its value"
FROZEN = [
    ("{% if n is not none %}limit {{ n }}{% else %}fields a{% endif %}", param("n", "integer"), "n is left out: it is opt"),
    ('fields a | limit {% if n|string == "5" %}{{ n }}{% else %}9{% endif %}', param("n", "integer", "5"), DECIDES),
    ("{% set m = n %}fields a | limit {{ m }}", param("n", "integer", "5"), DECIDES),
    ("{% set m %}{{ n }}{% endset %}fields a{% if m %} | limit 1{% endif %}", param("n", "integer", "5"), DECIDES),
    ('{% include ["_views/report.ql"] %} | limit {{ n }}', param("n", "integer", "5"), DECIDES),
    ("fields {{ f }}", param("f", "field", "level"), "f stays level: its default is a field"),
    ("fields a", param("n", "integer", "5"), "n stays 5: it is not in the text then"),
]  # fmt: skip


@pytest.mark.parametrize(("body", "params", "why"), FROZEN, ids=[case[0] for case in FROZEN])
def test_any_other_parameter_is_frozen_at_its_default(body: str, params: str, why: str) -> None:
    spec = spec_of(body, params)
    made = slotted(spec)
    assert made.own == ()
    assert made.text == render(spec)
    assert why in str(made.frozen[0])


def test_a_parameter_in_a_branch_that_is_frozen_out_is_none() -> None:
    params = param("a", "integer") + param("b", "integer", "5")
    made = slotted(spec_of("fields x{% if a is not none %} | limit {{ b }}{% endif %}", params))
    assert made.own == () and [f.name for f in made.frozen] == ["a", "b"]
    assert "{{" not in made.text


def made(body: str, params: str = "", name: str = "made", prefix: str = "") -> str:
    spec = spec_of(body, params)
    return wanted([QueryFile(name, "made.ql", "", spec)], prefix)[0].definition.text


def test_what_the_service_would_refuse_is_said_before() -> None:
    for body, params, name, what in (
        ("fields a", "", "n" * 250, "the name has 261 characters, and the service takes 255"),
        ("fields a # " + "x" * 10_000, "", "made", "characters, and the service takes 10,000"),
        ("filter a like /{% raw %}{{b}}{% endraw %}/", "", "made", "would take '{{b}}' in the text for a parameter"),
        ("filter a = {{t}}", param("t", "string", "x" * 1024), "made", "the default of 't' is longer than 1,024"),
        (
            "fields " + ", ".join(f"{{{{ f{n} }}}}" for n in range(21)),
            "".join(param(f"f{n}", "field") for n in range(21)),
            "made",
            "it has 21 parameters, and the service takes 20",
        ),
    ):
        with pytest.raises(UsageError, match=what):
            made(body, params, name, "insightctl/")
    with pytest.raises(QueryError, match="unknown function 'percentile'"):
        made("stats percentile(a, {{ n }})", param("n", "integer", "5"))
    with pytest.raises(UsageError, match="two files become the saved query 'team/made'"):
        wanted([QueryFile("made", f"{n}.ql", "fields a") for n in (1, 2)], "team")


def test_defaults_and_descriptions() -> None:
    params = (
        param("t", "string", "5")
        + param("n", "number", "9", "min = 0\nmax = 100")
        + param("d", "duration", "300s")
        + param("r", "regex", "a/b", 'choices = ["a/b", "c"]')
    )
    body = "filter a = {{t}} and b like {{r}} | stats pct(x, {{n}}) by bin({{d}})"
    (one,) = wanted([QueryFile("made", "made.ql", "", spec_of(body, params))], "/team/")
    assert one.name == "team/made"
    assert [(p.name, p.default, p.description) for p in one.definition.parameters] == [
        ("t", '"5"', "what it is"),
        ("n", "9", "what it is (from 0 up to 100)"),
        ("d", "5m", "what it is"),
        ("r", "/a\\/b/", "what it is (one of a/b, c)"),
    ]


def test_plain_files_have_the_parameters_of_their_text() -> None:
    (one,) = wanted([QueryFile("a/b", "b.ql", "fields {{f}}\n| limit {{ n }} # {% and {# stay\n")], "team")
    assert one.definition.text.endswith("\nfields {{f}}\n| limit {{ n }} # {% and {# stay")
    assert [(p.name, p.default) for p in one.definition.parameters] == [("f", None), ("n", None)]


def test_a_piece_of_ones_own_that_decides_by_a_parameter(tmp_path: Path) -> None:
    views = tmp_path / "_views"
    views.mkdir()
    (views / "ours.ql").write_text("{% if bin|string == '1m' %}filter level = 'ERROR' | {% endif %}")
    body = '{% include "_views/ours.ql" %}stats count(*) as n by bin({{ bin }})'
    text = f'+++\ntitle = "T"\nquestion = "Q?"\n{param("bin", "duration", "5m")}\n+++\n{body}\n'
    made = slotted(parse_file(text, "team", "made", "team/made.ql", tmp_path))
    assert [frozen.name for frozen in made.frozen] == ["bin"]
