"""Every way in which logs reach a machine: known by content, read whole, and what is wrong said in one line."""

from __future__ import annotations

import gzip
import io
import json
import os
import random
import subprocess
import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import pytest

from insightctl.core.errors import SourceError
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.spelling import raw_timestamp
from insightctl.core.time import TimeRange
from insightctl.local import LocalBackend, LogSource
from insightctl.local import run as engine
from insightctl.local.readers import FORMATS, recognise

Ask = Callable[..., Result]

ALL = "fields @timestamp, @logStream, @message | sort @timestamp asc"
AT = 1_795_428_000_000  # 2026-11-23T10:00:00Z

DETAILED = """2026-11-23T10:00:00.123000+00:00 2026/11/23/[42]aaa first
  goes on
2026-11-23T10:00:01+00:00 2026/11/23/[42]aaa second
"""
SHORT = "2026-11-23T10:00:00 first\n  goes on\n2026-11-23T10:00:01 second\n"
EXPORT = "2026-11-23T10:00:00.123Z first\n  goes on\n2026-11-23T10:00:01.000Z second\n"
BARE = """START RequestId: 11111111-1111-1111-1111-111111111111 Version: 42
[INFO]\t2026-11-23T10:00:00.123Z\t11111111-1111-1111-1111-111111111111\tfirst
\tgoes on
2026-11-23T10:00:01.000Z\t11111111-1111-1111-1111-111111111111\tINFO\tsecond
"""
BARE_JSON = """{"time":"2026-11-23T10:00:00.123Z","type":"platform.start","record":{"requestId":"1"}}
{"timestamp":"2026-11-23T10:00:01Z","level":"INFO","message":"second"}
"""
EVENTS = [
    {
        "timestamp": AT + 123,
        "message": "first\n  goes on",
        "logStreamName": "2026/11/23/[42]aaa",
        "ingestionTime": AT + 999,
    },
    {"timestamp": AT + 1000, "message": "second", "logStreamName": "2026/11/23/[42]aaa", "eventId": "7"},
]
DOCUMENT = json.dumps({"events": EVENTS, "searchedLogStreams": []}, indent=4)
ARRAY = json.dumps(EVENTS)
EVENT_LINES = "".join(json.dumps(event) + "\n" for event in EVENTS)

STREAM = "2026/11/23/[42]aaa"
FIRST, SECOND = "2026-11-23 10:00:00.123", "2026-11-23 10:00:01.000"


def rows(result: Result) -> list[tuple[object, ...]]:
    return [tuple(raw_timestamp(c) if isinstance(c, datetime) else c for c in row) for row in result.rows]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("tail-detailed", DETAILED, [(FIRST, STREAM, "first\n  goes on"), (SECOND, STREAM, "second")]),
        ("tail-short", SHORT, [("2026-11-23 10:00:00.000", None, "first\n  goes on"), (SECOND, None, "second")]),
        ("export", EXPORT, [(FIRST, None, "first\n  goes on"), (SECOND, None, "second")]),
        ("events-document", DOCUMENT, [(FIRST, STREAM, "first\n  goes on"), (SECOND, STREAM, "second")]),
        ("event-array", ARRAY, [(FIRST, STREAM, "first\n  goes on"), (SECOND, STREAM, "second")]),
        ("event-lines", EVENT_LINES, [(FIRST, STREAM, "first\n  goes on"), (SECOND, STREAM, "second")]),
    ],
)
@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_formats(name: str, text: str, expected: list[tuple[object, ...]], packed: bool, ask: Ask) -> None:
    assert recognise(text).name == name
    content = gzip.compress(text.encode()) if packed else text.encode()
    assert rows(ask(ALL, content, "stdin")) == expected


def test_bare_text(ask: Ask) -> None:
    assert recognise(BARE).name == "bare"
    messages = [str(row[2]) for row in rows(ask(ALL, BARE))]
    times = [str(row[0]) for row in rows(ask(ALL, BARE))]
    assert sorted(times) == [FIRST, FIRST, SECOND]
    assert sum("goes on" in m for m in messages) == 1
    assert sum(m.startswith("START") for m in messages) == 1


def test_bare_json(ask: Ask) -> None:
    assert recognise(BARE_JSON).name == "bare"
    result = ask("fields @timestamp, type, record.requestId, level, message | sort @timestamp asc", BARE_JSON)
    assert rows(result) == [(FIRST, "platform.start", 1, None, None), (SECOND, None, None, "INFO", "second")]


def test_an_applications_own_json_lines_are_no_events(ask: Ask) -> None:
    text = f'{{"timestamp":{AT + 123},"message":"hi","level":"INFO"}}\n'
    assert recognise(text).name == "bare"
    assert rows(ask("fields @timestamp, level, message", text)) == [(FIRST, "INFO", "hi")]


def test_bare_lines_without_any_time_take_the_files(ask: Ask) -> None:
    result = ask("fields @message", "hello\nworld\n")
    assert {row[0] for row in result.rows} == {"hello", "world"}
    recognised, times = result.warnings
    assert recognised.endswith("app.log: the format was not recognised; it is read as bare lines")
    assert times.endswith("app.log: the lines carry no times; the file's modification time stands for all of them")


def test_times_of_other_zones(ask: Ask) -> None:
    text = "2026-11-23T12:00:00.123000+02:00 s first\n2026-11-23T05:00:01-05:00 s second\n"
    assert [row[0] for row in rows(ask(ALL, text))] == [FIRST, SECOND]


@pytest.mark.parametrize("text", [DETAILED, SHORT, EXPORT, BARE], ids=["detailed", "short", "export", "bare"])
def test_crlf_and_a_byte_order_mark_change_nothing(text: str, ask: Ask) -> None:
    plain = rows(ask(ALL, text))
    assert rows(ask(ALL, text.replace("\n", "\r\n"))) == plain
    marked = ask(ALL, b"\xef\xbb\xbf" + text.encode())
    assert rows(marked) == plain
    assert marked.warnings == ()


@pytest.mark.parametrize("text", [DOCUMENT, ARRAY, EVENT_LINES], ids=["document", "array", "lines"])
def test_a_byte_order_mark_before_json(text: str, ask: Ask) -> None:
    assert rows(ask(ALL, b"\xef\xbb\xbf" + text.encode())) == rows(ask(ALL, text))


def test_an_event_with_an_impossible_time_is_left_out_and_counted(ask: Ask) -> None:
    text = json.dumps([*EVENTS, {"timestamp": 10**17, "message": "from the far future"}])
    result = ask("stats count(*) as n by bin(1w)", text)
    assert [row[1] for row in result.rows] == [2]
    assert result.warnings == (
        "1 lines have no time that can be read and were left out; the first: 'from the far future'",
    )


def test_ingestion_times_of_events(ask: Ask) -> None:
    assert rows(ask("fields @ingestionTime | sort @timestamp asc", DOCUMENT)) == [("2026-11-23 10:00:00.999",), (None,)]


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \n"])
def test_an_empty_file(content: bytes, ask: Ask) -> None:
    with pytest.raises(SourceError) as error:
        ask(ALL, content)
    assert "is empty" in error.value.what


def test_one_empty_file_among_others_is_a_note(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SHORT)
    (tmp_path / "b.log").write_text("")
    result = LocalBackend([LogSource(tmp_path)]).run(QueryJob("stats count(*)"))
    assert result.rows == ((2,),)
    assert result.warnings == (f"{tmp_path / 'b.log'} is empty",)


def test_a_binary_file(ask: Ask) -> None:
    with pytest.raises(SourceError) as error:
        ask(ALL, random.Random(1).randbytes(5000))
    assert error.value.what.endswith("is a binary file, not a log")


def test_utf_16(ask: Ask) -> None:
    with pytest.raises(SourceError) as error:
        ask(ALL, SHORT.encode("utf-16"))
    assert error.value.what.endswith("is UTF-16 text")


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
def test_broken_utf_8_is_replaced_and_counted(packed: bool, ask: Ask) -> None:
    content = SHORT.encode() + b"2026-11-23T10:00:02 a\xff\xfe\x00b\n"
    result = ask(ALL, gzip.compress(content) if packed else content)
    assert rows(result)[-1] == ("2026-11-23 10:00:02.000", None, "a\ufffd\ufffd\x00b")
    assert len(result.warnings) == 1
    assert result.warnings[0].endswith("app.log: 2 broken UTF-8 sequences were read as '\ufffd'")


def test_broken_utf_8_in_json_events(ask: Ask) -> None:
    result = ask(ALL, DOCUMENT.encode().replace(b"second", b"sec\xffond"))
    assert rows(result)[-1][2] == "sec\ufffdond"
    assert len(result.warnings) == 1


def test_nul_bytes_are_kept(ask: Ask) -> None:
    assert rows(ask("fields @message", "2026-11-23T10:00:00 a\x00b\n")) == [("a\x00b",)]


@pytest.mark.parametrize("lines", [3, 20_000], ids=["small", "large"])
def test_half_a_gzip(lines: int, ask: Ask) -> None:
    dice = random.Random(1)
    text = "".join(f"2026-11-23T10:00:00 {dice.randbytes(30).hex()}\n" for _ in range(lines))
    packed = gzip.compress(text.encode())
    with pytest.raises(SourceError) as error:
        ask("stats count(*)", packed[: len(packed) * 2 // 3], "half.log.gz")
    assert error.value.what.endswith("is a broken gzip file: it ends too early or is damaged")
    assert "\n" not in error.value.what


def test_gzip_members_one_after_another(ask: Ask) -> None:
    content = gzip.compress(b"2026-11-23T10:00:00 a\n") + gzip.compress(b"2026-11-23T10:00:01 b\n")
    assert ask("stats count(*)", content, "two.gz").rows == ((2,),)


def test_other_archives(ask: Ask) -> None:
    with pytest.raises(SourceError) as error:
        ask(ALL, b"PK\x03\x04zip", "logs.zip")
    assert error.value.what.endswith("logs.zip is a zip archive")


def test_half_a_json_document(ask: Ask) -> None:
    result = ask(ALL, DOCUMENT[:-60])
    assert rows(result) == [(FIRST, STREAM, "first\n  goes on")]
    (note,) = result.warnings
    assert note.endswith("app.log:9") and "1 record could not be read and was left out" in note


def test_a_missing_file_suggests_the_near_name(tmp_path: Path) -> None:
    (tmp_path / "checkout.log").write_text(SHORT)
    with pytest.raises(SourceError) as error:
        LocalBackend([LogSource(tmp_path / "chekout.log")]).run(QueryJob("stats count(*)"))
    assert error.value.what == f"no such file: {tmp_path / 'chekout.log'}"
    assert error.value.remedy == f"did you mean {tmp_path / 'checkout.log'}?"


def test_a_missing_folder_a_glob_of_nothing_and_an_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for path, what in [
        (tmp_path / "nowhere" / "a.log", "no such file"),
        (tmp_path / "*.log", "nothing matches"),
        (tmp_path / "empty", "no log files in"),
    ]:
        with pytest.raises(SourceError, match=what):
            LocalBackend([LogSource(path)]).run(QueryJob("stats count(*)"))


def test_folders_and_globs_read_each_file_once(tmp_path: Path) -> None:
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("a.log", "deep/b.log", "deep/er/c.log.gz", "deep/.hidden"):
        content = SHORT.encode()
        (tmp_path / name).write_bytes(gzip.compress(content) if name.endswith("gz") else content)
    sources = [LogSource(tmp_path), LogSource(tmp_path / "a.log"), LogSource(tmp_path / "**" / "*.log")]
    assert LocalBackend(sources).run(QueryJob("stats count(*)")).rows == ((6,),)
    assert LocalBackend(sources[2:]).run(QueryJob("stats count(*)")).rows == ((4,),)


def test_mixed_formats_in_one_run(tmp_path: Path) -> None:
    for name, text in {"a": DETAILED, "b": SHORT, "c": EXPORT, "d": DOCUMENT, "e": ARRAY, "f": EVENT_LINES}.items():
        (tmp_path / f"{name}.log").write_text(text)
    backend = LocalBackend([LogSource(tmp_path)])
    assert backend.run(QueryJob("filter @message like /goes on/ | stats count(*) as n")).rows == ((6,),)
    by_group = backend.run(QueryJob("stats count(*) as n by @log | sort @log asc")).rows
    assert by_group == tuple((f"000000000000:/aws/lambda/{name}", 2) for name in "abcdef")


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Piped:
        buffer = io.BytesIO(gzip.compress(DOCUMENT.encode()))

        def isatty(self) -> bool:
            return False

    monkeypatch.setattr(sys, "stdin", Piped())
    result = LocalBackend([LogSource(Path("-"))]).run(QueryJob("stats count(*) as n by @log"))
    assert result.rows == (("000000000000:/aws/lambda/stdin", 2),)


def test_standard_input_of_a_process() -> None:
    code = (
        "from pathlib import Path; from insightctl.core.job import QueryJob; "
        "from insightctl.local import LocalBackend, LogSource; "
        "print(LocalBackend([LogSource(Path('-'))]).run(QueryJob('stats count(*)')).rows)"
    )
    done = subprocess.run([sys.executable, "-c", code], input=SHORT, capture_output=True, text=True, check=True)
    assert done.stdout == "((2,),)\n"


def test_a_terminal_as_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal:
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal())
    with pytest.raises(SourceError, match="which is a terminal here"):
        LocalBackend([LogSource(Path("-"))]).run(QueryJob("stats count(*)"))


def test_a_pipe(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = subprocess.Popen([sys.executable, "-c", f"open({str(pipe)!r}, 'w').write({SHORT!r})"])
    assert LocalBackend([LogSource(pipe)]).run(QueryJob("stats count(*)")).rows == ((2,),)
    assert writer.wait() == 0


@pytest.mark.parametrize(
    ("path", "group"),
    [
        ("checkout.log", "/aws/lambda/checkout"),
        ("checkout.log.gz", "/aws/lambda/checkout"),
        ("export/aws/lambda/cart/000000.log", "/aws/lambda/cart"),
        ("_aws_lambda_search.json", "/aws/lambda/search"),
    ],
)
def test_the_log_group_comes_from_the_path(path: str, group: str, ask: Ask) -> None:
    assert ask("fields @log | limit 1", SHORT, path).rows == ((f"000000000000:{group}",),)


def test_a_given_log_group_and_targets(tmp_path: Path) -> None:
    (tmp_path / "x.log").write_text(SHORT)
    (tmp_path / "cart.log").write_text(SHORT)
    backend = LocalBackend(
        [LogSource(tmp_path / "x.log", "/ecs/web"), LogSource(tmp_path / "cart.log")], account="123456789012"
    )

    def groups(target: Target) -> tuple[object, ...]:
        return backend.run(QueryJob("stats count(*) as n by @log | sort @log asc", target)).column("@log")

    assert groups(Target()) == ("123456789012:/aws/lambda/cart", "123456789012:/ecs/web")
    assert groups(Target(functions=("cart",))) == ("123456789012:/aws/lambda/cart",)
    assert groups(Target(log_groups=("/ecs/*",))) == ("123456789012:/ecs/web",)
    with pytest.raises(SourceError) as error:
        groups(Target(functions=("nosuch",)))
    assert error.value.remedy == "these log groups are here: /aws/lambda/cart, /ecs/web"
    assert backend.run(QueryJob("SOURCE '/ecs/web' | stats count(*) as n by @log")).column("n") == (2,)
    with pytest.raises(SourceError, match="no logs of /none here"):
        backend.run(QueryJob("SOURCE '/none' | stats count(*)"))


def test_groups_streams_and_span(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(DETAILED)
    backend = LocalBackend([LogSource(tmp_path)])
    (group,) = backend.groups()
    assert (group.name, group.stored_bytes) == ("/aws/lambda/a", len(DETAILED))
    assert [(s.name, s.first_ms, s.last_ms) for s in group.streams] == [(STREAM, AT + 123, AT + 1000)]
    assert backend.span(QueryJob("")) == TimeRange(AT + 123, AT + 1001)


def test_a_time_range_cuts_start_inclusive_end_exclusive(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_text("".join(f"2026-11-23T10:00:0{i} m{i}\n" for i in range(6)))
    job = QueryJob("fields @message | sort @timestamp asc", time=TimeRange(AT + 1000, AT + 4000))
    result = LocalBackend([LogSource(file)]).run(job)
    assert result.column("@message") == ("m1", "m2", "m3")
    assert result.time == job.time
    assert result.statistics.records_scanned == 3


@pytest.mark.parametrize(
    ("query", "matched"),
    [
        ("stats count(*)", 20),
        ("filter n < 5 | stats count(*)", 5),
        ("filter n < 5 | stats count(*) as c by n | filter c > 9", 5),
        ("filter n < 5 | fields n", 5),
        ("filter n < 5 | fields n | limit 2", 5),
        ("filter n < 8 | sort n desc | limit 3", 8),
        ("filter n < 8 | fields half | dedup half", 8),
        ("filter n > 99", 0),
        ("filter n > 99 | stats count(*)", 0),
    ],
)
def test_statistics(query: str, matched: int, ask: Ask) -> None:
    text = "".join(f'2026-11-23T10:00:00 {{"n":{i},"half":{i // 2}}}\n' for i in range(20))
    statistics = ask(query, text).statistics
    assert statistics.records_matched == matched
    assert statistics.records_scanned == 20
    assert statistics.bytes_scanned == len(text)
    assert statistics.cost_usd is None


def test_a_cap_on_rows(tmp_path: Path) -> None:
    file = tmp_path / "a.log"
    file.write_text(SHORT * 5)
    result = LocalBackend([LogSource(file)]).run(QueryJob("fields @message", max_rows=3))
    assert len(result.rows) == 3
    assert result.statistics.records_matched == 10


REPORTS = "".join(
    f"2026-11-23T10:{i % 60:02d}:00.000000+00:00 2026/11/23/[{i % 3}]aaa {line}\n"
    for i in range(120)
    for line in (
        f"START RequestId: 11111111-1111-1111-1111-{i:012d} Version: {i % 3}",
        f"got an order\n  type: 'platform.report'\nREPORT RequestId: 11111111-1111-1111-1111-{i:012d}\tDuration: 9 ms\t",
        '{"type":"platform.report","record":{"metrics":{"durationMs":' + str(i) + "}}}",
        f"REPORT RequestId: 22222222-1111-1111-1111-{i:012d}\tDuration: {i}.50 ms\tBilled Duration: {i + 1} ms\t"
        + ("Init Duration: 7.00 ms\t" if i % 7 == 0 else "")
        + (f"\nXRAY TraceId: 1-5f8a1234-{i:024x}\tSegmentId: {i:016x}\tSampled: true\t" if i % 5 == 0 else ""),
    )
)


@pytest.mark.parametrize(
    "query",
    [
        'filter @type = "REPORT" | stats count(*), avg(@duration), pct(@duration, 90), count(@initDuration) by bin(10m)',
        'filter @type = "REPORT" or type = "platform.report" | fields coalesce(@duration, record.metrics.durationMs) as d '
        "| stats count(*), max(d), sum(d) by bin(10m)",
        'filter @type in ["START", "REPORT"] | stats count(*) as n by @type, @logStream | sort @type asc, @logStream asc',
        'filter @type = "REPORT" and @duration > 50 | stats count(*), min(@timestamp), max(@billedDuration)',
        'filter @type = "REPORT" | parse @message /^REPORT RequestId: (?<id>\\S+)/ | stats count_distinct(id)',
        'filter @type = "REPORT" | stats count(@xrayTraceId)',
        'parse @message "type: \'*\'" as type | filter type = "platform.report" | stats count(*)',
        'fields @logStream as @type | filter @type = "REPORT" | stats count(*)',
        'filter @type = "REPORT" | parse @message /^REPORT[^\\x0b]+TraceId: (?<trace>\\S+)/ | stats count(trace)',
    ],
)
def test_the_fast_path_answers_as_the_slow_one(query: str, ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    fast = ask(query, REPORTS)
    monkeypatch.setattr(engine, "first_lines_suffice", lambda _: False)
    slow = ask(query, REPORTS)
    assert fast.rows == slow.rows
    assert fast.columns == slow.columns
    assert fast.statistics.records_matched == slow.statistics.records_matched


def test_every_format_has_a_name_and_a_sentence() -> None:
    assert len({f.name for f in FORMATS}) == len(FORMATS)
    assert all(f.doc for f in FORMATS)


def test_a_pattern_that_is_too_large_for_the_engine_is_a_message(ask: Ask) -> None:
    from insightctl.core.errors import UsageError

    with pytest.raises(UsageError, match="a regular expression of this query cannot run here"):
        ask(r"filter @message like /\pL{1000}\pL{1000}\pL{1000}/", SHORT)


def test_no_event_goes_on_in_the_next_file(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SHORT)
    (tmp_path / "b.log").write_text("  the end of an event that was cut off\n2026-11-23T10:00:09 third\n")
    backend = LocalBackend([LogSource(tmp_path / "a.log", "g"), LogSource(tmp_path / "b.log", "g")])
    assert set(backend.run(QueryJob("fields @message")).column("@message")) == {"first\n  goes on", "second", "third"}


def test_no_time_goes_over_to_the_next_file(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text("2026-11-23T10:00:00Z first\n")
    (tmp_path / "b.log").write_text("START RequestId: 1 Version: 1\n2026-11-23T11:00:00Z second\n")
    backend = LocalBackend([LogSource(tmp_path / "a.log", "g"), LogSource(tmp_path / "b.log", "g")])
    result = backend.run(QueryJob("filter @message like /START/ | fields @timestamp"))
    assert rows(result) == [("2026-11-23 11:00:00.000",)]


def zstd(lines: list[str], target: Path) -> None:
    duckdb.execute(
        f"COPY (SELECT unnest($1) AS line) TO '{target}' (FORMAT csv, HEADER false, QUOTE '', DELIMITER '\x07', COMPRESSION zstd)",
        [lines],
    )


def test_zstd(tmp_path: Path) -> None:
    file = tmp_path / "a.log.zst"
    zstd(SHORT.rstrip("\n").split("\n"), file)
    assert rows(LocalBackend([LogSource(file)]).run(QueryJob(ALL)))[0][2] == "first\n  goes on"
    whole = file.read_bytes()
    file.write_bytes(whole + b"\x50\x2a\x4d\x18\x02\x00\x00\x00ab" + whole)  # a frame to skip, and the same again
    assert LocalBackend([LogSource(file)]).run(QueryJob("stats count(*)")).rows == ((4,),)
    for cut in (5, 12, len(whole) // 2, len(whole) - 1):
        file.write_bytes(whole[:cut])
        with pytest.raises(SourceError, match="is a broken zstd file"):
            LocalBackend([LogSource(file)]).run(QueryJob(ALL))


def test_a_folder_leaves_out_what_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(SHORT)
    (tmp_path / "picture.bin").write_bytes(random.Random(1).randbytes(5000))
    result = LocalBackend([LogSource(tmp_path)]).run(QueryJob("stats count(*)"))
    assert result.rows == ((2,),)
    assert result.warnings == (f"{tmp_path / 'picture.bin'} is a binary file, not a log: left out",)
