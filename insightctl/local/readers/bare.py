"""Bare lines: what `sls logs`, docker, the runtime interface emulator or a Telemetry API dump leave.

No prefix, so times come from inside the lines (JSON `timestamp` or `time`, the runtime's own prefix); a line without
one takes the time of the line before it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from insightctl.local.readers.interface import NO_STREAM, LineFormat

_CONTINUES = (
    r"^(?:\s|NBSP|$|Traceback \(most recent call last\)|Caused by: |Runtime\.\w+$|XRAY TraceId: "
    r"|[\]}]+,?$|\.\.\. \d+ more)"
)
_TIME_KEYS = "timestamp|time|ts|@timestamp|@t"
_TIME = (
    rf'(?:^|^\[[A-Z]+\]\s|^\{{.*?"(?:{_TIME_KEYS})"\s*:\s*")'
    r"(\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:(?: \()?[+-]\d\d:?\d\d)?)"  # sls logs writes ` (+02:00)`
)
_OF_EMULATOR = r"^(\d\d [A-Z][a-z][a-z] \d{4} \d\d:\d\d:\d\d,\d{3}) "
_EPOCH = rf'^\{{.*?"(?:{_TIME_KEYS}|Timestamp)"\s*:\s*"?(\d{{10}}(?:\d{{3}}){{0,3}}(?:\.\d+)?)[",\s}}]'

_CONTINUES_HERE = re.compile(_CONTINUES.replace("NBSP", "\xa0"), re.ASCII)


def continues(line: str) -> bool:
    """Whether a bare line goes on the event above it."""
    return _CONTINUES_HERE.match(line) is not None


def _time_in_line() -> str:
    """SQL of the UTC ms that a `line` names: ISO at its start or in its JSON, else an epoch number in s, ms, µs or ns."""
    iso = f"replace(regexp_extract(line, '{_TIME}', 1), ',', '.')"
    spoken = f"TRY_STRPTIME(nullif(regexp_extract(line, '{_OF_EMULATOR}', 1), ''), '%d %b %Y %H:%M:%S,%g')"
    number = f"TRY_CAST(nullif(regexp_extract(line, '{_EPOCH}', 1), '') AS DOUBLE)"
    factor = (
        f"CASE WHEN {number} < 1e11 THEN 1e3 WHEN {number} < 1e14 THEN 1 WHEN {number} < 1e17 THEN 1e-3 ELSE 1e-6 END"
    )
    return (
        # UTC where there is no offset: a time with one and a Z behind it is none, so it comes to the second
        f"coalesce(epoch_ms(TRY_CAST({iso} || 'Z' AS TIMESTAMPTZ)), "
        f"epoch_ms(TRY_CAST(replace(nullif({iso}, ''), ' (', '') AS TIMESTAMPTZ)), "
        f"CAST(round({number} * {factor}) AS BIGINT), epoch_ms({spoken}))"
    )


TIME_IN_LINE = _time_in_line()


_KNOWN_LINE = re.compile(
    r"(?:START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY)[ \t]|RequestId: "
    r"|\[[A-Z]+\][ \t]|\{|\d{4}-\d\d-\d\dT|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22} "
)
_ANY_TIME = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d"
    r"|\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d"
    r"|\"(?:timestamp|time|ts|@t|Timestamp)\"\s*:\s*\"?\d{10}"
)


def doubts(head: str, *, known: bool = False) -> tuple[str, ...]:
    """What a person should know about lines without times before them, from the beginning of their file.

    `known` when something told the format apart.
    """
    lines = [line for line in head.split("\n")[:2000] if line.strip()]
    found = []
    if not known and not any(_KNOWN_LINE.match(line) for line in lines):
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
    starts="(NOT regexp_matches(line, '" + _CONTINUES.replace("NBSP", "\\x{A0}") + "'))",
    ts=TIME_IN_LINE,
    stream=NO_STREAM,
    message="line",
    fills_time=True,
)
