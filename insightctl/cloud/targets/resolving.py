"""From a target to log groups, part by part, in one place or in several."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from insightctl.cloud.failures import said_plainly
from insightctl.cloud.session import Cloud
from insightctl.cloud.targets.asking import client
from insightctl.cloud.targets.functions import custom_groups, function_exists, function_groups, linked_group
from insightctl.cloud.targets.members import Members, parameter_members, stack_members, tagged_members
from insightctl.cloud.targets.model import (
    LogGroup,
    NothingFound,
    group_of_function,
    merged,
    without_linked_twins,
)
from insightctl.cloud.targets.patterns import exactly, group_pattern
from insightctl.cloud.targets.survey import ALL_ACCOUNTS, Survey
from insightctl.core.arns import group_ref, is_pattern
from insightctl.core.errors import UsageError
from insightctl.core.job import Target
from insightctl.core.services import Service, Tag

MAX_ACCOUNTS = 20  # DescribeLogGroups and ListLogGroups, accountIdentifiers
Part = Callable[[Survey], tuple[LogGroup, ...]]
"""One thing that was named: a function, a log group, a stack, the tags, a service."""


class Placed(NamedTuple):
    """The log groups that were found in one place."""

    cloud: Cloud
    groups: tuple[LogGroup, ...]


def resolve(cloud: Cloud, target: Target) -> tuple[LogGroup, ...]:
    """The log groups that a target means, each once, in the order it says them.

    Plain names of functions and log groups pass without a call and are not verified: `located` tells more of them when
    it is needed, or when StartQuery does not find one. Raises UsageError for a target that cannot be, NothingFound for
    a part that means nothing, CloudError.
    """
    return resolve_all((cloud,), target)[0].groups


def resolve_all(clouds: Sequence[Cloud], target: Target) -> tuple[Placed, ...]:
    """`resolve` in several places: a part has to mean something in one of them. Places without any are left out.

    With more than one place the names are verified. Raises as `resolve` does.
    """
    _check(target)
    surveys = [Survey(cloud, target.accounts) for cloud in clouds]
    found: list[list[LogGroup]] = [[] for _ in surveys]
    for part in _parts(target):
        missing = []
        for survey, groups in zip(surveys, found, strict=True):
            try:
                with said_plainly(survey.cloud.place):
                    groups += part(survey) if len(surveys) == 1 else _verified(survey, part(survey))
            except NothingFound as error:
                missing.append(error)
        if len(missing) == len(surveys):
            raise _nowhere(missing)
    placed = zip(surveys, found, strict=True)
    return tuple(Placed(survey.cloud, _once(survey, groups)) for survey, groups in placed if groups)


def located(cloud: Cloud, groups: Sequence[LogGroup]) -> tuple[LogGroup, ...]:
    """The groups with all that can be known of them; a function's is the one that its LoggingConfig names.

    Costs a DescribeLogGroups for each 50 groups and a GetFunctionConfiguration for each function that is not described
    yet. Raises NothingFound for the first that does not exist, CloudError.
    """
    with said_plainly(cloud.place):
        return _verified(Survey(cloud), groups)


def _verified(survey: Survey, groups: Sequence[LogGroup]) -> tuple[LogGroup, ...]:
    found, missing = _look_up(survey, groups)
    if missing:
        raise _missing(survey, missing[0])
    return found


def _look_up(survey: Survey, groups: Sequence[LogGroup]) -> tuple[tuple[LogGroup, ...], tuple[LogGroup, ...]]:
    """The groups that exist, described, and those that do not."""
    moved = custom_groups(survey, [group for group in groups if not group.described])
    known = [group for group in groups if group.described]
    described = survey.described(moved)
    names = {group.identifier for group in described}
    return merged([*known, *described]), tuple(group for group in moved if group.identifier not in names)


def _missing(survey: Survey, group: LogGroup) -> NothingFound:
    what = f"log group '{group.name}' does not exist in {group.account or survey.region}"
    if group.function is None or group.linked:
        return survey.nothing(what, group.name)
    exists = function_exists(survey, group.function)
    if exists:
        return survey.nothing(
            f"function '{group.function}' has no logs in {survey.region}: there is no log group '{group.name}'",
            group.name,
            "it was never invoked, or its role may not write logs (logs:CreateLogGroup)",
        )
    if exists is None:
        return survey.nothing(what, group.name, f"if '{group.function}' logs to another group, name it with -g")
    return survey.nothing(f"there is no function '{group.function}' in {survey.region}", group.name)


def _parts(target: Target) -> Iterator[Part]:
    for name in target.functions:
        yield partial(function_groups, text=name)
    for name in target.log_groups:
        yield partial(_named_group, text=name)
    for name in target.stacks:
        yield partial(_of_stack, name=name)
    if target.tags:
        yield partial(_of_tags, tags=target.tags)
    for service in target.services:
        yield partial(_of_service, service=service)


def _named_group(survey: Survey, text: str) -> tuple[LogGroup, ...]:
    ref = group_ref(text)
    if is_pattern(ref.name):
        found = survey.matching(group_pattern(ref.name))
        if not found:
            raise survey.nothing(f"no log group matches '{text}'", text)
        return found
    if ref.region not in (None, survey.region):
        raise NothingFound(
            f"{text} is in {ref.region}", where=str(survey.cloud.place), remedy=f"pass --region {ref.region}"
        )
    group = LogGroup(ref.name)
    if ref.account:
        return (linked_group(survey, group, ref.account, ref.partition),)
    if ALL_ACCOUNTS in survey.accounts:
        found = survey.matching(exactly(ref.name))
        if not found:
            raise survey.nothing(f"no account has a log group '{ref.name}'", ref.name)
        return found
    return tuple(linked_group(survey, group, account, None) for account in survey.accounts) or (group,)


def _of_stack(survey: Survey, name: str) -> tuple[LogGroup, ...]:
    return _of_members(survey, stack_members(survey.cloud, name), f"stack '{name}'")


def _of_tags(survey: Survey, tags: tuple[Tag, ...]) -> tuple[LogGroup, ...]:
    return _of_members(survey, tagged_members(survey.cloud, tags), f"tagged {Target(tags=tags)}")


def _of_members(survey: Survey, members: Members, of: str) -> tuple[LogGroup, ...]:
    """The groups of members that are there: a function that was never invoked has none, and nothing is missing."""
    if members.is_empty:
        seen = f"{members.seen} resource{'' if members.seen == 1 else 's'}"
        raise NothingFound(
            f"{of}: no functions and no log groups",
            where=str(survey.cloud.place),
            remedy=f"looked at {seen} in {survey.region}",
        )
    groups = [
        *(group_of_function(name) for name in members.functions),
        *(LogGroup(name) for name in members.log_groups),
    ]
    found, missing = _look_up(survey, groups)
    if not found:
        listed = ", ".join(group.name for group in missing[:3]) + (", ..." if len(missing) > 3 else "")
        raise survey.nothing(
            f"{of}: none of its {len(missing)} log group{'' if len(missing) == 1 else 's'} exists ({listed})",
            missing[0].name,
            "functions that were never invoked have none",
        )
    return found


def _of_service(survey: Survey, service: Service) -> tuple[LogGroup, ...]:
    try:
        return merged(_service_groups(survey, service))
    except (NothingFound, UsageError) as error:
        if service.where is None:
            raise
        raise type(error)(
            f"service '{service.name}': {error.what}",
            where=service.where if error.where is None else f"{service.where}; {error.where}",
            remedy=error.remedy,
        ) from error


def _service_groups(survey: Survey, service: Service) -> Iterator[LogGroup]:
    yield from _listed(survey, service.functions, service.log_groups)
    for parameter in service.parameters:
        members = parameter_members(survey.cloud, parameter)
        if members.is_empty:
            raise NothingFound(f"parameter '{parameter}' names nothing", where=str(survey.cloud.place))
        yield from _listed(survey, members.functions, members.log_groups)
    for stack in service.stacks:
        yield from _of_stack(survey, stack)
    if service.tags:
        yield from _of_tags(survey, service.tags)


def _listed(survey: Survey, functions: Sequence[str], log_groups: Sequence[str]) -> tuple[LogGroup, ...]:
    """The groups of a list that is kept for more than one query.

    Functions that were never invoked have no group yet; a name that Lambda does not know is a mistake in the list.
    """
    groups = [each for name in functions for each in function_groups(survey, name)]
    groups += [each for name in log_groups for each in _named_group(survey, name)]
    found, missing = _look_up(survey, groups)
    for group in missing:
        idle = group.function and not group.linked and function_exists(survey, group.function)
        if not idle:
            raise _missing(survey, group)
    return found


def _once(survey: Survey, groups: Sequence[LogGroup]) -> tuple[LogGroup, ...]:
    """Every group once, also one that is named both plainly and by an ARN of the own account."""
    own = {group.name for group in groups if not group.linked}
    if not any(group.linked and group.name in own for group in groups):
        return merged(groups)
    with said_plainly(survey.cloud.place):
        account = str(client(survey.cloud, "sts").get_caller_identity()["Account"])
    return without_linked_twins(groups, account)


def _nowhere(missing: Sequence[NothingFound]) -> NothingFound:
    first = missing[0]
    if len(missing) == 1:
        return first
    where = "; ".join(dict.fromkeys(error.where for error in missing if error.where))
    return NothingFound(first.what, where=where, remedy="; ".join(dict.fromkeys(e.remedy for e in missing if e.remedy)))


def _check(target: Target) -> None:
    """Raises UsageError for what no place can resolve."""
    if target.is_empty:
        raise UsageError(
            "no log group is named", remedy="say which logs: -f FUNCTION (--function) or -g LOG_GROUP (--log-group)"
        )
    for account in target.accounts:
        if account != ALL_ACCOUNTS and not (len(account) == 12 and account.isdecimal()):
            raise UsageError(f"--account {account}: not the id of an account", remedy="12 digits, or 'all'")
    if len(target.accounts) > MAX_ACCOUNTS:
        raise UsageError(f"--account takes {MAX_ACCOUNTS} accounts", remedy="ask in several runs, or --account all")
    if target.accounts and (target.stacks or target.tags or any(service.asks_aws for service in target.services)):
        raise UsageError(
            "--account goes with -f and -g: stacks, tags and parameters are known to their own account only",
            remedy="leave one of them out, or use --profile of that account",
        )
