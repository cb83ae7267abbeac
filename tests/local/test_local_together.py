"""Queries that read a store together answer as each does by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.local import LocalBackend, LogSource, together
from insightctl.local.compiler.sieve import NONE, Way, ways
from insightctl.local.stores.importing import import_logs
from insightctl.local.stores.layout import Store
from insightctl.ql import ast, check

LINES = (
    "START RequestId: 8f6c0d3e-0000-4000-8000-000000000001 Version: 7",
    "[ERROR] KeyError: 'sku'\nTraceback (most recent call last)",
    "END RequestId: 8f6c0d3e-0000-4000-8000-000000000001",
    "REPORT RequestId: 8f6c0d3e-0000-4000-8000-000000000001\tDuration: 5.00 ms\tStatus: error",
    '{"level": "ERROR", "errorType": "TypeError"}',
    '{"level": "\\u0045RROR", "errorType": "TypeError"}',
    '{"level": "INFO", "message": "ERROR is only said"}',
    "a line of nothing",
)
QUERIES = (
    r"filter not ispresent(@type) and @message like /^\[ERROR\] / | stats count(*) as n, max(@message) as m",
    'filter level = "ERROR" | stats count(*) as n by errorType',
    'filter (@type = "REPORT" and @message like /Status: error/) or @message like "nothing" | fields @message',
    'filter level in ["ERROR", "INFO"] and @message not like "only said" | sort @timestamp | fields @message',
    "stats count(*) as n",
)


def _ways(text: str) -> tuple[Way, ...]:
    command = check(text).query.commands[0]
    assert isinstance(command, ast.Filter)
    return ways(command.condition)


def test_ways() -> None:
    assert _ways("filter not ispresent(@type) and @message like /a b/") == (Way(NONE, ("a b",)),)
    assert _ways('filter @type = "REPORT" or @message like /x/') == (Way("REPORT"), Way("*", ("x",)))
    assert _ways("filter @duration > 5 or @message like /x/")[0] == Way()
    assert _ways('filter @message not like "x"') == (Way(),)
    assert _ways("filter @message like /Task timed out/") == (Way("*", ("Task timed out",), notable=True),)


def test_ways_by_a_column_of_the_store() -> None:
    errors = Way(column="_json_level", values=('"ERROR"', '"FATAL"'))
    assert _ways('filter level in ["ERROR", "FATAL"]') == (errors,)
    assert _ways('filter not ispresent(@type) and type = "platform.report" and @message like /x/') == (
        Way(NONE, ("x",), column="_json_type", values=('"platform.report"',)),
    )
    assert _ways('filter level in ["ERROR", 50]') == _ways('filter level = "5 0"') == (Way(),)
    assert _ways('filter requestId = "abc"') == (Way("*", ("abc", r"\\u")),)


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalBackend]:
    root = tmp_path_factory.mktemp("together")
    events = [{"timestamp": 1_795_480_000_000 + i * 1000, "message": line} for i, line in enumerate(LINES)]
    (root / "f.jsonl").write_text("\n".join(json.dumps(event) for event in events))
    import_logs(Store.create(root / "store"), [LogSource(root / "f.jsonl", "/aws/lambda/f")])
    yield LocalBackend([LogSource(root / "store")])


@pytest.mark.parametrize("time", [None, TimeRange(1_795_480_001_000, 1_795_480_006_000)])
def test_same_as_each_by_itself(backend: LocalBackend, time: TimeRange | None) -> None:
    jobs = [QueryJob(text, time=time, span=False) for text in QUERIES]
    readings = backend.readings(jobs)
    found = {place: answer for each in readings for place, answer in zip(each.places, each.answers(), strict=True)}

    assert [each.places for each in readings] == [(0, 1, 2, 3), (4,)]
    for place, job in enumerate(jobs):
        alone, answer = backend.run(job), found[place]
        assert isinstance(answer, Result)
        assert (answer.columns, answer.rows) == (alone.columns, alone.rows)
        assert answer.statistics.records_matched == alone.statistics.records_matched
        assert answer.statistics.records_scanned == alone.statistics.records_scanned


def test_a_way_with_a_pattern_narrows_no_way_without(backend: LocalBackend) -> None:
    """Both are of the same column and value."""
    texts = (
        'filter level = "ERROR" and @message like "045RROR" | fields @message',
        'filter level = "ERROR" | fields @message',
    )
    jobs = [QueryJob(text, span=False) for text in texts]
    [reading] = backend.readings(jobs)

    assert [len(answer.rows) for answer in reading.answers() if isinstance(answer, Result)] == [1, 2]


def test_where_the_shared_reading_fails_each_is_asked_by_itself(
    backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object) -> list[object]:
        raise InsightctlError("out of memory")

    jobs = [QueryJob(text, span=False) for text in QUERIES[:4]]
    alone = [backend.run(job).rows for job in jobs]
    monkeypatch.setattr(together, "answers", refused)
    [reading] = backend.readings(jobs)

    assert [answer.rows for answer in reading.answers() if isinstance(answer, Result)] == alone


def test_ctrl_c_in_the_shared_reading_ends_it_and_asks_nothing_again(
    backend: LocalBackend, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    jobs = [QueryJob(text, span=False) for text in QUERIES[:4]]
    monkeypatch.setattr("insightctl.local.together.stoppable", interrupted)
    monkeypatch.setattr(LocalBackend, "run", lambda *_: pytest.fail("a query ran after Ctrl-C"))
    [reading] = backend.readings(jobs)

    with pytest.raises((Interrupted, KeyboardInterrupt)):
        reading.answers()
