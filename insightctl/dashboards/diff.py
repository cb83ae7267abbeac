"""What changes between two bodies, widget by widget and field by field: order and spelling do not count."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from typing import Literal

from insightctl.dashboards.meaning import WidgetMeaning, meaning

Kind = Literal["added", "removed", "moved", "changed", "settings"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field, before and after; None where it is absent."""

    path: str
    before: object
    after: object


@dataclass(frozen=True, slots=True)
class Change:
    """One change. `widget` names it (empty for settings); `place` is its rectangle (x, y, width, height) afterwards."""

    kind: Kind
    widget: str = ""
    place: tuple[object, ...] = ()
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Diff:
    """All changes: settings first, then in the order of the new body, what was removed last."""

    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)


Pair = tuple[WidgetMeaning, WidgetMeaning]


def diff(before: Mapping[str, object], after: Mapping[str, object]) -> Diff:
    """The changes that turn one body into the other.

    Widgets are the same when they share type and title; what is left is matched by type and place, then by type and corner.
    """
    old, new = meaning(before), meaning(after)
    changes: list[Change] = []
    settings = _fields(old.settings, new.settings)
    if settings:
        changes.append(Change("settings", fields=settings))
    pairs, removed, added = _matched(old.widgets, new.widgets)
    widgets = [(one.position, change) for one in added for change in [Change("added", str(one), one.place)]]
    widgets += [(pair[1].position, change) for pair in pairs for change in _changes(*pair)]
    changes += [change for _, change in sorted(widgets, key=lambda entry: entry[0])]
    changes += [Change("removed", str(one), one.place) for one in removed]
    return Diff(tuple(changes))


def _matched(
    old: tuple[WidgetMeaning, ...], new: tuple[WidgetMeaning, ...]
) -> tuple[list[Pair], list[WidgetMeaning], list[WidgetMeaning]]:
    pairs: list[Pair] = []
    left, right = list(old), list(new)
    for identity in _IDENTITIES:
        found = _match_by(identity, left, right)
        pairs += found
        taken = {(id(one), id(other)) for one, other in found}
        left = [one for one in left if id(one) not in {first for first, _ in taken}]
        right = [one for one in right if id(one) not in {second for _, second in taken}]
    return pairs, left, right


def _match_by(
    identity: Callable[[WidgetMeaning], Hashable], left: list[WidgetMeaning], right: list[WidgetMeaning]
) -> list[Pair]:
    waiting: dict[Hashable, list[WidgetMeaning]] = {}
    for one in left:
        waiting.setdefault(identity(one), []).append(one)
    return [(same.pop(0), other) for other in right if (same := waiting.get(identity(other)))]


# The strongest first: an untouched widget must not be taken by a changed one of the same title.
_IDENTITIES: tuple[Callable[[WidgetMeaning], Hashable], ...] = (
    lambda one: (one.type, one.title, repr(one.place), repr(sorted(one.fields.items(), key=repr))),
    lambda one: (one.type, one.title, repr(sorted(one.fields.items(), key=repr))),
    lambda one: (one.type, one.title, repr(one.place)),
    lambda one: (one.type, one.title),
    lambda one: (one.type, repr(one.place)),
    lambda one: (one.type, repr(one.place[:2])),
)


def _changes(before: WidgetMeaning, after: WidgetMeaning) -> list[Change]:
    changes = []
    if before.place != after.place:
        names = ("x", "y", "width", "height")
        moved = (FieldChange(*each) for each in zip(names, before.place, after.place, strict=True))
        changes.append(Change("moved", str(after), after.place, tuple(f for f in moved if f.before != f.after)))
    fields = _fields(before.fields, after.fields)
    if fields:
        changes.append(Change("changed", str(after), after.place, fields))
    return changes


def _fields(before: Mapping[str, object], after: Mapping[str, object]) -> tuple[FieldChange, ...]:
    paths = [*before, *(path for path in after if path not in before)]
    return tuple(
        FieldChange(path, before.get(path), after.get(path)) for path in paths if before.get(path) != after.get(path)
    )
