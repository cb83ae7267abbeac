"""The least policy of commands: their actions, on the named functions and log groups only."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from insightctl.cloud.policy.needs import ACTIONS, Need, Scope, Weight
from insightctl.core.arns import default_group, function_ref, group_ref, is_pattern, is_regex
from insightctl.core.errors import UsageError

MOST_CHARACTERS = 6144
"""The size of a managed policy without its white space (IAM and AWS STS quotas)."""

_FUNCTION = re.compile(r"[\w*?-]{1,140}", re.ASCII)
_GROUP = re.compile(r"[\w.\-/#*?]{1,512}", re.ASCII)
_DASHBOARD = re.compile(r"[\w*?-]{1,255}", re.ASCII)
_STACK = re.compile(r"[A-Za-z][A-Za-z0-9*?-]{0,127}", re.ASCII)
_PARAMETER = re.compile(r"/?[\w.\-/*?]{1,1011}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Names:
    """What the policy is for: names, globs or ARNs of functions and log groups, and the rest by name.

    `account`, `region` and `partition` are values, or placeholders of a template language.
    """

    account: str
    region: str
    partition: str = "aws"
    functions: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()
    dashboards: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    parameters: tuple[str, ...] = ()
    tagged: bool = False

    @property
    def options(self) -> frozenset[str]:
        """The options whose needs are meant."""
        aliased = any(function_ref(name).alias for name in self.functions)
        told = {
            "--alias": aliased,
            "--stack": bool(self.stacks),
            "--tag": self.tagged,
            "--service": bool(self.parameters),
        }
        return frozenset(option for option, is_meant in told.items() if is_meant)

    @property
    def has_globs(self) -> bool:
        """Whether something is named by a glob."""
        return any(is_pattern(name) for name in (*self.functions, *self.log_groups))


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement that allows actions on resources."""

    sid: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """Statements, those on resources first."""

    statements: tuple[Statement, ...]

    @property
    def document(self) -> dict[str, object]:
        """The policy as IAM takes it."""
        statements = [
            {"Sid": each.sid, "Effect": "Allow", "Action": list(each.actions), "Resource": list(each.resources)}
            for each in self.statements
        ]
        return {"Version": "2012-10-17", "Statement": statements}


def policy(needs: Sequence[Need], names: Names, *, with_optional: bool = True) -> Policy:
    """The least policy for these needs. Raises UsageError for names that IAM cannot express, or that are missing."""
    meant = [need for need in needs if _is_meant(need, names, with_optional)]
    statements = []
    for scope in Scope:
        of_scope = [need for need in meant if ACTIONS[need.action] is scope]
        if scope is Scope.NO_PERMISSION or not of_scope:
            continue
        is_required = any(need.weight is Weight.REQUIRED for need in of_scope)
        if resources := _resources(scope, names, is_required=is_required):
            actions = tuple(sorted({need.action for need in of_scope}))
            statements.append(Statement(scope.value, actions, resources))
    return Policy(tuple(statements))


def _is_meant(need: Need, names: Names, with_optional: bool) -> bool:
    if need.option is not None and need.option not in names.options:
        return False
    return with_optional or need.weight is Weight.REQUIRED or (need.weight is Weight.GLOBS and names.has_globs)


def _resources(scope: Scope, names: Names, *, is_required: bool) -> tuple[str, ...]:
    """None at all when nothing of the scope is named and commands can do without."""
    made = tuple(dict.fromkeys(_ARNS[scope](names)))
    if not made and is_required:
        what, remedy = _MISSING[scope]
        raise UsageError(f"the policy needs the names of {what}", remedy=remedy)
    return made


def _log_groups(names: Names) -> Iterator[str]:
    """With `:*` at the end, as policies take log groups for all actions but those on tags (Logs user guide)."""
    for text in names.functions:
        ref = function_ref(text)
        name = default_group(_checked(ref.name, _FUNCTION, "-f"))
        yield f"{_start(names, 'logs', ref.partition, ref.region, ref.account)}:log-group:{name}:*"
    for text in names.log_groups:
        group = group_ref(text)
        name = _checked(group.name, _GROUP, "-g")
        yield f"{_start(names, 'logs', group.partition, group.region, group.account)}:log-group:{name}:*"


def _functions(names: Names) -> Iterator[str]:
    """Each function, and its versions and aliases: a call with a Qualifier is checked against the qualified ARN."""
    for text in names.functions:
        ref = function_ref(text)
        start = _start(names, "lambda", ref.partition, ref.region, ref.account)
        arn = f"{start}:function:{_checked(ref.name, _FUNCTION, '-f')}"
        yield arn
        if not arn.endswith("*"):
            yield f"{arn}:*"


def _dashboards(names: Names) -> Iterator[str]:
    for name in names.dashboards:
        yield f"{_start(names, 'cloudwatch', region='')}:dashboard/{_checked(name, _DASHBOARD, '--dashboard')}"


def _stacks(names: Names) -> Iterator[str]:
    """The end of a stack's ARN is a random id; CloudFormation names a nested stack PARENT-RESOURCE-SUFFIX."""
    for name in names.stacks:
        known = _checked(name, _STACK, "--stack")
        yield f"{_start(names, 'cloudformation')}:stack/{known}/*"
        yield f"{_start(names, 'cloudformation')}:stack/{known}-*/*"


def _parameters(names: Names) -> Iterator[str]:
    for name in names.parameters:
        known = _checked(name, _PARAMETER, "--parameter").strip("/")
        yield f"{_start(names, 'ssm')}:parameter/{known}"
        if "/" in name:
            yield f"{_start(names, 'ssm')}:parameter/{known}/*"


def _alarms(names: Names) -> Iterator[str]:
    yield f"{_start(names, 'cloudwatch')}:alarm:*"


def _anything(_names: Names) -> Iterator[str]:
    yield "*"


_ARNS: Mapping[Scope, Callable[[Names], Iterator[str]]] = {
    Scope.LOG_GROUPS: _log_groups,
    Scope.FUNCTIONS: _functions,
    Scope.DASHBOARDS: _dashboards,
    Scope.STACKS: _stacks,
    Scope.PARAMETERS: _parameters,
    Scope.ALARMS: _alarms,
    Scope.ANYTHING: _anything,
}
_MISSING: Mapping[Scope, tuple[str, str]] = {
    Scope.LOG_GROUPS: ("functions or log groups", "say which: -f checkout -f 'cart-*' (or -g LOG_GROUP)"),
    Scope.FUNCTIONS: ("functions", "say which: -f checkout -f 'cart-*'"),
    Scope.DASHBOARDS: ("dashboards", "say which: --dashboard NAME"),
}


def _start(
    names: Names, service: str, partition: str | None = None, region: str | None = None, account: str | None = None
) -> str:
    where = names.region if region is None else region
    return f"arn:{partition or names.partition}:{service}:{where}:{account or names.account}"


def _checked(name: str, allowed: re.Pattern[str], option: str) -> str:
    if is_regex(name) or "[" in name:
        raise UsageError(f"{option} {name}: IAM knows * and ? only", remedy="write it with them, or name each")
    if not allowed.fullmatch(name):
        raise UsageError(f"{option} {name}: no such name is possible", remedy="check the spelling")
    return name
