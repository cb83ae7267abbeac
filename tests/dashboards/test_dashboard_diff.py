"""Diffs by meaning: spelling and order do not count, everything else does."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.dashboards import Marker, Scope, build, find, library_queries
from insightctl.dashboards.diff import Change, Diff, FieldChange, diff
from insightctl.dashboards.diff_text import diff_json, diff_text
from insightctl.dashboards.meaning import written_out

CORPUS = Path("/work/shared/corpus/dashboards")

D = ["A", "B", "C", "d"]


def metric(title: str, x: int = 0, y: int = 0, **properties: object) -> dict[str, Any]:
    rows = [["AWS/Lambda", "Errors", "FunctionName", "a"]]
    return {"type": "metric", "x": x, "y": y, "properties": {"title": title, "metrics": rows, **properties}}


def log(title: str, query: str) -> dict[str, Any]:
    return {"type": "log", "x": 6, "y": 0, "properties": {"title": title, "query": query}}


def body(*widgets: dict[str, Any], **settings: object) -> dict[str, Any]:
    return {"widgets": list(widgets), **settings}


bodies = st.lists(
    st.builds(
        metric,
        st.sampled_from(["Errors", "Invocations", ""]),
        st.integers(0, 18),
        st.integers(0, 30),
        period=st.sampled_from([60, 300]),
    )
    | st.builds(log, st.sampled_from(["Errors", "Cold starts"]), st.text(max_size=9)),
    max_size=6,
).map(lambda widgets: body(*widgets))


@given(bodies)
def test_nothing_changes_against_itself(one: dict[str, Any]) -> None:
    assert not diff(one, copy.deepcopy(one))


@given(bodies, st.randoms())
def test_the_order_of_widgets_with_places_does_not_count(one: dict[str, Any], random: Any) -> None:
    shuffled = copy.deepcopy(one)
    random.shuffle(shuffled["widgets"])
    assert not diff(one, shuffled)


@given(bodies, bodies)
def test_what_one_way_adds_the_other_removes(one: dict[str, Any], other: dict[str, Any]) -> None:
    def count(changes: Diff, kind: str) -> int:
        return sum(change.kind == kind for change in changes.changes)

    there, back = diff(one, other), diff(other, one)
    assert count(there, "added") == count(back, "removed")
    assert count(there, "added") - count(there, "removed") == len(other["widgets"]) - len(one["widgets"])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (metric("t"), {**metric("t"), "width": 6.0, "height": 6}),
        (metric("t"), metric("t", view="timeSeries", stacked=False, period=300, stat="Average")),
        (metric("t", metrics=[D, ["A", "B", "C", "e"]]), metric("t", metrics=[D, [".", ".", ".", "e"]])),
        (metric("t", metrics=[D, ["A", "B", "C", "e"]]), metric("t", metrics=[D, ["...", "e"]])),
        (log("t", "SOURCE 'a'\r\n| limit 1\n"), log("t", "SOURCE 'a'\n| limit 1")),
        (
            metric("t", annotations={"vertical": [{"label": "a", "value": "1"}, {"label": "b", "value": "2"}]}),
            metric("t", annotations={"vertical": [{"value": "2", "label": "b"}, {"value": "1", "label": "a"}]}),
        ),
    ],
)
def test_another_spelling_is_no_change(before: dict[str, Any], after: dict[str, Any]) -> None:
    assert not diff(body(before), body(after))


def leaves(value: object, way: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from leaves(item, (*way, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from leaves(item, (*way, index))
    else:
        yield way


def shipped() -> dict[str, Any]:
    scope = Scope(("checkout",), "eu-west-1", (Marker("v1", datetime(2026, 11, 23, tzinfo=UTC)),))
    return build(find("lambda-service"), scope, library_queries).body


def test_every_single_value_counts() -> None:
    before = shipped()
    for way in leaves(before):
        after = copy.deepcopy(before)
        *steps, last = way
        target: Any = after
        for step in steps:
            target = target[step]
        target[last] = "something else"
        assert diff(before, after), way


def test_added_and_removed() -> None:
    changes = diff(body(metric("Errors")), body(log("Cold starts", "q")))
    assert changes.changes == (
        Change("added", "log 'Cold starts'", (6, 0, 6, 6)),
        Change("removed", "metric 'Errors'", (0, 0, 6, 6)),
    )


def test_moved() -> None:
    assert diff(body(metric("Errors")), body(metric("Errors", 6, 3))).changes == (
        Change("moved", "metric 'Errors'", (6, 3, 6, 6), (FieldChange("x", 0, 6), FieldChange("y", 0, 3))),
    )


def test_changed_field_by_field() -> None:
    before = metric("Errors", yAxis={"left": {"min": 0}}, period=60)
    after = metric("Errors", yAxis={"left": {"min": 0, "max": 5}})
    assert diff(body(before), body(after)).changes == (
        Change(
            "changed",
            "metric 'Errors'",
            (0, 0, 6, 6),
            (FieldChange("period", 60, 300), FieldChange("yAxis.left.max", None, 5)),
        ),
    )


def test_a_new_title_in_the_same_place_is_a_change_not_another_widget() -> None:
    [change] = diff(body(metric("Errors")), body(metric("Failures"))).changes
    assert (change.kind, change.fields) == ("changed", (FieldChange("title", "Errors", "Failures"),))


def test_the_untouched_one_of_two_alike_stays_untouched() -> None:
    before = body(metric("Errors"), metric("Errors", 6, period=60))
    after = body(metric("Errors", 6, period=60), metric("Errors", stacked=True))
    [change] = diff(before, after).changes
    assert change.fields == (FieldChange("stacked", False, True),)


def test_settings() -> None:
    [change] = diff(body(start="-PT3H"), body(start="-PT6H", periodOverride="auto")).changes
    assert change == Change(
        "settings", fields=(FieldChange("start", "-PT3H", "-PT6H"), FieldChange("periodOverride", None, "auto"))
    )


@pytest.mark.parametrize("broken", [{}, {"widgets": 3}, {"widgets": [3]}, {"widgets": [{"properties": []}]}])
def test_broken_bodies_are_survived(broken: dict[str, Any]) -> None:
    assert diff(broken, body(metric("t")))
    assert not diff(broken, broken)


def test_shorthand_is_written_out() -> None:
    rows: list[object] = [[*D, {"id": "m1"}], [".", "E", ".", "f"], ["...", "g", {}], [{"expression": "m1"}], ["..."]]
    assert written_out(rows) == [
        ["A", "B", "C", "d", {"id": "m1"}],
        ["A", "E", "C", "f"],
        ["A", "E", "C", "g", {}],
        [{"expression": "m1"}],
        ["A", "E", "C", "g"],
    ]


def test_text_golden() -> None:
    before = body(metric("Errors"), log("Slow", "SOURCE 'a'\n| limit 1\n| sort x"), start="-PT3H")
    after = body(metric("Errors", 0, 3), log("Slow", "SOURCE 'a'\n| limit 2\n| sort x"), metric("New"), start="-PT6H")
    assert diff_text(diff(before, after)) == (
        "~ settings\n"
        "    start: -PT3H → -PT6H\n"
        "→ metric 'Errors': y 0 → 3\n"
        "~ log 'Slow'\n"
        "    query:\n"
        "      - | limit 1\n"
        "      + | limit 2\n"
        "+ metric 'New'\n"
        "\n"
        "1 added, 1 moved, 1 changed, 1 settings"
    )


def test_no_changes_in_words() -> None:
    assert diff_text(diff(body(), body())) == "no changes"


def test_json_golden() -> None:
    assert json.loads(diff_json(diff(body(metric("Errors")), body(metric("Errors", 6))))) == {
        "schema": 1,
        "changes": [
            {
                "kind": "moved",
                "widget": "metric 'Errors'",
                "place": {"x": 6, "y": 0, "width": 6, "height": 6},
                "fields": [{"path": "x", "before": 0, "after": 6}],
            }
        ],
    }


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not on this machine")
@pytest.mark.parametrize("file", sorted(CORPUS.glob("*.json")), ids=lambda file: str(file.stem))
def test_bodies_from_the_wild(file: Path) -> None:
    found = json.loads(file.read_text(encoding="utf-8"))
    assert not diff(found, json.loads(json.dumps(found, sort_keys=True)))
    less = {**found, "widgets": found["widgets"][1:]}
    assert [change.kind for change in diff(found, less).changes if change.kind in ("added", "removed")] == ["removed"]
    assert diff_text(diff(less, found)).endswith(" added") or "added" in diff_text(diff(less, found))
