"""`awslogs get`: GROUP STREAM MESSAGE; --timestamp and --ingestion-time put times before the message.

`--no-group` and `--no-stream` leave out a column. Names are padded with spaces to one width. A file of `--timestamp`
without both reads as an export does.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from insightctl.local.readers.bare import TIME_IN_LINE
from insightctl.local.readers.interface import NO_STREAM, LineFormat

_TIME = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"
_GROUP = r"[\w./#-]{1,512}"
_STREAM = r"[^ :*]+"
_STREAM_ALONE = r"[^ :*\[]+[/\[][^ :*]+"  # without a group before it any word could be one
_LAMBDA_GROUP = r"/[\w./#-]{1,511}"
_LAMBDA_STREAM = r"\d{4}/\d\d/\d\d/[\w-]*\[[$\w]+\][0-9a-f]{1,32}"


def _format(name: str, doc: str, pattern: str, sure: float, *, group: int, stream: int, time: int) -> LineFormat:
    """A format whose lines begin as the pattern does; `group`, `stream`, `time` are its captures, 0 for none."""
    begins = f"^{pattern}"

    def captured(number: int) -> str:
        return f"regexp_extract(line, '{begins}', {number})"

    return LineFormat(
        name,
        doc,
        _score(re.compile(pattern), sure),
        starts=f"regexp_matches(line, '{begins}')",
        ts=f"epoch_ms(TRY_CAST(substr({captured(time)}, 1, 23) AS TIMESTAMP))" if time else _time_in(begins),
        stream=captured(stream) if stream else NO_STREAM,
        message=f"substr(line, length(regexp_extract(line, '{begins}')) + 1)",
        fills_time=not time,
        group=captured(group) if group else None,
    )


def _time_in(begins: str) -> str:
    return TIME_IN_LINE.replace("line", f"substr(line, length(regexp_extract(line, '{begins}')) + 1)")


def _score(pattern: re.Pattern[str], sure: float) -> Callable[[Sequence[str]], float]:
    def score(lines: Sequence[str]) -> float:
        if not lines or not pattern.match(lines[0]):
            return 0.0
        return sure

    return score


AWSLOGS: tuple[LineFormat, ...] = (
    _format(
        "awslogs-time",
        "awslogs get --timestamp: GROUP STREAM TIME MESSAGE",
        f"({_GROUP}) +({_STREAM}) +({_TIME}) (?:{_TIME} )?",
        0.97,
        group=1,
        stream=2,
        time=3,
    ),
    _format(
        "awslogs",
        "awslogs get: GROUP STREAM MESSAGE",
        f"({_GROUP}) +({_LAMBDA_STREAM}) +",
        0.96,
        group=1,
        stream=2,
        time=0,
    ),
    _format(
        "awslogs-no-group-time",
        "awslogs get --no-group --timestamp: STREAM TIME MESSAGE",
        f"({_STREAM_ALONE}) +({_TIME}) (?:{_TIME} )?",
        0.93,
        group=0,
        stream=1,
        time=2,
    ),
    _format(
        "awslogs-no-stream-time",
        "awslogs get --no-stream --timestamp: GROUP TIME MESSAGE",
        f"({_LAMBDA_GROUP}) +({_TIME}) (?:{_TIME} )?",
        0.94,
        group=1,
        stream=0,
        time=2,
    ),
    _format(
        "awslogs-no-group",
        "awslogs get --no-group: STREAM MESSAGE",
        f"({_LAMBDA_STREAM}) +",
        0.92,
        group=0,
        stream=1,
        time=0,
    ),
    _format(
        "awslogs-no-stream",
        "awslogs get --no-stream: GROUP MESSAGE",
        "(/aws/[\\w./#-]{1,507}) +",
        0.91,
        group=1,
        stream=0,
        time=0,
    ),
)
