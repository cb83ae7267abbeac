"""The queries about structured logs, over events in both log formats, with rows worked out by hand."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.library.forms import Forms, Json, ask, at, both, request, stamp, stream


@pytest.fixture
def shop() -> Forms:
    return Forms()


def structured(shop: Forms, seconds: float, number: int, **fields: object) -> None:
    """A JSON line of the application, which a function writes alike with both log formats."""
    record: Json = {"level": "INFO", "function_request_id": request(number), **fields}
    shop.add(seconds, json.dumps(record), record)


def emf(
    shop: Forms, seconds: float, value: object, service: str, metric: str = "OrderPlaced", space: str = "shop"
) -> None:
    """An embedded metric."""
    directive = {"Namespace": space, "Dimensions": [["service"]], "Metrics": [{"Name": metric, "Unit": "Count"}]}
    record: Json = {"_aws": {"Timestamp": 1, "CloudWatchMetrics": [directive]}, "service": service, metric: value}
    shop.add(seconds, json.dumps(record), record)


def test_emf(shop: Forms, tmp_path: Path) -> None:
    emf(shop, 1, 1, "web")
    emf(shop, 2, [2, 3.5], "web")
    emf(shop, 3, 10, "app")
    emf(shop, 301, 4, "web")
    emf(shop, 4, 7, "web", metric="Refund")
    emf(shop, 5, 8, "web", space="other")
    shop.log(6, 1, "INFO", "OrderPlaced is a word here")
    assert both("emf", shop, tmp_path, metric="OrderPlaced", namespace="shop") == [
        {"dimension_value": "web", "bin(5m)": at(300), "samples": 1, "sum": 4, "avg": 4, "min": 4, "p99": 4, "max": 4},
        {"dimension_value": "app", "bin(5m)": at(0), "samples": 1, "sum": 10, "avg": 10, "min": 10, "p99": 10, "max": 10},
        {"dimension_value": "web", "bin(5m)": at(0), "samples": 3, "sum": 6.5, "avg": 2.1667, "min": 1, "p99": 3.5, "max": 3.5},
    ]  # fmt: skip
    assert sum(int(str(r["samples"])) for r in both("emf", shop, tmp_path, metric="OrderPlaced")) == 6


def test_emf_list(shop: Forms, tmp_path: Path) -> None:
    emf(shop, 1, 1, "web")
    emf(shop, 2, 1, "app")
    emf(shop, 3, 1, "web", metric="Refund", space="money")
    two = [{"Name": "Age", "Unit": "Milliseconds"}, {"Name": "Size"}]
    directive = {"Namespace": "shop", "Dimensions": [["service", "env"]], "Metrics": two}
    record: Json = {"_aws": {"CloudWatchMetrics": [directive]}, "Age": 5, "Size": 6}
    shop.add(4, json.dumps(record), record)
    once = {"functions": 1, "events": 1}
    for form in (shop.text, shop.json):
        rows = ask("emf-list", form, tmp_path)
        dimensions = [str(r.pop("dimensions")).replace(" ", "") for r in rows]
        assert dimensions == ["[service]", "[service,env]", "[service]", "[service,env]"]
        assert rows == [
            {"namespace": "money", "metric": "Refund", "unit": "Count", **once, "first_seen": at(3), "last_seen": at(3)},
            {"namespace": "shop", "metric": "Age", "unit": "Milliseconds", **once, "first_seen": at(4), "last_seen": at(4)},
            {"namespace": "shop", "metric": "OrderPlaced", "unit": "Count", "functions": 1, "events": 2, "first_seen": at(1), "last_seen": at(2)},
            {"namespace": "shop", "metric": "Size", "unit": "None", **once, "first_seen": at(4), "last_seen": at(4)},
        ]  # fmt: skip


def test_business(shop: Forms, tmp_path: Path) -> None:
    structured(shop, 1, 1, event="order_placed")
    structured(shop, 2, 2, eventName="order_placed")
    shop.log(3, 3, "INFO", "event=order_placed total=3")
    structured(shop, 4, 4, event="refund")
    structured(shop, 301, 1, event="order_placed")
    structured(shop, 5, 5, message="no event")
    placed = {"happened": "order_placed"}
    assert both("business", shop, tmp_path) == [
        {**placed, "bin(5m)": at(300), "events": 1, "requests": 1},
        {**placed, "bin(5m)": at(0), "events": 3, "requests": 3},
        {"happened": "refund", "bin(5m)": at(0), "events": 1, "requests": 1},
    ]
    assert [r["happened"] for r in both("business", shop, tmp_path, event="^ref")] == ["refund"]


def test_fields(shop: Forms, tmp_path: Path) -> None:
    structured(shop, 1, 1, tier="gold", cart={"items": 3})
    structured(shop, 2, 2, tier="free")
    structured(shop, 3, 3, tier="gold")
    structured(shop, 4, 3)
    rows = {r["field"]: r for r in both("fields", shop, tmp_path)}
    assert rows["tier"] == {"field": "tier", "lines": 3, "different_values": 2, "example": "gold", "first_seen": at(1), "last_seen": at(3)}  # fmt: skip
    assert {name: row["lines"] for name, row in rows.items()} == {
        "level": 4,
        "function_request_id": 4,
        "tier": 3,
        "items": 1,
    }
    assert both("fields", shop, tmp_path, field="tier") == [
        {"value": "gold", "lines": 2, "environments": 1, "first_seen": at(1), "last_seen": at(3)},
        {"value": "free", "lines": 1, "environments": 1, "first_seen": at(2), "last_seen": at(2)},
        {"value": "(absent)", "lines": 1, "environments": 1, "first_seen": at(4), "last_seen": at(4)},
    ]


def test_fields_of_pairs(shop: Forms, tmp_path: Path) -> None:
    shop.add(1, "tier=gold n=3", "tier=gold n=3")
    shop.add(2, "tier=free", "tier=free")
    assert {r["field"]: r["lines"] for r in both("fields", shop, tmp_path)} == {"tier": 2, "n": 1}
    assert {r["value"]: r["lines"] for r in both("fields", shop, tmp_path, field="tier")} == {"gold": 1, "free": 1}


def test_log_patterns(shop: Forms, tmp_path: Path) -> None:
    shop.start(0, 1)
    for number in range(5):
        shop.log(number, 1, "INFO", f"paid order {number + 1000} in time")
    shop.log(6, 1, "WARNING", "slow answer from payments")
    shop.report(7, 1, 10)
    for form in (shop.text, shop.json):
        rows = ask("log-patterns", form, tmp_path)
        assert [r["@sampleCount"] for r in rows] == [5, 1]
        assert str(rows[0]["@pattern"]).startswith("paid order <")
        assert [r["@differenceCount"] for r in rows] == [5, 1]


def insights(shop: Forms, seconds: float, **fields: object) -> None:
    """An event of the Lambda Insights extension."""
    usual = {
        "function_name": "shop", "event_type": "performance", "cold_start": False, "duration": 200, "cpu_total_time": 100,
        "memory_utilization": 40, "used_memory_max": 51, "rx_bytes": 1_000_000, "tx_bytes": 500_000, "tmp_used": 100,
        "tmp_max": 500, "fd_use": 64, "fd_max": 1024, "threads_max": 10,
    }  # fmt: skip
    structured(shop, seconds, 1, **{**usual, **fields})


def test_insights_extension(shop: Forms, tmp_path: Path) -> None:
    insights(shop, 1, cold_start=True, cpu_total_time=300, memory_utilization=60)
    insights(shop, 2, tmp_used=480, threads_max=12)
    insights(shop, 3, function_name="idle", cpu_total_time=10)
    idle, busy = {"function": "idle"}, {"function": "shop"}
    assert both("insights-extension", shop, tmp_path) == [
        {**busy, "invocations": 2, "cold_starts": 1, "p99_ms": 200, "cpu_pct": 100, "cpu_p99_pct": 150, "memory_avg_pct": 50, "memory_max_pct": 60, "used_max_mb": 51, "received_mb": 2, "sent_mb": 1, "tmp_max_pct": 96, "fd_max_pct": 6.25, "threads": 12},
        {**idle, "invocations": 1, "cold_starts": 0, "p99_ms": 200, "cpu_pct": 5, "cpu_p99_pct": 5, "memory_avg_pct": 40, "memory_max_pct": 40, "used_max_mb": 51, "received_mb": 1, "sent_mb": 0.5, "tmp_max_pct": 20, "fd_max_pct": 6.25, "threads": 10},
    ]  # fmt: skip


def test_powertools_coldstart(shop: Forms, tmp_path: Path) -> None:
    structured(shop, 1, 1, service="web", cold_start=True, message="a", function_name="shop")
    structured(shop, 2, 1, service="web", cold_start=True, message="b", function_name="shop")
    structured(shop, 3, 2, service="web", cold_start=False, message="a", function_name="shop")
    structured(shop, 4, 3, service="app", cold_start=False, message="a")
    structured(shop, 5, 4, service="app", message="no Powertools")
    assert both("powertools-coldstart", shop, tmp_path) == [
        {"service": "web", "function": "shop", "requests": 2, "cold_starts": 1, "cold_pct": 50, "lines": 3, "first_seen": at(1), "last_seen": at(3)},
        {"service": "app", "function": "shop", "requests": 1, "cold_starts": 0, "cold_pct": 0, "lines": 1, "first_seen": at(4), "last_seen": at(4)},
    ]  # fmt: skip


def test_levels_by_service(shop: Forms, tmp_path: Path) -> None:
    structured(shop, 1, 1, service="web", message="a")
    structured(shop, 2, 1, service="web", level="ERROR")
    structured(shop, 3, 2, service="web", level="DEBUG")
    structured(shop, 4, 2, name="pino", level=40, msg="b")
    shop.log(5, 3, "INFO", "text")
    shop.add(6, "print", "print")
    shop.report(7, 3, 10)
    nothing = {"errors": 0, "warnings": 0, "infos": 0, "debugs": 0, "other": 0, "error_pct": 0}
    assert both("levels-by-service", shop, tmp_path) == [
        {"service_name": "web", "lines": 3, **nothing, "errors": 1, "infos": 1, "debugs": 1, "error_pct": 33.3333, "requests": 2},
        {"service_name": "shop", "lines": 2, **nothing, "infos": 1, "other": 1, "requests": 1},
        {"service_name": "pino", "lines": 1, **nothing, "warnings": 1, "requests": 1},
    ]  # fmt: skip


def test_slow_segments(shop: Forms, tmp_path: Path) -> None:
    shop.log(1, 1, "INFO", "payments took 120 ms for order 7")
    shop.log(2, 2, "INFO", "payments took 1.5 s for order 8")
    structured(shop, 3, 3, segment="stock", duration_ms=80)
    structured(shop, 4, 4, segment="stock", duration_ms=90.5)
    structured(shop, 5, 5, msg="request completed", responseTime=12)
    shop.add(6, f"{stamp(6)} {request(6)} Task timed out after 3.00 seconds\n\n", None)
    shop.report(7, 3, 10)
    once = {"function": "shop", "lines": 1}
    assert both("slow-segments", shop, tmp_path) == [
        {**once, "segment_name": "payments took <n> s for order <n>", "p50_ms": 1500, "p99_ms": 1500, "max_ms": 1500, "total_ms": 1500, "sample_request_id": request(2)},
        {**once, "segment_name": "stock", "lines": 2, "p50_ms": 80, "p99_ms": 90.5, "max_ms": 90.5, "total_ms": 170.5, "sample_request_id": request(4)},
        {**once, "segment_name": "payments took <n> ms for order <n>", "p50_ms": 120, "p99_ms": 120, "max_ms": 120, "total_ms": 120, "sample_request_id": request(1)},
        {**once, "segment_name": "request completed", "p50_ms": 12, "p99_ms": 12, "max_ms": 12, "total_ms": 12, "sample_request_id": request(5)},
    ]  # fmt: skip


SECRETS = {
    "access key": "AKIAIOSFODNN7EXAMPLE",
    "bearer token": "Authorization: Bearer abcdefghijklmnopqrstuvwxyz",
    "JSON web token": "jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0In0.abcdef",
    "private key": "-----BEGIN RSA PRIVATE KEY-----",
    "e-mail": "sent to anna.b+c@example.co.uk, thanks",
}
CARDS = [
    "4111 1111 1111 1111",
    "5555-5555-5555-4444",
    "378282246310005",
    "6011111111111117",
    "4222222222222",
    "2223003122003222",
]
NO_CARDS = [
    "4111 1111 1111 1112",
    "378282246310006",
    "1234567890123456",
    "41111111111111111",
    "id-4111111111111111",
    "9.4111111111111111",
]


@pytest.mark.parametrize(("kind", "line"), SECRETS.items())
def test_secrets(shop: Forms, tmp_path: Path, kind: str, line: str) -> None:
    shop.log(1, 1, "INFO", line)
    shop.log(2, 2, "INFO", f"again {line}")
    shop.log(3, 3, "INFO", "nothing to see @ all, 12345678901234567890")
    (row,) = both("secrets-in-logs", shop, tmp_path)
    example = str(row.pop("example"))
    assert len(example) == 8
    assert example.endswith("****")
    assert row == {
        "kind": kind, "function": "shop", "@logStream": stream(), "lines": 2, "different_values": 1,
        "urgent": int(kind != "e-mail"), "first_seen": at(1), "last_seen": at(2), "sample_request_id": request(2),
    }  # fmt: skip


@pytest.mark.parametrize("card", CARDS)
def test_card_numbers(shop: Forms, tmp_path: Path, card: str) -> None:
    shop.log(1, 1, "INFO", f"paid with {card}.")
    (row,) = both("secrets-in-logs", shop, tmp_path)
    assert (row["kind"], row["example"], row["urgent"]) == ("card number", f"{card[:4]}****", 1)


@pytest.mark.parametrize("number", NO_CARDS)
def test_numbers_that_are_no_cards(shop: Forms, tmp_path: Path, number: str) -> None:
    shop.log(1, 1, "INFO", f"number {number}")
    assert both("secrets-in-logs", shop, tmp_path) == []


def test_several_secrets_of_a_line(shop: Forms, tmp_path: Path) -> None:
    shop.log(1, 1, "INFO", f"{SECRETS['access key']} of anna@example.com paid with {CARDS[0]}")
    assert {r["kind"] for r in both("secrets-in-logs", shop, tmp_path)} == {"access key", "e-mail", "card number"}
