"""From functions to log groups: names without a call, aliases by GetAlias, globs, LoggingConfig."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import Any

from insightctl.cloud.failures import error_code, nearest_hint
from insightctl.cloud.targets.asking import asking, client, is_unavailable
from insightctl.cloud.targets.model import LogGroup, NothingFound, group_of_function, merged
from insightctl.cloud.targets.patterns import exactly, function_pattern
from insightctl.cloud.targets.survey import ALL_ACCOUNTS, Survey
from insightctl.core.arns import FunctionRef, default_group, function_ref, is_pattern
from insightctl.core.errors import UsageError

_SERVICE = "AWS Lambda"
_CONFIGURATION, _LIST = "lambda:GetFunctionConfiguration", "lambda:ListFunctions"
_AT_ONCE = 8  # GetFunctionConfiguration takes 100 a second of an account


def function_groups(survey: Survey, text: str) -> tuple[LogGroup, ...]:
    """The log groups of a function as typed after -f. A plain name or version asks AWS nothing.

    Raises NothingFound, UsageError, and CloudError when an alias cannot be looked up.
    """
    ref = function_ref(text)
    if is_pattern(ref.name):
        return _of_pattern(survey, text)
    if ref.region not in (None, survey.region):
        raise NothingFound(
            f"{text} is in {ref.region}", where=str(survey.cloud.place), remedy=f"pass --region {ref.region}"
        )
    if ref.alias:
        if survey.accounts:
            raise UsageError(f"-f {text}: an alias of a linked account cannot be looked up", remedy="name the version")
        return _of_alias(survey, ref)
    return tuple(_placed(survey, ref))


def custom_groups(survey: Survey, groups: Sequence[LogGroup]) -> tuple[LogGroup, ...]:
    """The groups with those in place of default ones that LoggingConfig names; as they are when that is not allowed.

    Sets `survey.denied`, and in `groups` nothing. Functions of other accounts cannot be asked about.
    """
    asked = [group for group in groups if _may_be_elsewhere(group)]
    if not asked:
        return tuple(groups)
    aws = client(survey.cloud, "lambda")
    first, *others = asked
    answers = {first: _configured(survey, aws, first)}  # one by itself: when it is not allowed, the others are spared
    if _CONFIGURATION not in survey.denied and others:
        with ThreadPoolExecutor(_AT_ONCE) as pool:
            answers |= zip(others, pool.map(lambda group: _configured(survey, aws, group), others), strict=True)
    return merged(found for group in groups for found in answers.get(group, (group,)))


def function_exists(survey: Survey, name: str) -> bool | None:
    """Whether Lambda knows a function; None when it may not be asked."""
    from botocore.exceptions import ClientError

    try:
        client(survey.cloud, "lambda").get_function_configuration(FunctionName=name)
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return False
        if is_unavailable(error):
            survey.denied[_CONFIGURATION] = None
            return None
        raise
    return True


def _placed(survey: Survey, ref: FunctionRef) -> Iterator[LogGroup]:
    """The group of one function by name: of the own account, of the accounts asked for, or of the ARN's."""
    group = group_of_function(ref.name, (ref.version,) if ref.version else ())
    if ref.account:
        yield linked_group(survey, group, ref.account, ref.partition)
    elif ALL_ACCOUNTS in survey.accounts:
        found = survey.matching(exactly(group.name))
        if not found:
            raise survey.nothing(f"no account has a log group '{group.name}'", group.name)
        yield from (replace(each, versions=group.versions, streams=group.streams) for each in found)
    elif survey.accounts:
        yield from (linked_group(survey, group, account, None) for account in survey.accounts)
    else:
        yield group


def linked_group(survey: Survey, group: LogGroup, account: str, partition: str | None) -> LogGroup:
    """The group under its ARN in another account."""
    area = partition or survey.cloud.session.get_partition_for_region(survey.region)
    arn = f"arn:{area}:logs:{survey.region}:{account}:log-group:{group.name}"
    return replace(group, arn=arn, account=account, region=survey.region, linked=True)


def _of_pattern(survey: Survey, text: str) -> tuple[LogGroup, ...]:
    pattern = function_pattern(text)
    found = [*survey.matching(pattern), *_logging_elsewhere(survey, text)]
    if not found:
        shown = text if text.startswith("/") else default_group(text)
        raise survey.nothing(f"no log group matches '{shown}'", shown)
    return merged(found)


def _logging_elsewhere(survey: Survey, text: str) -> Iterator[LogGroup]:
    """Of the functions that match, those with a log group of their own choice; none when that may not be asked."""
    from botocore.exceptions import ClientError, ConnectTimeoutError, EndpointConnectionError

    if survey.accounts:
        return
    matches = function_pattern(text).matches
    try:
        for page in client(survey.cloud, "lambda").get_paginator("list_functions").paginate():
            for each in page["Functions"]:
                name, group = str(each["FunctionName"]), _log_group(each)
                if group and group != default_group(name) and matches(default_group(name)):
                    yield group_of_function(name, name=group)
    except ClientError as error:
        if not is_unavailable(error):
            raise
        survey.denied[_LIST] = None
    except (EndpointConnectionError, ConnectTimeoutError):  # a network with a way to CloudWatch Logs only
        survey.denied[f"{_LIST} (cannot be reached)"] = None


def _of_alias(survey: Survey, ref: FunctionRef) -> tuple[LogGroup, ...]:
    versions = _versions(survey, ref)
    aws = client(survey.cloud, "lambda")
    return merged(
        found for v in versions for found in _configured(survey, aws, group_of_function(ref.name, (v,)), qualifier=v)
    )


def _versions(survey: Survey, ref: FunctionRef) -> tuple[str, ...]:
    """The version that an alias points at, and those that get a share of its traffic."""
    aws = client(survey.cloud, "lambda")
    with asking(survey.cloud, _SERVICE, "lambda:GetAlias", remedy=f"name the versions: -f {ref.name}:7"):
        try:
            alias = aws.get_alias(FunctionName=ref.name, Name=ref.alias)
        except aws.exceptions.ResourceNotFoundException:
            raise _no_alias(survey, ref) from None
    weights = (alias.get("RoutingConfig") or {}).get("AdditionalVersionWeights") or {}
    return tuple(dict.fromkeys((str(alias["FunctionVersion"]), *weights)))


def _no_alias(survey: Survey, ref: FunctionRef) -> NothingFound:
    from botocore.exceptions import ClientError

    try:
        listed = client(survey.cloud, "lambda").list_aliases(FunctionName=ref.name)["Aliases"]
    except ClientError as error:
        if error_code(error) == "ResourceNotFoundException":
            return survey.nothing(f"there is no function '{ref.name}' in {survey.region}", default_group(ref.name))
        listed = []
    names = [str(each["Name"]) for each in listed]
    hint = nearest_hint(str(ref.alias), names, noun="did you mean") or f"its aliases: {', '.join(names)}"
    return NothingFound(
        f"function '{ref.name}' has no alias '{ref.alias}'",
        where=str(survey.cloud.place).replace("CloudWatch Logs", _SERVICE, 1),
        remedy=hint if names else f"name a version (-f {ref.name}:7), or the function alone",
    )


def _may_be_elsewhere(group: LogGroup) -> bool:
    return group.function is not None and not group.linked and group.name == default_group(group.function)


def _configured(survey: Survey, aws: Any, group: LogGroup, *, qualifier: str | None = None) -> tuple[LogGroup, ...]:
    """The group of a function by its LoggingConfig; the same when it has none, is gone, or that may not be asked."""
    from botocore.exceptions import ClientError

    function = str(group.function)
    asked = {"FunctionName": function, **({"Qualifier": qualifier} if qualifier else {})}
    try:
        named = _log_group(aws.get_function_configuration(**asked))
    except ClientError as error:
        if error_code(error) != "ResourceNotFoundException":
            if not is_unavailable(error):
                raise
            survey.denied[_CONFIGURATION] = None
        return (group,)
    if named is None or named == group.name:
        return (group,)
    return (group_of_function(function, group.versions, named),)


def _log_group(configuration: Mapping[str, Any]) -> str | None:
    name = (configuration.get("LoggingConfig") or {}).get("LogGroup")
    return str(name) if name else None
