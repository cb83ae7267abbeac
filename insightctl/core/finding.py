"""Something that is wrong in a file, with its place: what checkers hand to whoever shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Severity = Literal["error", "warning", "info"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Lines and columns count from 1, columns in code points; the end is just behind the last character.

    `code` has a page (`insightctl explain CODE`); `path` is the JSON path inside a dashboard's body, None for a query.
    """

    file: str
    code: str
    severity: Severity
    message: str
    help: str | None
    line: int
    col: int
    end_line: int
    end_col: int
    path: str | None = None
