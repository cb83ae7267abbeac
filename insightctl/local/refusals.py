"""What DuckDB refuses, in words for people."""

from __future__ import annotations

from insightctl.core.errors import InsightctlError, SourceError, UsageError


def is_broken_text(error: Exception) -> bool:
    """Whether a file is not UTF-8, or holds JSON that is broken: what a mended copy of it cures."""
    text = str(error).lower()
    return "unicode" in text or "utf-8" in text or "malformed json" in text or "json transform error" in text


_REGEX_PROBLEMS = (
    "missing ",
    "invalid escape sequence",
    "invalid character class",
    "invalid repetition size",
    "bad repetition operator",
    "pattern too large",
    "invalid named capture group",
    "invalid perl operator",
    "no argument for repetition",
    "trailing ",
    "unexpected ",
)


def refused(error: str) -> InsightctlError:
    """What the engine refused: a regular expression that the language's own check let through, or a file."""
    reason = error.splitlines()[0].removeprefix("Invalid Input Error: ")
    if reason.startswith(_REGEX_PROBLEMS):
        return UsageError(
            f"a regular expression of this query cannot run here: {reason}", remedy="write it in a simpler way"
        )
    return SourceError(_csv_problem(error), remedy="insightctl --debug ... shows the details")


def _csv_problem(error: str) -> str:
    if "maximum_line_size" in error.lower() or "max_line_size" in error.lower() or "line size" in error.lower():
        return "a line is longer than 8 MB"
    return f"a log file cannot be read: {error.splitlines()[0]}"
