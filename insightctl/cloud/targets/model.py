"""Log groups as they were found, and what of them is meant."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from insightctl.core.arns import default_group
from insightctl.core.errors import CloudError


class NothingFound(CloudError):
    """A part of a target means no log group: `what` was asked for, `where` was looked, and what is there instead."""


@dataclass(frozen=True, slots=True)
class LogGroup:
    """A log group. What was not looked up is None: a plain name passes without a call.

    `log_class` is STANDARD, INFREQUENT_ACCESS, DELIVERY or a later one; `function` is whose logs are meant; `versions`
    are those meant, none for all. `streams` are regular expressions of which @logStream has to match one, none for the
    whole group. `linked`: it is named by its ARN, as groups of other accounts have to be.
    """

    name: str
    arn: str | None = None
    account: str | None = None
    region: str | None = None
    log_class: str | None = None
    stored_bytes: int | None = None
    retention_days: int | None = None
    created_ms: int | None = None
    function: str | None = None
    versions: tuple[str, ...] = ()
    streams: tuple[str, ...] = ()
    linked: bool = False

    @property
    def identifier(self) -> str:
        """What StartQuery takes in logGroupIdentifiers: the name, or the ARN of a linked account's group."""
        return self.arn if self.linked and self.arn else self.name

    @property
    def described(self) -> bool:
        """Whether DescribeLogGroups has told of it."""
        return self.created_ms is not None

    def joined(self, other: LogGroup) -> LogGroup:
        """The same group named twice: what either knows, the events that either means."""
        both = bool(self.streams and other.streams)
        return LogGroup(
            self.name,
            self.arn or other.arn,
            self.account or other.account,
            self.region or other.region,
            self.log_class or other.log_class,
            other.stored_bytes if self.stored_bytes is None else self.stored_bytes,
            other.retention_days if self.retention_days is None else self.retention_days,
            other.created_ms if self.created_ms is None else self.created_ms,
            self.function if self.function == other.function else None,
            tuple(dict.fromkeys(self.versions + other.versions)) if both else (),
            tuple(dict.fromkeys(self.streams + other.streams)) if both else (),
            self.linked and other.linked,
        )


def group_of_function(function: str, versions: Iterable[str] = (), name: str | None = None) -> LogGroup:
    """The log group of a function, or of versions of it; `name` when LoggingConfig names another than the default.

    Streams of the default group are `2026/11/23/[7]0123...`; those of any other have the function's name as well,
    because several functions may share it: `2026/11/23/checkout[7][0123...]` (Lambda Developer Guide, "Configuring
    CloudWatch log groups").
    """
    group, chosen = name or default_group(function), tuple(dict.fromkeys(versions))
    owner = "" if group == default_group(function) else rf"\/{re.escape(function)}"
    every = (rf"{owner}\[",) if owner else ()
    streams = tuple(rf"{owner}\[{re.escape(version)}\]" for version in chosen) or every
    return LogGroup(group, function=function, versions=chosen, streams=streams)


def merged(groups: Iterable[LogGroup]) -> tuple[LogGroup, ...]:
    """Every group once, in the order of their first mention."""
    found: dict[str, LogGroup] = {}
    for group in groups:
        known = found.get(group.identifier)
        found[group.identifier] = group if known is None else known.joined(group)
    return tuple(found.values())


def stream_filter(groups: Sequence[LogGroup]) -> str | None:
    """A `filter` command that keeps the events that are meant; None when whole groups are.

    One filter serves all groups of a query: a group without `streams` passes whole.
    """
    narrow = [group for group in groups if group.streams]
    if not narrow:
        return None
    if len({group.streams for group in groups}) == 1:
        return f"filter {_one_of(narrow[0].streams)}"
    return "filter " + " and ".join(f"(@log not like {_log(group)} or {_one_of(group.streams)})" for group in narrow)


def narrowed(text: str, groups: Sequence[LogGroup]) -> str:
    """The query over these groups with their stream filter before it; the same text when whole groups are meant."""
    chosen = stream_filter(groups)
    return text if chosen is None else f"{chosen}\n| {text}"


def without_linked_twins(groups: Sequence[LogGroup], own_account: str) -> tuple[LogGroup, ...]:
    """The groups with those of the own account under their names, so that none is read twice."""
    return merged(replace(group, linked=False) if group.account == own_account else group for group in groups)


def _one_of(streams: tuple[str, ...]) -> str:
    return f"@logStream like /{streams[0] if len(streams) == 1 else '|'.join(streams)}/"


def _log(group: LogGroup) -> str:
    """A regular expression of @log, which is `account:name`."""
    account = f"^{group.account}" if group.account else ""
    return f"/{account}:{re.escape(group.name).replace('/', chr(92) + '/')}$/"
