"""`insightctl iam-policy`: the least policy that commands need, for chosen functions only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import terminal
from insightctl.core.errors import CloudError, UsageError

if TYPE_CHECKING:
    from insightctl.cloud.policy import Policy

_COMMANDS = "Commands such as query, triage, logs tail, or all. Default: all that only read."


def iam_policy(
    commands: Annotated[list[str] | None, typer.Argument(metavar="[COMMAND]...", help=_COMMANDS)] = None,
    function: Annotated[
        list[str] | None,
        typer.Option("--function", "-f", metavar="NAME", help="Function, or a glob of * and ?. Repeatable."),
    ] = None,
    log_group: Annotated[
        list[str] | None,
        typer.Option("--log-group", "-g", metavar="NAME", help="Log group, or a glob of * and ?. Repeatable."),
    ] = None,
    dashboard: Annotated[
        list[str] | None,
        typer.Option("--dashboard", metavar="NAME", help="Dashboard. Repeatable. Default: those of insightctl."),
    ] = None,
    stack: Annotated[
        list[str] | None,
        typer.Option("--stack", metavar="NAME", help="Allow --stack with this stack. Repeatable."),
    ] = None,
    parameter: Annotated[
        list[str] | None,
        typer.Option(
            "--parameter", metavar="NAME", help="Allow --service with this SSM parameter or path. Repeatable."
        ),
    ] = None,
    tag: Annotated[bool, typer.Option("--tag", help="Allow --tag.")] = False,
    required: Annotated[
        bool, typer.Option("--required-only", help="Without the actions that a command can do without.")
    ] = False,
    account: Annotated[
        str | None, typer.Option("--account", metavar="ID", help="Account. Default: the one that you are signed in to.")
    ] = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FORMAT", help="json, terraform, cloudformation or sam.")
    ] = "json",
    profile: Annotated[str | None, typer.Option("--profile", help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="AWS region.")] = None,
) -> None:
    """Print the least IAM policy for commands on chosen functions. Changes nothing.

    Templates leave account and region to the deployment when they are not named.

    Example: insightctl iam-policy query triage -f checkout -f 'cart-*' --account 123456789012 --region eu-west-1

    Example: insightctl iam-policy logs tail -f checkout -o cloudformation
    """
    from insightctl.cloud.policy import FORMATS, Names, chosen, policy, text
    from insightctl.cloud.policy.needs import needs_of

    if output not in FORMATS:
        raise UsageError(f"-o {output}: no such format here", remedy=", ".join(FORMATS))
    named = chosen(commands or ())
    partition, where, owner = _place(output, account, region, profile)
    names = Names(
        owner,
        where,
        partition,
        tuple(function or ()),
        tuple(log_group or ()),
        tuple(dashboard or _dashboards()),
        tuple(stack or ()),
        tuple(parameter or ()),
        tag,
    )
    made = policy(needs_of(named), names, with_optional=not required)
    print(text(made, output))
    _say(made, named_any=bool(commands))


def _place(output: str, account: str | None, region: str | None, profile: str | None) -> tuple[str, str, str]:
    """Partition, region and account: as named, else placeholders where the format has some, else the session's."""
    from insightctl.cloud.policy.formats import PLACEHOLDERS

    if account is not None and not (len(account) == 12 and account.isdecimal()):
        raise UsageError(f"--account {account}: not the id of an account", remedy="12 digits")
    if output in PLACEHOLDERS:
        partition, where, owner = PLACEHOLDERS[output]
        return (_partition(region) if region else partition), region or where, account or owner
    where = region or _region(profile)
    return _partition(where), where, account or _account(profile, where)


def _partition(region: str) -> str:
    import botocore.session
    from botocore.exceptions import UnknownRegionError

    try:
        return str(botocore.session.Session().get_partition_for_region(region))
    except UnknownRegionError:
        raise UsageError(f"'{region}' is not the name of an AWS region", remedy="write it like eu-west-1") from None


def _region(profile: str | None) -> str:
    from insightctl.cloud.session import Access, Cloud

    found = Cloud(Access(profile)).session.region_name
    if not found:
        raise UsageError("no AWS region is set", remedy="pass --region, or set AWS_REGION")
    return found


def _account(profile: str | None, region: str) -> str:
    from insightctl.cloud.doctor.clients import Clients
    from insightctl.cloud.failures import said_plainly
    from insightctl.cloud.session import Access

    clients = Clients(Access(profile, region))
    try:
        with said_plainly(clients.place):
            return str(clients.get("sts").get_caller_identity()["Account"])
    except CloudError as error:
        raise CloudError(
            f"the account is not known: {error.what}", where=error.where, remedy="name it: --account 123456789012"
        ) from error


def _dashboards() -> tuple[str, ...]:
    from insightctl.dashboards import names

    return tuple(names())


def _say(made: Policy, *, named_any: bool) -> None:
    import json

    from insightctl.cloud.policy.document import MOST_CHARACTERS
    from insightctl.cloud.policy.needs import WRITES, commands

    if not named_any:
        left = ", ".join(command for command in commands() if command in WRITES)
        terminal.warn(f"this is for the commands that only read; {left} must be named")
    size = len(json.dumps(made.document, separators=(",", ":")))
    if size > MOST_CHARACTERS:
        terminal.warn(
            f"the policy has {size:,} characters, IAM takes {MOST_CHARACTERS:,}: use globs, or several policies"
        )
