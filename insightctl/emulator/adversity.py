"""What goes wrong on purpose: the faults of an emulator, all off by default.

    Emulator(adversity=Adversity(throttle=0.2, reset=0.05, query_seconds=2.0, starts_per_s=10, seed=7))

Shares are from 0 to 1: of calls (`throttle`, `server_error`, `reset`, `slow`) or of queries (`query_*`, `partial`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, get_type_hints

from insightctl.core.errors import UsageError


@dataclass(frozen=True, slots=True)
class Adversity:
    """The faults of one emulator. The same `seed` gives each operation the same row of draws.

    Calls: `throttle` are answered ThrottlingException (400), `server_error` InternalFailure (500) or
    ServiceUnavailableException (503), `reset` lose their connection without an answer, half of them before the work is
    done and half after it (so that StartQuery has started a query nobody hears of), `slow` are answered `slow_seconds`
    late. `only` names the operations that these four befall; empty is all of CloudWatch Logs.

    `deny` names actions as policies do (`lambda:ListAliases`, `cloudtrail:*`): each call of them, of any service, gets
    AccessDenied.

    Queries: `query_failed` and `query_timeout` end so, `query_stuck` stay Scheduled for ever, `partial` show growing
    parts of their rows while Running. Each takes at least `query_seconds`; they run at the same time.

    Quotas: `starts_per_s` and `results_per_s` calls of StartQuery and GetQueryResults in any second, more are
    throttled; `concurrent` queries of a region, more get LimitExceededException. `others` of those belong to other
    people: a number, or several that take turns every `others_every_s`.

    An event that was put is seen `visible_after_s` later. After `session_s` or `expire_after_calls` an access key gets
    ExpiredTokenException to every call of any service; a new access key starts anew. The group `delete_group` goes
    after `delete_group_after_calls` calls. A Live Tail session is told of events every `tail_every_s` and ends after
    `tail_session_s`; `tail_cut` of the sessions lose their connection after `tail_cut_s`.

    Raises UsageError for values that cannot be.
    """

    seed: int = 0
    throttle: float = 0.0
    server_error: float = 0.0
    reset: float = 0.0
    slow: float = 0.0
    slow_seconds: float = 1.0
    only: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
    query_failed: float = 0.0
    query_timeout: float = 0.0
    query_stuck: float = 0.0
    query_seconds: float = 0.0
    partial: float = 0.0
    starts_per_s: int | None = None
    results_per_s: int | None = None
    concurrent: int | None = None
    others: int | tuple[int, ...] = 0
    others_every_s: float = 1.0
    visible_after_s: float = 0.0
    session_s: float | None = None
    expire_after_calls: int | None = None
    delete_group: str | None = None
    delete_group_after_calls: int | None = None
    tail_session_s: float = 3 * 3600.0
    tail_every_s: float = 1.0
    tail_cut: float = 0.0
    tail_cut_s: float = 1.0

    def __post_init__(self) -> None:
        for name in _SHARES:
            if not 0 <= getattr(self, name) <= 1:
                raise UsageError(f"{name} = {getattr(self, name)}: a share is from 0 to 1")
        for names in (("throttle", "server_error", "reset"), ("query_failed", "query_timeout", "query_stuck")):
            if sum(getattr(self, name) for name in names) > 1 + 1e-9:
                raise UsageError(f"{', '.join(names)} are more than 1 together")
        for field in fields(self):
            value = getattr(self, field.name)
            if field.name != "seed" and isinstance(value, int | float) and value < 0:
                raise UsageError(f"{field.name} = {value}: must not be negative")
        if self.others_every_s <= 0 or self.tail_every_s <= 0:
            raise UsageError("others_every_s and tail_every_s must be more than 0")
        if (self.delete_group is None) != (self.delete_group_after_calls is None):
            raise UsageError("delete_group and delete_group_after_calls go together")

    def others_at(self, seconds: float) -> int:
        """How many queries other people run so many seconds after the start."""
        if isinstance(self.others, int):
            return self.others
        return self.others[int(seconds / self.others_every_s) % len(self.others)] if self.others else 0


_SHARES = (
    "throttle",
    "server_error",
    "reset",
    "slow",
    "query_failed",
    "query_timeout",
    "query_stuck",
    "partial",
    "tail_cut",
)


def from_settings(settings: Mapping[str, object]) -> Adversity:
    """The faults that settings name, as read from TOML (lists for tuples). Raises UsageError for unknown or wrong ones."""
    hints = get_type_hints(Adversity)
    given: dict[str, Any] = {}
    for name, value in settings.items():
        if name not in hints:
            import difflib

            near = difflib.get_close_matches(name, list(hints), n=1)
            raise UsageError(
                f"there is no fault '{name}'",
                remedy=f"did you mean '{near[0]}'?" if near else f"faults: {', '.join(hints)}",
            )
        given[name] = _fitting(name, value, hints[name])
    return Adversity(**given)


def _fitting(name: str, value: object, hint: Any) -> object:
    kinds = {str: "a text", int: "a whole number", float: "a number"}
    if isinstance(value, list):
        item = str if name in ("only", "deny") else int
        if "tuple" in str(hint) and all(isinstance(one, item) and not isinstance(one, bool) for one in value):
            return tuple(value)
        raise UsageError(f"{name} = {value}: must be a list of {'texts' if item is str else 'whole numbers'}")
    wanted = next((kind for kind in (float, str, int) if kind is hint or kind in getattr(hint, "__args__", ())), None)
    if name in ("only", "deny") and isinstance(value, str):
        return tuple(word.strip() for word in value.split(","))
    fits = wanted is not None and (isinstance(value, wanted) or (wanted is float and isinstance(value, int)))
    if wanted is None or not fits or isinstance(value, bool):
        raise UsageError(f"{name} = {value!r}: must be {kinds.get(wanted or str, 'a text')}")
    return value
