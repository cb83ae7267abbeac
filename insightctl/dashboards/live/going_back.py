"""Which state of a dashboard a rollback returns to."""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.core.errors import UsageError
from insightctl.dashboards.body import Body
from insightctl.dashboards.diff import diff
from insightctl.dashboards.live.history import Entry


def target(name: str, live: Body | None, entries: Sequence[Entry], number: int | None) -> Entry:
    """The entry to go back to: the given one, else the state before what is live. Oldest entry first.

    Going back twice goes back further: what a rollback put counts as the entry that it went back to. A live body that
    the history does not know, or none, goes back to the newest state that it knows. Raises UsageError when there is none.
    """
    kept = [entry for entry in entries if entry.body is not None]
    if not kept:
        raise UsageError(
            f"nothing of dashboard {name} is kept on this machine",
            remedy="roll back where it was deployed, or deploy an earlier version of its definition",
        )
    if number is not None:
        return find(name, kept, number)
    # what never got an answer is a state only when it is live
    kept = [entry for entry in kept if entry.confirmed or (live is not None and not _differ(entry, live))]
    before = _before(live, kept) if live is not None else kept
    found = next((entry for entry in reversed(before) if live is None or _differ(entry, live)), None)
    if found is None:
        raise UsageError(
            f"there is no state of dashboard {name} before the one that is live",
            remedy=f"insightctl dashboard history {name}",
        )
    return found


def find(name: str, entries: Sequence[Entry], number: int) -> Entry:
    """The entry of a number. Raises UsageError when there is none with a body."""
    for entry in entries:
        if entry.number == number and entry.body is not None:
            return entry
    raise UsageError(
        f"dashboard {name} has no state {number} to look at", remedy=f"insightctl dashboard history {name}"
    )


def _before(live: Body, kept: Sequence[Entry]) -> Sequence[Entry]:
    """What is older than the live state; all, when the live one is not known."""
    place = next((n for n in reversed(range(len(kept))) if not _differ(kept[n], live)), None)
    while place is not None and (of := kept[place].of) is not None:
        origin = next((n for n, entry in enumerate(kept[:place]) if entry.number == of), None)
        if origin is None:
            break
        place = origin
    return kept if place is None else kept[:place]


def _differ(entry: Entry, live: Body) -> bool:
    return entry.body is None or bool(diff(entry.body, live))
