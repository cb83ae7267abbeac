"""What a push would do, definition by definition. Reads nothing and writes nothing by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from insightctl.cloud.definitions import MAX_DEFINITIONS, Definition
from insightctl.core.errors import InsightctlError, UsageError
from insightctl.library.definitions.mark import Owner, owner, unsigned
from insightctl.library.definitions.wanted import Wanted, in_place_of


class Action(Enum):
    """What is to be done about one saved query."""

    CREATE = "new"
    UPDATE = "changed"
    NOTHING = "up to date"
    CHANGED_THERE = "changed in the account since insightctl wrote it"
    FOREIGN = "the account has a saved query of this name that insightctl did not write"
    AMBIGUOUS = "the account has several saved queries of this name"


_REFUSED = (Action.CHANGED_THERE, Action.FOREIGN, Action.AMBIGUOUS)


@dataclass(frozen=True, slots=True)
class Step:
    """One saved query: what is wanted, what is there (None: nothing), and what to do. `definition` is what is put."""

    wanted: Wanted
    live: Definition | None
    action: Action
    definition: Definition


@dataclass(frozen=True, slots=True)
class Plan:
    """The steps by name, and the names of other definitions in the folder that insightctl wrote."""

    steps: tuple[Step, ...]
    left: tuple[str, ...] = ()

    @property
    def to_write(self) -> tuple[Step, ...]:
        """What is put."""
        return tuple(step for step in self.steps if step.action in (Action.CREATE, Action.UPDATE))

    @property
    def refused(self) -> tuple[Step, ...]:
        """What stands in the way."""
        return tuple(step for step in self.steps if step.action in _REFUSED)

    def refuse(self) -> None:
        """Raises InsightctlError when something stands in the way: then nothing at all is written."""
        if not self.refused:
            return
        first = self.refused[0]
        more = f" (and {len(self.refused) - 1} more)" if len(self.refused) > 1 else ""
        remedy = {
            Action.CHANGED_THERE: "keep it with 'insightctl library pull', or overwrite it with --force",
            Action.FOREIGN: "push under another folder (--prefix), or rename the other one in the console",
            Action.AMBIGUOUS: "rename or delete all but one of them in the console",
        }[first.action]
        raise InsightctlError(f"nothing was written: '{first.wanted.name}': {first.action.value}{more}", remedy=remedy)


def plan(
    wanted: Sequence[Wanted], live: Sequence[Definition], prefix: str, *, keep_groups: bool, force: bool = False
) -> Plan:
    """What to do so that the account has what is wanted. `live` is all that the account has in the region.

    `keep_groups`: the log groups of a definition stay as they are. `force`: what was changed in the account since is
    overwritten; what insightctl never wrote is not. Raises UsageError when the account has too little room.
    """
    steps = tuple(_step(one, live, keep_groups=keep_groups, force=force) for one in wanted)
    new = sum(step.action is Action.CREATE for step in steps)
    if len(live) + new > MAX_DEFINITIONS:
        raise UsageError(
            f"the account has {len(live):,} saved queries in this region, and {new} more are beyond its"
            f" {MAX_DEFINITIONS:,}",
            remedy="push fewer (insightctl library push NAME), or delete some in the console; nothing was written",
        )
    names = {one.name for one in wanted}
    left = [d.name for d in live if d.name.startswith(prefix) and d.name not in names and owner(d) is not Owner.FOREIGN]
    return Plan(steps, tuple(left))


def _step(one: Wanted, live: Sequence[Definition], *, keep_groups: bool, force: bool) -> Step:
    there = [definition for definition in live if definition.name == one.name]
    if not there:
        return Step(one, None, Action.CREATE, one.definition)
    found = there[0]
    definition = in_place_of(one.definition, found, keep_groups=keep_groups)
    if len(there) > 1:
        return Step(one, found, Action.AMBIGUOUS, definition)
    same = unsigned(definition) == unsigned(found)
    match owner(found):
        case Owner.FOREIGN:
            return Step(one, found, Action.NOTHING if same else Action.FOREIGN, definition)
        case Owner.OURS:
            return Step(one, found, Action.NOTHING if same else Action.UPDATE, definition)
        case Owner.CHANGED:  # what is the same already loses nothing by a fresh mark
            return Step(one, found, Action.UPDATE if same or force else Action.CHANGED_THERE, definition)
