"""Findings, hover, completion and layout, as functions of a document and an offset."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.editor import field_notes
from insightctl.editor.completion import UNITS, Completion, complete
from insightctl.editor.diagnostics import findings
from insightctl.editor.documents import looks_like_ql, read
from insightctl.editor.formatting import formatted
from insightctl.editor.hover import hover
from insightctl.editor.semantic_tokens import coloured
from insightctl.editor.words import commands, options_of, values_of, words_of
from insightctl.ql import parse
from insightctl.ql.ast import Period
from insightctl.ql.codes import CODES
from insightctl.ql.commands import COMMANDS
from insightctl.ql.fields import KNOWN_FIELDS
from insightctl.ql.functions import FUNCTIONS
from insightctl.ql.periods import unit_of
from tests.cli.conftest import Cli, cli

__all__ = ["cli"]

FRONT = '+++\ntitle = "T"\nquestion = "Q"\n[params.bin]\ntype = "duration"\ndefault = "5m"\n[params.word]\ntype = "string"\n+++\n'
CURSOR = "¦"


def marked(text: str, name: str = "q.ql") -> list[tuple[str, str]]:
    return [(f.code, text[f.start : f.end]) for f in findings(read(name, text))]


def completions(text: str, name: str = "q.ql") -> tuple[Completion, ...]:
    offset = text.index(CURSOR)
    return complete(read(name, text.replace(CURSOR, "")), offset)


def labels(text: str, name: str = "q.ql") -> list[str]:
    return [word.label for word in completions(text, name)]


def page(text: str, name: str = "q.ql") -> str:
    offset = text.index(CURSOR)
    found = hover(read(name, text.replace(CURSOR, "")), offset)
    return found.markdown if found else ""


# findings


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("stats count(*)", []),
        ("fields a | nope b", [("QL011", "nope")]),
        ("fields '😀', nope(x)", [("QL012", "nope")]),
        ("filter a = {{x}}", [("QL009", "{{x}}")]),
        (FRONT + "stats nope(a) by bin({{ bin }})", [("QL012", "nope")]),
        (FRONT + "filter a = {{ word }} | nope(b)", [("QL011", "nope")]),
        (FRONT + "limit {{ bin }}", [("QL016", "{{ bin }}")]),
        (FRONT + "limit 0", [("QL016", "limit 0")]),
        (FRONT + 'fields a\n{% include "_views/none.ql" %}', [("template", '{% include "_views/none.ql" %}')]),
        ('+++\ntitle = "T"\nnope = 1\nquestion = "Q"\n+++\nlimit 5', [("front-matter", "nope = 1")]),
        ("+++\n\ntitle = nope\n+++\nlimit 5", [("front-matter", "title = nope")]),
        (FRONT + "fields a\n| filter b = {{ nope }}", [("template", "| filter b = {{ nope }}")]),
        ("+++\nlimit 5", [("front-matter", "+++")]),
    ],
)
def test_findings(text: str, found: list[tuple[str, str]]) -> None:
    assert marked(text) == found


def test_a_piece_is_not_judged_by_itself() -> None:
    assert marked("count(x) as n,", "queries/_views/counts.ql") == []
    assert marked('{% include "_views/report.ql" %}\n| nope') == []


DASHBOARD = 'title = "D"\n[[row]]\n[[row.widget]]\n'


@pytest.mark.parametrize(
    ("widget", "found"),
    [
        ('query = "coldstarts"', []),
        ('query = "coldstats"', [("dashboard", "coldstats")]),
        ('query = "coldstarts"\nparams = { bin = "x" }', [("dashboard", 'params = { bin = "x" }')]),
        ('query = "coldstarts"\nparams = { nope = "x" }', [("dashboard", 'params = { nope = "x" }')]),
        ('query = """\nfilter a = \\"\\u00e9\\"\n| nope"""', [("QL011", "nope")]),
        ("query = 'stats nope(a)'", [("QL012", "nope")]),
        ('metric = ["Nope"]', [("dashboard", 'metric = ["Nope"]')]),
        ("query = 'coldstarts'\nwidht = 3", [("dashboard", "widht = 3")]),
        ("ql = 'stats nope(a)'", [("QL012", "nope")]),
    ],
)
def test_findings_of_a_dashboard(widget: str, found: list[tuple[str, str]]) -> None:
    assert marked(DASHBOARD + widget, "d.toml") == found


def test_other_toml_is_left_alone() -> None:
    assert marked('[project]\nquery = "a | b"', "pyproject.toml") == []


def test_a_name_is_told_from_a_query() -> None:
    assert not looks_like_ql("errors-by-version")
    assert not looks_like_ql("stats")
    assert looks_like_ql("stats count(*)")
    assert looks_like_ql("$Saved() | limit 5")


# hover


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sta¦ts count(*)", ("stats AGGREGATE [as NAME]", "stats count(*) by bin(5m)")),
        ("stats count(*) b¦y a", ("stats AGGREGATE",)),
        ("stats count¦Distinct(a)", ("count_distinct(field: any) -> number", "`countDistinct`", "Local engine: exact")),
        ("stats va¦riance(a)", ("New in 2026",)),
        ("filter @memory¦Size > 1", ("number", "MB x 1,000,000")),
        ("filter @dur¦ation > 1", ("Unit: milliseconds.",)),
        ("fields strlen(a) as n | filter ¦n > 1", ("`n`: number, made by this query",)),
        ("filter lev¦el = 1", ("discovered field",)),
        ("filter a l¦ike /x/", ("regular expression",)),
        ("stats count(*) by bin(30¦0s)", ("write `5m`", "QL040")),
        ("stats nop¦e(a)", ("QL012", CODES["QL012"].right)),
        ("filter a ¦& b", ("QL004",)),
        (FRONT + '{% include "_views/report.ql" %}\n| stats max(dur¦ation_ms)', ("made by this query",)),
    ],
)
def test_hover(text: str, words: tuple[str, ...]) -> None:
    found = page(text)
    assert [word for word in words if word not in found] == []


def test_there_is_nothing_to_say_about_a_text_or_a_tag() -> None:
    assert page('filter a = "sta¦ts"') == ""
    assert page(FRONT + "stats max(a) by bin({{ b¦in }})") == ""


def test_hover_over_the_name_of_a_query() -> None:
    assert "How often do functions cold start" in page(DASHBOARD + 'query = "cold¦starts"', "d.toml")


def test_every_field_of_the_service_has_a_note() -> None:
    assert set(field_notes.FIELD_NOTES) == set(KNOWN_FIELDS)


def test_every_word_has_its_page() -> None:
    for info in commands():
        assert info.doc in page(f"¦{info.name} x")
    for function in FUNCTIONS.values():
        assert function.doc in page(f"fields ¦{function.name}(x)")


# completion


def test_commands_stand_at_the_start_and_after_a_pipe() -> None:
    wanted = ["SOURCE" if info.name == "source" else info.name for info in commands()]
    for text in ("¦", "fi¦", "fields a | ¦", "fields a |¦", "filter a in (SOURCE 'x' | ¦)", "# note\n¦"):
        assert labels(text) == wanted


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("stats ¦", "count"),
        ("stats count(*) as n, ¦", "n"),
        ("stats count(*) by ¦", "bin"),
        ("stats avg(¦)", "@timestamp"),
        ("stats avg(@dur¦)", "@timestamp"),
        ("fields strlen(a) as size | filter ¦", "size"),
        ("stats count(*) by bin(¦)", "1m"),
        ("stats count(*) by bin(5¦)", "5ms"),
        ("logcompare timeshift ¦", "1m"),
        ("diff ¦", "previousDay"),
        ("sort a ¦", "asc"),
        ("outlier action=¦", "remove"),
        ("appendcols override=¦", "true"),
        ("limit ¦", "any"),
        ("filter a ¦", "and"),
        ("join type=inner left=a right=b where a.x = b.x (¦", "fields"),
        (FRONT + '{% include "_views/report.ql" %}\n| stats max(¦', "family_at"),
    ],
)
def test_what_comes_first(text: str, first: str) -> None:
    found = labels(text)
    if first == "family_at":  # a template's includes define names
        assert "duration_ms" in found
    else:
        assert found[0] == first


@pytest.mark.parametrize(
    "text",
    [
        "filter a = 'x¦'",
        "filter a = 'x¦",
        "filter a like /x¦y/",
        "fields a # no¦",
        "fields a # no ¦",
        "fields a as ¦",
        "estimate ¦",
        FRONT + "stats max(a) by bin({{ ¦ }})",
    ],
)
def test_nothing_is_offered(text: str) -> None:
    assert labels(text) == []


def test_after_stats_only_its_columns_exist() -> None:
    found = labels("stats count(*) as n by level, `a-b` | filter ¦")
    assert found[:3] == ["level", "`a-b`", "n"]
    assert "@message" not in found


def test_a_dotted_name_is_replaced_as_a_whole() -> None:
    text = "fields detail.foo | filter detail.¦"
    found = {word.label: word for word in completions(text)}
    assert (found["detail.foo"].start, found["detail.foo"].end) == (text.index("detail.¦"), text.index("¦"))


def test_aggregates_stand_in_stats_only() -> None:
    assert "avg" in labels("stats ¦")
    assert "avg" not in labels("filter ¦")
    assert "avg" not in labels("stats avg(¦")


def test_names_of_queries_in_a_dashboard() -> None:
    assert "coldstarts" in labels(DASHBOARD + 'query = "co¦"', "d.toml")


def test_completion_inside_a_text_of_toml_is_placed_in_the_document() -> None:
    text = DASHBOARD + 'query = "filter \\"é\\" = a | li¦"'
    (found,) = [word for word in completions(text, "d.toml") if word.label == "limit"]
    assert text[found.start : found.end] == "li"


def test_units_are_those_of_the_language() -> None:
    assert [unit_of(Period(1, unit)) for unit in UNITS] == list(UNITS)


# words


def test_words_are_read_off_the_table() -> None:
    assert words_of(COMMANDS["parse"]) == ("as", "multi", "logfmt", "csv")
    assert words_of(COMMANDS["lookup"]) == ("as", "OUTPUT", "OUTPUTNEW")
    assert options_of(COMMANDS["join"]) == ("type", "left", "right")
    assert values_of(COMMANDS["join"], "type") == ("inner", "left")
    assert values_of(COMMANDS["addtotals"], "row") == ("true", "false")
    assert values_of(COMMANDS["addtotals"], "fieldname") == ()


# layout


@pytest.mark.parametrize(
    ("text", "laid_out"),
    [
        ("fields a|filter b=1", "fields a\n| filter b = 1\n"),
        ("fields a\r\n|limit 5", "fields a\r\n| limit 5\r\n"),
        ("fields a | nope", None),
        (FRONT + "fields a|limit 5", FRONT + "fields a\n| limit 5\n"),
        (FRONT + "stats count(*) by bin({{ bin }})", None),
        ("{% include 'x' %}", None),
    ],
)
def test_layout(text: str, laid_out: str | None) -> None:
    assert formatted(read("q.ql", text)) == laid_out


@pytest.mark.parametrize(
    ("value", "laid_out"),
    [
        ('"fields a|limit 5"', '"fields a|limit 5"'),
        ('"""fields a|limit 5"""', '"""\nfields a\n| limit 5"""'),
        ('"""limit  5"""', '"""limit 5"""'),
        ('"""\n  fields a\n  |limit 5\n  """', '"""\nfields a\n| limit 5\n"""'),
        ('"""\nfilter a=\'b\\\\\\\\\\u200b"\'"""', '"""filter a = "b\\\\\\\\\\u200b\\\\"\\""""'),
        ("'''\nfilter a like /\\d/|limit 5\n'''", "'''\nfilter a like /\\d/\n| limit 5\n'''"),
        ("'''filter  a = \"it's\"'''", "'''filter a = \"it's\"'''"),
        ('"""fields a|nope"""', '"""fields a|nope"""'),
        ('"""coldstarts"""', '"""coldstarts"""'),
    ],
)
def test_layout_of_a_dashboard(value: str, laid_out: str) -> None:
    around = f"# a|b\n{DASHBOARD}title='x|y'\nquery = %s # c\n[[row.widget]]\nql = 'limit 5'\n"
    text = formatted(read("d.toml", around % value))
    assert text == around % laid_out
    assert formatted(read("d.toml", text)) == text
    shown, was = (tomllib.loads(t)["row"][0]["widget"][0]["query"] for t in (text, around % value))
    assert parse(shown)[0] == parse(was)[0]


def test_a_dashboard_that_is_no_toml_is_not_laid_out() -> None:
    assert formatted(read("d.toml", DASHBOARD + 'query = """fields a|limit 5"""\nx')) is None


# anything may be in an editor

WORDS = [
    "fields",
    "stats ",
    "count(*)",
    "by",
    "bin(",
    "5m",
    "|",
    "(",
    ")",
    "'",
    '"',
    "/",
    "@",
    ".",
    " ",
    "\n",
    "\r\n",
    "+++",
]
WORDS += [
    "{{",
    "}}",
    "{%",
    "%}",
    "#",
    "[[row]]",
    "[[row.widget]]",
    "query = ",
    "ql",
    "=",
    "join",
    "in",
    "as",
    "😀",
    "\\",
    ",",
]


@given(st.lists(st.sampled_from(WORDS), max_size=14), st.sampled_from(["q.ql", "d.toml", "_views/v.ql"]), st.data())
def test_no_text_breaks_anything(words: list[str], name: str, data: st.DataObject) -> None:
    text = "".join(words)
    document = read(name, data.draw(st.sampled_from(["", FRONT, DASHBOARD])) + text)
    offset = data.draw(st.integers(0, len(document.text)))
    for finding in findings(document):
        assert 0 <= finding.start <= finding.end <= len(document.text)
    found = hover(document, offset)
    assert found is None or 0 <= found.start <= found.end <= len(document.text)
    for word in complete(document, offset):
        assert 0 <= word.start <= word.end <= len(document.text)
    assert sorted(coloured(document)) == list(coloured(document))
    formatted(document)


def test_without_pygls_the_server_says_what_it_needs(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    done = cli("ql", "lsp")
    assert done.code == 2
    assert done.err == "error: the language server needs pygls\nhelp: pip install 'insightctl[lsp]'\n"
