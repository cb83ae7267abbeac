"""Broken log files: what can be read is read, and what cannot be is counted, with its place."""

from __future__ import annotations

import gzip
import json
import random
from collections.abc import Callable
from pathlib import Path

import pytest

from insightctl.core.errors import SourceError
from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.local import LocalBackend, LogSource
from insightctl.local.logs import Logs
from insightctl.local.readers import FORMATS, ConvertedFormat, recognise
from insightctl.local.readers.interface import Event, Unreadable
from insightctl.local.relation import Batch
from insightctl.local.sources import expand

Ask = Callable[..., Result]

pytestmark = pytest.mark.usefixtures("private_database")

AT = 1_795_428_000_000
COUNT = "stats count(*) as n"


def event(number: int, **others: object) -> str:
    return json.dumps({"timestamp": AT + number, "message": f"m{number}", "logStreamName": "s", **others})


def record(number: int) -> str:
    events = [{"id": "1", "timestamp": AT + number, "message": f"m{number}"}]
    return json.dumps(
        {
            "messageType": "DATA_MESSAGE",
            "owner": "1",
            "logGroup": "/aws/lambda/a",
            "logStream": "s",
            "logEvents": events,
        }
    )


def telemetry(number: int) -> str:
    return json.dumps({"time": "2026-11-23T10:00:00.000Z", "type": "function", "record": f"m{number}"})


@pytest.mark.parametrize(
    ("text", "read", "lost", "line"),
    [
        (f"{event(1)}\n{event(2)[:-9]}\n{event(3)}\n", 2, 1, 2),
        (f"{event(1)}\nnot json at all\nnor this\n{event(3)}\n", 2, 2, 2),
        (f"{event(1)}\n{event(2)}\n{event(3)[:-9]}", 2, 1, 3),
        (f"[{event(1)},\n{event(2)[:-3]},\n{event(3)}]", 2, 1, 2),
        (f"[{event(1)},\n{event(2)}", 2, 1, 2),
        (f'{{"events": [{event(1)},\n{event(2)}', 2, 1, 2),
        (f'{{"events": [{event(1)}], "searched', 1, 1, 1),
        (f'{{"events": [{event(1)}]}}\n{{"events": [{event(2)}, {{"timestamp": 17', 2, 1, 2),
        (f"{record(1)}{record(2)[:-20]}{record(3)}", 2, 1, 1),
        (f"{record(1)}\n{record(2)}{record(3)[:50]}", 2, 1, 2),
        (f'{record(1)}\n{{"messageType":"DATA_MESSAGE","logEvents":7}}\n{record(3)}', 2, 1, 2),
        (f"{telemetry(1)}\n{telemetry(2)}\nSTART oops\n{telemetry(3)}\n", 3, 1, 3),
        ('timestamp,message\n1795428000000,a\n1795428000001\n1795428000002,"b\nb"\n1795428000003,c,d\n', 2, 2, 3),
        ("EVENTS\t1795428000009\ta\t1795428000000\nEVENTS\tbroken\nEVENTS\t1795428000009\tb\t1795428000001\n", 2, 1, 2),
        ('{"results": [[{"field":"@message","value":"a"}],\n7,\n[{"field":"@message","value":"b"}]]}', 2, 1, 2),
    ],
)
def test_records_that_cannot_be_read(text: str, read: int, lost: int, line: int, ask: Ask) -> None:
    result = ask(COUNT, text)
    assert result.rows == ((read,),)
    counted = [note for note in result.warnings if "left out" in note]
    assert len(counted) == 1, result.warnings
    assert f"app.log: {lost} record" in counted[0]
    assert counted[0].endswith(f"app.log:{line}")


def test_a_large_file_that_ends_too_early(ask: Ask) -> None:
    text = "[" + ",\n".join(event(n, ingestionTime=AT) for n in range(5000))
    result = ask(COUNT, text[:-10])
    assert result.rows == ((4999,),)
    assert result.warnings[0].endswith("app.log:5000")


@pytest.mark.parametrize("broken", ["hostile", "object"])
def test_a_converted_file_may_hold_anything(broken: str, ask: Ask) -> None:
    odd = {"hostile": '"\\ud83d half a pair \\u0000"', "object": '{"level":"INFO"}'}[broken]
    text = f'[{{"@timestamp":"2026-11-23 10:00:00.000","@message":{odd}}}]'
    expected = {"hostile": "\ufffd half a pair \x00", "object": '{"level":"INFO"}'}[broken]
    assert ask("fields @message", text).rows == ((expected,),)


def test_numbers_out_of_every_range(ask: Ask) -> None:
    text = f'{event(1)}\n{{"timestamp":{10**30},"message":"x"}}\n{{"timestamp":-1,"message":"y"}}\n'
    result = ask("fields @message", text)
    assert ("m1",) in result.rows
    assert any("no time that can be read" in note for note in result.warnings)


@pytest.mark.parametrize(
    "head",
    [
        "[" * 300_000,
        '{"a":' * 60_000,
        '{"events":[' + "[" * 200_000,
        '{"results":[' * 20_000,
        '[{"timestamp":1,"message":' + "[" * 100_000,
        "{" + '"a":1,' * 40_000,
        '"' * 100_000,
        '{"events":[{"timestamp":' + "9" * 200_000,
        "\x1b[" * 100_000,
        ",".join(["@a"] * 50_000),
        '"' + "a,\n" * 50_000,
        "EVENTS\t" * 30_000,
        "/aws/lambda/" + "a" * 200_000,
    ],
)
def test_a_hostile_beginning_is_recognised_as_something(head: str) -> None:
    assert recognise(head) in FORMATS


@pytest.mark.parametrize("format_", [f for f in FORMATS if isinstance(f, ConvertedFormat)], ids=lambda f: f.name)
def test_no_reader_raises_over_what_it_reads(format_: ConvertedFormat) -> None:
    dice = random.Random(7)
    pieces = [record(1), event(1), telemetry(2), "[", "]", "{", "}", '"', ",", "\n", "EVENTS\t", "\t1795428000000", "\x00", '{"events":[', '{"results":[', "null", "1", ':"', "\\", "]}", '{"log":"a","time":7}', '[[{"field":1,"value":2}]]', '{"@message":null}', '{"messageType":"DATA_MESSAGE","logEvents":[7]}', '{"time":1,"type":"function","record":null}']  # fmt: skip
    for _ in range(300):
        text = "".join(dice.choices(pieces, k=dice.randint(1, 25)))
        cut = dice.randint(0, len(text))
        whole = list(format_.events([text]))
        assert all(isinstance(found, Event | Unreadable) for found in whole)
        in_two = list(format_.events([text[:cut], text[cut:]]))
        assert [e for e in in_two if isinstance(e, Event)] == [e for e in whole if isinstance(e, Event)]


def test_broken_utf_8_in_a_converted_file(ask: Ask) -> None:
    content = gzip.compress(record(1).encode().replace(b"m1", b"a\xffb"))
    result = ask("fields @message", content)
    assert result.rows == (("a\ufffdb",),)
    assert result.warnings[0].endswith("app.log: 1 broken UTF-8 sequences were read as '\ufffd'")


def test_broken_utf_8_in_awslogs(ask: Ask) -> None:
    result = ask("fields @message, @log", b"/aws/lambda/a s 2026-11-23T10:00:00.000Z x\xffy\n")
    assert result.rows == (("x\ufffdy", "000000000000:/aws/lambda/a"),)
    assert len(result.warnings) == 1


def test_a_broken_archive_in_a_folder_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_text(event(1))
    (tmp_path / "b.gz").write_bytes(gzip.compress(record(1).encode() * 2000)[:200])
    (tmp_path / "c.zip").write_bytes(b"PK\x03\x04zip")
    result = LocalBackend([LogSource(tmp_path)]).run(QueryJob(COUNT))
    assert result.rows == ((1,),)
    assert [note.rsplit(": ", 1)[1] for note in result.warnings] == ["left out", "left out"]
    with pytest.raises(SourceError, match="is a zip archive"):
        LocalBackend([LogSource(tmp_path / "c.zip")]).run(QueryJob(COUNT))


@pytest.mark.parametrize("lines", [1, 3000])
def test_colours_of_a_terminal(lines: int, ask: Ask) -> None:
    text = "".join(
        f"\x1b[33m2026-11-23T10:00:00\x1b[0m \x1b[1;31mred\x1b[m {'x' * 100} \x1b[2J\n" for _ in range(lines)
    )
    assert ask("stats count(*) as n by @message", text).rows == ((f"red {'x' * 100} \x1b[2J", lines),)


def test_colours_far_behind_the_beginning(ask: Ask) -> None:
    text = "2026-11-23T10:00:00 x\n" * 20_000 + "2026-11-23T10:00:00 \x1b[31mred\x1b[0m\n"
    assert ask("filter @message = 'red' | stats count(*)", text).rows == ((1,),)


def test_what_the_engine_refuses_is_converted(tmp_path: Path) -> None:
    file, spool = tmp_path / "a.json", tmp_path / "spool"
    spool.mkdir()
    good = ",\n".join(event(n) for n in range(6000))
    file.write_text(f'{{"events": [{good},\n{{"timestamp": 17 "x"}},\n{good}]}}')
    logs = Logs(list(expand([LogSource(file)], spool)), spool)
    assert [batch.format.name for batch in logs.batches if isinstance(batch, Batch)] == ["events-document"]
    assert logs.clean(f'Malformed JSON in file "{file}", at byte 7')
    assert [batch.format.name for batch in logs.batches if isinstance(batch, Batch)] == ["converted"]
    assert logs.notes == [f"{file}: 1 record could not be read and was left out; the first: {file}:6001"]
    assert not logs.clean(f'Malformed JSON in file "{file}", at byte 7')
