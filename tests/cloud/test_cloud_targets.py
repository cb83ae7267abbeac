"""What people name becomes log groups: functions, aliases, globs, custom groups, linked accounts, several places.

Functions are real ones of moto, behind the emulator. What moto does not have (LoggingConfig, refusals of IAM, linked
accounts) is answered in the client, below the models that botocore checks requests with.
"""

from __future__ import annotations

import io
import itertools
import zipfile
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders

from insightctl.cloud.session import Access, Cloud
from insightctl.cloud.targets import (
    LogGroup,
    NothingFound,
    check_classes,
    commands_refused,
    located,
    narrowed,
    resolve,
    resolve_all,
    sites,
    stream_filter,
)
from insightctl.core.errors import CloudError, UsageError
from insightctl.core.job import Target
from insightctl.ql import check

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

ACCOUNT = "123456789012"
LINKED = "111122223333"
_numbers = itertools.count()


class Account:
    """A fresh session on the emulator, what its clients were asked, and answers that moto cannot give."""

    def __init__(self) -> None:
        self.session = boto3.Session()
        self.calls: list[str] = []
        self.session.events.register("before-call", self._count)

    def _count(self, model: Any, **_: Any) -> None:
        self.calls.append(model.name)

    @property
    def cloud(self) -> Cloud:
        return Cloud(Access(), self.session)

    def answer(self, service: str, operation: str, give: Callable[[Mapping[str, Any]], Any]) -> None:
        """Answer an operation here; None passes it on to the emulator."""
        asked: list[Mapping[str, Any]] = []

        def keep(params: Mapping[str, Any], **_: Any) -> None:
            asked.append(dict(params))

        def respond(**_: Any) -> Any:
            parsed = give(asked[-1])
            status = 400 if parsed and "Error" in parsed else 200
            return None if parsed is None else (AWSResponse("", status, HTTPHeaders(), None), parsed)

        self.session.events.register(f"provide-client-params.{service}.{operation}", keep)
        self.session.events.register(f"before-call.{service}.{operation}", respond)

    def deny(self, service: str, *operations: str) -> None:
        for operation in operations:
            error = {"Error": {"Code": "AccessDeniedException", "Message": f"not authorized to perform: {operation}"}}
            self.answer(service, operation, lambda _, error=error: error)  # type: ignore[misc]


@pytest.fixture
def account(aws: str) -> Account:
    return Account()


@pytest.fixture
def name(logs: CloudWatchLogsClient) -> str:
    """A function with a log group; its name is new."""
    name = f"shop{next(_numbers)}"
    logs.create_log_group(logGroupName=f"/aws/lambda/{name}")
    return name


def function(name: str, **tags: str) -> Any:
    """A function of moto with two versions; returns the client."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as code:
        code.writestr("app.py", "")
    role = boto3.client("iam").create_role(RoleName=f"role-{name}", AssumeRolePolicyDocument="{}")["Role"]["Arn"]
    client: Any = boto3.client("lambda")
    code_of = {"ZipFile": archive.getvalue()}
    client.create_function(FunctionName=name, Runtime="python3.12", Role=role, Handler="app.h", Code=code_of, Tags=tags)
    for text in ("1", "2"):
        changed = io.BytesIO()
        with zipfile.ZipFile(changed, "w") as code:
            code.writestr("app.py", text)
        client.update_function_code(FunctionName=name, ZipFile=changed.getvalue(), Publish=True)
    return client


def logging_to(groups: Mapping[str, str]) -> Callable[[Mapping[str, Any]], Any]:
    """GetFunctionConfiguration of functions with these log groups."""

    def give(asked: Mapping[str, Any]) -> Any:
        group = groups.get(asked["FunctionName"])
        return group and {"FunctionName": asked["FunctionName"], "LoggingConfig": {"LogGroup": group}}

    return give


def names(groups: tuple[LogGroup, ...]) -> list[str]:
    return [group.name for group in groups]


def test_plain_names_cost_no_call(account: Account) -> None:
    found = resolve(account.cloud, Target(("checkout", "cart:7"), ("/ecs/web", "/aws/lambda/checkout")))
    assert [group.identifier for group in found] == ["/aws/lambda/checkout", "/aws/lambda/cart", "/ecs/web"]
    assert [group.versions for group in found] == [(), ("7",), ()]
    assert account.calls == []


def test_an_empty_target_and_names_that_are_none(account: Account) -> None:
    for target, what in (
        (Target(), "no log group is named"),
        (Target(("a:b:c",)), "-f a:b:c: not NAME, NAME:ALIAS or NAME:VERSION"),
        (Target(("check*:prod",)), "-f check*:prod: an alias or version goes with one function, not with a glob"),
        (Target(("arn:aws:s3:::bucket",)), "-f arn:aws:s3:::bucket: this is not the ARN of a Lambda function"),
        (Target(log_groups=("/a(b/",)), "/a(b/: not a regular expression"),
        (Target(("a",), accounts=("12",)), "--account 12: not the id of an account"),
        (Target(stacks=("s",), accounts=(LINKED,)), "--account goes with -f and -g"),
    ):
        with pytest.raises(UsageError) as caught:
            resolve(account.cloud, target)
        assert caught.value.what.startswith(what)
        assert caught.value.remedy


def test_arns_are_taken_as_they_are(account: Account) -> None:
    arn = f"arn:aws:lambda:us-east-1:{LINKED}:function:checkout:3"
    group = f"arn:aws:logs:us-east-1:{LINKED}:log-group:/ecs/web:*"
    one, two = resolve(account.cloud, Target((arn,), (group,)))
    assert one.identifier == f"arn:aws:logs:us-east-1:{LINKED}:log-group:/aws/lambda/checkout"
    assert (one.account, one.region, one.versions) == (LINKED, "us-east-1", ("3",))
    assert two.identifier == f"arn:aws:logs:us-east-1:{LINKED}:log-group:/ecs/web"
    assert account.calls == []


def test_an_arn_of_another_region_says_so(account: Account) -> None:
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target((f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:checkout",)))
    assert caught.value.remedy == "pass --region eu-west-1"


def test_one_group_named_plainly_and_by_arn_is_read_once(account: Account, name: str) -> None:
    (group,) = resolve(account.cloud, Target((name, f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}")))
    assert group.identifier == f"/aws/lambda/{name}"
    assert len(resolve(account.cloud, Target((name, f"arn:aws:lambda:us-east-1:{LINKED}:function:{name}")))) == 2


def test_an_alias_means_its_versions(account: Account, name: str) -> None:
    weights = {"AdditionalVersionWeights": {"2": 0.1}}
    function(name).create_alias(FunctionName=name, Name="prod", FunctionVersion="1", RoutingConfig=weights)
    (group,) = resolve(account.cloud, Target((f"{name}:prod",)))
    assert (group.name, group.versions) == (f"/aws/lambda/{name}", ("1", "2"))
    assert narrowed("stats count(*)", [group]) == "filter @logStream like /\\[1\\]|\\[2\\]/\n| stats count(*)"
    (by_arn,) = resolve(account.cloud, Target((f"arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}:prod",)))
    assert by_arn == group


def test_an_alias_that_is_not_there_names_those_that_are(account: Account, name: str) -> None:
    function(name).create_alias(FunctionName=name, Name="production", FunctionVersion="1")
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target((f"{name}:producton",)))
    assert caught.value.what == f"function '{name}' has no alias 'producton'"
    assert caught.value.remedy == "did you mean: production"
    with pytest.raises(NothingFound, match="there is no function 'nobody' in us-east-1"):
        resolve(account.cloud, Target(("nobody:prod",)))


def test_an_alias_that_may_not_be_looked_up(account: Account) -> None:
    account.deny("lambda", "GetAlias")
    with pytest.raises(CloudError) as caught:
        resolve(account.cloud, Target(("checkout:prod",)))
    assert caught.value.what == "not allowed: lambda:GetAlias"
    assert str(caught.value.where).startswith("AWS Lambda in us-east-1")
    assert caught.value.remedy == "allow lambda:GetAlias, or name the versions: -f checkout:7"


def test_globs_and_regular_expressions(account: Account, name: str, logs: CloudWatchLogsClient) -> None:
    for suffix in ("-api", "-worker"):
        logs.create_log_group(logGroupName=f"/aws/lambda/{name}{suffix}")
    account.deny("lambda", "ListFunctions")
    everything = [f"/aws/lambda/{name}{suffix}" for suffix in ("", "-api", "-worker")]
    for target in (
        Target((f"{name}*",)),
        Target((f"/^{name}(-|$)/",)),
        Target(log_groups=(f"/aws/lambda/{name}*",)),
        Target(log_groups=(f"/{name}/",)),
        Target(log_groups=(f"/^/aws/lambda/{name}.*/",)),
    ):
        assert names(resolve(account.cloud, target)) == everything
    assert names(resolve(account.cloud, Target((f"*{name[-3:]}-w?rker",)))) == [everything[2]]
    found = resolve(account.cloud, Target((f"{name}-[a]*", f"{name}*")))
    assert names(found) == [everything[1], everything[0], everything[2]]
    assert all(group.described and group.log_class == "STANDARD" for group in found)


def test_short_prefixes_use_the_large_pages_of_list_log_groups(account: Account, name: str) -> None:
    account.deny("lambda", "ListFunctions")
    cloud = account.cloud
    resolve(cloud, Target((f"*{name[1:]}",)))
    assert "ListLogGroups" in account.calls and "DescribeLogGroups" not in account.calls
    denied = Account()
    denied.deny("logs", "ListLogGroups")
    denied.deny("lambda", "ListFunctions")
    assert names(resolve(denied.cloud, Target((f"*{name[1:]}",)))) == [f"/aws/lambda/{name}"]


def test_a_glob_finds_functions_that_log_elsewhere(account: Account, name: str) -> None:
    other = f"{name}-batch"
    page = {"Functions": [{"FunctionName": other, "LoggingConfig": {"LogGroup": "/shop/all"}}]}
    account.answer("lambda", "ListFunctions", lambda _: page)
    first, second = resolve(account.cloud, Target((f"{name}*",)))
    assert (first.name, first.streams) == (f"/aws/lambda/{name}", ())
    assert (second.name, second.function) == ("/shop/all", other)
    assert stream_filter([first, second]) == (
        "filter (@log not like /:\\/shop\\/all$/ or @logStream like /\\/" + other.replace("-", "\\-") + "\\[/)"
    )
    check(narrowed("stats count(*)", [first, second]))


def test_nothing_found_says_what_was_looked_at(account: Account, name: str) -> None:
    account.deny("lambda", "ListFunctions")
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target((f"{name}x-*",)))
    assert caught.value.what == f"no log group matches '/aws/lambda/{name}x-*'"
    remedy = str(caught.value.remedy)
    assert "looked at " in remedy and " in us-east-1" in remedy
    assert "not allowed: lambda:ListFunctions" in remedy
    assert f"/aws/lambda/{name}" in remedy


def test_located_tells_all_of_a_group(account: Account, name: str, logs: CloudWatchLogsClient) -> None:
    logs.put_retention_policy(logGroupName=f"/aws/lambda/{name}", retentionInDays=14)
    function(name)
    cloud = account.cloud
    (group,) = located(cloud, resolve(cloud, Target((f"{name}:2",))))
    assert group.arn == f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:/aws/lambda/{name}"
    assert (group.account, group.region, group.retention_days, group.stored_bytes) == (ACCOUNT, "us-east-1", 14, 0)
    assert (group.function, group.versions, group.identifier) == (name, ("2",), f"/aws/lambda/{name}")
    assert account.calls == ["GetFunctionConfiguration", "DescribeLogGroups"]


def test_located_follows_logging_config(account: Account, name: str, logs: CloudWatchLogsClient) -> None:
    custom = f"/custom/{name}"
    logs.create_log_group(logGroupName=custom)
    account.answer("lambda", "GetFunctionConfiguration", logging_to({name: custom}))
    (group,) = located(account.cloud, resolve(account.cloud, Target((name,))))
    assert (group.name, group.function, group.streams) == (custom, name, (rf"\/{name}\[",))
    (version,) = located(account.cloud, resolve(account.cloud, Target((f"{name}:$LATEST",))))
    assert version.streams == (rf"\/{name}\[\$LATEST\]",)


def test_located_without_rights_on_lambda_keeps_the_default(account: Account, name: str) -> None:
    account.deny("lambda", "GetFunctionConfiguration")
    cloud = account.cloud
    assert names(located(cloud, resolve(cloud, Target((name,))))) == [f"/aws/lambda/{name}"]
    with pytest.raises(NothingFound) as caught:
        located(cloud, resolve(cloud, Target((f"{name}x",))))
    assert caught.value.what == f"log group '/aws/lambda/{name}x' does not exist in us-east-1"
    assert "not allowed: lambda:GetFunctionConfiguration" in str(caught.value.remedy)
    assert "name it with -g" in str(caught.value.remedy)


def test_a_function_without_logs_and_one_that_is_not_there(account: Account, name: str) -> None:
    function(f"{name}-idle")
    cloud = account.cloud
    with pytest.raises(NothingFound, match=f"function '{name}-idle' has no logs in us-east-1"):
        located(cloud, resolve(cloud, Target((f"{name}-idle",))))
    with pytest.raises(NothingFound) as caught:
        located(cloud, resolve(cloud, Target((f"{name}-nope",))))
    assert caught.value.what == f"there is no function '{name}-nope' in us-east-1"
    assert name in str(caught.value.remedy)


def test_more_groups_than_one_describe_takes(account: Account, logs: CloudWatchLogsClient) -> None:
    folder = f"/lots{next(_numbers)}"
    for n in range(60):
        logs.create_log_group(logGroupName=f"{folder}/{n:02d}")
    found = located(account.cloud, [LogGroup(f"{folder}/{n:02d}") for n in range(60)])
    assert len(found) == 60 and all(group.described for group in found)
    assert account.calls == ["DescribeLogGroups"] * 2


def test_linked_accounts(account: Account) -> None:
    (plain,) = resolve(account.cloud, Target(("checkout",), accounts=(LINKED,)))
    assert plain.identifier == f"arn:aws:logs:us-east-1:{LINKED}:log-group:/aws/lambda/checkout"
    assert (plain.account, account.calls) == (LINKED, [])

    asked: list[Mapping[str, Any]] = []

    def describe(params: Mapping[str, Any]) -> Any:
        asked.append(params)
        arn = f"arn:aws:logs:us-east-1:{LINKED}:log-group:/aws/lambda/cart-api"
        return {"logGroups": [{"logGroupName": "/aws/lambda/cart-api", "arn": f"{arn}:*", "creationTime": 1}]}

    account.answer("logs", "DescribeLogGroups", describe)
    (found,) = resolve(account.cloud, Target(("cart-*",), accounts=(LINKED,)))
    assert found.identifier == f"arn:aws:logs:us-east-1:{LINKED}:log-group:/aws/lambda/cart-api"
    assert asked[0]["includeLinkedAccounts"] and asked[0]["accountIdentifiers"] == [LINKED]
    (anywhere,) = resolve(account.cloud, Target(("cart-api",), accounts=("all",)))
    assert anywhere.account == LINKED and "accountIdentifiers" not in asked[1]
    with pytest.raises(NothingFound) as caught:
        resolve(account.cloud, Target(("card-*",), accounts=(LINKED,)))
    assert f"looked at 1 log group in us-east-1 (account {LINKED})" in str(caught.value.remedy)


def test_several_places(aws: str, name: str) -> None:
    places = sites(("us-east-1", "eu-west-1", "us-east-1"), ("default",))
    assert places == (Access("default", "us-east-1"), Access("default", "eu-west-1"))
    assert sites() == (Access(),)
    clouds = [Cloud(Access(region=region)) for region in ("us-east-1", "eu-west-1")]
    boto3.client("logs", region_name="eu-west-1").create_log_group(logGroupName=f"/aws/lambda/{name}-eu")
    (one,) = resolve_all(clouds, Target((name,)))
    assert (one.cloud, names(one.groups)) == (clouds[0], [f"/aws/lambda/{name}"])
    both = resolve_all(clouds, Target((f"{name}*",)))
    assert [(p.groups[0].region, names(p.groups)) for p in both] == [
        ("us-east-1", [f"/aws/lambda/{name}"]),
        ("eu-west-1", [f"/aws/lambda/{name}-eu"]),
    ]
    with pytest.raises(NothingFound) as caught:
        resolve_all(clouds, Target((f"{name}*", "nowhere-at-all*")))
    assert "us-east-1" in str(caught.value.where) and "eu-west-1" in str(caught.value.where)


def test_stream_filters_leave_whole_groups_alone() -> None:
    whole, version = LogGroup("/a"), LogGroup("/b", account=LINKED, streams=(r"\[7\]",))
    assert stream_filter([whole]) is None
    assert stream_filter([version]) == r"filter @logStream like /\[7\]/"
    assert stream_filter([whole, version]) == (rf"filter (@log not like /^{LINKED}:\/b$/ or @logStream like /\[7\]/)")
    check(narrowed("fields @message", [whole, version]))
    assert version.joined(LogGroup("/b")).streams == ()


def test_what_log_classes_refuse() -> None:
    assert commands_refused("STANDARD") == commands_refused(None) == frozenset()
    assert commands_refused("INFREQUENT_ACCESS") == {"pattern", "diff", "filterIndex", "unmask"}
    assert {"stats", "fields"} <= commands_refused("DELIVERY")
    rare = LogGroup("/rare", log_class="INFREQUENT_ACCESS")
    check_classes(check("stats count(*)"), [rare])
    check_classes(check("pattern @message"), [LogGroup("/a", log_class="STANDARD"), LogGroup("/b")])
    with pytest.raises(UsageError) as caught:
        check_classes(check("filter @message like /x/ | pattern @message"), [LogGroup("/a"), rare])
    assert caught.value.what == "log group '/rare' is of the Infrequent Access class, which refuses pattern"
    with pytest.raises(UsageError, match="Delivery class"):
        check_classes(check("stats count(*)"), [LogGroup("/d", log_class="DELIVERY")])
