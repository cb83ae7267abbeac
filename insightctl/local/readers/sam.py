"""`sam logs`: STREAM TIME MESSAGE. The time is Python's `isoformat()` in UTC, which leaves out a fraction of zero."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insightctl.local.readers.interface import LineFormat

_BEGINS = r"([^\s\[]+[/\[]\S+) (\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?) "
_PREFIX = re.compile(_BEGINS)


def _score(lines: Sequence[str]) -> float:
    if not lines:
        return 0.0
    return 0.93 if _PREFIX.match(lines[0]) else min(sum(bool(_PREFIX.match(line)) for line in lines) / len(lines), 0.93)


SAM = LineFormat(
    "sam-logs",
    "sam logs: STREAM TIME MESSAGE",
    _score,
    starts=f"regexp_matches(line, '^{_BEGINS}')",
    ts=f"epoch_ms(TRY_CAST(regexp_extract(line, '^{_BEGINS}', 2) AS TIMESTAMP))",
    stream=f"regexp_extract(line, '^{_BEGINS}', 1)",
    message=f"substr(line, length(regexp_extract(line, '^{_BEGINS}')) + 1)",
)
