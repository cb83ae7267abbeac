"""The queries of triage, over events in both log formats, with rows worked out by hand."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from tests.library.forms import Forms, ask, at, both, request, stamp, stream


@pytest.fixture
def shop() -> Forms:
    return Forms()


def test_timeouts(shop: Forms, tmp_path: Path) -> None:
    shop.start(0, 1)
    shop.log(0.1, 1, "INFO", "calling payments at 10.0.0.7")
    shop.log(0.2, 1, "DEBUG", "waiting")
    shop.add(3, f"{stamp(3)} {request(1)} Task timed out after 3.00 seconds\n\n", None)
    shop.report(3, 1, 3000, status="timeout")
    shop.start(4, 2)
    shop.log(4.1, 2, "INFO", "fine")
    shop.report(4.2, 2, 200)
    shop.stream = stream(2)
    shop.start(60, 1)  # the retry of the first request, in another environment
    shop.log(60.1, 1, "INFO", "calling payments again")
    shop.report(60.2, 1, 200)
    assert both("timeouts", shop, tmp_path) == [
        {
            "ended": at(3),
            "function": "shop",
            "version": "42",
            "request_id": request(1),
            "duration_ms": 3000,
            "limit_ms": 3000,
            "last_line": "waiting",
        }
    ]


def test_timeouts_of_older_text_logs(shop: Forms, tmp_path: Path) -> None:
    """Once REPORT had no status, and the duration went a little over the limit."""
    shop.add(5, f"{stamp(5)} {request(1)} Task timed out after 5.01 seconds\n\n", None)
    shop.report(5, 1, 5005.17)
    (row,) = ask("timeouts", shop.text, tmp_path)
    assert (row["duration_ms"], row["limit_ms"], row["last_line"]) == (5005.17, 5000, None)


def test_out_of_memory(shop: Forms, tmp_path: Path) -> None:
    killed = f"RequestId: {request(1)} Error: Runtime exited with error: signal: killed\nRuntime.ExitError"
    shop.add(1, killed, None)
    shop.report(1, 1, 900, used=128, status="error", error="Runtime.OutOfMemory")
    shop.report(2, 2, 100, used=128)
    shop.report(3, 3, 100, used=127)
    shop.report(4, 4, 100, status="error", error="Runtime.ExitError")
    rows = both("out-of-memory", shop, tmp_path)
    about = {"function": "shop", "version": "42", "memory_mb": 128, "max_memory_mb": 128}
    assert rows == [
        {"ended": at(2), "request_id": request(2), "killed": 0, "duration_ms": 100, **about},
        {"ended": at(1), "request_id": request(1), "killed": 1, "duration_ms": 900, **about},
    ]


def test_out_of_memory_of_older_text_logs(shop: Forms, tmp_path: Path) -> None:
    shop.add(1, f"RequestId: {request(1)} Error: Runtime exited with error: signal: killed\nRuntime.ExitError", None)
    shop.report(1, 1, 900, used=127)
    (row,) = ask("out-of-memory", shop.text, tmp_path)
    assert (row["request_id"], row["killed"], row["max_memory_mb"]) == (request(1), 1, 127)


def test_init_failures(shop: Forms, tmp_path: Path) -> None:
    error = "Runtime.ImportModuleError"
    shop.init_report(1, 229.04, "init", "error", error)
    shop.init_report(2, 230, "invoke", "error", error)
    shop.stream = stream(2)
    shop.init_report(3, 10009.13, "init", "timeout")
    shop.init_report(4, 200, "init", "success")
    about = {"function": "shop", "version": "42"}
    assert both("init-failures", shop, tmp_path) == [
        {**about, "status": "error", "error_type": error, "failures": 2, "environments": 1, "init_max_ms": 230, "first_seen": at(1), "last_seen": at(2)},
        {**about, "status": "timeout", "error_type": "timeout", "failures": 1, "environments": 1, "init_max_ms": 10009.13, "first_seen": at(3), "last_seen": at(3)},
    ]  # fmt: skip


def exited(shop: Forms, seconds: float, number: int, how: str) -> None:
    """A runtime that ends: its own line (Lambda writes it in JSON logs too), and the report."""
    text = f"RequestId: {request(number)} Error: Runtime exited with error: {how}"
    line = {"timestamp": stamp(seconds), "level": "ERROR", "requestId": request(number), "message": text}
    shop.add(seconds, f"{text}\nRuntime.ExitError", line)
    shop.report(seconds, number, 50, status="error", error="Runtime.ExitError")


def test_crashes(shop: Forms, tmp_path: Path) -> None:
    exited(shop, 1, 1, "exit status 1")
    exited(shop, 2, 2, "exit status 1")
    exited(shop, 3, 3, "signal: segmentation fault")
    shop.report(4, 4, 100)
    about = {"function": "shop", "version": "42"}
    assert both("crashes", shop, tmp_path) == [
        {**about, "cause": "exit status 1", "crashes": 2, "first_seen": at(1), "last_seen": at(2), "sample_request_id": request(2)},
        {**about, "cause": "signal: segmentation fault", "crashes": 1, "first_seen": at(3), "last_seen": at(3), "sample_request_id": request(3)},
    ]  # fmt: skip


def raised(shop: Forms, seconds: float, number: int, error: str, message: str) -> None:
    """A Python exception that leaves the handler: without a request id in text, a status in JSON."""
    line = {
        "timestamp": stamp(seconds),
        "level": "ERROR",
        "requestId": request(number),
        "message": f"{error}: {message}",
        "errorType": error,
        "errorMessage": message,
        "stackTrace": ['  File "/var/task/app.py", line 3, in handler\n'],
    }
    trace = 'Traceback (most recent call last):\n  File "/var/task/app.py", line 3, in handler'
    shop.add(seconds, f"[ERROR] {error}: {message}\n{trace}", line)


def test_first_errors(shop: Forms, tmp_path: Path) -> None:
    shop.stream = stream(1, "41")
    raised(shop, 10, 1, "ValueError", "order 123456 is empty")
    shop.report(10, 1, 5, status="error", error="ValueError", caught=True)
    shop.stream = stream(2, "42")
    raised(shop, 20, 2, "ValueError", "order 777777 is empty")
    shop.report(20, 2, 5, status="error", error="ValueError", caught=True)
    raised(shop, 5, 3, "KeyError", "'id'")
    shop.report(5, 3, 5, status="error", error="KeyError", caught=True)
    rows = both_without_request("first-errors", shop, tmp_path)
    assert [(r["first_seen"], r["error_type"], r["error_message"], r["first_version"], r["failed"], r["last_seen"]) for r in rows] == [
        (at(5), "KeyError", "'id'", "42", 1, at(5)),
        (at(10), "ValueError", "order <id> is empty", "41", 2, at(20)),
    ]  # fmt: skip


def both_without_request(name: str, shop: Forms, folder: Path) -> list[dict[str, object]]:
    """Text has no request id for a Python exception, JSON has."""
    text = ask(name, shop.text, folder / "text")
    as_json = ask(name, shop.json, folder / "json")
    assert [r.pop("first_request_id") for r in text] == [None, None]
    assert [r.pop("first_request_id") for r in as_json] == [request(3), request(1)]
    assert text == as_json
    return text


def test_log_levels(shop: Forms, tmp_path: Path) -> None:
    shop.start(0, 1)
    shop.log(1, 1, "INFO", "a")
    shop.log(2, 1, "ERROR", "b")
    shop.add(3, f"{stamp(3)}\t{request(1)}\tERROR\tc", {"level": 50, "msg": "c", "time": 1})  # Node; pino
    shop.add(4, f"{request(1)} WARN Shop:12 - d", {"severity": "WARNING", "message": "d"})  # log4j2
    shop.add(5, "2026-11-23 10:00:05,000 [main] FATAL shop - e", {"@l": "Fatal", "@m": "e"})  # a pattern; serilog
    shop.add(6, "only words, ERROR among them", {"message": "no level"})
    shop.report(7, 1, 5)
    shop.log(301, 1, "INFO", "later")
    rows = both("log-levels", shop, tmp_path)
    first = [(r["level"], r["lines"]) for r in rows if r["bin(5m)"] == at(0)]
    assert sorted(first, key=str) == [("ERROR", 2), ("FATAL", 1), ("INFO", 1), ("NONE", 1), ("WARN", 1)]
    assert [(r["level"], r["lines"]) for r in rows if r["bin(5m)"] == at(300)] == [("INFO", 1)]


def test_import_errors(shop: Forms, tmp_path: Path) -> None:
    raised(shop, 1, 1, "Runtime.ImportModuleError", "Unable to import module 'app': No module named 'requests'")
    shop.init_report(1, 20, "init", "error", "Runtime.ImportModuleError")
    shop.stream = stream(2)
    node = {"errorType": "Runtime.ImportModuleError", "errorMessage": "Error: Cannot find module 'sharp'", "stack": []}
    text = json.dumps(node)
    shop.add(2, f"{stamp(2)}\tundefined\tERROR\tUncaught Exception \t{text}", {"level": "ERROR", "message": node})
    raised(shop, 3, 3, "ImportError", "libvips.so.42: cannot open shared object file: No such file or directory")
    rows = both("import-errors", shop, tmp_path)
    assert [(r["error_type"], r["module"], r["lines"], r["environments"]) for r in rows] == [
        ("Runtime.ImportModuleError", "requests", 1, 1),
        ("Runtime.ImportModuleError", "sharp", 1, 1),
        ("ImportError", "libvips.so.42", 1, 1),
    ]


def test_permission_errors(shop: Forms, tmp_path: Path) -> None:
    table = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
    user = "User: arn:aws:sts::123456789012:assumed-role/shop-role/shop is not authorized to perform"
    denied = "An error occurred (AccessDeniedException) when calling the PutItem operation"
    shop.log(1, 1, "ERROR", f"{denied}: {user}: dynamodb:PutItem on resource: {table} because no policy allows it")
    shop.log(2, 2, "ERROR", f"{denied}: {user}: dynamodb:PutItem on resource: {table} because no policy allows it")
    shop.report(2.5, 2, 5, status="error", error="AccessDeniedException", caught=True)
    shop.log(3, 3, "ERROR", "An error occurred (AccessDenied) when calling the GetObject operation: Access Denied")
    shop.log(4, 4, "INFO", "all is well")
    shop.log(
        5, 5, "ERROR", f'AccessDenied: {user}: s3:GetObject on resource: "arn:aws:s3:::shop/a.txt" because no policy'
    )
    about = {"function": "shop", "versions": 1}
    assert both("permission-errors", shop, tmp_path) == [
        {**about, "action": "dynamodb:PutItem", "resource": table, "error_code": "AccessDeniedException", "lines": 2, "first_seen": at(1), "last_seen": at(2), "sample_request_id": request(2)},
        {**about, "action": "GetObject", "resource": None, "error_code": "AccessDenied", "lines": 1, "first_seen": at(3), "last_seen": at(3), "sample_request_id": request(3)},
        {**about, "action": "s3:GetObject", "resource": "arn:aws:s3:::shop/a.txt", "error_code": "AccessDenied", "lines": 1, "first_seen": at(5), "last_seen": at(5), "sample_request_id": request(5)},
    ]  # fmt: skip


NETWORK = [
    ("Error: connect ECONNREFUSED 10.0.0.7:5432", "refused", "10.0.0.7:5432"),
    ("connect ETIMEDOUT 10.0.0.7:443", "timeout", "10.0.0.7:443"),
    ("getaddrinfo ENOTFOUND db.internal", "dns", "db.internal"),
    ("getaddrinfo EAI_AGAIN db.internal", "dns", "db.internal"),
    ("read ECONNRESET", "reset", None),
    ("socket hang up", "reset", None),
    ("HTTPSConnectionPool(host='api.example.com', port=443): Read timed out. (read timeout=3)", "timeout", "api.example.com"),
    ("<urlopen error [Errno -2] Name or service not known>", "dns", None),
    ('Could not connect to the endpoint URL: "https://sqs.eu-west-1.amazonaws.com/"', "connect", "sqs.eu-west-1.amazonaws.com"),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired", "tls", None),
    ("dial tcp: lookup api.example.com: no such host", "dns", "api.example.com"),
    ("dial tcp 10.0.0.7:443: i/o timeout", "timeout", "10.0.0.7:443"),
    ("java.net.UnknownHostException: api.example.com", "dns", "api.example.com"),
    ("connect EHOSTUNREACH 10.0.0.7:443", "unreachable", "10.0.0.7:443"),
]  # fmt: skip


def test_network_errors(shop: Forms, tmp_path: Path) -> None:
    for number, (message, _, _) in enumerate(NETWORK):
        shop.log(number, number, "ERROR", message)
        shop.log(100, 100 + number, "INFO", "connected")
    rows = both("network-errors", shop, tmp_path)
    found = Counter({(r["kind"], r["target"]): r["lines"] for r in rows})
    assert found == Counter((kind, target) for _, kind, target in NETWORK)
    (row,) = [r for r in rows if r["kind"] == "refused"]
    assert row == {"function": "shop", "kind": "refused", "target": "10.0.0.7:5432", "lines": 1, "first_seen": at(0), "last_seen": at(0), "versions": 1, "sample_request_id": request(0)}  # fmt: skip


def test_throttled_downstream(shop: Forms, tmp_path: Path) -> None:
    code = "ProvisionedThroughputExceededException"
    for seconds in (1, 2):
        shop.log(seconds, 1, "ERROR", f"An error occurred ({code}) when calling the GetItem operation: slow down")
    shop.log(3, 2, "WARN", "ThrottlingException: Rate exceeded")
    shop.log(4, 3, "WARN", "Rate exceeded")
    rows = both("throttled-downstream", shop, tmp_path)
    assert [(r["error_code"], r["operation"], r["lines"], r["first_seen"], r["last_seen"]) for r in rows] == [
        (code, "GetItem", 2, at(1), at(2)),
        ("ThrottlingException", None, 1, at(3), at(3)),
        ("Rate exceeded", None, 1, at(4), at(4)),
    ]


def test_silent_failures(shop: Forms, tmp_path: Path) -> None:
    shop.log(1, 1, "ERROR", "coupon service answered 503")
    shop.log(1.1, 1, "ERROR", "no discount then")
    shop.report(1.2, 1, 200)
    shop.log(2, 2, "INFO", "no ERROR here")
    shop.report(2.1, 2, 100)
    shop.log(3, 3, "ERROR", "gives up")
    shop.report(3.1, 3, 100, status="error", error="Runtime.ExitError")
    assert both("silent-failures", shop, tmp_path) == [
        {"ended": at(1.2), "function": "shop", "version": "42", "request_id": request(1), "error_lines": 2, "first_error": "coupon service answered 503"}
    ]  # fmt: skip


LOGGERS: list[dict[str, object] | str] = [
    {"level": "ERROR", "location": "handler:12", "message": "m", "service": "shop", "function_request_id": request(1)},
    {"level": 50, "time": 1795428001000, "msg": "m", "awsRequestId": request(2)},  # pino
    {"level": "error", "message": "m", "requestId": request(3)},  # winston
    {"event": "m", "level": "error", "aws_request_id": request(4)},  # structlog
    {"@t": "2026-11-23T10:00:01Z", "@m": "m", "@l": "Error", "requestId": request(5)},  # Serilog
    f"{stamp(1)}\t{request(6)}\tERROR\tm",  # Node
    f"{request(7)} ERROR m",  # log4j2
]


def test_silent_failures_of_loggers(shop: Forms, tmp_path: Path) -> None:
    for number, line in enumerate(LOGGERS, 1):
        shop.add(number, line if isinstance(line, str) else json.dumps(line), line)
        shop.report(number + 0.1, number, 100)
    rows = both("silent-failures", shop, tmp_path)
    assert [(r["request_id"], r["error_lines"], r["first_error"]) for r in rows] == [
        (request(number), 1, "m") for number in range(len(LOGGERS), 0, -1)
    ]


def test_an_error_line_before_an_exception_is_not_silent(shop: Forms, tmp_path: Path) -> None:
    """The text line of a Python exception has no request id: its time tells whose it is."""
    shop.log(1, 1, "ERROR", "a | b went wrong")
    raised(shop, 1.2, 1, "ValueError", "c")
    shop.report(1.2, 1, 300, status="error", error="ValueError", caught=True)
    shop.log(1.3, 2, "ERROR", "d | e is caught")
    shop.report(1.4, 2, 150)
    (row,) = both("silent-failures", shop, tmp_path)
    assert (row["request_id"], row["first_error"], row["ended"]) == (request(2), "d | e is caught", at(1.4))


def test_missing_reports(shop: Forms, tmp_path: Path) -> None:
    shop.start(0, 1)
    shop.report(1, 1, 1000)
    shop.start(2, 2)
    shop.stream = stream(2)
    shop.report(1, 3, 1000)  # started before the range
    about = {"function": "shop", "version": "42", "starts": 1, "reports": 0, "@logStream": stream(1)}
    assert both("missing-reports", shop, tmp_path) == [{"started": at(2), "request_id": request(2), **about}]
