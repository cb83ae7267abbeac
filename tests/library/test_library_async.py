"""The queries about retries, batches and streams, over events in both log formats, with rows worked out by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.library.forms import Forms, ask, at, both, request, stamp, stream

MESSAGE = "861bec95-1111-4222-8333-00000000000"


@pytest.fixture
def shop() -> Forms:
    return Forms()


def raised(shop: Forms, seconds: float, number: int) -> None:
    """A Python exception: the text line has no request id."""
    line = {"level": "ERROR", "requestId": request(number), "errorType": "KeyError", "errorMessage": "'id'"}
    shop.add(seconds, "[ERROR] KeyError: 'id'\nTraceback (most recent call last):\n  File", line)
    shop.report(seconds + 0.002, number, 100, status="error", error="KeyError", caught=True)


def test_retries(shop: Forms, tmp_path: Path) -> None:
    raised(shop, 1, 1)
    raised(shop, 61, 1)
    shop.report(1.2, 2, 100)
    shop.report(181.002, 1, 100)
    shop.stream = stream(2)
    for seconds in (10, 70, 190):
        shop.add(seconds, f"{stamp(seconds)} {request(3)} Task timed out after 3.00 seconds\n\n", None)
        shop.report(seconds, 3, 3000, status="timeout")
    about = {"function": "shop", "version": "42", "attempts": 3}
    assert both("retries", shop, tmp_path) == [
        {**about, "request_id": request(3), "failures": 3, "outcome": "timeout", "first_ended": at(10), "last_ended": at(190), "gap_avg_s": 90, "lost": 1},
        {**about, "request_id": request(1), "failures": 2, "outcome": "success", "first_ended": at(1.002), "last_ended": at(181.002), "gap_avg_s": 90, "lost": 0},
    ]  # fmt: skip


def test_retries_that_fail_last(shop: Forms, tmp_path: Path) -> None:
    """The error line near the edge of a window of ten seconds belongs to its attempt all the same."""
    raised(shop, 9.999, 1)
    raised(shop, 69.999, 1)
    (row,) = both("retries", shop, tmp_path)
    assert (row["attempts"], row["failures"], row["outcome"], row["lost"]) == (2, 2, "error", 0)


def test_duplicates(shop: Forms, tmp_path: Path) -> None:
    shop.log(1, 1, "INFO", "placed order_id=A7 total=3")
    shop.log(2, 1, "INFO", "reading order_id=A7")
    shop.log(31, 2, "INFO", "placed order_id=A7 total=3")
    shop.log(3, 3, "INFO", "placed order_id=B8 total=4")
    shop.log(4, 4, "INFO", "reading order_id=B8")
    line = {"level": "INFO", "requestId": request(5), "message": "placed", "order_id": "C9"}
    for seconds in (5, 65):
        shop.add(seconds, str(line).replace("'", '"'), line)
    a7 = {
        "first_seen": at(1),
        "last_seen": at(31),
        "gap_s": 30,
        "one_request_id": request(1),
        "other_request_id": request(2),
    }
    c9 = {
        "first_seen": at(5),
        "last_seen": at(65),
        "gap_s": 60,
        "one_request_id": request(5),
        "other_request_id": request(5),
    }
    assert both("duplicates", shop, tmp_path, handled="placed") == [
        {"function": "shop", "business_key": "A7", "requests": 2, "lines": 2, **a7},
        {"function": "shop", "business_key": "C9", "requests": 1, "lines": 2, **c9},
    ]
    assert [r["business_key"] for r in both("duplicates", shop, tmp_path)] == ["A7", "B8", "C9"]
    assert [r["business_key"] for r in both("duplicates", shop, tmp_path, field="total")] == [3]


def test_batch_failures(shop: Forms, tmp_path: Path) -> None:
    item = '{"itemIdentifier": "%s"}'
    shop.log(1, 1, "INFO", 'answer {"batchItemFailures": [' + ", ".join(item % n for n in "ab") + "]}")
    shop.log(2, 2, "INFO", 'answer {"batchItemFailures": []}')
    line = {"level": "INFO", "requestId": request(3), "batchItemFailures": [{"itemIdentifier": "c"}]}
    shop.add(3, str(line).replace("'", '"'), line)
    shop.log(4, 4, "INFO", "nothing about batchItemFailures")
    assert both("batch-failures", shop, tmp_path) == [
        {"function": "shop", "version": "42", "responses": 3, "partial": 2, "partial_pct": 66.6667, "failed_items": 3, "failed_max": 2, "first_seen": at(1), "last_seen": at(3), "sample_request_id": request(3)}
    ]  # fmt: skip


def test_sqs_poison(shop: Forms, tmp_path: Path) -> None:
    for number in range(1, 4):
        shop.log(number, number, "INFO", f"Processing message {MESSAGE}1, ApproximateReceiveCount={number}")
        shop.log(number + 0.1, number, "ERROR", f"failed: messageId: {MESSAGE}1")
    shop.log(5, 4, "INFO", f"Processing message {MESSAGE}2")
    shop.log(6, 5, "INFO", f"Processing message {MESSAGE}2")
    assert both("sqs-poison", shop, tmp_path) == [
        {"function": "shop", "message_id": f"{MESSAGE}1", "requests": 3, "lines": 6, "receive_count_max": 3, "first_seen": at(1), "last_seen": at(3.1), "sample_request_id": request(3)}
    ]  # fmt: skip
    assert len(both("sqs-poison", shop, tmp_path, more_than="1")) == 2


def test_sqs_poison_in_json_fields(shop: Forms, tmp_path: Path) -> None:
    for number in range(1, 4):
        record = {"level": "INFO", "requestId": request(number), "messageId": f"{MESSAGE}1", "receipt": "x"}
        failures = {
            "level": "INFO",
            "requestId": request(number),
            "batchItemFailures": [{"itemIdentifier": f"{MESSAGE}3"}],
        }
        shop.add(number, None, record)
        shop.add(number, None, failures)
    found = [(r["message_id"], r["requests"]) for r in ask("sqs-poison", shop.json, tmp_path)]
    assert sorted(found, key=str) == [(f"{MESSAGE}1", 3), (f"{MESSAGE}3", 3)]


def test_iterator_age(shop: Forms, tmp_path: Path) -> None:
    shop.log(1, 1, "INFO", "iterator age: 1500 ms")
    emf = '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[{"Namespace":"s","Dimensions":[[]],"Metrics":[{"Name":"IteratorAge","Unit":"Milliseconds"}]}]},"IteratorAge":90000}'
    shop.add(2, emf, emf)
    shop.add(3, '{"iteratorAgeMs": 500.5}', '{"iteratorAgeMs": 500.5}')
    shop.log(301, 2, "INFO", "iterator_age_ms=100")
    shop.log(302, 2, "INFO", "iterator age unknown")
    assert both("iterator-age", shop, tmp_path) == [
        {"function": "shop", "bin(5m)": at(300), "lines": 1, "age_avg_ms": 100, "age_p99_ms": 100, "age_max_ms": 100},
        {"function": "shop", "bin(5m)": at(0), "lines": 3, "age_avg_ms": 30666.8333, "age_p99_ms": 90000, "age_max_ms": 90000},
    ]  # fmt: skip


def test_batch_sizes(shop: Forms, tmp_path: Path) -> None:
    shop.log(1, 1, "INFO", "processing 10 records")
    shop.log(1.1, 1, "INFO", "2 records failed")  # the largest number of an invocation counts
    shop.log(2, 2, "INFO", "got batch_size=4")
    line = {"level": "INFO", "requestId": request(3), "recordCount": 1, "message": "go"}
    shop.add(3, str(line).replace("'", '"'), line)
    shop.log(4, 4, "INFO", "a batch without a number")
    shop.log(301, 5, "INFO", "received 7 SQS messages")
    assert both("batch-sizes", shop, tmp_path) == [
        {"function": "shop", "bucket": at(300), "invocations": 1, "records": 7, "records_avg": 7, "records_p50": 7, "records_max": 7},
        {"function": "shop", "bucket": at(0), "invocations": 3, "records": 15, "records_avg": 5, "records_p50": 4, "records_max": 10},
    ]  # fmt: skip
