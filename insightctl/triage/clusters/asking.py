"""The one query of clusters, and its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from insightctl import library
from insightctl.core.result import Result, Value
from insightctl.core.time import to_ms
from insightctl.triage.asking import hidden

QUERY = "traces"
"""Its name in queries/_triage: `Question(QUERY, {"bin": "5m"})` asks it beside the other probes."""


@dataclass(frozen=True, slots=True)
class Trace:
    """Equal traces of one function, version and bin: `lines` of them, from `first` to `last` (UTC).

    `text` is bounded and has ids masked; of a report (`is_status`) it is
    `text:status:error type`, `json:status:error type`, or `init:error:type` of a first try at an init that failed.
    `samples` are request ids.
    """

    function: str
    version: str | None
    start_ms: int
    text: str
    lines: int
    first: datetime
    last: datetime
    samples: tuple[str, ...] = ()
    stream: str | None = None
    is_status: bool = False


def traces_text(bin: str) -> str:
    """The query in Insights QL, for bins such as `5m`."""
    return library.render(hidden(QUERY), {"bin": bin})


def read_traces(result: Result) -> tuple[Trace, ...]:
    """The rows of an answer, oldest first."""
    found = [trace for record in result.records() if (trace := _trace(record)) is not None]
    return tuple(sorted(found, key=lambda trace: (trace.first, trace.function, trace.text)))


def _trace(record: Mapping[str, Value]) -> Trace | None:
    at, first, last, lines = record["at"], record["first_at"], record["last_at"], record["lines"]
    if not (isinstance(at, datetime) and isinstance(first, datetime) and isinstance(last, datetime)):
        return None
    samples = (record["low_sample"], record["high_sample"])
    stream, version = record["sample_stream"], record["version"]
    return Trace(
        str(record["function"] or ""),
        str(version) if version is not None else None,
        to_ms(at),
        str(record["trace"] or ""),
        int(lines) if isinstance(lines, (int, float)) else 0,
        first,
        last,
        tuple(dict.fromkeys(str(sample) for sample in samples if sample)),
        str(stream) if stream else None,
        record["is_status"] == 1,
    )
