"""Globs and regular expressions over log group names, and what of them the service can filter by itself."""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Callable
from dataclasses import dataclass

from insightctl.core.arns import LAMBDA_FOLDER, is_regex
from insightctl.core.errors import UsageError

MIN_PIECE, MAX_PIECE = 3, 24  # characters of one piece in ListLogGroups, logGroupNamePattern
_WILD = re.compile(r"\*|\?|\[[^\]]*\]")
_LITERAL = re.compile(r"[.\-_/#A-Za-z0-9]+")
_ANCHORED = re.compile(r"\^((?:[\-_/#A-Za-z0-9]|\\[.\-/])+)(?P<next>.?)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class NamePattern:
    """`text` as typed. Every name that matches starts with `prefix` and contains `piece`, where they are not empty."""

    text: str
    matches: Callable[[str], object]
    prefix: str = ""
    piece: str = ""

    @property
    def is_telling(self) -> bool:
        """Whether the prefix alone leaves few names: it says more than that of all functions."""
        return bool(self.prefix) and not LAMBDA_FOLDER.startswith(self.prefix)

    @property
    def for_service(self) -> str | None:
        """What ListLogGroups takes as logGroupNamePattern; None when nothing of it is long enough."""
        if self.piece:
            return self.piece[-MAX_PIECE:]
        return f"^{self.prefix}" if MIN_PIECE <= len(self.prefix) <= MAX_PIECE else None


def exactly(name: str) -> NamePattern:
    """The pattern of one name."""
    return NamePattern(name, name.__eq__, prefix=name)


def group_pattern(text: str) -> NamePattern:
    """A glob or /regex/ over log group names. Raises UsageError for a regular expression that is none."""
    return _regex(text, text[1:-1]) if is_regex(text) else _glob(text, text)


def function_pattern(text: str) -> NamePattern:
    """A glob or /regex/ over function names, as one over their default log groups. Raises UsageError."""
    if not is_regex(text):
        return _glob(text, LAMBDA_FOLDER + text)
    search = _compiled(text, text[1:-1]).search
    cut = len(LAMBDA_FOLDER)
    return NamePattern(
        text, lambda name: name.startswith(LAMBDA_FOLDER) and search(name[cut:]), LAMBDA_FOLDER + _anchored(text[1:-1])
    )


def _glob(text: str, glob: str) -> NamePattern:
    prefix, *rest = _WILD.split(glob)
    pieces = [piece for piece in rest if _LITERAL.fullmatch(piece) and len(piece) >= MIN_PIECE]
    return NamePattern(text, re.compile(fnmatch.translate(glob)).match, prefix, max(pieces, key=len, default=""))


def _regex(text: str, pattern: str) -> NamePattern:
    return NamePattern(text, _compiled(text, pattern).search, _anchored(pattern))


def _compiled(text: str, pattern: str) -> re.Pattern[str]:
    try:
        return re.compile(pattern)
    except re.error as error:
        raise UsageError(
            f"{text}: not a regular expression: {error}", remedy="such as '/^/aws/lambda/(cart|pay)/'"
        ) from None


def _anchored(pattern: str) -> str:
    """The text that every match starts with, as far as it is plain."""
    found = _ANCHORED.match(pattern)
    if found is None or "|" in pattern or "(?" in pattern:
        return ""
    literal = found[1]
    if found["next"] in ("*", "?", "+", "{"):
        literal = re.sub(r"\\?.\Z", "", literal)
    return literal.replace("\\", "")
