"""Put saved queries into the account, and look that they are there."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Sequence

from insightctl.cloud.definitions import Definition, put, read_all
from insightctl.cloud.session import Cloud
from insightctl.core.errors import CloudError
from insightctl.library.definitions.mark import unsigned
from insightctl.library.definitions.plan import Plan, Step, plan
from insightctl.library.definitions.wanted import Wanted, folder

_LOOKS = (0.0, 0.5, 1.0, 2.0)
"""Seconds to wait before each look: a list may show a definition a little late."""


def planned(
    cloud: Cloud, wanted: Sequence[Wanted], prefix: str, *, keep_groups: bool = True, force: bool = False
) -> Plan:
    """What a push would do in the account. Raises CloudError, and UsageError when the account has too little room."""
    return plan(wanted, read_all(cloud), folder(prefix), keep_groups=keep_groups, force=force)


def push(cloud: Cloud, steps: Plan) -> None:
    """Write what is to be written, and read it back.

    Raises InsightctlError before anything is written when something stands in the way; CloudError that says how much
    was written, when AWS refuses half way or keeps something else.
    """
    steps.refuse()
    for done, step in enumerate(steps.to_write):
        try:
            put(cloud, step.definition, _token(step))
        except CloudError as error:
            if not done:
                raise
            told = f"{error.what}; {done} of {len(steps.to_write)} saved queries were written"
            raise CloudError(told, where=error.where, remedy=error.remedy) from error
    if steps.to_write:
        _read_back(cloud, steps.to_write)


def _token(step: Step) -> str:
    """The same for the same work: a push repeated by another run or another machine makes no second definition."""
    definition, live = step.definition, step.live
    parameters = [[p.name, p.default, p.description] for p in definition.parameters]
    base = [definition.id, live.text if live else None, live.modified_ms if live else 0]
    document = json.dumps([definition.name, definition.text, parameters, definition.groups, base])
    return hashlib.sha256(document.encode()).hexdigest()


def _read_back(cloud: Cloud, steps: Sequence[Step]) -> None:
    missing: list[str] = []
    for pause in _LOOKS:
        time.sleep(pause)
        kept = {definition.name: definition for definition in read_all(cloud)}
        missing = [step.definition.name for step in steps if not _is(step.definition, kept.get(step.definition.name))]
        if not missing:
            return
    raise CloudError(
        f"'{missing[0]}' was put, but CloudWatch shows something else"
        + (f" (and {len(missing) - 1} more)" if len(missing) > 1 else ""),
        where=str(cloud.place),
        remedy="see what with 'insightctl library diff'",
    )


def _is(wanted: Definition, kept: Definition | None) -> bool:
    return kept is not None and unsigned(wanted) == unsigned(kept)
