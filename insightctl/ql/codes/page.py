"""What a page about a diagnostic code holds, and how it reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

_SEVERITIES = {
    "error": "error: the query is refused",
    "warning": "warning: the query runs, and may answer something else than was meant",
    "info": "info: good to know",
}


@dataclass(frozen=True, slots=True)
class Code:
    """A page of `insightctl explain`."""

    code: str
    title: str
    wrong: str
    right: str
    why: str
    severity: Literal["error", "warning", "info"] = "error"


def page(code: Code) -> str:
    """The page of a code, as text."""
    head = f"{code.code}: {code.title}\n{_SEVERITIES[code.severity]}"
    return f"{head}\n\n{code.why}\n\nwrong:\n    {code.wrong}\n\nright:\n    {code.right}\n"
