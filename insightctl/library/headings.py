"""The groups of the library in the order in which on call asks them, and their headings."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.library.shelves import LOOSE
from insightctl.library.spec import QuerySpec

_HEADINGS = {
    "triage": "Is it working?",
    "latency": "Is it slow?",
    "usage": "How much?",
    "changes": "What changed?",
    "where": "Where? One request, one trace",
    "async": "Asynchronous and event sources",
    "structured": "Structured logs and metrics inside them",
    LOOSE: "Your own",
}


def heading(group: str) -> str:
    """What a group asks; a group of the user's own has its name."""
    return _HEADINGS.get(group, group)


def grouped(specs: Sequence[QuerySpec]) -> list[tuple[str, list[QuerySpec]]]:
    """Each group that has queries, with them."""
    groups = dict.fromkeys([*_HEADINGS, *(spec.group for spec in specs)])
    members = ((group, [spec for spec in specs if spec.group == group]) for group in groups)
    return [(group, found) for group, found in members if found]
