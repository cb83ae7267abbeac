"""Traces of every runtime: type, message and the top frame of one's own code; and masks, which are idempotent."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.triage.clusters.masking import MOST_KEPT, masked
from insightctl.triage.clusters.model import Frame
from insightctl.triage.clusters.reading import read, status

PYTHON = (
    "[ERROR] ClientError: An error occurred (Throttled) for order 8812\nTraceback (most recent call last):\n"
    '  File "/var/task/app.py", line 31, in handler\n    order = load(event)\n'
    '  File "/var/task/shop/orders.py", line 18, in load\n    return table.get_item()\n'
    '  File "/var/runtime/botocore/client.py", line 535, in _api_call\n    return self._make(x)\n'
    '  File "/opt/python/lib/python3.12/site-packages/x/y.py", line 5, in z\n    raise E'
)
PYTHON_LOGGED = (
    "[ERROR]\t2026-11-23T10:00:00.000Z\t<id>\tcould not store\nTraceback (most recent call last):\n"
    '  File "/var/task/app.py", line 7, in handler\n    go()\nValueError: no such price'
)
NODE = "2026-11-23T10:00:00.000Z\t<id>\tERROR\tInvoke Error \t" + json.dumps(
    {
        "errorType": "TypeError",
        "errorMessage": "Cannot read properties of undefined (reading 'id')",
        "stack": [
            "TypeError: Cannot read properties of undefined (reading 'id')",
            "    at get (/var/task/node_modules/lodash/get.js:12:3)",
            "    at Runtime.handler (file:///var/task/index.mjs:7:21)",
            "    at Runtime.handleOnceNonStreaming (file:///var/runtime/index.mjs:1173:29)",
        ],
    }
)
NODE_LOGGED = (
    "2026-11-23T10:00:00.000Z\t<id>\tERROR\tError: socket hang up\n    at connResetException (node:internal/errors:787:14)\n"
    "    at async pay (/var/task/pay.js:40:9)"
)
JAVA = (
    "java.lang.IllegalStateException: index 77 is closed\n\tat java.base/java.util.Objects.check(Objects.java:10)\n"
    "\tat com.example.search.IndexReader.open(IndexReader.java:77)\n\tat com.example.App.handleRequest(App.java:60)"
)
KOTLIN = "kotlin.UninitializedPropertyAccessException: lateinit\n\tat shop.Cart$Item.total(Cart.kt:9)\n\tat lambdainternal.X.y(X.java:1)"
DOTNET = (
    "System.NullReferenceException: Object reference not set to an instance of an object.\n"
    "   at System.Linq.Enumerable.First(IEnumerable`1 source)\n"
    "   at Shop.Orders.Load(String id) in /src/Shop/Orders.cs:line 42\n   at lambda_method1(Closure, Stream)"
)
GO = (
    "panic: runtime error: index out of range [5] with length 3\n\ngoroutine 1 [running]:\nruntime.goPanicIndex(0x5, 0x3)\n"
    "\t/usr/local/go/src/runtime/panic.go:114 +0x9f\nmain.total({0xc0000, 0x3})\n\t/build/orders/total.go:21 +0x1d"
)
GO_JSON = (
    '{"errorMessage":"no stock","errorType":"errorString","stackTrace":[{"path":"github.com/aws/aws-lambda-go/lambda/x.go",'
    '"line":31,"label":"callHandler"},{"path":"orders/main.go","line":12,"label":"handler"}]}'
)
RUBY = (
    'Error raised from handler method\n{"errorMessage":"undefined method `id\' for nil","errorType":"Function<NoMethodError>",'
    '"stackTrace":["/var/task/vendor/bundle/ruby/3.3.0/gems/rack/rack.rb:2:in `call\'","/var/task/app.rb:14:in `handler\'"]}'
)
PYTHON_JSON = json.dumps(
    {
        "timestamp": "<n>",
        "level": "ERROR",
        "message": "KeyError: 'currency'",
        "requestId": "<id>",
        "errorType": "KeyError",
        "errorMessage": "'currency'",
        "stackTrace": ['  File "/var/task/app.py", line 47, in handler\n    return event["currency"]\n'],
    }
)
POWERTOOLS = json.dumps(
    {
        "level": "ERROR",
        "location": "handler:58",
        "message": "payment failed",
        "service": "checkout",
        "exception_name": "CardDeclined",
        "exception": 'Traceback (most recent call last):\n  File "/var/task/pay.py", line 9, in pay\n    raise CardDeclined()\nCardDeclined',
    }
)
PINO = json.dumps(
    {
        "level": 50,
        "pid": 1,
        "err": {"type": "RangeError", "message": "x < 0", "stack": "RangeError: x\n    at f (/var/task/a.js:3:1)"},
        "msg": "x",
    }
)


@pytest.mark.parametrize(
    ("trace", "error_type", "message", "frame", "handled"),
    [
        (
            PYTHON,
            "ClientError",
            "An error occurred (Throttled) for order 8812",
            Frame("shop/orders.py", "load", 18),
            False,
        ),
        (PYTHON_LOGGED, "ValueError", "no such price", Frame("app.py", "handler", 7), True),
        (
            NODE,
            "TypeError",
            "Cannot read properties of undefined (reading 'id')",
            Frame("index.mjs", "Runtime.handler", 7),
            False,
        ),
        (NODE_LOGGED, "Error", "socket hang up", Frame("pay.js", "pay", 40), True),
        (
            JAVA,
            "java.lang.IllegalStateException",
            "index 77 is closed",
            Frame("com.example.search.IndexReader", "open", 77),
            False,
        ),
        (KOTLIN, "kotlin.UninitializedPropertyAccessException", "lateinit", Frame("shop.Cart", "total", 9), False),
        (
            DOTNET,
            "System.NullReferenceException",
            "Object reference not set to an instance of an object.",
            Frame("Shop/Orders.cs", "Load", 42),
            False,
        ),
        (
            GO,
            "panic",
            "runtime error: index out of range [5] with length 3",
            Frame("orders/total.go", "main.total", 21),
            False,
        ),
        (GO_JSON, "errorString", "no stock", Frame("orders/main.go", "handler", 12), False),
        (RUBY, "NoMethodError", "undefined method `id' for nil", Frame("app.rb", "handler", 14), False),
        (PYTHON_JSON, "KeyError", "'currency'", Frame("app.py", "handler", 47), False),
        (POWERTOOLS, "CardDeclined", "payment failed", Frame("pay.py", "pay", 9), True),
        (PINO, "RangeError", "x < 0", Frame("a.js", "f", 3), True),
        (
            "2026-11-23T10:00:03.000Z <id> Task timed out after 3.00 seconds",
            "timeout",
            "Task timed out after 3.00 seconds",
            None,
            False,
        ),
        (
            "RequestId: <id> Error: Runtime exited with error: signal: killed\nRuntime.ExitError",
            "Runtime.OutOfMemory",
            "Runtime exited with error: signal: killed",
            None,
            False,
        ),
    ],
)
def test_traces_of_every_runtime(trace: str, error_type: str, message: str, frame: Frame | None, handled: bool) -> None:
    said = read(trace)
    assert (said.error_type, said.message, said.frame, said.handled) == (error_type, message, frame, handled)


def test_a_json_trace_that_was_cut_is_read_by_its_text() -> None:
    cut = PYTHON_JSON[:-25]
    said = read(cut)
    assert (said.error_type, said.message, said.frame) == ("KeyError", "'currency'", Frame("app.py", "handler", 47))


def test_a_status_is_read_without_a_line() -> None:
    assert status("json:error:Runtime.ExitError").error_type == "Runtime.ExitError"
    assert status("text:timeout:").message == masked(read("x <id> Task timed out after 3.00 seconds").message)
    assert status("text:error:").error_type == "error"


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("order 8812 of 'bob' not found", "order <n> of <value> not found"),
        (
            "gateway answered 502 for request 7f1c9a2b-1111-4222-8333-123456789abc",
            "gateway answered <n> for request <id>",
        ),
        ("GET https://api.example.com/v1/orders/99?token=x failed", "GET https://api.example.com/<path> failed"),
        ("connect ECONNREFUSED 10.0.3.17:5432", "connect ECONNREFUSED <ip>"),
        ("at 2026-11-23T10:00:00.123Z cus_8Hk2LmQ9 of ann@example.com", "at <time> <id> of <email>"),
        ("ptr 0xDEADBEEF and ord-123456", "ptr <id> and <id>"),
        ("arn:aws:sqs:eu-west-1:123456789012:orders", "arn:sqs:<id>"),
        ("can't and won't stay", "can't and won't stay"),
        ("'currency'", "'currency'"),
        ("HTTP2 stream closed, sha256 differs", "HTTP2 stream closed, sha256 differs"),
    ],
)
def test_masks(message: str, expected: str) -> None:
    assert masked(message) == expected


IDS = st.one_of(
    st.uuids().map(str),
    st.integers(0, 10**15).map(str),
    st.ip_addresses(v=4).map(str),
    st.integers(10**9, 10**12).map(lambda n: f"ord-{n}"),
    st.integers(0, 10**12).map(lambda n: f"0x{n:x}"),
)


@given(st.text(max_size=600))
def test_masking_is_idempotent_and_bounded(text: str) -> None:
    once = masked(text)
    assert masked(once) == once
    assert len(once) <= MOST_KEPT
    assert "\n" not in once


@given(st.text(alphabet="ab1-_.:/'\"<>@ xn0", max_size=200))
def test_masking_of_what_looks_like_ids_is_idempotent(text: str) -> None:
    assert masked(masked(text)) == masked(text)


@given(
    st.lists(st.tuples(IDS, IDS), min_size=1, max_size=4),
    st.sampled_from(["order {} not found", "{}: no such thing", "user {}"]),
)
def test_messages_that_differ_in_numbers_and_ids_of_one_kind_fall_together(
    pairs: list[tuple[str, str]], form: str
) -> None:
    numbers = {masked(form.format(n)) for n in (1, 22, 333, 4_444_444)}
    uuids = {masked(form.format(f"{a:08x}-1111-4222-8333-{a:012x}")) for a in range(3)}
    assert len(numbers) == len(uuids) == 1
    for one, _ in pairs:
        assert one not in masked(form.format(one))


@given(st.text(max_size=3000))
def test_reading_never_fails_and_is_bounded(text: str) -> None:
    for trace in (
        text,
        "{" + text,
        f"[ERROR] X: {text}\nTraceback (most recent call last):\n{text}",
        f"{text}\n\tat {text}",
    ):
        said = read(trace)
        assert len(said.error_type) <= 120
        assert len(said.message) <= 2000
