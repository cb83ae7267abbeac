"""A tail as text and as JSON: columns, colours, JSON flattened, REPORT condensed, hostile text made safe."""

from __future__ import annotations

import json
from zoneinfo import ZoneInfo

import pytest

from insightctl.render.tail import TailLine, TailText, kept_together, short_names, to_json, version_of
from insightctl.render.tail_lines import seen

AT = 1_795_428_000_123
GROUP = "/aws/lambda/checkout"
STREAM = "2026/11/23/[$LATEST]0123"
REPORT = (
    "REPORT RequestId: 8f5 \tDuration: 12.34 ms\tBilled Duration: 13 ms\tMemory Size: 128 MB\tMax Memory Used: 83 MB\t"
    "Init Duration: 210.98 ms\t\n"
)


def line(message: str, at: int = AT, group: str = GROUP, stream: str = STREAM) -> TailLine:
    return TailLine(at, at + 5, group, stream, message)


def shown(*lines: TailLine, groups: tuple[str, ...] = (GROUP,), **given: object) -> list[str]:
    return list(TailText(groups, **given).lines(lines))  # type: ignore[arg-type]


# lines


@pytest.mark.parametrize(
    ("message", "text", "tone"),
    [
        (REPORT, "REPORT duration 12 ms, billed 13 ms, memory 83/128 MB, init 211 ms", "dim"),
        (REPORT.replace("Used: 83", "Used: 127"), "REPORT duration 12 ms, billed 13 ms, memory 127/128 MB, init 211 ms", "warning"),
        (
            "REPORT RequestId: 8f5\tDuration: 3.21 ms\tBilled Duration: 4 ms\tStatus: timeout\n",
            "REPORT duration 3.21 ms, billed 4 ms, status timeout",
            "error",
        ),
        ("REPORT RequestId: 8f5\tDuration: ? ms", "REPORT duration ?, billed ?", "dim"),
        ("START RequestId: 8f5 Version: 7\n", "START RequestId: 8f5 Version: 7", "dim"),
        ("2026-11-23T10:00:00Z\t8f5\tERROR\tboom", "2026-11-23T10:00:00Z  8f5  ERROR  boom", "error"),
        ("Task timed out after 3.00 seconds", "Task timed out after 3.00 seconds", "error"),
        ("[WARNING] slow", "[WARNING] slow", "warning"),
        ("errors: none", "errors: none", "plain"),
        ('{"level":"ERROR","message":"no stock","order":{"id":7,"items":[1,2]},"timestamp":"x"}',
         "ERROR no stock order.id=7 order.items=[1,2]", "error"),
        ('{"severity":"warn","msg":"a b","why":"two words","ok":true,"none":null,"e":{}}',
         'warn a b why="two words" ok=true none=null e={}', "warning"),
        ('{"errorMessage":"boom","errorType":"KeyError","stackTrace":["  File x\\n","  File y\\n"]}',
         "boom errorType=KeyError\n  File x\n  File y", "error"),
        ('{"_aws":{"Timestamp":1},"Orders":3}', "Orders=3", "dim"),
        ('{"time":"t","type":"platform.report","record":{"requestId":"8f5","status":"success","metrics":'
         '{"durationMs":12.3,"billedDurationMs":13,"memorySizeMB":128,"maxMemoryUsedMB":83}}}',
         "REPORT duration 12 ms, billed 13 ms, memory 83/128 MB", "dim"),
        ('{"type":"platform.start","record":{"requestId":"8f5","version":"7"}}', "platform.start requestId=8f5 version=7", "dim"),
        ('{"not json', '{"not json', "plain"),
        ("[1, 2]", "[1, 2]", "plain"),
        ("{" * 5000, "{" * 5000, "plain"),
    ],
)  # fmt: skip
def test_how_a_message_is_seen(message: str, text: str, tone: str) -> None:
    assert (seen(message).text, seen(message).tone) == (text, tone)


def test_hostile_text_has_no_controls() -> None:
    bad = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u2066\x9b31m\x00"
    for message in (
        bad,
        json.dumps({"message": bad, bad: bad, "level": bad, "stackTrace": [bad]}),
        json.dumps({"type": "platform.x", "record": {bad: bad}}),
        f"REPORT RequestId: 1\tDuration: {bad}\tStatus: {bad}\n",
        f'{{"level":"INFO","message":"{bad}"}}',
    ):
        hostile = line(message, group=f"/aws/lambda/{bad}", stream=f"[{bad}]")
        out = "".join(shown(hostile, groups=(f"/aws/lambda/{bad}",)))
        machine = to_json(hostile, bad)
        for each in "\x1b\x07\x00\x9b\u202e\u2066":
            assert each not in out
        assert all(ord(each) >= 32 and each not in "\x9b\x7f" for each in machine)
        assert json.loads(machine)["message"] == message


# columns


def test_columns_and_time_zone() -> None:
    lines = (line("one\n"), line("two", AT + 1000, "/aws/lambda/pay", "2026/11/23/[12]ab"), line("x", stream="other"))
    groups = (GROUP, "/aws/lambda/pay")
    assert shown(*lines, groups=groups) == [
        "10:00:00.123 checkout $LATEST one",
        "10:00:01.123 pay      12      two",
        "10:00:00.123 checkout         x",
    ]
    assert shown(lines[0], groups=groups, tz=ZoneInfo("Europe/Berlin"))[0].startswith("11:00:00.123 ")


def test_lines_that_go_on_stand_below_the_first() -> None:
    other = line("other", group="/aws/lambda/pay")
    found = shown(line("boom\n  at a\r\n  at b"), line("\tat c"), other, line("    at d"), groups=(GROUP, other.group))
    pad = " " * len("10:00:00.123 checkout $LATEST ")
    assert found[:5] == [
        "10:00:00.123 checkout $LATEST boom",
        f"{pad}  at a",
        f"{pad}  at b",
        f"{pad}  at c",
        f"{pad}    at d",
    ]
    assert found[5].endswith("other")
    assert [each.message for each in kept_together([line("a"), other, line("  at b")])] == ["a", "  at b", "other"]


def test_colour_and_marks() -> None:
    found = shown(line("an ERROR here"), line("Error of TOTAL"), colour=True, marks=("total", "err", ""))
    assert found[0].startswith("\x1b[2m10:00:00.123\x1b[0m \x1b[36mcheckout\x1b[0m ")
    assert found[0].endswith("\x1b[31man \x1b[7mERR\x1b[0m\x1b[31mOR here\x1b[0m")
    assert found[1].endswith("\x1b[7mErr\x1b[0mor of \x1b[7mTOTAL\x1b[0m")
    level = shown(line('{"level":"ERROR","message":"m"}'), colour=True)[0]
    assert level.endswith("\x1b[31mERROR\x1b[0m m"), "of a JSON line only the level is in colour"
    plain = shown(line("an ERROR here"), marks=("error",))[0]
    assert "\x1b" not in plain


def test_names() -> None:
    assert short_names(["/aws/lambda/a", "/ecs/b/", "x"]) == {"/aws/lambda/a": "a", "/ecs/b/": "b", "x": "x"}
    assert short_names(["/aws/lambda/a", "/ecs/a"]) == {"/aws/lambda/a": "/aws/lambda/a", "/ecs/a": "/ecs/a"}
    assert [version_of(s) for s in (STREAM, "2026/11/23/checkout[7][ab]", "i-0")] == ["$LATEST", "7", ""]
    long = "/aws/lambda/" + "n" * 60
    assert len(shown(line("m", group=long), groups=(long,))[0]) == len("10:00:00.123 ") + 28 + len(" $LATEST m")


def test_json_is_an_object_a_line() -> None:
    text = to_json(line("two\nlines é \u2028"), "checkout")
    assert "\n" not in text and "\u2028" not in text
    assert json.loads(text) == {
        "time": "2026-11-23T10:00:00.123Z",
        "ingested": "2026-11-23T10:00:00.128Z",
        "function": "checkout",
        "version": "$LATEST",
        "log_group": GROUP,
        "log_stream": STREAM,
        "message": "two\nlines é \u2028",
    }
