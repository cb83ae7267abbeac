"""A row between two commands: its event, the fields that the query made, and its place in the order."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import total_ordering

from tests.reference.events import Event, inside, piece
from tests.reference.values import Key, Moment, Tree, Value, as_number, as_text, order

Parts = tuple[str | int, ...]


@dataclass(frozen=True)
class Row:
    """`event` is None after stats: only what was made is there."""

    event: Event | None
    made: dict[str, Value] = field(default_factory=dict)
    place: tuple[Place, ...] = ()

    def field(self, parts: Parts) -> Value:
        """A field by its dotted name: made by the query, a part of something made, or discovered."""
        name = ".".join(str(part) for part in parts)
        if name in self.made:
            return self.made[name]
        holder = self.made.get(str(parts[0]))
        if isinstance(holder, Tree):
            return piece(inside(holder.json, parts[1:]))
        if self.event is None or str(parts[0]) in self.made:
            return None
        return self.event.field(parts)

    def raw(self, parts: Parts) -> Value:
        """The same; a map or list of the event is one here."""
        found = self.field(parts)
        if found is None and self.event is not None and str(parts[0]) not in self.made:
            return piece(inside(self.event.json, parts))
        return found

    def with_made(self, made: dict[str, Value]) -> Row:
        return replace(self, made={**self.made, **made})


@total_ordering
@dataclass(frozen=True)
class Place:
    """One key of an order."""

    key: Key
    descending: bool = False

    def __lt__(self, other: Place) -> bool:
        low, high = (other.key, self.key) if self.descending else (self.key, other.key)
        return low < high


def place(value: Value, *, descending: bool = False) -> Place:
    return Place(order(value), descending)


def identity(value: Value) -> object:
    """What makes two values one group, or duplicates: the text of fields, the number of what is computed."""
    if isinstance(value, Moment):
        return value
    if isinstance(value, bool | int | float) or (as_text(value) is None and value is not None):
        return as_number(value)
    return as_text(value)
