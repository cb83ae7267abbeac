"""Formats that machines read."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from insightctl.core.result import Column, Result, Statistics
from insightctl.core.time import TimeRange
from insightctl.render import Answer, render

T0 = datetime(2026, 11, 23, 10, 0, 5, 123_000, UTC)
RESULT = Result(
    (
        Column("bin(5m)", "timestamp"),
        Column("p99", "number"),
        Column("@duration", "number", computed=False),
        Column("cold", "boolean"),
        Column("detail", "json"),
        Column("@message", "string", computed=False),
    ),
    (
        (T0, 2671.31904, 15.0, True, {"a": [1.0, float("nan")]}, "é\x1b[2J\u202e"),
        (None, float("inf"), 1.28e8, None, None, None),
    ),
    Statistics(2, 10, 1234, 0.2119, None),
    ("bin(300s) is 60 s on the service",),
)
ANSWER = Answer(
    RESULT,
    text="stats pct(@duration, 99)",
    name="p99-duration",
    params={"bin": "5m", "n": 3},
    source={"kind": "local", "paths": ("a.log",)},
    time=TimeRange(1_795_428_000_000, 1_795_431_600_000),
)


def test_json_object() -> None:
    assert json.loads(render(ANSWER, "json")) == {
        "query": {"name": "p99-duration", "text": "stats pct(@duration, 99)", "params": {"bin": "5m", "n": 3}},
        "source": {"kind": "local", "paths": ["a.log"]},
        "time": {"start": "2026-11-23T10:00:00.000Z", "end": "2026-11-23T11:00:00.000Z"},
        "columns": [
            {"name": "bin(5m)", "type": "timestamp"},
            {"name": "p99", "type": "number"},
            {"name": "@duration", "type": "number"},
            {"name": "cold", "type": "boolean"},
            {"name": "detail", "type": "json"},
            {"name": "@message", "type": "string"},
        ],
        "rows": [
            {
                "bin(5m)": "2026-11-23T10:00:05.123Z",
                "p99": 2671.319,
                "@duration": 15,
                "cold": True,
                "detail": {"a": [1, None]},
                "@message": "é\x1b[2J\u202e",
            },
            dict.fromkeys(("bin(5m)", "p99", "cold", "detail", "@message")) | {"@duration": 128_000_000},
        ],
        "statistics": {
            "records_matched": 2,
            "records_scanned": 10,
            "bytes_scanned": 1234,
            "seconds": 0.212,
            "cost_usd": None,
        },
        "warnings": ["bin(300s) is 60 s on the service"],
    }


def test_json_shows_letters_and_hides_escapes() -> None:
    text = render(ANSWER, "json")
    assert "é\\u001b[2J\\u202e" in text


def test_time_is_null_when_unknown() -> None:
    assert json.loads(render(Answer(RESULT), "json"))["time"] == {"start": None, "end": None}


def test_jsonl_has_one_row_a_line() -> None:
    lines = render(ANSWER, "jsonl").splitlines()
    assert [json.loads(line) for line in lines] == json.loads(render(ANSWER, "json"))["rows"]


def test_jsonl_of_nothing_is_empty() -> None:
    assert render(Answer(Result((), ())), "jsonl") == ""


def test_insights_are_the_raw_rows_of_the_service() -> None:
    assert json.loads(render(ANSWER, "insights")) == {
        "results": [
            [
                {"field": "bin(5m)", "value": "2026-11-23 10:00:05.123"},
                {"field": "p99", "value": "2671.319"},
                {"field": "@duration", "value": "15.0"},
                {"field": "cold", "value": "1"},
                {"field": "detail", "value": '{"a":[1.0,NaN]}'},
                {"field": "@message", "value": "é\x1b[2J\u202e"},
            ],
            [{"field": "p99", "value": "Infinity"}, {"field": "@duration", "value": "1.28E8"}],
        ],
        "statistics": {"recordsMatched": 2.0, "recordsScanned": 10.0, "bytesScanned": 1234.0},
        "status": "Complete",
    }
