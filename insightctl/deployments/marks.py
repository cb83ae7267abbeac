"""A mark: somebody (mostly a pipeline) says that a version of a function was deployed. One line of JSON.

    {"insightctl": "deployment", "schema": 1, "id": "6f0c…", "function": "checkout", "version": "43",
     "at": "2026-11-23T10:00:00.000Z", "text": "release 2.7"}

Anybody with the right to write logs can write such a line, so it is read with distrust and bounded.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from insightctl.core.time import iso
from insightctl.deployments.deployment import Deployment

SCHEMA = 1
_KIND = "deployment"
MOST_CHARACTERS = 500
"""Of a mark's text; versions, functions and names are shorter still."""

MOST_NAME = 170
"""Of a function, a version, a person."""

_SAME_MOMENT = timedelta(minutes=2)  # two pipelines that marked at once, before either could read the other's


@dataclass(frozen=True, slots=True)
class Mark:
    """A function's version went live at a moment (UTC)."""

    function: str
    version: str
    at: datetime
    text: str = ""
    by: str | None = None

    @property
    def id(self) -> str:
        """The same for the same function, version and millisecond: a mark that is written twice is one."""
        named = "\0".join((self.function, self.version, iso(self.at)))
        return hashlib.sha256(named.encode()).hexdigest()[:32]

    @property
    def deployment(self) -> Deployment:
        """The mark on a timeline."""
        return Deployment(self.function, self.version, self.at, "mark", "mark", what=self.text or "marked", by=self.by)


def line(mark: Mark) -> str:
    """The mark as one line of JSON, all of it ASCII."""
    record = {"insightctl": _KIND, "schema": SCHEMA, "id": mark.id, "function": mark.function}
    record |= {"version": mark.version, "at": iso(mark.at), "text": mark.text}
    return json.dumps(record | ({"by": mark.by} if mark.by else {}))


def parse(text: str) -> Mark | None:
    """The mark of a line; None for any other line."""
    try:
        record = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not isinstance(record, dict) or record.get("insightctl") != _KIND:
        return None
    function, version = record.get("function"), record.get("version")
    if not (_is_name(function) and _is_name(version)):
        return None
    try:
        at = datetime.fromisoformat(str(record.get("at")))
    except ValueError:
        return None
    words, by = record.get("text"), record.get("by")
    return Mark(
        str(function),
        str(version),
        (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC),
        words[:MOST_CHARACTERS] if isinstance(words, str) else "",
        by[:MOST_NAME] if isinstance(by, str) and by else None,
    )


def _is_name(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value) <= MOST_NAME


def once(marks: Iterable[Mark]) -> tuple[Mark, ...]:
    """Oldest first; what was written twice, or twice at nearly the same moment in the same words, is there once."""
    kept: list[Mark] = []
    last: dict[tuple[str, str, str], datetime] = {}
    for mark in sorted(marks, key=lambda each: (each.at, each.function, each.version)):
        key = (mark.function, mark.version, mark.text)
        if key not in last or mark.at - last[key] > _SAME_MOMENT:
            kept.append(mark)
            last[key] = mark.at
    return tuple(kept)


def already(mark: Mark, known: Sequence[Mark], *, at_this_moment: bool) -> Mark | None:
    """The mark among known ones that says the same, if any.

    `at_this_moment`: the moment was named, so only a mark of the same moment is the same. Otherwise it is "now", and
    the function's newest mark is the same when it has the same version and text: that is what is deployed already.
    """
    own = [each for each in known if each.function == mark.function]
    if at_this_moment:
        return next((each for each in own if each.id == mark.id), None)
    newest = max(own, key=lambda each: each.at, default=None)
    if newest is not None and (newest.version, newest.text) == (mark.version, mark.text):
        return newest
    return None
