"""Bare lines: what `sls logs`, docker, the runtime interface emulator or a Telemetry API dump leave.

No prefix, so times come from inside the lines (JSON `timestamp` or `time`, the runtime's own prefix); a line without
one takes the time of the line before it.
"""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.local.readers.interface import LineFormat

_CONTINUES = (
    r"^(?:\s|\x{A0}|$|Traceback \(most recent call last\)|Caused by: |Runtime\.\w+$|XRAY TraceId: "
    r"|[\]}]+,?$|\.\.\. \d+ more)"
)
_TIME = (
    r'(?:^|^\[[A-Z]+\]\t|^\{.*?"(?:timestamp|time|ts|@timestamp|@t)": ?")'
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?)"
)
_EPOCH = r'^\{.*?"(?:timestamp|time|ts|Timestamp)": ?(\d{13})\b'


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
    stream="CAST(NULL AS VARCHAR)",
    message="line",
    fills_time=True,
)
