"""Every event has one of the shapes of the formats page, and every shape occurs."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from insightctl.demo import Scenario, generate

END_MS = 1_795_480_000_000

ID = r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}"
MS = r"\d+\.\d\d ms"
NO_MODULE = r"Runtime\.ImportModuleError"
TRACEBACK = r"Traceback \(most recent call last\):"
AT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
ARN = r"arn:aws:lambda:eu-west-1::runtime:[0-9a-f]{64}"
START_UP = rf"(Init Duration: {MS}\t|Restore Duration: {MS}\tBilled Restore Duration: \d+ ms\t)?"
REPORT = (
    rf"REPORT RequestId: {ID}\tDuration: {MS}\tBilled Duration: \d+ ms\tMemory Size: \d+ MB\tMax Memory Used: \d+ MB\t"
)

TEXT = {
    "start": rf"START RequestId: {ID} Version: \d+",
    "end": rf"END RequestId: {ID}",
    "report": REPORT,
    "report of a timeout": rf"{REPORT}{START_UP}Status: timeout",
    "report of out-of-memory": rf"{REPORT}{START_UP}Status: error\tError Type: Runtime\.OutOfMemory",
    "timeout": rf"{AT} {ID} Task timed out after \d+\.00 seconds\n",
    "killed": rf"RequestId: {ID} Error: Runtime exited with error: signal: killed\nRuntime\.ExitError",
}
INIT = {
    "init": rf"INIT_START Runtime Version: (python:3\.12|nodejs:22)\.v\d+\tRuntime Version ARN: {ARN}",
    "cold report": rf"{REPORT}Init Duration: {MS}\t",
}
INIT_FAILS = {
    "init report": rf"INIT_REPORT Init Duration: {MS}\tPhase: init\tStatus: error\tError Type: {NO_MODULE}",
    "second init report": rf"INIT_REPORT Init Duration: {MS}\tPhase: invoke\tStatus: error\tError Type: {NO_MODULE}",
    "report of an init failure": rf"{REPORT}Status: error\tError Type: {NO_MODULE}",
}
NODE = {
    "line": rf"{AT}\t{ID}\t(INFO|DEBUG|WARN|ERROR)\t[^\t\n]+",
    "failure": rf'{AT}\t{ID}\tERROR\tInvoke Error \t{{"errorType":"\w+","errorMessage":"[^"]+","stack":\[.+\]}}',
}
POWERTOOLS = (
    r'{"level":"(INFO|WARNING)","location":"\w+:\d+","message":"[^"]+",'
    r'"timestamp":"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\+0000","service":"checkout","cold_start":(true|false),'
    r'"function_name":"checkout","function_memory_size":"512","function_arn":"[^"]+",'
    rf'"function_request_id":"{ID}","correlation_id":"{ID}","xray_trace_id":"1-[0-9a-f]{{8}}-[0-9a-f]{{24}}"}}'
)
EMF = (
    r'{"_aws":{"Timestamp":\d{13},"CloudWatchMetrics":\[{"Namespace":"shop","Dimensions":\[\["service"\]\],'
    r'"Metrics":\[.+\]}\]},"service":"checkout","OrderPlaced":1,"OrderValue":[\d.]+,'
    rf'"function_request_id":"{ID}"}}'
)
SHAPES: dict[str, dict[str, str]] = {
    "checkout": TEXT
    | INIT
    | INIT_FAILS
    | {
        "powertools": POWERTOOLS,
        "embedded metric": EMF,
        "line": rf"\[(INFO|DEBUG|ERROR)\]\t{AT}\t{ID}\t[^\t\n]+",
        "failure": rf"\[ERROR\] (KeyError|ClientError|ValidationError): [^\n]+\n{TRACEBACK}(\n +.+)+",
        "import error": rf"\[ERROR\] {NO_MODULE}: Unable to import module 'app': No module named 'orjson'\n{TRACEBACK}",
    },
    "cart": TEXT
    | INIT
    | INIT_FAILS
    | NODE
    | {"import error": rf'{AT}\tundefined\tERROR\tUncaught Exception \t{{"errorType":"{NO_MODULE}",.+}}'},
    "notify": TEXT | INIT | NODE,
    "search": TEXT
    | {
        "restore": rf"RESTORE_START Runtime Version: java:21\.mainline\.v\d+\tRuntime Version ARN: {ARN}",
        "restore report": rf"RESTORE_REPORT Restore Duration: {MS}",
        "restored": rf"{REPORT}Restore Duration: {MS}\tBilled Restore Duration: \d+ ms\t",
        "line": rf"{ID} (INFO|DEBUG|WARN) \w+:\d+ - [^\n]+",
        "handled": rf"{ID} ERROR \w+:\d+ - [^\n]+\njava\.[\w.]+Exception: [^\n]+(\n\tat [^\n]+)+",
        "failure": r"java\.lang\.\w+Exception: [^\n]+(\n\tat [^\n]+)+",
    },
}

PLATFORM_KEYS = {
    "platform.initStart": {
        "initializationType", "phase", "runtimeVersion", "runtimeVersionArn", "functionName", "functionVersion"
    },
    "platform.initRuntimeDone": {"initializationType", "phase", "status"},
    "platform.initReport": {"initializationType", "phase", "status", "metrics"},
    "platform.start": {"requestId", "version", "tracing"},
    "platform.runtimeDone": {"requestId", "status", "metrics", "spans"},
    "platform.report": {"requestId", "metrics", "status"},
}  # fmt: skip


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A day of logs."""
    out = tmp_path_factory.mktemp("lines")
    generate(Scenario(end_ms=END_MS, seed=7), out)
    return out / "logs"


def events(logs: Path, function: str) -> Iterator[str]:
    """The messages of a file, without the newline that the file adds."""
    path = logs / f"{function}.log"
    text = path.read_text() if path.exists() else gzip.decompress((logs / f"{function}.log.gz").read_bytes()).decode()
    stream = rf"\d{{4}}/\d\d/\d\d/{'notify' if function == 'notify' else ''}\[\d+\][0-9a-f]{{32}}"
    prefix = re.compile(rf"^\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{3}}000\+00:00 {stream} ", re.MULTILINE)
    head, *messages = prefix.split(text)
    assert head == ""
    for message in messages:
        assert message.endswith("\n")
        yield message[:-1]


@pytest.mark.parametrize("function", SHAPES)
def test_every_text_event_has_a_known_shape_and_every_shape_occurs(logs: Path, function: str) -> None:
    shapes = {name: re.compile(shape) for name, shape in SHAPES[function].items()}
    seen: dict[str, int] = dict.fromkeys(shapes, 0)
    for message in events(logs, function):
        names = [name for name, shape in shapes.items() if shape.fullmatch(message)]
        assert len(names) == 1, (names, message)
        seen[names[0]] += 1
    assert [name for name, count in seen.items() if count == 0] == []


def test_every_json_event_is_a_platform_record_or_an_application_line(logs: Path) -> None:
    kinds: set[str] = set()
    statuses: set[tuple[str, str | None]] = set()
    levels: set[str] = set()
    for message in events(logs, "payments"):
        event = json.loads(message)
        assert message == json.dumps(event, separators=(",", ":"), ensure_ascii=False)
        if "type" not in event:
            assert list(event)[:2] == ["timestamp", "level"]
            levels.add(event["level"])
            continue
        assert list(event) == ["time", "type", "record"]
        record = event["record"]
        kinds.add(event["type"])
        assert set(record) - {"errorType"} <= PLATFORM_KEYS[event["type"]]
        if event["type"] == "platform.report":
            statuses.add((record["status"], record.get("errorType")))
    assert kinds == set(PLATFORM_KEYS)
    assert levels == {"INFO", "DEBUG", "WARN", "ERROR"}
    assert statuses == {
        ("success", None),
        ("timeout", None),
        ("error", "Runtime.OutOfMemory"),
        ("error", "Runtime.ImportModuleError"),
        ("error", "GatewayError"),
        ("error", "KeyError"),
    }


def test_json_failures_come_with_an_application_line(logs: Path) -> None:
    failures = [json.loads(m) for m in events(logs, "payments") if '"errorMessage"' in m]
    assert {event["errorType"] for event in failures} == {"GatewayError", "KeyError", "Runtime.ImportModuleError"}
    for event in failures:
        assert event["level"] == "ERROR"
        assert isinstance(event["stackTrace"], list)
        assert ("requestId" in event) == (event["errorType"] != "Runtime.ImportModuleError")


def test_an_init_failure_is_told_in_the_order_of_lambda(logs: Path) -> None:
    messages = list(events(logs, "checkout"))
    at = next(i for i, message in enumerate(messages) if message.startswith("[ERROR] Runtime.ImportModuleError"))
    text = "\n".join(message[:44] for message in messages[at : at + 60])
    failure = rf"\[ERROR\] {NO_MODULE}"
    order = [failure, "INIT_REPORT", failure, "INIT_REPORT", "START", "END", "REPORT"]
    assert re.search(r"[\s\S]*?".join(order), text)


def test_python_failures_carry_no_request_id(logs: Path) -> None:
    failures = [message for message in events(logs, "checkout") if message.startswith("[ERROR] ValidationError")]
    assert failures
    assert not any(re.search(ID, message) for message in failures)
    assert failures[0].startswith("[ERROR] ValidationError: discount_code must not be empty\nTraceback (most recent")


def test_billed_duration_is_rounded_up_and_includes_init(logs: Path) -> None:
    duration = re.compile(r".*\tDuration: (\d+)\.(\d\d) ms\tBilled Duration: (\d+) ms")
    extra = re.compile(r"\t(?:Init|Billed Restore) Duration: (\d+)(?:\.(\d\d))? ms")
    for message in (*events(logs, "checkout"), *events(logs, "search")):
        if message.startswith("REPORT") and (match := duration.match(message)):
            whole, part, billed = (int(group) for group in match.groups())
            start_up = extra.search(message)
            more = int(start_up[1]) * 100 + int(start_up[2] or 0) if start_up else 0
            assert billed == -(-(whole * 100 + part + more) // 100), message
