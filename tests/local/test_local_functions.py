"""Functions and aggregates over local files against the same in plain Python: many values in one file, one query each."""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import json
import math
import tempfile
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob
from insightctl.core.result import Value
from insightctl.local import LocalBackend, LogSource
from tests.effort import examples

few = settings(max_examples=examples(4, 8), deadline=None)


def answers(expressions: Sequence[str], events: Sequence[dict[str, object]]) -> list[tuple[Value, ...]]:
    """The values of expressions over events, in their order."""
    listed = ", ".join(f"{text} as v{i}" for i, text in enumerate(expressions))
    return rows(f"fields {listed} | sort @timestamp asc | limit 10000 | display {_names(len(expressions))}", events)


def _names(count: int) -> str:
    return ", ".join(f"v{i}" for i in range(count))


def rows(query: str, events: Sequence[dict[str, object]]) -> list[tuple[Value, ...]]:
    """A query's rows over events of one second each."""
    lines = []
    for i, event in enumerate(events):
        at = datetime.fromtimestamp(1_795_428_000 + i, UTC).strftime("%Y-%m-%dT%H:%M:%S")
        lines.append(f"{at} {json.dumps(event)}\n")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "app.log")
        log.write_text("".join(lines), encoding="utf-8")
        return [tuple(row) for row in LocalBackend([LogSource(log)]).run(QueryJob(query)).rows]


texts = st.text(st.characters(exclude_categories=["Cs", "Cc"]) | st.sampled_from("abAB01 .,-/é😀"), max_size=12)
lists_of_texts = st.lists(texts, min_size=1, max_size=40)

# addresses

octets = st.integers(0, 260).map(str) | st.sampled_from(["01", "", "x", "255"])
v4 = st.ip_addresses(v=4).map(str) | st.lists(octets, min_size=3, max_size=5).map(".".join)
groups = st.integers(0, 0x1FFFF).map(lambda n: f"{n:x}") | st.sampled_from(["", "0", "0000", "ffff", "g", "10.0.0.1"])
v6 = (
    st.ip_addresses(v=6).flatmap(lambda ip: st.sampled_from([str(ip), ip.exploded, str(ip).upper()]))
    | st.lists(groups, min_size=1, max_size=10).map(":".join)
    | st.tuples(st.lists(groups, max_size=4), st.lists(groups, max_size=4)).map(
        lambda sides: "::".join(":".join(side) for side in sides)
    )
)


def address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


@given(st.lists(v4 | v6, min_size=1, max_size=200))
@few
def test_valid_addresses(given_texts: list[str]) -> None:
    found = answers(
        ["isValidIp(a)", "isValidIpV4(a)", "isValidIpV6(a)", "ipv4ToNumber(a)"], [{"a": text} for text in given_texts]
    )
    for text, (valid, four, six, number) in zip(given_texts, found, strict=True):
        known = address(text)
        version = known.version if known else None
        assert (valid, four, six) == (known is not None, version == 4, version == 6), text
        assert number == (int(known) if known is not None and version == 4 else None), text


@st.composite
def in_subnets(draw: st.DrawFn) -> tuple[str, str]:
    """An address and a subnet of the same version, near each other."""
    network = draw(st.ip_addresses())
    version, bits = network.version, network.max_prefixlen
    prefix = draw(st.integers(0, bits))
    flipped = int(network) ^ (1 << draw(st.integers(0, bits - 1)))
    return str(ipaddress.ip_address(flipped) if version == 4 else ipaddress.IPv6Address(flipped)), f"{network}/{prefix}"


@given(st.lists(in_subnets(), min_size=1, max_size=100))
@few
def test_subnets(pairs: list[tuple[str, str]]) -> None:
    asked = ["isIpInSubnet(a, n)", "isIpv4InSubnet(a, n)", "isIpv6InSubnet(a, n)"]
    found = answers(asked, [{"a": text, "n": subnet} for text, subnet in pairs])
    for (text, subnet), answer in zip(pairs, found, strict=True):
        known = ipaddress.ip_address(text)
        inside = known in ipaddress.ip_network(subnet, strict=False)
        assert answer == (inside, inside and known.version == 4, inside and known.version == 6), (text, subnet)


@given(st.lists(st.ip_addresses(v=4).map(str), min_size=1, max_size=200))
@few
def test_an_address_is_private_public_or_reserved(given_texts: list[str]) -> None:
    asked = ["isPrivateIP(a)", "isPublicIP(a)", "isReservedIP(a)"]
    for kinds in answers(asked, [{"a": text} for text in given_texts]):
        assert sorted(map(bool, kinds)) == [False, False, True]


# texts


@given(lists_of_texts)
@few
def test_encodings(given_texts: list[str]) -> None:
    asked = ["urlencode(t)", "urldecode(urlencode(t))", "base64encode(t)", "base64decode(base64encode(t))", "md5(t)"]
    asked += ["sha256(t)", "hexToAscii(h)", "messageSize(t)"]
    found = answers(asked, [{"t": text, "h": text.encode().hex()} for text in given_texts])
    for text, answer in zip(given_texts, found, strict=True):
        raw = text.encode()
        assert answer == (
            quote(text, safe=""),
            text,
            base64.b64encode(raw).decode(),
            text,
            hashlib.md5(raw).hexdigest(),
            hashlib.sha256(raw).hexdigest(),
            text,
            len(raw),
        )


@given(st.lists(st.text("abc%20é+/", max_size=8), min_size=1, max_size=40))
@few
def test_urldecode_leaves_what_is_no_escape(given_texts: list[str]) -> None:
    found = answers(["urldecode(t)"], [{"t": text} for text in given_texts])
    for text, (answer,) in zip(given_texts, found, strict=True):
        wanted = unquote(text, errors="replace")
        assert answer == wanted or (answer is None and "\ufffd" in wanted), text


@given(st.lists(st.integers(-(2**53), 2**53), min_size=1, max_size=60))
@few
def test_hexadecimal(numbers: list[int]) -> None:
    found = answers(["decToHex(n)", "hexToDec(h)", "hexToDec(decToHex(n))"], [{"n": n, "h": hex(n)} for n in numbers])
    for number, answer in zip(numbers, found, strict=True):
        assert answer == (hex(number), number, number)


@given(st.lists(st.tuples(texts, st.integers(0, 14), st.integers(0, 14)), min_size=1, max_size=40))
@few
def test_substr_and_strlen(parts: list[tuple[str, int, int]]) -> None:
    events = [{"t": text, "from": start, "n": count} for text, start, count in parts]
    found = answers(["substr(t, `from`)", "substr(t, `from`, n)", "strlen(t)"], events)
    for (text, start, count), answer in zip(parts, found, strict=True):
        assert answer == (text[start:], text[start : start + count], len(text))


@given(st.lists(st.tuples(texts, st.text("abAB.,-/é😀", min_size=1, max_size=2)), min_size=1, max_size=40))
@few
def test_replace_split_and_search(pairs: list[tuple[str, str]]) -> None:
    asked = ["replace(t, s, '<>')", "split(t, s)", "strcontains(t, s)", "startsWith(t, s)", "endsWith(t, s)"]
    found = answers(asked, [{"t": text, "s": search} for text, search in pairs])
    for (text, search), answer in zip(pairs, found, strict=True):
        wanted = (text.replace(search, "<>"), text.split(search))
        assert answer == (*wanted, search in text, text.startswith(search), text.endswith(search))


@given(
    st.lists(
        st.tuples(st.text("ab \t.é", max_size=8), st.text("ab.é", min_size=1, max_size=3)), min_size=1, max_size=40
    )
)
@few
def test_trims(pairs: list[tuple[str, str]]) -> None:
    asked = ["ltrim(t)", "rtrim(t)", "trim(t)", "ltrim(t, c)", "rtrim(t, c)", "trim(t, c)"]
    found = answers(asked, [{"t": text, "c": chars} for text, chars in pairs])
    for (text, chars), answer in zip(pairs, found, strict=True):
        white = (text.lstrip(), text.rstrip(), text.strip())
        assert answer == (*white, text.lstrip(chars), text.rstrip(chars), text.strip(chars))


# numbers and times

latitudes, longitudes = st.floats(-90, 90).map(lambda x: round(x, 4)), st.floats(-180, 180).map(lambda x: round(x, 4))


def haversine(lat1: float, lon1: float, lat2: float, lon2: float) -> float:
    """By the angle between two vectors, another way than the engine's."""
    points = [(math.radians(lat), math.radians(lon)) for lat, lon in ((lat1, lon1), (lat2, lon2))]
    a, b = [(math.cos(p) * math.cos(q), math.cos(p) * math.sin(q), math.sin(p)) for p, q in points]
    return 2 * 6371.0088 * math.asin(min(1.0, math.dist(a, b) / 2))


@given(st.lists(st.tuples(latitudes, longitudes, latitudes, longitudes), min_size=1, max_size=60))
@few
def test_haversine(places: list[tuple[float, float, float, float]]) -> None:
    found = answers(["haversine(a, b, c, d)"], [dict(zip("abcd", place, strict=True)) for place in places])
    for place, (distance,) in zip(places, found, strict=True):
        assert distance == pytest.approx(haversine(*place), abs=0.01)


@given(
    st.lists(st.integers(0, 4_000_000_000), min_size=1, max_size=40),
    st.sampled_from(["UTC", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe"]),
)
@few
def test_dates(seconds: list[int], zone: str) -> None:
    written = f"formatDate(ms, '%Y-%m-%d %H:%M:%S', '{zone}')"
    parsed = f"parseDate({written}, 'yyyy-MM-dd HH:mm:ss', '{zone}')"
    asked = [written, f"formatDate({parsed}, '%Y-%m-%d %H:%M:%S', '{zone}')", f"formatDate(ms, '%z', '{zone}')"]
    for at, answer in zip(seconds, answers(asked, [{"ms": at * 1000} for at in seconds]), strict=True):
        local = datetime.fromtimestamp(at, ZoneInfo(zone))
        text = local.strftime("%Y-%m-%d %H:%M:%S")
        assert answer == (text, text, local.strftime("%z"))


@given(st.lists(st.integers(-62_135_596_800, 253_402_300_799), min_size=1, max_size=40))
@few
def test_dates_in_utc_come_back(seconds: list[int]) -> None:
    back = "parseDate(formatDate(ms, '%Y-%m-%d %H:%M:%S.%L'), 'yyyy-MM-dd HH:mm:ss.SSS')"
    wanted = [at * 1000 + at % 1000 for at in seconds]
    assert [row[0] for row in answers([back], [{"ms": ms} for ms in wanted])] == wanted


# aggregates

measured = st.lists(st.integers(-1000, 1000), min_size=1, max_size=60)


@given(measured, st.integers(0, 100))
@few
def test_statistics(numbers: list[int], percent: int) -> None:
    query = f"stats pct(v, {percent}), variance(v), stddev(v), count_distinct(v), sum(v), min(v), max(v), median(v)"
    (answer,) = rows(query, [{"v": n} for n in numbers])
    mean = sum(numbers) / len(numbers)
    squares = sum((n - mean) ** 2 for n in numbers)
    ranked = sorted(numbers)

    def rank(p: int) -> int:
        return ranked[max(1, math.ceil(p * len(numbers) / 100)) - 1]

    assert answer[0] == rank(percent)
    assert answer[1] == pytest.approx(squares / len(numbers), abs=0.001)
    if len(numbers) == 1:
        assert answer[2] is None
    else:
        assert answer[2] == pytest.approx(math.sqrt(squares / (len(numbers) - 1)), abs=0.001)
    assert answer[3:] == (len(set(numbers)), sum(numbers), ranked[0], ranked[-1], rank(50))


@given(st.lists(st.integers(0, 12) | st.sampled_from("abcd"), min_size=1, max_size=60), st.integers(1, 6))
@few
def test_values_and_topk(values: list[int | str], k: int) -> None:
    def order(value: int | str) -> tuple[bool, str, int]:
        return (False, value, 0) if isinstance(value, str) else (True, "", value)

    events: list[dict[str, object]] = [{"v": value} for value in values]
    assert rows("stats values(v), count_distinct(v)", events) == [(sorted(set(values), key=order), len(set(values)))]
    counts = Counter(values)
    ranked = sorted(counts, key=lambda value: (-counts[value], order(value)))
    assert rows(f"stats topk({k}, v)", events) == [(ranked[:k],)]


@given(measured, st.integers(1, 10))
@few
def test_histogram_counts_every_value(numbers: list[int], buckets: int) -> None:
    ((counted,),) = rows(f"stats histogram(v, {buckets})", [{"v": n} for n in numbers])
    assert isinstance(counted, dict)
    assert sum(n for n in counted.values() if isinstance(n, int)) == len(numbers)
    assert len(counted) == (buckets if len(set(numbers)) > 1 else 1)


@given(st.lists(st.integers(-1000, 1000), min_size=2, max_size=40))
@few
def test_earliest_latest_and_rate(numbers: list[int]) -> None:
    (answer,) = rows("stats earliest(v), latest(v), rate(v, 1s)", [{"v": n} for n in numbers])
    assert answer[:2] == (numbers[0], numbers[-1])
    assert answer[2] == pytest.approx((numbers[-1] - numbers[0]) / (len(numbers) - 1), abs=0.0001)
