"""What a rule says, and what the lint says: the same with its place in the text."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from insightctl.core.finding import Severity
from insightctl.ql.spans import Span


class Found(NamedTuple):
    """What a rule yields. The place is the value at `path`, its key (`on_key`), or characters of the string there.

    `severity` is that of the code's page unless a rule knows better.
    """

    code: str
    path: str
    message: str
    help: str | None = None
    severity: Severity | None = None
    on_key: bool = False
    within: Span | None = None


@dataclass(frozen=True, slots=True)
class LintFinding:
    """One finding. `path` is the JSON path in the body, `span` in characters of its text, lines and columns from 1."""

    code: str
    severity: Severity
    message: str
    help: str | None
    path: str
    span: Span
    line: int
    col: int
    end_line: int
    end_col: int
