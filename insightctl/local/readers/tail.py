"""`aws logs tail`: `--format detailed` (the default) and `--format short`.

The AWS CLI prints `isoformat()` of the event's time, which leaves out a fraction of zero.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from insightctl.local.readers.interface import NO_STREAM, LineFormat

Score = Callable[[Sequence[str]], float]

_DETAILED = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?[+-]\d\d:\d\d \S+ ")
_SHORT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d (?!\S+\d{12}$)")


def _share(pattern: re.Pattern[str], lines: Sequence[str]) -> float:
    return sum(bool(pattern.match(line)) for line in lines) / len(lines)


def _first_or_share(pattern: re.Pattern[str]) -> Score:
    # Continuation lines carry no prefix, so a long stack trace may outnumber the prefixed lines.
    return lambda lines: max(_share(pattern, lines), 0.9 if pattern.match(lines[0]) else 0.0)


DETAILED = LineFormat(
    "tail-detailed",
    "aws logs tail (--format detailed): TIME STREAM MESSAGE",
    _first_or_share(_DETAILED),
    # LIKE and strpos take half the time of slices; the offset tells a start from an ISO time in a message.
    starts="(line LIKE '____-__-__T%' AND (strpos(line, '+00:00 ') = 27 "
    "OR substr(line, 20, 1) IN ('+', '-') AND substr(line, 23, 1) = ':' AND substr(line, 26, 1) = ' ' "
    "OR substr(line, 20, 1) = '.' AND substr(line, 27, 1) IN ('+', '-') AND substr(line, 30, 1) = ':' "
    "AND substr(line, 33, 1) = ' '))",
    ts="(CASE WHEN strpos(line, '+00:00 ') = 27 THEN epoch_ms(TRY_CAST(substr(line, 1, 26) AS TIMESTAMP)) "
    "ELSE epoch_ms(TRY_CAST(split_part(line, ' ', 1) AS TIMESTAMPTZ)) END)",  # TIMESTAMP would drop the offset
    stream="regexp_extract(line, '^\\S+ (\\S+) ', 1)",
    message="(CASE WHEN strpos(line, '+00:00 ') = 27 THEN substr(line, 34 + strpos(substr(line, 34, 600), ' ')) "
    "ELSE substr(line, strpos(line, ' ') + strpos(substr(line, strpos(line, ' ') + 1), ' ') + 1) END)",
)

SHORT = LineFormat(
    "tail-short",
    "aws logs tail --format short: TIME MESSAGE",
    _first_or_share(_SHORT),
    starts="(line LIKE '____-__-__T__:__:__ %' AND TRY_CAST(substr(line, 1, 19) AS TIMESTAMP) IS NOT NULL)",
    ts="epoch_ms(TRY_CAST(substr(line, 1, 19) AS TIMESTAMP))",
    stream=NO_STREAM,
    message="substr(line, 21)",
)
