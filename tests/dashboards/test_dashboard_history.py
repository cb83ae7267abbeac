"""The history on disk, which state a rollback returns to, and the cost."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.errors import UsageError
from insightctl.dashboards.live import history as kept
from insightctl.dashboards.live.cost import Cost, LogQuery, cost_text, log_queries, metric_count, shown_hours
from insightctl.dashboards.live.going_back import target
from insightctl.dashboards.live.history import Action, Entry, History, history_folder

AT = datetime(2026, 11, 25, 10, tzinfo=UTC)


def body(text: str) -> dict[str, Any]:
    return {"widgets": [{"type": "text", "properties": {"markdown": text}}]}


@pytest.fixture
def history(tmp_path: Path) -> History:
    return History.of("aws-1", "d", tmp_path)


def test_kept_and_read(history: History) -> None:
    assert history.entries() == ()
    with history.locked():
        first = history.add("found", body("\ud800 one"), at=AT, by="ada@laptop")
        second = history.confirm(history.add("rolled back", body("two"), at=AT, by="ada@laptop", of=1))
        history.forget(history.add("deployed", body("three"), at=AT, by="ada@laptop"))
    assert history.entries() == (first, second)
    assert (first.confirmed, second.confirmed, second.of) == (True, True, 1)
    assert history.folder.stat().st_mode & 0o077 == 0
    assert [file.name for file in sorted(history.folder.iterdir())] == ["000001.json", "000002.json", "lock"]


def test_bounded_and_damage_is_survived(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST", 3)
    with history.locked():
        for number in range(5):
            history.add("found", body(str(number)), at=AT, by="x")
    assert [entry.number for entry in history.entries()] == [3, 4, 5]
    (history.folder / "000004.json").write_text("{")
    (history.folder / "000005.json").write_text(json.dumps({"schema": 9}))
    assert [entry.number for entry in history.entries()] == [3]
    with history.locked():
        assert history.add("found", body("new"), at=AT, by="x").number == 6


def test_where_it_is() -> None:
    assert history_folder({"INSIGHTCTL_HISTORY": "/h", "XDG_STATE_HOME": "/s"}) == Path("/h")
    assert history_folder({"XDG_STATE_HOME": "/s"}) == Path("/s/insightctl/dashboards")
    assert history_folder({"XDG_STATE_HOME": "s"}) == Path.home() / ".local/state/insightctl/dashboards"


@pytest.mark.parametrize("name", ["../up", "a/b", "", "a b", "x" * 256])
def test_a_name_cannot_leave_the_folder(name: str, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is no name of a dashboard"):
        History.of("aws-1", name, tmp_path)


def states(*found: tuple[Action, str | None] | tuple[Action, str | None, int | None]) -> list[Entry]:
    return [
        Entry(n, AT, each[0], "x", None if each[1] is None else body(each[1]), True, each[2] if len(each) > 2 else None)
        for n, each in enumerate(found, start=1)
    ]


@pytest.mark.parametrize(
    ("entries", "live", "to"),
    [
        (states(("deployed", "a"), ("deployed", "b")), "b", 1),
        (states(("deployed", "a"), ("deployed", "a"), ("deployed", "b"), ("deployed", "b")), "b", 2),
        (states(("deployed", "a"), ("deployed", "b"), ("deployed", "c"), ("rolled back", "b", 2)), "b", 1),
        (states(("deployed", "a"), ("found", "hand"), ("deployed", "b")), "b", 2),
        (states(("deployed", "a"), ("deployed", "b")), "by hand", 2),
        (states(("deployed", "a"), ("deleted", None)), None, 1),
    ],
)
def test_back_to(entries: Sequence[Entry], live: str | None, to: int) -> None:
    assert target("d", None if live is None else body(live), entries, None).number == to


def test_a_state_in_doubt_is_not_gone_back_to() -> None:
    first, doubt, last = states(("deployed", "a"), ("deployed", "b"), ("deployed", "c"))
    doubtful = Entry(2, AT, "deployed", "x", doubt.body)
    assert target("d", body("c"), [first, doubtful, last], None).number == 1
    assert target("d", body("c"), [first, doubtful, last], 2).number == 2


def test_nothing_to_go_back_to() -> None:
    with pytest.raises(UsageError, match="no state of dashboard d before"):
        target("d", body("a"), states(("deployed", "a")), None)
    with pytest.raises(UsageError, match="has no state 7"):
        target("d", body("a"), states(("deployed", "a")), 7)


def test_what_is_counted() -> None:
    rows = [
        ["AWS/Lambda", "Errors"],
        ["...", "x"],
        [{"expression": "m1 * 2"}],
        [{"expression": "SELECT MAX(a) FROM b"}],
    ]
    query = "SOURCE '/aws/lambda/a' | SOURCE \"b\"\n| limit 1"
    found: dict[str, Any] = {
        "start": "-P2D",
        "widgets": [
            {"type": "metric", "properties": {"metrics": rows}},
            {"type": "log", "properties": {"query": query, "region": "eu-west-1"}},
            {"type": "log", "properties": {"query": 'SOURCE logGroups(namePrefix: ["a"]) | limit 1'}},
        ],
    }
    assert (metric_count(found), shown_hours(found), shown_hours({"widgets": []})) == (3, 48, 3)
    assert list(log_queries(found, "us-east-1")) == [
        LogQuery("eu-west-1", ("/aws/lambda/a", "b"), False),
        LogQuery("us-east-1", (), True),
    ]


def test_cost_in_words() -> None:
    lines = list(cost_text(Cost(60, 5, 3.0, 2, 4_000_000_000, 0.02, 20, 3)))
    assert lines[0].startswith("cost: dashboard 3.00 USD a month (number 5 of the account; 60 metrics;")
    assert "runs 2 queries and scans 4.0 GB (the last 3 h), 0.0200 USD; 20 refreshes" in lines[1]
    assert lines[2] == "cost: 15.00 USD a month, list prices"
