"""One sample of each way in which log files reach a laptop: known by content, and read as the service would show it."""

from __future__ import annotations

import base64
import bz2
import csv
import gzip
import io
import json
import lzma
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest

from insightctl.core.errors import SourceError
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.spelling import raw_timestamp
from insightctl.local import LocalBackend, LogSource
from insightctl.local.readers import recognise

Ask = Callable[..., Result]

ALL = "fields @timestamp, @logStream, @log, @message | sort @timestamp asc"
AT = 1_795_428_000_000  # 2026-11-23T10:00:00Z
GROUP, LOG = "/aws/lambda/checkout", "000000000000:/aws/lambda/checkout"
STREAM = "2026/11/23/[$LATEST]fbd13160e9794b9da58305d2765ed9c6"
ID = "6c214fca-9ec8-48d0-b6e9-d7637be89d0f"
START = f"START RequestId: {ID} Version: $LATEST"
TRACE = (
    "[ERROR] KeyError: 'order_id'\nTraceback (most recent call last):\n  File \"/var/task/app.py\", line 12, in handler"
)
REPORT = f"REPORT RequestId: {ID}\tDuration: 1013.31 ms\tBilled Duration: 1014 ms\tMemory Size: 128 MB\tMax Memory Used: 46 MB\t"
MESSAGES = (START, TRACE, REPORT)
TIMES = ("2026-11-23 10:00:00.000", "2026-11-23 10:00:01.123", "2026-11-23 10:00:02.500")
MS = (AT, AT + 1123, AT + 2500)
ISO = ("2026-11-23T10:00:00.000Z", "2026-11-23T10:00:01.123Z", "2026-11-23T10:00:02.500Z")


def rows(result: Result) -> list[tuple[object, ...]]:
    return [tuple(raw_timestamp(c) if isinstance(c, datetime) else c for c in row) for row in result.rows]


def whole(stream: str | None = STREAM, log: str = LOG) -> list[tuple[object, ...]]:
    return [(time, stream, log, message) for time, message in zip(TIMES, MESSAGES, strict=True)]


def green(text: str) -> str:
    return f"\x1b[32m{text}\x1b[0m"


def events() -> list[dict[str, object]]:
    return [
        {"logStreamName": STREAM, "timestamp": ms, "message": m, "ingestionTime": ms + 9, "eventId": f"3{i:055d}"}
        for i, (ms, m) in enumerate(zip(MS, MESSAGES, strict=True))
    ]


def firehose(stream: str = STREAM, group: str = GROUP, messages: tuple[str, ...] = MESSAGES) -> bytes:
    control = {"messageType": "CONTROL_MESSAGE", "owner": "CloudwatchLogs", "logGroup": "", "logStream": "", "subscriptionFilters": [], "logEvents": [{"id": "", "timestamp": AT, "message": "CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}  # fmt: skip
    data = [
        {
            "messageType": "DATA_MESSAGE",
            "owner": "123456789012",
            "logGroup": group,
            "logStream": stream,
            "subscriptionFilters": ["all"],
            "logEvents": [{"id": "1", "timestamp": ms, "message": m}],
        }
        for ms, m in zip(MS, messages, strict=False)
    ]
    return b"".join(gzip.compress(json.dumps(record).encode()) for record in (control, *data))


def query_results() -> str:
    results = [
        [
            {"field": "@timestamp", "value": t},
            {"field": "@message", "value": m},
            {"field": "@logStream", "value": STREAM},
            {"field": "@log", "value": f"123456789012:{GROUP}"},
            {"field": "@ptr", "value": "Cn8"},
        ]
        for t, m in zip(TIMES, MESSAGES, strict=True)
    ]
    return json.dumps({"queryLanguage": "CWLI", "results": results, "statistics": {"recordsMatched": 3.0}, "status": "Complete"}, indent=4)  # fmt: skip


def table(header: list[str], lines: list[list[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerows([header, *lines])
    return out.getvalue()


def prefixed(*prefixes: str) -> str:
    return "".join(f"{prefix}{message}\n" for prefix, message in zip(prefixes, MESSAGES, strict=True))


def cli_text(*columns: str) -> str:
    found = [[str(event[name]) for name in sorted(columns)] for event in events()]
    return "SEARCHEDLOGSTREAMS\tTrue\tx\n" + "".join("\t".join(["EVENTS", *cells]) + "\n" for cells in found)


SECONDS = (AT, AT + 1000, AT + 2000)
CASES: dict[str, tuple[str, str | bytes, list[tuple[object, ...]]]] = {
    "tail-colours": ("tail-detailed", "".join(f"{green(t.replace('Z', '000+00:00'))} {green(STREAM)} {m}\n" for t, m in zip(ISO, MESSAGES, strict=True)), whole()),
    "short-colours": ("tail-short", "".join(f"{green(t[:19])} {m}\n" for t, m in zip(ISO, MESSAGES, strict=True)), [(t[:19] + ".000", None, LOG, m) for t, m in zip(TIMES, MESSAGES, strict=True)]),
    "export": ("export", prefixed(*(f"{t} " for t in ISO)), whole(None)),
    "awslogs-time": ("awslogs-time", prefixed(*(f"{GROUP} {STREAM} {t} " for t in ISO)), whole()),
    "awslogs-both-times": ("awslogs-time", prefixed(*(f"{GROUP} {STREAM} {t} {ISO[2]} " for t in ISO)), whole()),
    "awslogs-padded-colours": ("awslogs-time", prefixed(*(f"{green(GROUP)} {green(STREAM + '   ')} {green(t)} " for t in ISO)), whole()),
    "awslogs-no-group": ("awslogs-no-group-time", prefixed(*(f"{STREAM} {t} " for t in ISO)), whole()),
    "awslogs-no-stream": ("awslogs-no-stream-time", prefixed(*(f"{GROUP} {t} " for t in ISO)), whole(None)),
    "document": ("events-document", json.dumps({"events": events(), "searchedLogStreams": []}, indent=4), whole()),
    "pages": ("events-document", "".join(json.dumps({"events": [e], "nextToken": "x"}, indent=4) + "\n" for e in events()), whole()),
    "token-first": ("events-mended", json.dumps({"nextForwardToken": "f/1", "events": events()}, indent=4), whole()),
    "array": ("event-array", json.dumps(events()), whole()),
    "arrays": ("event-array", json.dumps(events()[:1]) + "\n" + json.dumps(events()[1:]), whole()),
    "lines": ("event-lines", "".join(json.dumps(e) + "\n" for e in events()), whole()),
    "cli-text": ("cli-text", cli_text("eventId", "ingestionTime", "logStreamName", "message", "timestamp"), whole()),
    "cli-text-get": ("cli-text", "b/38000000000000000000000001\tf/38000000000000000000000009\n" + cli_text("ingestionTime", "message", "timestamp").split("\n", 1)[1], whole(None)),
    "query-results": ("query-results", query_results(), whole()),
    "console-csv": ("csv", table(["timestamp", "message"], [[ms, m] for ms, m in zip(MS, MESSAGES, strict=True)]), whole(None)),
    "query-csv": ("csv", table(["@timestamp", "@message", "@logStream", "@log"], [[t, m, STREAM, f"123456789012:{GROUP}"] for t, m in zip(TIMES, MESSAGES, strict=True)]), whole()),
    "console-json": ("console-json", json.dumps([{"@timestamp": t, "@message": m, "@logStream": STREAM, "@log": f"123456789012:{GROUP}"} for t, m in zip(TIMES, MESSAGES, strict=True)], indent=2), whole()),
    "firehose": ("firehose", firehose(), whole()),
    "firehose-twice-packed": ("firehose", gzip.compress(firehose()), whole()),
    "sam": ("sam-logs", prefixed(*(f"{green(STREAM)} {green(t)} " for t in ("2026-11-23T10:00:00", "2026-11-23T10:00:01.123000", "2026-11-23T10:00:02.500000"))), whole()),
    "docker-times": ("docker-times", "".join(f"{t[:-1]}456789Z {line}\n" for t, m in zip(ISO, MESSAGES, strict=True) for line in m.split("\n")), whole(None)),
    "docker-json": ("docker-json", "".join(json.dumps({"log": line + "\n", "stream": "stdout", "time": t[:-1] + "456789Z"}) + "\n" for t, m in zip(ISO, MESSAGES, strict=True) for line in m.split("\n")), whole(None)),
    "telemetry-lines": ("telemetry", "".join(json.dumps({"time": t, "type": "function", "record": m}) + "\n" for t, m in zip(ISO, MESSAGES, strict=True)), whole(None)),
    "telemetry-arrays": ("telemetry", "".join(json.dumps([{"time": t, "type": "extension", "record": m + "\n"}]) + "\n" for t, m in zip(ISO, MESSAGES, strict=True)), whole(None)),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_each_format(case: str, ask: Ask) -> None:
    name, content, expected = CASES[case]
    text = content if isinstance(content, str) else gzip.decompress(content).decode("utf-8", "replace")
    if not isinstance(content, bytes) and "\x1b" not in content:
        assert recognise(text).name == name or (case, recognise(text).name) == ("arrays", "event-array")
    result = ask(ALL, content, "checkout.log")
    assert rows(result) == expected
    assert result.warnings == ()


@pytest.mark.parametrize("case", CASES)
def test_each_format_with_carriage_returns_and_a_byte_order_mark(case: str, ask: Ask) -> None:
    _, content, expected = CASES[case]
    if isinstance(content, bytes):
        return
    crlf = content.replace("\r\n", "\n").replace("\n", "\r\n")
    assert rows(ask(ALL, b"\xef\xbb\xbf" + crlf.encode(), "checkout.log")) == expected


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress, lzma.compress], ids=["gzip", "bzip2", "xz"])
@pytest.mark.parametrize("case", ["export", "document", "firehose", "console-csv", "awslogs-time"])
def test_compressions(case: str, pack: Callable[[bytes], bytes], ask: Ask) -> None:
    _, content, expected = CASES[case]
    plain = content.encode() if isinstance(content, str) else gzip.decompress(content)
    half = len(plain) // 2
    packed = pack(plain[:half]) + pack(plain[half:])
    assert rows(ask(ALL, packed, "checkout.log.bz2")) == expected


@pytest.mark.parametrize("pack", [bz2.compress, lzma.compress], ids=["bzip2", "xz"])
def test_half_an_archive(pack: Callable[[bytes], bytes], ask: Ask) -> None:
    packed = pack(json.dumps(events()).encode())
    with pytest.raises(SourceError, match="it ends too early or is damaged"):
        ask(ALL, packed[: len(packed) // 2])
    with pytest.raises(SourceError, match="it ends too early or is damaged"):
        ask(ALL, packed[:20] + b"\x00" * 30 + packed[50:])


def test_awslogs_without_times(ask: Ask) -> None:
    lines = (START, f"[INFO]\t2026-11-23T10:00:01.123Z\t{ID}\thi\n  on", REPORT)
    for prefix, stream in ((f"{GROUP} {STREAM} ", STREAM), (f"{STREAM} ", STREAM), (f"{GROUP} ", None)):
        result = ask(ALL, "".join(f"{prefix}{line}\n" for line in lines), "checkout.log")
        assert sorted(rows(result)) == sorted((TIMES[1], stream, LOG, line) for line in lines)


def printed(answer: dict[str, object]) -> str:
    """What the AWS CLI itself prints with `--output text`."""
    from awscli.text import format_text  # type: ignore[import-untyped]

    out = io.StringIO()
    format_text(answer, out)
    return out.getvalue()


def test_text_as_the_aws_cli_prints_it(ask: Ask) -> None:
    found = [{**event, "message": f"{event['message']}\n"} for event in events()]
    expected = [(t, s, log, f"{m}\n") for t, s, log, m in whole()]
    pages = printed(
        {"events": found[:2], "searchedLogStreams": [{"logStreamName": STREAM, "searchedCompletely": True}]}
    )
    assert rows(ask(ALL, pages + printed({"events": found[2:], "searchedLogStreams": []}), "checkout.log")) == expected
    kept = [{key: event[key] for key in ("timestamp", "message", "ingestionTime")} for event in found]
    tokens = {"nextForwardToken": f"f/{'3' * 56}/s", "nextBackwardToken": f"b/{'3' * 56}/s"}
    pages = printed({"events": kept[:2], **tokens}) + printed({"events": kept[2:], **tokens})
    result = ask(ALL, pages, "checkout.log")
    assert rows(result) == [(t, None, log, m) for t, _, log, m in expected]
    assert not any("could not be read" in note for note in result.warnings)


def test_a_configuration_in_a_folder_is_no_log(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(prefixed(*(f"{t} " for t in ISO)))
    (tmp_path / "list.json").write_text(json.dumps([{"name": "x", "size": 1}], indent=2))
    (tmp_path / "tests.json").write_text(json.dumps({"version": 1, "results": [{"ok": True}]}, indent=2))
    (tmp_path / "template.json").write_text(json.dumps({"Resources": {"A": {"Type": "B"}}}, indent=2))
    result = LocalBackend([LogSource(tmp_path)]).run(QueryJob("stats count(*) as n"))
    assert result.rows == ((3,),)
    assert [note.rsplit(": ", 1)[1] for note in result.warnings] == ["left out"] * 3


def test_log_groups_from_the_data(tmp_path: Path) -> None:
    (tmp_path / "x.gz").write_bytes(firehose() + firehose("2026/11/23/cart[7]aaa", "/aws/lambda/cart"))
    awslogs = "".join(f"/aws/lambda/{g} s {ISO[0]} hello\n" for g in ("cart", "other"))
    (tmp_path / "y.log").write_text(awslogs)
    backend = LocalBackend([LogSource(tmp_path)])
    found = backend.run(QueryJob("stats count(*) as n by @log | sort @log asc")).rows
    assert [(str(log).rsplit("/", 1)[1], n) for log, n in found] == [("cart", 4), ("checkout", 3), ("other", 1)]
    assert backend.run(QueryJob("stats count(*)", Target(functions=("cart",)))).rows == ((4,),)
    assert backend.run(QueryJob("SOURCE '/aws/lambda/other' | fields @message")).rows == (("hello",),)
    assert [g.name for g in backend.groups()] == [f"/aws/lambda/{n}" for n in ("cart", "checkout", "other")]
    assert sum(g.stored_bytes for g in backend.groups()) <= sum(f.stat().st_size for f in tmp_path.iterdir())
    named = LocalBackend([LogSource(tmp_path / "x.gz", "/mine"), LogSource(tmp_path / "y.log", "/mine")])
    assert named.run(QueryJob("stats count(*) as n by @log")).rows == (("000000000000:/mine", 8),)


def test_a_large_awslogs_file_of_several_groups(ask: Ask) -> None:
    text = "".join(f"/aws/lambda/{'a' if i % 3 else 'b'} s {ISO[0]} {'x' * 50}\n  goes on\n" for i in range(6000))
    result = ask("filter @message like /goes on/ | stats count(*) as n by @log | sort @log asc", text)
    assert result.column("n") == (4000, 2000)


def test_query_results_without_messages_have_their_fields(ask: Ask) -> None:
    results = [[{"field": "bin(5m)", "value": "2026-11-23 10:00:00.000"}, {"field": "level", "value": "ERROR"}, {"field": "n", "value": "12.5"}, {"field": "id", "value": "0012"}]]  # fmt: skip
    result = ask(
        "fields @timestamp, level, n + 1 as m, @message", json.dumps({"results": results, "status": "Complete"})
    )
    assert rows(result) == [
        (TIMES[0], "ERROR", 13.5, '{"bin(5m)":"2026-11-23 10:00:00.000","level":"ERROR","n":12.5,"id":"0012"}')
    ]
    text = table(["@timestamp", "level", "n"], [[TIMES[1], "WARN", 3]])
    assert rows(ask("fields @timestamp, level, n", text)) == [(TIMES[1], "WARN", 3)]


def test_query_results_without_rows(ask: Ask) -> None:
    result = ask("fields @message", '{"results": [], "statistics": {}, "status": "Complete"}')
    assert result.rows == () and result.warnings[0].endswith("holds no log events")


def test_a_message_that_is_an_object(ask: Ask) -> None:
    text = json.dumps([{"@timestamp": TIMES[0], "@message": {"level": "ERROR", "n": 1}}])
    assert rows(ask("fields @timestamp, level, n", text)) == [(TIMES[0], "ERROR", 1)]
    text = json.dumps([{"time": ISO[0], "type": "function", "record": {"level": "WARN"}}])
    assert rows(ask("fields @timestamp, level", text)) == [(TIMES[0], "WARN")]


def test_telemetry_of_the_platform_stays_a_line_and_names_the_function(ask: Ask) -> None:
    start = {"time": ISO[0], "type": "platform.initStart", "record": {"phase": "init", "functionName": "checkout", "functionVersion": "42"}}  # fmt: skip
    text = json.dumps([start, {"time": ISO[1], "type": "function", "record": "hi\n"}]) + "\n"
    result = ask(
        "fields @timestamp, @log, record.functionVersion as v, @message | sort @timestamp asc", text, "dump.json"
    )
    assert rows(result) == [(TIMES[0], LOG, 42, json.dumps(start)), (TIMES[1], LOG, None, "hi")]


@pytest.mark.parametrize(
    "field",
    [
        '"timestamp":"2026-11-23 10:00:01,123+0000"',
        '"timestamp":"2026-11-23 12:00:01,123+0200"',
        '"timestamp":"2026-11-23T05:00:01.123-05:00"',
        '"time":1795428001123',
        '"ts":1795428001.123',
        '"ts" : 1795428001.1230',
        '"@t":"2026-11-23T10:00:01.1230000Z"',
        '"_aws":{"Timestamp":1795428001123,"CloudWatchMetrics":[]}',
        '"time":"1795428001123"',
        '"ts":1795428001123000000',
    ],
)
@pytest.mark.parametrize("shape", ["{}\n", "[{}]\n"], ids=["line", "array"])
def test_times_of_json_lines(field: str, shape: str, ask: Ask) -> None:
    result = ask("fields @timestamp, level", shape.replace("{}", f'{{"level":"INFO",{field},"service":"x"}}'))
    assert rows(result) == [(TIMES[1], "INFO")]
    assert result.warnings == ()


@pytest.mark.parametrize(
    "line",
    [
        f"\x1b[32m2026-11-23 12:00:01.123 (+02:00)\x1b[39m\t\x1b[33m{ID}\x1b[39m\tINFO\tfrom sls logs",
        "23 Nov 2026 10:00:01,123 [INFO] (rapid) exec '/var/runtime/bootstrap' (cwd=/var/task, handler=)",
        "2026-11-23 10:00:01,123 INFO app started",
        f"[WARNING]\t2026-11-23T10:00:01.123Z\t{ID}\tslow",
        f"2026-11-23T10:00:01.123Z\t{ID}\tINFO\thi",
    ],
)
def test_times_of_bare_lines(line: str, ask: Ask) -> None:
    result = ask("fields @timestamp", f"{START}\n{line}\n")
    assert rows(result) == [(TIMES[1],)] * 2
    assert result.warnings == ()


def test_a_docker_line_in_two_parts(ask: Ask) -> None:
    parts = [{"log": "a" * 10, "stream": "stdout", "time": ISO[0]}, {"log": "b\n", "stream": "stdout", "time": ISO[1]}]
    text = "".join(json.dumps(part) + "\n" for part in parts)
    assert rows(ask("fields @timestamp, @message", text)) == [(TIMES[0], "a" * 10 + "b")]


def test_a_subscription_of_one_megabyte_of_lines(ask: Ask) -> None:
    message = base64.b64encode(b"x" * 900_000).decode()
    content = firehose(messages=(message, "b"))
    result = ask("stats max(strlen(@message)) as n, count(*) as c", content, "big.gz")
    assert result.rows == ((1_200_000, 2),)
    (note,) = result.warnings
    assert note.startswith("1 event is longer than 256 KB, the service's limit; the first: ") and note.endswith(
        "big.gz:1"
    )
    result = ask("stats max(strlen(@message)) as n", f"{ISO[0]} ok\n{ISO[0]} {message}\n{ISO[1]} b\n", "big.log")
    assert result.rows == ((1_200_000,),)
    assert [note.rsplit("/", 1)[1] for note in result.warnings] == ["big.log:2"]


def test_standard_formats_mixed_in_one_folder(tmp_path: Path) -> None:
    for case, (_, content, _rows) in CASES.items():
        (tmp_path / f"{case}.log").write_bytes(content if isinstance(content, bytes) else content.encode())
    result = LocalBackend([LogSource(tmp_path)]).run(QueryJob("filter @message like /order_id/ | stats count(*) as n"))
    assert result.rows == ((len(CASES),),)
