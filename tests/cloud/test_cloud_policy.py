"""The table of permissions against the code, and the policies made from it."""

from __future__ import annotations

import ast
import json
from pathlib import Path

import boto3
import botocore.session
import pytest
from botocore import xform_name

import insightctl
from insightctl.cloud.policy import ACTIONS, NEEDS, Names, Policy, Scope, chosen, policy, text
from insightctl.cloud.policy.document import MOST_CHARACTERS
from insightctl.cloud.policy.needs import SERVICES, WRITES, commands, needs_of
from insightctl.core.errors import UsageError

_PACKAGE = Path(insightctl.__file__).parent
_NO_AWS = {"demo", "editor", "emulator", "local", "ql", "render", "core"}
_NAMES = Names("123456789012", "eu-west-1", functions=("checkout",), dashboards=("lambda-service",))
_ALL = needs_of(commands())


def _method(action: str) -> tuple[str, str]:
    """boto3's service and method of an action."""
    prefix, _, operation = action.partition(":")
    return SERVICES.get(prefix, prefix), xform_name(operation)


def _operations() -> dict[str, set[str]]:
    """Every boto3 method of the services that insightctl talks to, with the services that have it."""
    session = botocore.session.get_session()
    found: dict[str, set[str]] = {}
    for service in {_method(action)[0] for action in ACTIONS}:
        for operation in session.get_service_model(service).operation_names:
            found.setdefault(xform_name(operation), set()).add(service)
    return found


def _calls() -> dict[str, str]:
    """The methods of boto3's clients that the code names (as attributes and as names of paginators), with a place."""
    operations = _operations()
    found: dict[str, str] = {}
    for file in sorted(_PACKAGE.rglob("*.py")):
        parts = file.relative_to(_PACKAGE).parts
        if parts[0] in _NO_AWS or parts[:2] in {("cloud", "policy")} or file.name == "probes.py":
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            name = (
                node.attr if isinstance(node, ast.Attribute) else node.value if isinstance(node, ast.Constant) else None
            )
            if isinstance(name, str) and name in operations:
                found.setdefault(name, f"{'/'.join(parts)}:{getattr(node, 'lineno', 0)}")
    return found


def test_every_call_of_the_code_is_in_the_table() -> None:
    known = {_method(need.action)[1] for need in NEEDS}
    unknown = {name: place for name, place in _calls().items() if name not in known}
    assert not unknown, f"add these to insightctl/cloud/policy/needs.py: {unknown}"


def test_every_action_of_the_table_is_called() -> None:
    called = _calls()
    unused = {need.action for need in NEEDS if _method(need.action)[1] not in called}
    assert not unused, f"nothing calls these: drop them from needs.py: {unused}"


def test_every_action_is_an_operation_of_its_service() -> None:
    operations = _operations()
    assert [a for a in ACTIONS if _method(a)[0] not in operations.get(_method(a)[1], ())] == []


def test_the_manual_has_the_table() -> None:
    manual = (_PACKAGE.parent / "docs" / "permissions.md").read_text("utf-8")
    missing = [row for row in manual_rows() if row not in manual]
    assert not missing, "\n".join(["docs/permissions.md lacks these rows:", *missing])


def manual_rows() -> list[str]:
    """The rows of the manual's table: a row a need."""
    scopes = {
        Scope.LOG_GROUPS: "log groups",
        Scope.FUNCTIONS: "functions",
        Scope.DASHBOARDS: "dashboards",
        Scope.STACKS: "stacks",
        Scope.PARAMETERS: "parameters",
        Scope.ALARMS: "all alarms",
        Scope.ANYTHING: "`*`",
        Scope.NO_PERMISSION: "everybody may",
    }
    return [
        f"| {', '.join(need.commands)}{f' with `{need.option}`' if need.option else ''} | `{need.action}` "
        f"| {scopes[ACTIONS[need.action]]} | {need.weight.value} | {need.lost} |"
        for need in NEEDS
    ]


def test_needs_and_actions_name_each_other() -> None:
    assert {need.action for need in NEEDS} == set(ACTIONS)


def test_every_command_of_the_table_exists() -> None:
    from insightctl.cli.app import _COMMANDS

    assert {command.split()[0] for need in NEEDS for command in need.commands} <= set(_COMMANDS)
    assert {command for need in NEEDS for command in need.commands} >= WRITES


def test_query_for_one_function() -> None:
    made = policy(needs_of(("query",)), _NAMES, with_optional=False)

    assert made.document == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "LogGroupsOfTheFunctions",
                "Effect": "Allow",
                "Action": ["logs:GetQueryResults", "logs:StartQuery"],
                "Resource": ["arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*"],
            },
            {"Sid": "ActionsThatTakeNoResource", "Effect": "Allow", "Action": ["logs:StopQuery"], "Resource": ["*"]},
        ],
    }


def test_a_glob_needs_the_groups_to_be_listed() -> None:
    made = policy(needs_of(("query",)), Names("123456789012", "eu-west-1", functions=("cart-*",)), with_optional=False)

    groups, others = made.statements
    assert groups.resources == ("arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/cart-*:*",)
    assert "logs:DescribeLogGroups" in others.actions


def test_no_policy_has_a_wild_action_and_only_actions_without_resource_types_have_all_resources() -> None:
    names = Names(
        "123456789012",
        "eu-west-1",
        functions=("checkout:prod", "cart"),
        log_groups=("/ecs/web",),
        dashboards=("ops",),
        stacks=("shop",),
        parameters=("/shop/functions",),
        tagged=True,
    )
    made = policy(_ALL, names)

    assert {action for each in made.statements for action in each.actions} == {
        need.action for need in _ALL if ACTIONS[need.action] is not Scope.NO_PERMISSION
    }
    for each in made.statements:
        assert not any("*" in action for action in each.actions)
        if "*" in each.resources:
            assert each.sid == "ActionsThatTakeNoResource"
            assert {ACTIONS[action] for action in each.actions} == {Scope.ANYTHING}


def test_each_option_brings_its_actions_only_when_it_is_meant() -> None:
    plain = _actions(policy(_ALL, _NAMES))
    stacked = _actions(
        policy(_ALL, Names("123456789012", "eu-west-1", functions=("checkout",), dashboards=("d",), stacks=("shop",)))
    )

    found = {"cloudformation:ListStackResources", "cloudformation:DescribeStacks", "cloudformation:GetTemplate"}
    assert stacked - plain == found
    assert not any(action.startswith(("ssm:", "tag:")) for action in plain)


def test_an_alias_needs_to_be_read() -> None:
    names = Names("123456789012", "eu-west-1", functions=("checkout:prod",))
    made = policy(needs_of(("query",)), names, with_optional=False)

    (functions,) = (each for each in made.statements if each.sid == "TheFunctions")
    assert functions.actions == ("lambda:GetAlias",)
    assert functions.resources == (
        "arn:aws:lambda:eu-west-1:123456789012:function:checkout",
        "arn:aws:lambda:eu-west-1:123456789012:function:checkout:*",
    )


def test_stacks_and_those_nested_in_them() -> None:
    made = policy(needs_of(("query",)), Names("123456789012", "eu-west-1", functions=("f",), stacks=("shop",)))

    (stacks,) = (each.resources for each in made.statements if each.sid == "TheStacksAndThoseNestedInThem")
    assert stacks == (
        "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop/*",
        "arn:aws:cloudformation:eu-west-1:123456789012:stack/shop-*/*",
    )


def test_an_arn_brings_its_own_account_region_and_partition() -> None:
    arn = "arn:aws-cn:lambda:cn-north-1:210987654321:function:checkout:7"
    made = policy(needs_of(("query",)), Names("123456789012", "eu-west-1", functions=(arn,)))

    assert made.statements[0].resources == ("arn:aws-cn:logs:cn-north-1:210987654321:log-group:/aws/lambda/checkout:*",)


def test_log_groups_alone_leave_out_what_is_about_functions() -> None:
    made = policy(needs_of(("query",)), Names("123456789012", "eu-west-1", log_groups=("/ecs/web",)))

    assert [each.sid for each in made.statements] == ["LogGroupsOfTheFunctions", "ActionsThatTakeNoResource"]
    assert made.statements[0].resources == ("arn:aws:logs:eu-west-1:123456789012:log-group:/ecs/web:*",)


@pytest.mark.parametrize(
    "names",
    [
        Names("1", "r"),
        Names("1", "r", functions=("cart-[ab]",)),
        Names("1", "r", functions=("/cart/",)),
        Names("1", "r", functions=('a","Action":"*',)),
        Names("1", "r", functions=("${aws:username}",)),
        Names("1", "r", functions=("checkout\n",)),
        Names("1", "r", log_groups=("a b",)),
    ],
)
def test_names_that_a_policy_cannot_hold_are_refused(names: Names) -> None:
    with pytest.raises(UsageError):
        policy(needs_of(("query",)), names)


def test_commands_are_named_by_words() -> None:
    assert chosen(("logs", "tail", "query")) == ("query", "logs tail")
    assert chosen(("logs tail",)) == ("logs tail",)
    assert chosen(("library",)) == ("library push", "library diff", "library pull")
    assert chosen(("all",)) == commands()
    assert set(commands()) - set(chosen(())) == WRITES & set(commands())


@pytest.mark.parametrize(("word", "hint"), [("qeury", "query"), ("logs tali", "logs tail"), ("explain", "commands: ")])
def test_an_unknown_command_gets_the_nearest(word: str, hint: str) -> None:
    with pytest.raises(UsageError) as refused:
        chosen((word,))
    assert hint in str(refused.value.remedy)


def test_iam_takes_the_policy(aws: str) -> None:
    made = policy(_ALL, Names("123456789012", "eu-west-1", functions=("checkout", "cart-*"), dashboards=("ops",)))

    written = text(made, "json")
    boto3.client("iam").create_policy(PolicyName="insightctl", PolicyDocument=written)

    assert len(json.dumps(json.loads(written), separators=(",", ":"))) < MOST_CHARACTERS


def test_cloudformation_makes_the_policy_with_account_and_region_filled_in(aws: str) -> None:
    names = Names("${AWS::AccountId}", "${AWS::Region}", "${AWS::Partition}", functions=("checkout",))
    made = policy(needs_of(("query",)), names)
    formation, iam = boto3.client("cloudformation"), boto3.client("iam")

    formation.create_stack(
        StackName="allow", TemplateBody=text(made, "cloudformation"), Capabilities=["CAPABILITY_IAM"]
    )

    (resource,) = formation.describe_stack_resources(StackName="allow")["StackResources"]
    found = iam.get_policy(PolicyArn=resource["PhysicalResourceId"])["Policy"]
    version = iam.get_policy_version(PolicyArn=found["Arn"], VersionId=found["DefaultVersionId"])["PolicyVersion"]
    filled = Names("123456789012", "us-east-1", "aws", functions=("checkout",))
    assert version["Document"] == policy(needs_of(("query",)), filled).document


def test_sam_gets_the_policies_of_a_function() -> None:
    import yaml

    made = policy(needs_of(("query",)), _NAMES)

    assert yaml.safe_load(text(made, "sam")) == {"Policies": [made.document]}


def test_terraform_has_a_statement_each_and_the_data_it_uses() -> None:
    names = Names(
        "${data.aws_caller_identity.current.account_id}", "${data.aws_region.current.id}", functions=("checkout",)
    )
    written = text(policy(needs_of(("query",)), names, with_optional=False), "terraform")

    assert written == (
        'data "aws_region" "current" {}\n\n'
        'data "aws_caller_identity" "current" {}\n\n'
        'data "aws_iam_policy_document" "insightctl" {\n'
        "  statement {\n"
        '    sid       = "LogGroupsOfTheFunctions"\n'
        '    effect    = "Allow"\n'
        "    actions   = [\n"
        '      "logs:GetQueryResults",\n'
        '      "logs:StartQuery",\n'
        "    ]\n"
        '    resources = ["arn:aws:logs:${data.aws_region.current.id}:${data.aws_caller_identity.current.account_id}'
        ':log-group:/aws/lambda/checkout:*"]\n'
        "  }\n\n"
        "  statement {\n"
        '    sid       = "ActionsThatTakeNoResource"\n'
        '    effect    = "Allow"\n'
        '    actions   = ["logs:StopQuery"]\n'
        '    resources = ["*"]\n'
        "  }\n"
        "}\n\n"
        'resource "aws_iam_policy" "insightctl" {\n'
        '  name   = "insightctl"\n'
        "  policy = data.aws_iam_policy_document.insightctl.json\n"
        "}"
    )


def _actions(made: Policy) -> set[str]:
    return {action for each in made.statements for action in each.actions}
