"""GetLogRecord and GetLogGroupFields: one event with all its fields, and which fields a group's events have."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator

from insightctl.core.result import Result
from insightctl.core.spelling import raw_rows
from insightctl.core.time import TimeRange
from insightctl.emulator.engine import Engine
from insightctl.emulator.errors import ResourceNotFound
from insightctl.emulator.log_groups import group_of
from insightctl.emulator.pointers import PTR, read_pointer
from insightctl.emulator.store import Store
from insightctl.emulator.wire import Call
from insightctl.ql.fields import LAMBDA_FIELDS

_SYSTEM = ("@timestamp", "@message", "@logStream", "@log", "@ingestionTime")
_ALL = f"fields {', '.join((*_SYSTEM, *LAMBDA_FIELDS))} | sort @timestamp desc"
_MOMENT = 100_000  # events of one ms that a record is looked for in
_SAMPLE = 10_000  # events whose fields are counted
_FIELDS_OF_EVENT = 200  # as many as the service discovers
_AROUND_MS, _LATELY_MS = 8 * 60_000, 15 * 60_000  # botocore's model of GetLogGroupFields


class LogFields:
    """Answers the calls about fields; `now_ms` is the clock."""

    def __init__(self, store: Store, engine: Engine, now_ms: Callable[[], int]) -> None:
        self._store = store
        self._engine = engine
        self._now_ms = now_ms

    def get_log_record(self, call: Call) -> dict[str, object]:
        """GetLogRecord."""
        text = call.required("logRecordPointer")
        pointer = read_pointer(text)
        group = self._store.group(call.region, pointer.group)
        moment = TimeRange(pointer.at_ms, pointer.at_ms + 1)
        result = self._engine.run(_ALL, (group,), moment, _MOMENT, (), None, True)
        for record in _records(result):
            if record[PTR] == text:
                return {"logRecord": {**dict(_discovered(record["@message"])), **record}}
        raise ResourceNotFound("The specified log record does not exist.")

    def get_log_group_fields(self, call: Call) -> dict[str, object]:
        """GetLogGroupFields."""
        group = group_of(self._store, call)
        middle, now = call.integer("time"), self._now_ms()
        around = (
            TimeRange(now - _LATELY_MS, now + 1)
            if middle is None
            else TimeRange(max(middle * 1000 - _AROUND_MS, 0), middle * 1000 + _AROUND_MS)
        )
        records = list(_records(self._engine.run(_ALL, (group,), around, _SAMPLE)))
        counts: Counter[str] = Counter()
        for record in records:
            counts.update({*record, *dict(_discovered(record["@message"]))})
        return {
            "logGroupFields": [
                {"name": name, "percent": round(100 * count / len(records))}
                for name, count in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
            ]
        }


def _records(result: Result) -> Iterator[dict[str, str]]:
    for row in raw_rows(result):
        yield {cell["field"]: cell["value"] for cell in row}


def _discovered(message: str) -> Iterator[tuple[str, str]]:
    """The JSON fields of a message by their dotted names."""
    try:
        value = json.loads(message)
    except (ValueError, RecursionError):
        return
    if isinstance(value, dict):
        for count, (name, text) in enumerate(_leaves("", value)):
            if count == _FIELDS_OF_EVENT:
                return
            yield ("@" + name if name.startswith("@") else name), text


def _leaves(prefix: str, value: object) -> Iterator[tuple[str, str]]:
    items: list[tuple[object, object]] = []
    if isinstance(value, dict):
        items = list(value.items())
    elif isinstance(value, list):
        items = list(enumerate(value))
    elif value is not None:
        yield prefix, value if isinstance(value, str) else json.dumps(value)
    for key, inner in items:
        yield from _leaves(f"{prefix}.{key}" if prefix else str(key), inner)
