"""The same events, written in each way in which log files reach a laptop, read back the same."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob
from insightctl.core.spelling import raw_timestamp
from insightctl.local import LocalBackend, LogSource
from tests.effort import examples

Event = tuple[int, str]
Write = Callable[[Sequence[Event]], str | bytes]

AT = 1_795_428_000_000
GROUP = "/aws/lambda/checkout"
STREAM = "2026/11/23/[42]fbd13160e9794b9da58305d2765ed9c6"

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t"), min_size=1, max_size=40)
FIRST = LINE.map(lambda line: "m" + line.rstrip() + ".")
MESSAGE = st.tuples(FIRST, st.lists(LINE.map(lambda line: f"  {line.rstrip()}."), max_size=2)).map(
    lambda parts: "\n".join([parts[0], *parts[1]])
)
EVENTS = st.lists(st.tuples(st.integers(AT, AT + 10**7), MESSAGE), min_size=1, max_size=6, unique_by=lambda e: e[0])


def iso(ms: int, spec: str = "milliseconds") -> str:
    return datetime.fromtimestamp(ms / 1000, UTC).replace(tzinfo=None).isoformat(timespec=spec)


def spaced(ms: int) -> str:
    return iso(ms).replace("T", " ")


def table(header: Sequence[str], lines: Sequence[Sequence[object]]) -> str:
    out = io.StringIO()
    csv.writer(out).writerows([header, *lines])
    return out.getvalue()


def api(events: Sequence[Event]) -> list[dict[str, object]]:
    return [{"timestamp": ms, "message": m, "logStreamName": STREAM, "ingestionTime": ms} for ms, m in events]


def subscription(event: Event) -> str:
    listed = [{"id": "1", "timestamp": event[0], "message": event[1]}]
    return json.dumps({"messageType": "DATA_MESSAGE", "logGroup": GROUP, "logStream": STREAM, "logEvents": listed})


def cells(event: Event) -> list[dict[str, str]]:
    row = {"@timestamp": spaced(event[0]), "@message": event[1], "@logStream": STREAM}
    return [{"field": name, "value": value} for name, value in row.items()]


WAYS: dict[str, tuple[Write, bool]] = {
    "tail-detailed": (lambda es: "".join(f"{iso(ms, 'microseconds')}+00:00 {STREAM} {m}\n" for ms, m in es), True),
    "export": (lambda es: "".join(f"{iso(ms)}Z {m}\n" for ms, m in es), False),
    "awslogs": (lambda es: "".join(f"{GROUP} {STREAM} {iso(ms)}Z {m}\n" for ms, m in es), True),
    "sam": (lambda es: "".join(f"\x1b[36m{STREAM}\x1b[0m \x1b[33m{iso(ms, 'microseconds')}\x1b[0m {m}\n" for ms, m in es), True),
    "document": (lambda es: json.dumps({"events": api(es), "searchedLogStreams": []}, indent=4), True),
    "cut document": (lambda es: json.dumps({"events": api(es)})[:-2], True),
    "array": (lambda es: json.dumps(api(es), ensure_ascii=False), True),
    "lines": (lambda es: "".join(json.dumps(e) + "\n" for e in api(es)), True),
    "cli-text": (lambda es: "".join(f"EVENTS\t{ms}\t{m}\t{ms}\n" for ms, m in es), False),
    "query-results": (lambda es: json.dumps({"results": [cells(e) for e in es], "status": "Complete"}), True),
    "console-csv": (lambda es: table(["timestamp", "message"], es), False),
    "query-csv": (lambda es: table(["@logStream", "@timestamp", "@message"], [[STREAM, spaced(ms), m] for ms, m in es]), True),
    "console-json": (lambda es: json.dumps([{"@timestamp": spaced(ms), "@message": m, "@logStream": STREAM} for ms, m in es]), True),
    "firehose": (lambda es: b"".join(gzip.compress(subscription(e).encode()) for e in es), True),
    "docker-times": (lambda es: "".join(f"{iso(ms)}000000Z {line}\n" for ms, m in es for line in m.split("\n")), False),
    "docker-json": (lambda es: "".join(json.dumps({"log": f"{line}\n", "stream": "stderr", "time": f"{iso(ms)}000000Z"}) + "\n" for ms, m in es for line in m.split("\n")), False),
    "telemetry": (lambda es: "".join(json.dumps([{"time": f"{iso(ms)}Z", "type": "function", "record": m}]) + "\n" for ms, m in es), False),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
@settings(max_examples=examples(5, 20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(events=EVENTS)
def test_what_is_written_is_read(way: str, events: list[Event]) -> None:
    write, has_stream = WAYS[way]
    content = write(events)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "checkout.log"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        backend = LocalBackend([LogSource(file)])
        result = backend.run(QueryJob("fields @timestamp, @logStream, @log, @message | sort @timestamp asc"))
    expected = [(spaced(ms), STREAM if has_stream else None, f"000000000000:{GROUP}", m) for ms, m in sorted(events)]
    found = [(raw_timestamp(ts) if isinstance(ts, datetime) else ts, *rest) for ts, *rest in result.rows]
    assert found == expected
