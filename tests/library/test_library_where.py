"""The queries that find lines, over events in both log formats, with rows worked out by hand."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest

from insightctl.core.job import QueryJob
from insightctl.library import load, render
from insightctl.local import LocalBackend, LogSource
from tests.library.forms import Forms, Lines, Row, ask, at, both, request, stamp, stream

TRACE = "1-692cc6c7-0123456789abcdef01234567"


def of(rows: Sequence[Row], *columns: str) -> list[tuple[object, ...]]:
    """Some columns of rows."""
    return [tuple(row[c] for c in columns) for row in rows]


@pytest.fixture
def shop() -> Forms:
    """Two requests one after the other in an environment, and the retry of the first one in another."""
    shop = Forms()
    shop.init_start(0, "python:3.12.v38")
    shop.start(1, 1)
    shop.log(1.1, 1, "INFO", "order 77 comes in")
    shop.add(1.2, "printed without an id", "printed without an id")
    shop.report(1.5, 1, 500)
    shop.start(2, 2)
    shop.log(2.1, 2, "WARNING", "order 78 comes late")
    shop.add(2.2, "printed by the second", "printed by the second")
    shop.report(2.5, 2, 500)
    shop.stream = stream(2)
    shop.init_start(59, "python:3.12.v38")
    shop.start(60, 1)
    shop.log(60.1, 1, "INFO", "order 77 comes in")
    shop.report(60.5, 1, 500)
    return shop


def test_request(shop: Forms, tmp_path: Path) -> None:
    for form in (shop.text, shop.json):
        rows = [r for r in ask("request", form, tmp_path, id=request(1)) if not str(r["message"]).startswith("END ")]
        assert of(rows, "@timestamp", "version", "request_id", "level", "@logStream") == [
            (at(1), "42", request(1), None, stream(1)),
            (at(1.1), "42", request(1), "INFO", stream(1)),
            (at(1.2), "42", request(1), None, stream(1)),
            (at(1.5), "42", request(1), None, stream(1)),
            (at(60), "42", request(1), None, stream(2)),
            (at(60.1), "42", request(1), "INFO", stream(2)),
            (at(60.5), "42", request(1), None, stream(2)),
        ]
        assert [r["message"] for r in rows][1:3] == ["order 77 comes in", "printed without an id"]


def test_request_without_the_start_of_its_environment(tmp_path: Path) -> None:
    """An init phase that ends in the millisecond of START is none of the request's lines; one within the request is."""
    shop = Forms()
    shop.init_report(1, 400, "init", "error", "Runtime.ExitError")
    shop.start(1, 1)
    shop.add(1, "printed at once", "printed at once")
    shop.init_report(1.1, 90, "invoke", "error", "Runtime.ExitError")
    shop.report(1.2, 1, 200, status="error", error="Runtime.ExitError")
    for form in (shop.text, shop.json):
        rows = [r for r in ask("request", form, tmp_path, id=request(1)) if not str(r["message"]).startswith("END ")]
        assert [r["@timestamp"] for r in rows] == [at(1), at(1), at(1.1), at(1.2)]
        assert rows[1]["message"] == "printed at once"


def test_request_needs_an_id() -> None:
    assert load("request").params[0].required


def two_groups(name: str, first: Lines, second: Lines, folder: Path, **params: str) -> list[Row]:
    """The rows of a query over the log groups of two functions."""
    file = folder / "two.jsonl"
    groups = [("/aws/lambda/shop", first), ("/aws/lambda/mail", second)]
    events = [
        {"@timestamp": ms, "@log": group, "@logStream": where, "@message": text}
        for group, lines in groups
        for ms, where, text in lines
    ]
    file.write_text("\n".join(json.dumps(event) for event in events))
    result = LocalBackend([LogSource(file)]).run(QueryJob(render(load(name), params)))
    return [dict(row) for row in result.records()]


@pytest.fixture
def mail() -> Forms:
    """What the other function logs of the order: it is called by the first request, and has a request id of its own."""
    mail = Forms(function="mail", stream=stream(9, "3"))
    mail.start(1.3, 9, "3")
    mail.log(1.35, 9, "INFO", f"mail for order 77, called by {request(1)}")
    mail.log(1.36, 9, "INFO", "sent")
    mail.report(1.4, 9, 90)
    return mail


def test_request_in_other_functions(shop: Forms, mail: Forms, tmp_path: Path) -> None:
    for first, second in ((shop.text, mail.text), (shop.json, mail.json)):
        rows = two_groups("request", first, second, tmp_path, id=request(1))
        (other,) = [r for r in rows if r["function"] == "mail"]
        assert of([other], "@timestamp", "request_id") == [(at(1.35), request(9))]


def test_correlation(shop: Forms, mail: Forms, tmp_path: Path) -> None:
    """Every line of the requests that name the order, of both functions."""
    for first, second in ((shop.text, mail.text), (shop.json, mail.json)):
        rows = two_groups("correlation", first, second, tmp_path, id="order 77")
        found = [r for r in rows if r["level"] is not None]
        assert of(found, "@timestamp", "function", "request_id", "message") == [
            (at(1.1), "shop", request(1), "order 77 comes in"),
            (at(1.35), "mail", request(9), f"mail for order 77, called by {request(1)}"),
            (at(1.36), "mail", request(9), "sent"),
            (at(60.1), "shop", request(1), "order 77 comes in"),
        ]
        assert {r["request_id"] for r in rows} == {request(1), request(9)}


def test_correlation_by_field(tmp_path: Path) -> None:
    shop = Forms()
    line = {"level": "INFO", "correlation_id": "c-7", "function_request_id": request(1), "message": "a"}
    shop.add(1, json.dumps(line), line)
    shop.log(2, 1, "INFO", "b")
    shop.log(3, 2, "INFO", "c-7 is only mentioned")
    assert of(both("correlation", shop, tmp_path, id="c-7", field="correlation_id"), "request_id", "message") == [
        (request(1), "a"),
        (request(1), "b"),
    ]
    assert len(both("correlation", shop, tmp_path, id="c-7")) == 3


def test_trace(tmp_path: Path) -> None:
    """Text names the trace on REPORT, JSON on platform.start."""
    shop = Forms()
    tracing = {"spanId": "0", "type": "X-Amzn-Trace-Id", "value": f"Root={TRACE};Parent=0;Sampled=1"}
    start = {"time": stamp(1), "type": "platform.start", "record": {"requestId": request(1), "tracing": tracing}}
    shop.add(1, f"START RequestId: {request(1)} Version: 42", start)
    shop.log(1.1, 1, "INFO", "inside")
    report = f"REPORT RequestId: {request(1)}\tDuration: 500.00 ms\tBilled Duration: 500 ms\tMemory Size: 128 MB\t"
    report += f"Max Memory Used: 60 MB\t\nXRAY TraceId: {TRACE}\tSegmentId: 04d\tSampled: true\t"
    end = {"time": stamp(1.5), "type": "platform.report", "record": {"requestId": request(1), "status": "success"}}
    shop.add(1.5, report, end)
    shop.log(2, 2, "INFO", "outside")
    for form in (shop.text, shop.json):
        for trace in (TRACE, f"Root={TRACE}", f"Root={TRACE};Parent=5;Sampled=1"):
            rows = ask("trace", form, tmp_path, id=trace)
            assert of(rows, "@timestamp", "request_id") == [(at(s), request(1)) for s in (1, 1.1, 1.5)]
            assert rows[1]["message"] == "inside"


def test_around(shop: Forms, tmp_path: Path) -> None:
    for form in (shop.text, shop.json):
        for moment in ("2026-11-23T10:00:02", "2026-11-23T10:00:02.500Z", "2026-11-23 10:00:02"):
            rows = [r for r in ask("around", form, tmp_path, at=moment, seconds="0.2") if r["level"] is not None]
            assert of(rows, "@timestamp", "offset_s", "level", "message") == [
                (at(2.1), 0.1, "WARN", "order 78 comes late")
            ]


def test_around_the_end(shop: Forms, tmp_path: Path) -> None:
    rows = both_messages("around", shop, tmp_path, seconds="1")
    assert rows == ["order 77 comes in"]


def both_messages(name: str, shop: Forms, folder: Path, **params: str) -> list[object]:
    """The application's messages with a level, which are the same in both forms."""
    text, js = ([r["message"] for r in ask(name, f, folder, **params) if r["level"]] for f in (shop.text, shop.json))
    assert text == js
    return text


def test_search(shop: Forms, tmp_path: Path) -> None:
    assert both("search", shop, tmp_path, text="order \\d+ comes") == [
        {"function": "shop", "level": "INFO", "line_pattern": "order <n> comes in", "lines": 2, "requests": 1, "first_seen": at(1.1), "last_seen": at(60.1), "sample_request_id": request(1)},
        {"function": "shop", "level": "WARN", "line_pattern": "order <n> comes late", "lines": 1, "requests": 1, "first_seen": at(2.1), "last_seen": at(2.1), "sample_request_id": request(2)},
    ]  # fmt: skip


def test_tail_of(tmp_path: Path) -> None:
    shop = Forms()
    for number in range(1, 5):
        shop.log(number, 1, "INFO", f"step {number}")
    line = {"level": "ERROR", "errorType": "KeyError", "errorMessage": "'id'", "message": "'id'", "stackTrace": []}
    shop.add(4.5, "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File", line)
    shop.report(4.6, 1, 100, status="error", error="KeyError", caught=True)
    shop.log(5, 2, "INFO", "after it")
    shop.stream = stream(2)
    shop.log(10, 3, "DEBUG", "calling payments")
    shop.add(13, f"{stamp(13)} {request(3)} Task timed out after 3.00 seconds\n\n", None)
    shop.report(13, 3, 3000, status="timeout")
    shop.stream = stream(3)
    shop.log(20, 4, "INFO", "no failure here")
    about = ("failed_at", "lines_before", "@timestamp", "level")
    for form in (shop.text, shop.json):
        rows = ask("tail-of", form, tmp_path, before="2")
        assert of(rows, *about)[0] == (at(13), 1, at(10), "DEBUG")
        assert of(rows, "failed_at", "lines_before", "message", "request_id")[:2] == [
            (at(13), 1, "calling payments", request(3)),
            (at(13), 0, "Task timed out", request(3)),
        ]
        assert of(rows, *about)[2:] == [
            (at(4.5), 2, at(3), "INFO"),
            (at(4.5), 1, at(4), "INFO"),
            (at(4.5), 0, at(4.5), "ERROR"),
        ]
        assert [r["message"] for r in rows][2:4] == ["step 3", "step 4"]
