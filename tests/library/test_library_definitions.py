"""Marks, plans, file names and files of saved queries: no account needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.cloud.definitions import Definition, Parameter
from insightctl.core.errors import InsightctlError, UsageError
from insightctl.library import render
from insightctl.library.definitions.difference import unified
from insightctl.library.definitions.kinds import kinds
from insightctl.library.definitions.mark import Owner, owner, signed, unsigned, written_from
from insightctl.library.definitions.plan import Action, plan
from insightctl.library.definitions.pull import Fate, pulled
from insightctl.library.definitions.sources import QueryFile, from_library, from_paths, name_of, path_of
from insightctl.library.definitions.wanted import wanted
from insightctl.library.definitions.writing import file_text, untouched
from insightctl.library.load import parse_file

TOP = Definition("team/top", "fields a\n| limit {{n}}", (Parameter("n", "5", "how many"), Parameter("b")))


def test_a_mark_tells_whose_a_definition_is() -> None:
    ours = signed(TOP, "latency/top")
    assert ours.text.startswith("# insightctl: latency/top sha256=")
    assert owner(ours) is Owner.OURS and written_from(ours.text) == "latency/top"
    assert owner(TOP) is Owner.FOREIGN and written_from(TOP.text) is None
    assert unsigned(ours).text == TOP.text
    assert signed(ours, "latency/top") == ours
    for changed in (
        replace(ours, text=ours.text + " | limit 3"),
        replace(ours, name="team/other"),
        replace(ours, parameters=(Parameter("n", "6", "how many"), Parameter("b"))),
        replace(ours, parameters=(Parameter("n", "5"), Parameter("b"))),
        replace(ours, parameters=()),
    ):
        assert owner(changed) is Owner.CHANGED
    for same in (
        replace(ours, text=ours.text.replace("\n", "\r\n") + "\r\n\r\n"),
        replace(ours, groups=("/a",)),
        replace(ours, parameters=tuple(reversed(ours.parameters))),
        replace(ours, id="x", modified_ms=5),
    ):
        assert owner(same) is Owner.OURS
    assert owner(replace(ours, text="\n" + ours.text)) is Owner.FOREIGN


def want(text: str = "fields a", name: str = "q", groups: tuple[str, ...] = ()) -> tuple[Definition, ...]:
    return tuple(one.definition for one in wanted([QueryFile(name, "q.ql", text)], "p", groups))


def action(live: tuple[Definition, ...], text: str = "fields a", *, force: bool = False, **more: bool) -> Action:
    made = wanted([QueryFile("q", "q.ql", text)], "p", ("/g",) if more.get("groups") else ())
    (step,) = plan(made, live, "p/", keep_groups=not more.get("groups"), force=force).steps
    return step.action


def test_what_a_push_does() -> None:
    (ours,) = want()
    changed, foreign = replace(ours, text=ours.text + ", b"), Definition("p/q", "fields z")
    assert action(()) is Action.CREATE
    assert action((ours,)) is Action.NOTHING
    assert action((ours,), "fields b") is Action.UPDATE
    assert action((replace(ours, groups=("/other",)),)) is Action.NOTHING, "log groups stay as they are"
    assert action((replace(ours, groups=("/other",)),), groups=True) is Action.UPDATE
    assert action((changed,)) is Action.CHANGED_THERE
    assert action((changed,), force=True) is Action.UPDATE
    assert action((changed,), "fields a, b") is Action.UPDATE, "the same text with an old mark gets a new one"
    assert action((foreign,)) is Action.FOREIGN
    assert action((foreign,), force=True) is Action.FOREIGN, "what insightctl did not write is never written over"
    assert action((foreign,), "fields z") is Action.NOTHING
    assert action((ours, foreign)) is Action.AMBIGUOUS
    assert action((replace(foreign, language="PPL"),), "fields z") is Action.FOREIGN


def test_an_update_keeps_id_and_log_groups() -> None:
    (ours,) = want()
    live = replace(ours, id="the-id", groups=("/kept",))
    made = wanted([QueryFile("q", "q.ql", "fields b")], "p")
    (step,) = plan(made, [live], "p/", keep_groups=True).steps
    assert (step.definition.id, step.definition.groups) == ("the-id", ("/kept",))


def test_a_plan_refuses_before_anything_is_written() -> None:
    made = wanted([QueryFile("q", "q.ql", "fields a")], "p")
    with pytest.raises(InsightctlError, match=r"nothing was written: 'p/q': the account has a saved query") as caught:
        plan(made, [Definition("p/q", "fields z")], "p/", keep_groups=True).refuse()
    assert "--prefix" in str(caught.value.remedy)
    full = [Definition(f"x{n}", "fields z") for n in range(1000)]
    with pytest.raises(UsageError, match="the account has 1,000 saved queries in this region, and 1 more are beyond"):
        plan(made, full, "p/", keep_groups=True)
    (left,) = want(name="gone")
    assert plan(made, [left], "p/", keep_groups=True).left == ("p/gone",)


def test_a_difference_leaves_the_mark_out() -> None:
    ours = signed(TOP, "top")
    assert unified(ours, TOP, "top.ql") == []
    lines = unified(ours, replace(TOP, text="fields a", parameters=(), groups=("/g",)), "top.ql")
    assert lines[:2] == ["--- account: team/top", "+++ top.ql"]
    assert lines[3:] == [" fields a", "-| limit {{n}}", "-:: parameter b without default",
                         "-:: parameter n = 5 (how many)", "+:: log group /g"]  # fmt: skip


HOSTILE = [
    "../../etc/passwd",
    "/etc/passwd",
    "a//b",
    "",
    "/",
    "..",
    "_views/x",
    ".hidden",
    "a\0b",
    "C:\\x",
    "%_",
    "a.ql/b",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_below_its_folder(name: str) -> None:
    path = path_of(name)
    assert not path.is_absolute() and all(part[0] not in "._" for part in path.parts)
    assert name_of(path) == name


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=30))
def test_file_names_and_names_are_the_same_either_way(name: str) -> None:
    path = path_of(name)
    assert name_of(path) == name
    assert path.suffix == ".ql" and ".." not in path.parts and not path.is_absolute()
    assert path_of(name_of(path)) == path == PurePosixPath(str(path))


PIECES = ["fields a", "| limit ", "{{n}}", "{{ m }}", "{", "}", "{%", "%}", "{#", "#}", "{{", "}}", "{% endraw %}", "\n", " ",
          "{%- endraw", '"x"', "/a{2}/", "\\", "é", "'"]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_a_file_renders_to_the_text_of_the_account(text: str) -> None:
    from insightctl.library.definitions.kinds import filled
    from insightctl.library.literals import literal

    definition = Definition("team/q", text, (Parameter("n", "5"), Parameter("m", '"x"')))
    written, notes = file_text(definition)
    assert untouched(written)
    spec = parse_file(written, "team", "q", "q.ql")
    values = {p.name: p.default if p.default is not None else "x" for p in spec.params}
    there = filled(unsigned(definition).text, {p.name: literal(p, values[p.name]).text for p in spec.params})
    tidied = "\n".join(line for line in there.split("\n") if line)  # rendering leaves out empty lines
    if notes == ():
        assert [line.strip() for line in render(spec, values).strip().split("\n")] == [
            line.strip() for line in tidied.strip().split("\n")
        ]
    assert not any("another text" in note or "cannot be run" in note for note in notes)


def test_a_file_says_what_the_account_knows() -> None:
    definition = Definition(
        "team/deep/top errors",
        "# Which levels are loud?\nfilter level = {{level}} and m like {{p}}\n| stats count(*) by bin({{bin}}), {{f}}\n"
        "| limit {{n}}",
        (Parameter("level", "ERROR", 'the "level"'), Parameter("p", "/a\\/b/"), Parameter("bin", "5m")),
        ("/aws/lambda/a", "/aws/lambda/b"),
    )
    text, notes = file_text(definition)
    assert notes == ()
    assert '# log group "/aws/lambda/a"\n# log group "/aws/lambda/b"\n' in text
    spec = parse_file(text, "team", "top", "top.ql")
    assert (spec.title, spec.question) == ("top errors", "Which levels are loud?")
    assert [(p.name, p.type, p.default, p.help) for p in spec.params] == [
        ("level", "string", "ERROR", 'the "level"'),
        ("p", "regex", "a/b", ""),
        ("bin", "duration", "5m", ""),
        ("f", "field", None, ""),
        ("n", "number", None, ""),
    ]
    assert "limit 7" in render(spec, {"f": "level", "n": "7"})


def test_what_a_file_cannot_say_is_noted() -> None:
    _, notes = file_text(Definition("q", "filter a = {{t}}", (Parameter("t", "true"),)))
    assert notes == ("the default of 't' is true there",)
    _, notes = file_text(Definition("q", "stats count(*) by bin({{t}})", (Parameter("t", "300s"),)))
    assert notes == ("the default of 't' is 300s there",)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("limit {{x}}", "number"),
        ("filter a = {{x}}", "string"),
        ("filter a like {{x}}", "string"),
        ("stats count(*) by bin({{x}})", "duration"),
        ("fields @timestamp | sort {{x}}", "field"),
        ("fields {{x}} as y", "field"),
        ("fields a, concat(b, {{x}})", "string"),
        ("stats count(*) by bin(5m), {{x}}", "field"),
    ],
)
def test_types_from_where_a_parameter_stands(text: str, kind: str) -> None:
    assert kinds(text, ()) == {"x": kind}


def test_a_pull_writes_over_no_work(tmp_path: Path) -> None:
    ours, foreign = signed(TOP, "top"), Definition("team/mine", "fields a")
    drifted = replace(ours, text=ours.text + "\n| limit 3", name="team/drift")
    ppl = Definition("team/ppl", "x", language="PPL")
    other = Definition("other/x", "fields a")
    upper = Definition("team/MINE", "fields b")
    live = [ours, foreign, drifted, ppl, other, upper]
    found = pulled(live, tmp_path, "team")
    assert {p.definition.name: p.fate for p in found} == {
        "team/top": Fate.KEPT,
        "team/mine": Fate.NEW,
        "team/drift": Fate.NEW,
        "team/ppl": Fate.OTHER_LANGUAGE,
        "team/MINE": Fate.TAKEN,
    }
    for each in found:
        if each.is_written and each.text is not None:
            each.path.write_text(each.text)
    assert (tmp_path / "drift.ql").read_text().endswith("fields a\n| limit {{n}}\n| limit 3\n")

    def again(definition: Definition, *, force: bool = False) -> Fate:
        (one,) = pulled([definition], tmp_path, "team", force=force)
        return one.fate

    assert again(foreign) is Fate.SAME
    assert again(replace(foreign, text="fields b")) is Fate.UPDATE
    file = tmp_path / "mine.ql"
    file.write_text(file.read_text().replace('question = "', 'question = "My own: '))
    assert again(foreign) is Fate.REFUSED
    assert again(foreign, force=True) is Fate.UPDATE
    (refused,) = pulled([foreign], tmp_path, "team")
    assert any(line.startswith('-question = "My own') for line in refused.changes)


def test_files_and_names(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    (tmp_path / "_views").mkdir()
    for name in ("a.ql", "deep/er/b.ql", "_views/v.ql", "note.txt"):
        (tmp_path / name).write_text("fields x\n")
    assert [f.name for f in from_paths([str(tmp_path)])] == ["a", "deep/er/b"]
    assert [f.name for f in from_paths([str(tmp_path)], ["b"])] == ["deep/er/b"]
    assert [f.name for f in from_paths([str(tmp_path / "deep/er/b.ql")])] == ["b"]
    for paths, names, what in (
        (["nowhere"], [], "there is no file or folder nowhere"),
        ([str(tmp_path / "_views" / "..")], ["c"], "there is no query 'c' in"),
    ):
        with pytest.raises(UsageError, match=what):
            from_paths(paths, names)
    assert [f.name for f in from_library(["cold-starts", "latency/coldstarts"])] == ["latency/coldstarts"]
    with pytest.raises(UsageError, match="there is no query 'coldstart'"):
        from_library(["coldstart"])
