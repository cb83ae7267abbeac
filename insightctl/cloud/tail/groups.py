"""The log groups of a tail or a pull with what the service wants to know of them: ARN, class, streams."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from insightctl.cloud.failures import error_code
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets import LogGroup, located, resolve
from insightctl.core.errors import CloudError, UsageError
from insightctl.core.job import Target

DENIED = frozenset({"AccessDenied", "AccessDeniedException", "UnauthorizedOperation"})
"""Error codes of a missing permission."""


@dataclass(frozen=True, slots=True)
class TailGroup:
    """A log group; `arn` is None when nobody could say, then it can only be polled.

    `streams` are regular expressions of which an event's stream has to match one, none for all. A `linked` group is of
    another account and read by its ARN.
    """

    name: str
    arn: str | None
    log_class: str = "STANDARD"
    streams: tuple[str, ...] = ()
    linked: bool = False


def find_groups(cloud: Cloud, target: Target) -> tuple[TailGroup, ...]:
    """The log groups that a target means, in its order. Raises UsageError for none named, CloudError for none found.

    Needs logs:DescribeLogGroups; without it, groups that are named in full come without an ARN.
    """
    groups = known_groups(cloud, target)
    return tuple(TailGroup(g.name, g.arn, g.log_class or "STANDARD", g.streams, g.linked) for g in groups)


def known_groups(cloud: Cloud, target: Target) -> tuple[LogGroup, ...]:
    """The log groups of a target, described where that is allowed. Raises as `find_groups` does.

    Groups of several accounts with the same name are refused: what comes of them could not be told apart.
    """
    found = resolve(cloud, target)
    try:
        found = located(cloud, found)
    except CloudError as error:
        if not is_denied(error):
            raise
    _check_names(found)
    return found


def is_denied(error: CloudError) -> bool:
    """Whether a permission was missing."""
    from botocore.exceptions import ClientError

    return isinstance(error.__cause__, ClientError) and error_code(error.__cause__) in DENIED


def _check_names(groups: Sequence[LogGroup]) -> None:
    twice = next((name for name, times in Counter(group.name for group in groups).items() if times > 1), None)
    if twice is not None:
        accounts = ", ".join(group.account or "this one" for group in groups if group.name == twice)
        raise UsageError(
            f"several accounts have a log group '{twice}': {accounts}",
            remedy="name one of them by its ARN (-g ARN), or one account (--account)",
        )
