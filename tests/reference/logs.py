"""Logs of Lambda functions as Hypothesis makes them: platform and application lines, as text and as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.reference.events import LOG_GROUP, Event
from tests.reference.values import Moment, moment

START = 1_795_428_000_000  # 2026-11-23 10:00, a full hour
ARN = "arn:aws:lambda:eu-central-1::runtime:0a1b"
AT = "2026-11-23T10:00:00.000Z"

uuids = st.integers(1, 6).map(lambda n: f"{n:08x}-1111-4222-8333-{n:012x}")
streams = st.builds("2026/11/23/{}[{}]{}".format, st.sampled_from(["", "shop"]), st.sampled_from(["1", "2", "$LATEST"]),
                    st.sampled_from(["aaaa", "bbbb"]))  # fmt: skip
hundredths = st.integers(0, 400_000).map(lambda n: f"{n / 100:.2f}") | st.sampled_from(["15.00", "100.00", "3000.00"])
errors = st.sampled_from(["Runtime.ExitError", "Runtime.OutOfMemory", "Runtime.ImportModuleError", "Handler.Broken"])
memory = st.sampled_from([(128, 46), (128, 127), (512, 71), (1024, 1024)])
numbers = st.sampled_from(
    [
        0,
        1,
        2,
        5,
        7,
        10,
        42,
        100,
        200,
        404,
        500,
        -3,
        1.5,
        2.25,
        0.125,
        99.99,
        -0.5,
        0.0001,
        -0.0,
        3.0,
        123456789012345678,
    ]
)
plain_words = st.sampled_from(
    ["", "a", "b", "a2", "a10", "B", "Zoë", "日本", "x y", " pad ", "😀", "10", "9", "2.5", "-7", "007"]
)
odd_words = st.sampled_from([
    "e\u0301t", "👨‍👩‍👧", "a\tb", "\ttab\t", "l1\nl2", "\u2028x", "\xa0nb\xa0", "50%", "a_b", "it's", "\"q\"", "b\\s", "[x]", "(y", "a.b", "*",
    "+5", " 5 ", "5.", ".5", "1e3", "1E-2", "0x10", "1_0", "1,000", "Infinity", "NaN", "1e999", "١٢", "12345678901234567890", "0.1000", "-0",
    "true", "false", "null", "{}", "{x}", "a}b{", "$1", "\\1", "#no", "--", "a1b22", "a1b3", "A-", "a!", "~", "00", "0",
])  # fmt: skip
words = st.one_of(plain_words, plain_words, odd_words)


def status(kinds: Sequence[str]) -> SearchStrategy[str]:
    return st.sampled_from(kinds).flatmap(
        lambda kind: errors.map(lambda e: f"Status: error\tError Type: {e}") if kind == "error" else st.just(kind)
    )


def report(uuid: str, duration: str, size: tuple[int, int], extra: str, outcome: str, xray: bool) -> str:
    tail = f"\nXRAY TraceId: 1-5f8a1234-{uuid[:8]}\tSegmentId: 04d9{uuid[:4]}\tSampled: true\t" if xray else ""
    return (
        f"REPORT RequestId: {uuid}\tDuration: {duration} ms\tBilled Duration: {-(-float(duration) // 1):.0f} ms"
        f"\tMemory Size: {size[0]} MB\tMax Memory Used: {size[1]} MB\t{extra}{outcome}{tail}"
    )


extras = st.just("") | st.builds("Init Duration: {} ms\t".format, hundredths) | st.builds(
    "Restore Duration: {} ms\tBilled Restore Duration: 12 ms\t".format, hundredths
)  # fmt: skip
outcomes = status(["", "", "Status: timeout", "error"])
reports = st.builds(report, uuids, hundredths, memory, extras, outcomes, st.booleans())

platform_texts = st.one_of(
    st.builds("START RequestId: {} Version: {}".format, uuids, st.sampled_from(["1", "2", "$LATEST"])),
    st.builds("END RequestId: {}".format, uuids),
    st.just(f"INIT_START Runtime Version: python:3.12.v1\tRuntime Version ARN: {ARN}"),
    st.builds("INIT_REPORT Init Duration: {} ms\tPhase: {}\tStatus: error\tError Type: {}".format,
              hundredths, st.sampled_from(["init", "invoke"]), errors),
    st.builds("RESTORE_REPORT Restore Duration: {} ms".format, hundredths),
    st.builds("2026-11-23T10:00:03.000Z {} Task timed out after 3.00 seconds\n".format, uuids),
    st.builds("RequestId: {} Error: Runtime exited with error: {}\nRuntime.ExitError".format,
              uuids, st.sampled_from(["signal: killed", "exit status 1"])),
)  # fmt: skip

json_scalars = st.one_of(st.none(), st.booleans(), numbers, words)
levels = st.sampled_from(["INFO", "WARN", "ERROR"])
elements = st.one_of(numbers, words, st.fixed_dictionaries({"id": numbers, "name": words}), st.none())
ABSENT = object()
absent: SearchStrategy[object] = st.just(ABSENT)


def choose(*weighted: tuple[int, SearchStrategy[Any]]) -> SearchStrategy[Any]:
    """One of the strategies, each as often as its weight says: `one_of` would level those inside each other."""
    ways = [strategy for weight, strategy in weighted for _ in range(weight)]
    return st.sampled_from(range(len(ways))).flatmap(ways.__getitem__)


def objects(members: dict[str, SearchStrategy[Any]]) -> SearchStrategy[dict[str, object]]:
    """JSON objects in which each member may be missing."""
    some = {name: choose((4, strategy), (1, absent)) for name, strategy in members.items()}
    return st.fixed_dictionaries(some).map(lambda made: {k: v for k, v in made.items() if v is not ABSENT})


anything = choose((3, numbers), (3, words), (1, st.none()))
fields = objects(
    {
        "level": levels,
        "message": words,
        "requestId": uuids,
        "status": choose((4, st.sampled_from([200, 404, 500, "200", "404"])), (1, anything)),
        "took": anything,
        "n": st.integers(-5, 5),
        "server": choose((5, st.sampled_from(["a", "b", "a2", "a10", "", "Zoë"])), (2, words), (1, st.none())),
        "ok": st.booleans() | st.none(),
        "user": objects({"name": words, "age": numbers, "deep": st.lists(json_scalars, max_size=3)}),
        "items": choose((5, st.lists(elements, max_size=3)), (1, numbers)),
        "errorType": st.sampled_from(["KeyError", "Timeout"]),
        "errorMessage": st.sampled_from(["no key 12345", "late: 10.0.0.1 is gone", "plain"]),
        "at": st.integers(START, START + 7_200_000),
        "@host": words,
    }
)


def spelled(value: object, spaced: bool, ascii_only: bool) -> str:
    return json.dumps(value, ensure_ascii=ascii_only, separators=(", ", ": ") if spaced else (",", ":"))


json_lines = st.builds(spelled, fields, st.booleans(), st.booleans())


def platform_json(kind: str, uuid: str, version: str, record: dict[str, object]) -> str:
    whole = {"time": AT, "type": f"platform.{kind}", "record": {"requestId": uuid, "version": version, **record}}
    return spelled(whole, False, False)


metrics = st.fixed_dictionaries(
    {"durationMs": numbers, "billedDurationMs": st.integers(0, 5000), "memorySizeMB": st.just(128), "maxMemoryUsedMB": st.integers(20, 128)},
    optional={"initDurationMs": hundredths.map(float), "restoreDurationMs": hundredths.map(float)},
)  # fmt: skip
platform_objects = st.builds(
    platform_json,
    st.sampled_from(["start", "runtimeDone", "report", "report"]),
    uuids,
    st.sampled_from(["1", "2"]),
    st.fixed_dictionaries(
        {"metrics": metrics, "status": st.sampled_from(["success", "error", "timeout"])}, optional={"errorType": errors}
    ),
)

texts = words | st.sampled_from(["hello world", "Rate exceeded", "throttled: TooManyRequestsException", "a=1, b=2 = 3"])
applications = st.one_of(
    st.builds("[{}]\t{}\t{}\t{}".format, levels, st.just(AT), uuids, texts),
    st.builds("{}\t{}\t{}\t{}".format, st.just(AT), uuids, levels, texts),
    st.builds("[INFO]\t{}\t{}\tdone {}{}".format, st.just(AT), uuids, json_lines, st.sampled_from(["", " and {\"n\":9}", " } rest"])),
    st.builds("user={}, method:{}, latency := {}".format, words, st.sampled_from(["GET", "PUT"]), numbers),
    st.builds("[ERROR] {}: {}\nTraceback (most recent call last):\n  File \"app.py\", line {}, in handler".format,
              st.sampled_from(["KeyError", "Runtime.ImportModuleError"]), words, st.integers(1, 20)),
    st.builds("{}\t{}\tERROR\tInvoke Error \t{{\"errorType\":\"TypeError\",\"errorMessage\":\"x\",\"stack\":[\"TypeError: x\"]}}".format, st.just(AT), uuids),
    st.builds("{}: {}\n\tat shop.Order.total(Order.java:12)\n\n\tat shop.Handler.run(Handler.java:7)".format,
              st.sampled_from(["java.lang.IllegalStateException", "shop.Broken"]), words),
    st.sampled_from(["got {\"n\":1", "[{\"n\":2},{\"n\":3}]", "{\"n\":3}{\"n\":4}", "a {\"server\":\"}{\"} b", "{\n  \"n\": 4,\n  \"level\": \"INFO\"\n}", "{}", "x {} {\"n\":1}"]),
    st.sampled_from(["of {x} got {\"n\":1}", "a { {\"n\":2}", "x {\"n\":1,} {\"n\":3}", "{{\"n\":4}} }", "it\"s {a\"b} {\"server\":\"{}\"} }",
                     "{x} {\"n\":[" + "{\"n\":1}," * 70 + "1],\"took\":7} {"]),
    texts,
)  # fmt: skip

messages = choose((3, reports), (2, platform_texts), (5, json_lines), (2, platform_objects), (4, applications))
times = choose((3, st.integers(0, 12).map(lambda n: START + n * 300_000)), (2, st.integers(START, START + 7_200_000)))
events = st.builds(Event, times, streams, messages)
logs = st.lists(events, min_size=1, max_size=4) | st.lists(events, min_size=15, max_size=40)


def write(folder: Path, made: Sequence[Event]) -> Path:
    """The events as `aws logs tail --format detailed` prints them."""
    file = folder / f"{LOG_GROUP.rpartition('/')[2]}.log"
    lines = (
        f"{moment(Moment(event.ms)).isoformat(timespec='auto')} {event.stream} {event.message}\n" for event in made
    )
    file.write_text("".join(lines), encoding="utf-8")
    return file
