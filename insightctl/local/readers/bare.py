"""Bare lines: what `sls logs`, docker, the runtime interface emulator or a Telemetry API dump leave.

No prefix, so times come from inside the lines (JSON `timestamp` or `time`, the runtime's own prefix); a line without
one takes the time of the line before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from insightctl.local.readers.interface import NO_STREAM, LineFormat

_CONTINUES = (
    r"^(?:\s|\x{A0}|$|Traceback \(most recent call last\)|Caused by: |Runtime\.\w+$|XRAY TraceId: "
    r"|[\]}]+,?$|\.\.\. \d+ more)"
)
_TIME = (
    r'(?:^|^\[[A-Z]+\]\t|^\{.*?"(?:timestamp|time|ts|@timestamp|@t)": ?")'
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)"
)
_EPOCH = r'^\{.*?"(?:timestamp|time|ts|Timestamp)": ?(\d{13})\b'


_KNOWN_LINE = re.compile(
    r"(?:START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY)[ \t]|RequestId: "
    r"|\[[A-Z]+\][ \t]|\{|\d{4}-\d\d-\d\dT|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22} "
)
_ANY_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|\"(?:timestamp|time|ts|Timestamp)\": ?\d{13}")


def doubts(head: str) -> tuple[str, ...]:
    """What a person should know about a file that is read as bare lines, from its beginning."""
    lines = [line for line in head.split("\n")[:2000] if line.strip()]
    found = []
    if not any(_KNOWN_LINE.match(line) for line in lines):
        found.append("the format was not recognised; it is read as bare lines")
    if not any(_ANY_TIME.search(line) for line in lines):
        found.append("the lines carry no times; the file's modification time stands for all of them")
    return tuple(found)


def _score(lines: Sequence[str]) -> float:
    return 0.1 if lines else 0.0


BARE = LineFormat(
    "bare",
    "bare platform and application lines, text or JSON",
    _score,
    starts=f"(NOT regexp_matches(line, '{_CONTINUES}'))",
    ts=(
        f"coalesce(epoch_ms(TRY_CAST(replace(nullif(regexp_extract(line, '{_TIME}', 1), ''), ',', '.') AS TIMESTAMP)), "
        f"TRY_CAST(nullif(regexp_extract(line, '{_EPOCH}', 1), '') AS BIGINT))"
    ),
    stream=NO_STREAM,
    message="line",
    fills_time=True,
)
