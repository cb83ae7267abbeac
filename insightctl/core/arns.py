"""How people name functions and log groups: names, ARNs, and functions with an alias or version."""

from __future__ import annotations

import re
from typing import NamedTuple

from insightctl.core.errors import UsageError

LAMBDA_FOLDER = "/aws/lambda/"
_FUNCTION_ARN = re.compile(
    r"arn:(?P<partition>aws[\w-]*):lambda:(?P<region>[\w-]+):(?P<account>\d{12}):function:(?P<rest>.+)"
)
_PARTIAL_ARN = re.compile(r"(?P<account>\d{12}):function:(?P<rest>.+)")  # Lambda takes it too: ACCOUNT:function:NAME
_GROUP_ARN = re.compile(
    r"arn:(?P<partition>aws[\w-]*):logs:(?P<region>[\w-]+):(?P<account>\d{12}):log-group:(?P<name>[^:]+)(?::\*)?"
)
_WILD = re.compile(r"[*?\[]")


class FunctionRef(NamedTuple):
    """A function as named: its name (or glob), alias or version, and what an ARN adds; None where it says nothing."""

    name: str
    qualifier: str | None = None
    account: str | None = None
    region: str | None = None
    partition: str | None = None

    @property
    def version(self) -> str | None:
        """The qualifier when it is a version; an alias has a letter and is no `$LATEST`."""
        named = self.qualifier
        return named if named is not None and (named == "$LATEST" or named.isdecimal()) else None

    @property
    def alias(self) -> str | None:
        """The qualifier when it is an alias."""
        return None if self.version else self.qualifier


class GroupRef(NamedTuple):
    """A log group as named: its name (or glob, or /regex/), and what an ARN adds."""

    name: str
    account: str | None = None
    region: str | None = None
    partition: str | None = None


def default_group(function: str) -> str:
    """The log group of a function that was not given another."""
    return LAMBDA_FOLDER + function


def is_regex(text: str) -> bool:
    """Whether a name is written /regex/."""
    return len(text) > 2 and text.startswith("/") and text.endswith("/")


def is_pattern(text: str) -> bool:
    """Whether a name is a glob or a /regex/."""
    return is_regex(text) or _WILD.search(text) is not None


def function_ref(text: str) -> FunctionRef:
    """A function from its name, name:alias, name:version, ARN, or glob. Raises UsageError for ARNs of other things."""
    if is_regex(text):
        return FunctionRef(text)
    if found := _FUNCTION_ARN.fullmatch(text):
        name, _, qualifier = found["rest"].partition(":")
        return FunctionRef(name, qualifier or None, found["account"], found["region"], found["partition"])
    if found := _PARTIAL_ARN.fullmatch(text):
        name, _, qualifier = found["rest"].partition(":")
        return FunctionRef(name, qualifier or None, found["account"])
    if text.startswith("arn:"):
        remedy = (
            f"name it with -g: -g {text}" if _GROUP_ARN.fullmatch(text) else "such as -f checkout or -f checkout:prod"
        )
        raise UsageError(f"-f {text}: this is not the ARN of a Lambda function", remedy=remedy)
    name, colon, qualifier = text.partition(":")
    if not name or (colon and not qualifier) or ":" in qualifier:
        raise UsageError(f"-f {text}: not NAME, NAME:ALIAS or NAME:VERSION", remedy="such as -f checkout:prod")
    if colon and is_pattern(name):
        raise UsageError(
            f"-f {text}: an alias or version goes with one function, not with a glob",
            remedy="name each: -f checkout:prod -f cart:prod",
        )
    return FunctionRef(name, qualifier or None)


def group_ref(text: str) -> GroupRef:
    """A log group from its name, ARN (with or without the `:*` at its end), glob or /regex/. Raises UsageError."""
    if found := _GROUP_ARN.fullmatch(text):
        return GroupRef(found["name"], found["account"], found["region"], found["partition"])
    if text.startswith("arn:"):
        remedy = f"name it with -f: -f {text}" if _FUNCTION_ARN.fullmatch(text) else "such as -g /aws/lambda/checkout"
        raise UsageError(f"-g {text}: this is not the ARN of a log group", remedy=remedy)
    return GroupRef(text)
