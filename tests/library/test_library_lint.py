"""`library lint`: each rule finds its damage at its place, and what is shipped or newly written has no findings."""

from __future__ import annotations

import pytest

from insightctl.core.errors import UsageError
from insightctl.library import load_all
from insightctl.library.lint import Linted, Text, lint
from insightctl.library.load import shipped_library
from insightctl.library.skeleton import skeleton

GOOD = skeleton("mine")


def linted(text: str, name: str = "mine", reserved: frozenset[str] = frozenset()) -> Linted:
    return lint(Text("mine.ql", "own", name, text), shipped_library(), reserved)


@pytest.mark.parametrize("spec", load_all(), ids=lambda s: s.name)
def test_the_shipped_queries_have_no_findings(spec: object) -> None:
    from insightctl.library import QuerySpec

    assert isinstance(spec, QuerySpec)
    entry = shipped_library().entry(spec.name)
    assert entry is not None
    text = Text(entry.path, entry.group, entry.name, entry.file.read_text("utf-8"), entry.shelf.root)
    assert lint(text, shipped_library()).found == ()


def test_a_new_file_has_no_findings() -> None:
    found = linted(GOOD)
    assert found.found == ()
    assert found.spec is not None and found.spec.title == "Mine"
    assert len(found.rendered) == 2, "with and without --min-ms"


LONG = "\n| filter tail like /" + "x" * 10_000 + "/"

DAMAGE = [
    # what, by what, code, the marked text, message
    ('title = "Mine"', "", "front-matter", '+++', "lacks 'title'"),
    ("how slow are they?", "how slow they are.", "question", "question", "does not ask anything"),
    ('read = "Say here', 'aliases = []#', "read", "+++", "how to read"),
    ('tags = ["own"]', "", "tags", "+++", "no tags"),
    ('tags = ["own"]', 'tags = ["own"]\nsee = ["example.com"]', "see", "example.com", "is no link"),
    ('next = ["coldstarts"', 'next = ["coldstart"', "next", "coldstart", "there is no query 'coldstart'"),
    ('next = ["coldstarts"', 'next = ["mine"', "next", "mine", "not its own next"),
    ('tags = ["own"]', 'tags = ["own"]\naliases = ["errors"]', "alias", "errors", "is the name of queries/triage/errors.ql"),
    ('help = "bucket size"', "", "param-help", "[params.bin]", "parameter 'bin' has no help"),
    ('default = "5m"', 'default = "5x"', "param-default", "5x", "'5x' is not a duration"),
    ('default = "5m"', 'default = "5m"\nrequired = true', "param-default", "required", "is required and has a default"),
    ("say = ", "#", "threshold", "[[thresholds]]", "the threshold says nothing"),
    ('when = "cold_pct > 10"', 'when = "cold > 10"', "threshold-column", "cold", "is about 'cold', which is no column"),
    ('y = ["cold_pct"]', 'y = ["colds"]', "view-column", "colds", "draws 'colds', which is no column"),
    ("by bin({{ bin }})", "by function", "view", "view", "a time series needs a column of times"),
    ('{% include "_views/report.ql" %}', '{% include "_views/reports.ql" %}', "template", None, "_views/reports.ql"),
    ("{{ min_ms }}", "{{ min }}", "template", None, "'min' is undefined"),
    ("by bin({{ bin }})", "by bin({{ bin }})" + LONG, "length", None, "characters, the service takes 10,000"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "code", "marked", "message"), DAMAGE, ids=[f"{d[2]}-{d[1][:20]}" for d in DAMAGE]
)
def test_damage_is_found_at_its_place(old: str, new: str, code: str, marked: str | None, message: str) -> None:
    assert old in GOOD
    text = GOOD.replace(old, new)
    (found,) = [d for d in linted(text).found if d.code == code]
    assert message in found.message
    assert marked is None or text[found.span.start : found.span.end] == marked
    assert found.span.start < len(text)


def test_names() -> None:
    assert [d.code for d in linted(GOOD, "My_Query").found] == ["name"]
    (found,) = linted(GOOD, reserved=frozenset({"bin"})).found
    assert (found.code, GOOD[found.span.start : found.span.end]) == ("param-name", "[params.bin]")
    with pytest.raises(UsageError) as error:
        skeleton("Slow Orders!")
    assert error.value.remedy == "small letters, digits and -: slow-orders"


def test_a_query_that_wants_a_value_is_tried_with_one() -> None:
    text = (
        '+++\ntitle = "T"\nquestion = "Q?"\nread = "r"\ntags = ["t"]\n'
        '[params.id]\ntype = "string"\nhelp = "h"\nrequired = true\n+++\nfilter @requestId = {{ id }}\n'
    )
    found = linted(text)
    assert found.found == () and found.rendered == ('filter @requestId = "text"\n',)
