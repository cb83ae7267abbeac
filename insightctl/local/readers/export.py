"""CreateExportTask to S3: `2026-11-23T10:00:00.123Z MESSAGE`."""

from __future__ import annotations

import re
from collections.abc import Sequence

from insightctl.local.readers.interface import NO_STREAM, LineFormat

_PREFIX = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z ")
_UNPREFIXED = re.compile(r"(?:START|END|REPORT) RequestId: |INIT_START |\{")


def _score(lines: Sequence[str]) -> float:
    # A bare `TIME REQUESTID Task timed out` looks the same; bare files also have platform lines without a prefix.
    if not _PREFIX.match(lines[0]) or any(_UNPREFIXED.match(line) for line in lines):
        return 0.0
    return 0.95


EXPORT = LineFormat(
    "export",
    "CreateExportTask to S3: TIME MESSAGE",
    _score,
    starts="(line LIKE '____-__-__T__:__:__.___Z %' AND TRY_CAST(substr(line, 1, 23) AS TIMESTAMP) IS NOT NULL)",
    ts="epoch_ms(TRY_CAST(substr(line, 1, 23) AS TIMESTAMP))",
    stream=NO_STREAM,
    message="substr(line, 26)",
)
