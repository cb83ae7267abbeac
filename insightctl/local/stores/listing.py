"""Which stores there are, and what is in them: read from store.json alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from insightctl.core.errors import SourceError
from insightctl.local.stores.layout import Part, Store, home
from insightctl.local.stores.upkeep import size_of


@dataclass(frozen=True, slots=True)
class Summary:
    """Some parts in numbers; times are UTC ms, None where there are no events."""

    log_groups: int
    days: int
    parts: int
    events: int
    first_ms: int | None
    last_ms: int | None
    bytes: int


def summary(store: Store, parts: Sequence[Part] | None = None) -> Summary:
    """The numbers of a store, or of some of its parts."""
    chosen = store.contents.parts if parts is None else parts
    files = [store.file(part) for part in chosen]
    return Summary(
        len({part.log_group for part in chosen}),
        len({part.day for part in chosen}),
        len(chosen),
        sum(part.events for part in chosen),
        min((part.first_ms for part in chosen), default=None),
        max((part.last_ms for part in chosen), default=None),
        size_of(store) if parts is None else sum(file.stat().st_size for file in files if file.is_file()),
    )


def days(store: Store) -> list[tuple[str, str, Summary]]:
    """Each log group and day with its numbers, in order."""
    found: dict[tuple[str, str], list[Part]] = {}
    for part in store.contents.parts:
        found.setdefault((part.log_group, part.day), []).append(part)
    return [(group, day, summary(store, parts)) for (group, day), parts in sorted(found.items())]


def stores() -> tuple[list[Store], list[str]]:
    """The stores in `home()` by name, and what is wrong with those that cannot be read."""
    found, problems = [], []
    for file in sorted(home().glob("*/store.json")):
        try:
            found.append(Store(file.parent))
        except SourceError as error:
            problems.append(error.what)
    return found, problems
