"""Whether somebody else changed a dashboard since insightctl deployed it, as far as this can be known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from insightctl.dashboards.body import Body
from insightctl.dashboards.diff import Diff, diff
from insightctl.dashboards.live.history import Entry
from insightctl.dashboards.live.mark import fingerprint

Verdict = Literal["new", "ours", "changed", "gone", "unknown"]


@dataclass(frozen=True, slots=True)
class Drift:
    """The verdict on a live dashboard.

    `new`: there is none. `ours`: it is what insightctl deployed. `changed`: somebody changed it since; `since` says what,
    where the deployed body is known on this machine (`last`). `gone`: somebody deleted what insightctl had deployed.
    `unknown`: neither its tag nor the history of this machine says that insightctl ever deployed it.
    """

    verdict: Verdict
    last: Entry | None = None
    since: Diff | None = None


def drift(live: Body | None, mark: str | None, entries: Sequence[Entry]) -> Drift:
    """Judge a live body by the dashboard's tag (all machines) and the history (this one); oldest entry first."""
    standing = [entry for entry in entries if entry.is_ours or entry.action == "deleted"]
    ours = [entry for entry in standing if entry.is_ours]
    if live is None:
        left = standing[-1] if standing and standing[-1].is_ours and standing[-1].confirmed else None
        return Drift("gone", left) if left else Drift("new")
    if mark == fingerprint(live) or (same := _last(ours, live)):
        return Drift("ours", same if mark != fingerprint(live) else None)
    if mark is not None:
        marked = next((entry for entry in reversed(ours) if entry.body and fingerprint(entry.body) == mark), None)
        return _changed(marked, live)
    confirmed = [entry for entry in standing if entry.confirmed]
    if not confirmed or not confirmed[-1].is_ours:
        return Drift("unknown")
    return _changed(confirmed[-1], live)


def _last(ours: Sequence[Entry], live: Body) -> Entry | None:
    """The newest entry of ours that is live by meaning: the last confirmed one, or one after it whose answer got lost."""
    for entry in reversed(ours):
        if entry.body is not None and not diff(entry.body, live):
            return entry
        if entry.confirmed:
            return None
    return None


def _changed(last: Entry | None, live: Body) -> Drift:
    if last is None or last.body is None:
        return Drift("changed")
    since = diff(last.body, live)
    return Drift("changed", last, since) if since else Drift("ours", last)
