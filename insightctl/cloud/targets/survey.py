"""Looking up log groups in one account and region, and remembering what was looked at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from insightctl.cloud.failures import error_code, nearest_hint
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets.asking import is_unavailable
from insightctl.cloud.targets.model import LogGroup, NothingFound, merged
from insightctl.cloud.targets.patterns import NamePattern, exactly
from insightctl.core.arns import LAMBDA_FOLDER, group_ref

ALL_ACCOUNTS = "all"
_LIST_PAGE = 1000  # ListLogGroups, limit
_DESCRIBED_AT_ONCE = 50  # DescribeLogGroups, logGroupIdentifiers
_HINTS_FROM = 500  # names; for hints only, ten calls at most


@dataclass(slots=True)
class Survey:
    """One place; `accounts` are the linked ones to look in (`all` for every one), none for the own account.

    `looked_at` are the names that were seen, `denied` the actions that were not allowed; both for messages.
    """

    cloud: Cloud
    accounts: tuple[str, ...] = ()
    looked_at: set[str] = field(default_factory=set)
    denied: dict[str, None] = field(default_factory=dict)

    @property
    def region(self) -> str:
        """The region that is looked in."""
        return str(self.cloud.logs.meta.region_name)

    def matching(self, pattern: NamePattern) -> tuple[LogGroup, ...]:
        """The log groups with matching names. Raises boto3's errors."""
        return merged(group for group in self._candidates(pattern) if pattern.matches(group.name))

    def described(self, groups: Sequence[LogGroup]) -> tuple[LogGroup, ...]:
        """Those of the groups that exist, with what DescribeLogGroups tells of them. Raises boto3's errors."""
        own = [group for group in groups if not group.linked]
        linked = [group for group in groups if group.linked]  # by themselves: two accounts may share a name
        names = {found.name: found for some in _chunks(own) for found in self._by_name(some)}
        arns = {found.arn: found for some in _chunks(linked) for found in self._by_name(some)}
        asked = ((group, arns.get(group.arn) if group.linked else names.get(group.name)) for group in groups)
        return tuple(found_as(group, found) for group, found in asked if found is not None)

    def nothing(self, what: str, name: str, remedy: str | None = None) -> NothingFound:
        """The error for a name that means nothing here: what was looked at, what was not allowed, the nearest names."""
        known = self._known_names(name)
        seen = len(self.looked_at)
        parts = [
            f"looked at {seen:,} log group{'' if seen == 1 else 's'} in {self._there}",
            f"not allowed: {', '.join(self.denied)}" if self.denied else None,
            nearest_hint(name, known, noun="log groups with a name like it") or _some(known),
            remedy or "check the name, --region and --profile",
        ]
        return NothingFound(what, where=str(self.cloud.place), remedy="; ".join(part for part in parts if part))

    @property
    def _there(self) -> str:
        if not self.accounts:
            return self.region
        listed = "all linked accounts" if ALL_ACCOUNTS in self.accounts else f"account {', '.join(self.accounts)}"
        return f"{self.region} ({listed})"

    @property
    def _linked(self) -> dict[str, Any]:
        if not self.accounts:
            return {}
        named = {} if ALL_ACCOUNTS in self.accounts else {"accountIdentifiers": list(self.accounts)}
        return {"includeLinkedAccounts": True, **named}

    def _candidates(self, pattern: NamePattern) -> Iterable[LogGroup]:
        # a telling prefix leaves few names, and DescribeLogGroups tells more of each (stored bytes, retention);
        # ListLogGroups has pages of 1,000 names instead of 50, and filters by parts of a name
        if pattern.is_telling:
            return self._describe(pattern.prefix)
        from botocore.exceptions import ClientError

        try:
            return list(self._list(pattern.for_service))
        except ClientError as error:
            if not is_unavailable(error):
                raise
            self.denied["logs:ListLogGroups"] = None
            return self._describe(pattern.prefix)

    def _list(self, pattern: str | None) -> Iterator[LogGroup]:
        asked: dict[str, Any] = {"limit": _LIST_PAGE, **self._linked}
        if pattern is not None:
            asked["logGroupNamePattern"] = pattern
        while True:
            page = self.cloud.logs.list_log_groups(**asked)
            for item in page.get("logGroups", ()):
                yield self._seen(item)
            if not (token := page.get("nextToken")):
                return
            asked["nextToken"] = token

    def _describe(self, prefix: str) -> Iterator[LogGroup]:
        asked = {"logGroupNamePrefix": prefix, **self._linked} if prefix else self._linked
        for page in self.cloud.logs.get_paginator("describe_log_groups").paginate(**asked):
            for item in page["logGroups"]:
                yield self._seen(item)

    def _by_name(self, groups: Sequence[LogGroup]) -> Iterable[LogGroup]:
        from botocore.exceptions import ClientError

        linked: dict[str, Any] = {"includeLinkedAccounts": True} if any(group.linked for group in groups) else {}
        try:
            page = self.cloud.logs.describe_log_groups(logGroupIdentifiers=[g.identifier for g in groups], **linked)
        except ClientError as error:
            if error_code(error) != "ResourceNotFoundException":
                raise
            # whether one missing name spoils the call is not documented: then each is asked for by itself
            return [found for g in groups for found in self._describe(g.name) if exactly(g.name).matches(found.name)]
        return [self._seen(item) for item in page["logGroups"]]

    def _seen(self, item: Mapping[str, Any]) -> LogGroup:
        group = _group(item, linked=bool(self.accounts))
        self.looked_at.add(group.name)
        return group

    def _known_names(self, name: str) -> list[str]:
        from botocore.exceptions import BotoCoreError, ClientError

        folder = name[: name.rfind("/") + 1]
        try:
            near = [group.name for group in islice(self._describe(folder), _HINTS_FROM)]
            return near or [group.name for group in islice(self._describe(""), _HINTS_FROM)]
        except ClientError as error:
            if is_unavailable(error):
                self.denied["logs:DescribeLogGroups"] = None
            return []
        except BotoCoreError:
            return []


def _chunks(groups: Sequence[LogGroup]) -> Iterator[Sequence[LogGroup]]:
    for start in range(0, len(groups), _DESCRIBED_AT_ONCE):
        yield groups[start : start + _DESCRIBED_AT_ONCE]


def found_as(asked: LogGroup, found: LogGroup) -> LogGroup:
    """What was found, meant as it was asked for."""
    return LogGroup(
        found.name,
        found.arn,
        found.account,
        found.region,
        found.log_class,
        found.stored_bytes,
        found.retention_days,
        found.created_ms,
        asked.function or found.function,
        asked.versions,
        asked.streams,
        asked.linked or found.linked,
    )


def _group(item: Mapping[str, Any], *, linked: bool) -> LogGroup:
    arn = item.get("logGroupArn") or str(item.get("arn", "")).removesuffix(":*") or None
    named = group_ref(arn) if arn else None
    name = str(item["logGroupName"])
    return LogGroup(
        name,
        arn,
        named.account if named else None,
        named.region if named else None,
        item.get("logGroupClass"),
        item.get("storedBytes"),
        item.get("retentionInDays"),
        item.get("creationTime"),
        name.removeprefix(LAMBDA_FOLDER) if name.startswith(LAMBDA_FOLDER) else None,
        linked=linked,
    )


def _some(known: Sequence[str]) -> str | None:
    return f"log groups there: {', '.join(known[:3])}{', ...' if len(known) > 3 else ''}" if known else None
