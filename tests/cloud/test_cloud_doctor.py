"""The check-up against the emulator, and against a server before it that denies, lies about the time, or keeps silent."""

from __future__ import annotations

import http.client
import json
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import formatdate
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import create_server
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest

from insightctl.cloud.doctor import Check, Question, Screen, State, clients, examine, machine
from insightctl.cloud.doctor.at_once import at_once
from insightctl.cloud.doctor.identity import Heard, clock
from insightctl.cloud.doctor.probes import PROBES, UNTRIED
from insightctl.cloud.doctor.quotas import lines
from insightctl.cloud.policy import ACTIONS, Scope, chosen
from insightctl.cloud.session import Access
from insightctl.emulator.server import Emulator
from tests.emulator.conftest import Ask, Fill, ask

__all__ = ["ask"]  # a fixture

_ALL = chosen(("all",))


@dataclass(frozen=True)
class Manners:
    """How the server before the emulator behaves: actions it denies, its clock, an error that it answers to all."""

    denied: frozenset[str] = frozenset()
    because: str = "because no identity-based policy allows the action"
    ahead_s: float = 0
    error: str | None = None


Before = Callable[[Manners], None]


@contextmanager
def server(url: str, manners: Manners) -> Iterator[str]:
    """A loopback server that passes calls on to the emulator, but for its manners; gives its URL."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            action = f"logs:{self.headers.get('X-Amz-Target', '').partition('.')[2]}"
            if manners.error is not None:
                self.answer(400, json.dumps({"__type": manners.error, "message": "no"}).encode())
            elif action in manners.denied:
                said = f"User: arn:aws:iam::1:user/\x1b[31mme is not authorized to perform: {action} {manners.because}"
                self.answer(400, json.dumps({"__type": "AccessDeniedException", "message": said}).encode())
            else:
                self.pass_on(body)

        do_GET = do_POST

        def pass_on(self, body: bytes) -> None:
            behind = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
            behind.request(self.command, self.path, body, dict(self.headers))
            answer = behind.getresponse()
            self.answer(answer.status, answer.read(), answer.headers.get("Content-Type", ""))
            behind.close()

        def answer(self, status: int, body: bytes, kind: str = "application/x-amz-json-1.1") -> None:
            self.send_response_only(status)
            self.send_header("Date", formatdate(time.time() + manners.ahead_s, usegmt=True))
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.daemon_threads = True
        threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{running.server_address[1]}"
        running.shutdown()


def report(*, commands: tuple[str, ...] = ("doctor",), function: str | None = None) -> dict[str, Check]:
    """The lines of a check-up by name."""
    return {check.name: check for check in examine(Question(Access(), commands, commands, function))}


@pytest.fixture
def before(aws: str, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Manners], None]]:
    """Puts a server with these manners before the emulator."""
    with ExitStack() as opened:
        yield lambda manners: monkeypatch.setenv(
            "AWS_ENDPOINT_URL", opened.enter_context(server(emulator.url, manners))
        )


@pytest.fixture(scope="module")
def warm(emulator: Emulator) -> None:
    """Lets moto load its services, which takes it longer the first time than a probe waits."""
    for service, method in (
        ("cloudformation", "list_stacks"),
        ("ssm", "describe_parameters"),
        ("lambda", "list_functions"),
        ("resourcegroupstaggingapi", "get_resources"),
    ):
        keys = {"aws_access_key_id": "a", "aws_secret_access_key": "b", "region_name": "us-east-1"}
        client: Any = boto3.client(service, endpoint_url=emulator.url, **keys)  # type: ignore[call-overload]
        getattr(client, method)()


def test_an_account_where_all_is_well(warm: None, fill: Fill) -> None:
    function = fill(["hello"]).removeprefix("/aws/lambda/")

    found = report(commands=("query", "library push", "dashboard deploy"), function=function)

    assert {c.name: c.found for c in found.values() if c.state is not State.OK} == {}
    assert found["region"].found == "us-east-1 (from $AWS_REGION)"
    assert found["credentials"].found == "from environment variables; no end is known"
    assert "(account 123456789012)" in found["identity"].found
    assert found["running queries"].found == "0 of 100 at once (the default)"
    assert found["logs:DescribeLogGroups"].found == "allowed"
    assert found["logs:StartQuery"].found.startswith("allowed, most likely")


def test_the_probes_change_nothing(fill: Fill, emulator: Emulator, aws: str) -> None:
    function = fill(["hello"]).removeprefix("/aws/lambda/")
    logs, cloudwatch = boto3.client("logs"), boto3.client("cloudwatch")

    def state() -> tuple[object, ...]:
        return (
            logs.describe_queries()["queries"],
            logs.describe_query_definitions()["queryDefinitions"],
            [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]],
            cloudwatch.list_dashboards()["DashboardEntries"],
        )

    earlier = state()
    report(commands=_ALL, function=function)
    assert state() == earlier
    assert emulator.running() == []


def test_the_result_of_a_past_query_makes_sure(fill: Fill, ask: Ask) -> None:
    group = fill(["hello"])
    ask(group, "fields @message")

    found = report(commands=("query",), function=group.removeprefix("/aws/lambda/"))
    assert found["logs:GetQueryResults"].found == "allowed"


def test_a_permission_that_is_required_is_a_problem(before: Before, fill: Fill) -> None:
    function = fill(["hello"]).removeprefix("/aws/lambda/")
    before(Manners(frozenset({"logs:StartQuery", "logs:DescribeQueryDefinitions"})))

    found = report(commands=("query",), function=function)

    assert found["logs:StartQuery"] == Check(
        "permissions",
        "logs:StartQuery",
        State.PROBLEM,
        f"not allowed for /aws/lambda/{function}: no query runs on CloudWatch",
        f"allow logs:StartQuery: 'insightctl iam-policy query -f {function}' prints a policy",
    )
    assert found["logs:DescribeQueryDefinitions"].state is State.WARNING
    assert "$Name(...) of saved queries does not work" in found["logs:DescribeQueryDefinitions"].found


def test_results_are_sure_on_a_past_query_only(before: Before, fill: Fill, ask: Ask) -> None:
    before(Manners(frozenset({"logs:GetQueryResults"})))
    function = fill(["hello"]).removeprefix("/aws/lambda/")

    check = report(commands=("query",), function=function)["logs:GetQueryResults"]

    assert check.state is State.WARNING
    assert check.remedy == "to be sure run a query on it, then doctor again: it is tried on a past query"


def test_a_no_for_a_guessed_function_is_a_warning_that_asks_for_a_name(before: Before, fill: Fill) -> None:
    fill(["hello"])
    before(Manners(frozenset({"logs:StartQuery"})))

    check = report(commands=("query",))["logs:StartQuery"]

    assert check.state is State.WARNING
    assert check.remedy == "to be sure name one of yours: insightctl doctor query -f NAME"


@pytest.mark.parametrize(
    ("because", "blame"),
    [
        ("with an explicit deny in a service control policy", "an explicit deny in a service control policy"),
        ("with an explicit deny in an identity-based policy", "an explicit deny in an identity-based policy"),
        (
            "because no permissions boundary allows the logs:DescribeQueryDefinitions action",
            "the lack of an allow in a permissions boundary",
        ),
    ],
)
def test_a_block_from_elsewhere_is_told(before: Before, because: str, blame: str) -> None:
    before(Manners(frozenset({"logs:DescribeQueryDefinitions"}), because))

    check = report(commands=("library diff",))["logs:DescribeQueryDefinitions"]

    assert check.state is State.PROBLEM
    assert check.remedy == f"blocked by {blame}: ask who keeps it to allow logs:DescribeQueryDefinitions"


def test_denied_at_the_first_call_the_rest_is_tried(before: Before, fill: Fill) -> None:
    function = fill(["hello"]).removeprefix("/aws/lambda/")
    before(Manners(frozenset({"logs:DescribeLogGroups"})))

    found = report(commands=("query",), function=function)

    assert found["logs:DescribeLogGroups"].state is State.WARNING
    assert found["logs:StartQuery"].state is State.OK


def test_expired_credentials_end_it_with_what_to_do(before: Before) -> None:
    before(Manners(error="ExpiredTokenException"))

    found = report()

    assert found["CloudWatch Logs"].state is State.PROBLEM
    assert "expired" in found["CloudWatch Logs"].found
    assert "aws sso login" in str(found["CloudWatch Logs"].remedy)
    assert "logs:StartQuery" not in found


def test_a_wrong_clock_is_measured(before: Before) -> None:
    before(Manners(ahead_s=600))

    check = report()["clock"]

    assert check.state is State.PROBLEM
    assert check.found in ("599 s behind AWS", "600 s behind AWS", "601 s behind AWS")


@pytest.mark.parametrize(
    ("ahead_s", "state"), [(0.4, State.OK), (-20, State.OK), (45, State.WARNING), (-301, State.PROBLEM)]
)
def test_how_much_the_clock_may_be_off(ahead_s: float, state: State) -> None:
    assert clock(Heard(ahead_s)).state is state


def test_an_answer_without_a_date_says_nothing_of_the_clock() -> None:
    assert Heard.of({}, 0, 0) is None
    assert Heard.of({"date": "yesterday"}, 0, 0) is None


def test_no_credentials(no_aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    found = report()

    assert found["credentials"].found == "there are none"
    assert found["credentials"].state is State.PROBLEM


def test_no_region(no_aws: Path) -> None:
    assert report()["settings"] == Check(
        "identity",
        "settings",
        State.PROBLEM,
        "no AWS region is set",
        "pass --region, set AWS_REGION, or give the profile a region in ~/.aws/config",
    )


def test_a_dead_endpoint_is_one_problem_at_once(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")

    found = report(commands=_ALL)

    assert found["CloudWatch Logs"].found == "nothing answers at http://127.0.0.1:1"
    assert found["all"].found == "not tried: CloudWatch Logs did not answer"


def test_an_endpoint_that_keeps_silent_ends_within_seconds(aws: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://127.0.0.1:{silent.getsockname()[1]}")
        monkeypatch.setattr(clients, "READ_TIMEOUT_S", 1)
        begun = time.monotonic()
        found = report(commands=_ALL)

    assert time.monotonic() - begun < 5
    assert found["CloudWatch Logs"].state is State.PROBLEM


def test_credentials_that_never_come_end_it(no_aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    no_aws.write_text("[default]\nregion = eu-west-1\ncredential_process = sleep 2\n")
    monkeypatch.setattr(sys.modules[examine.__module__], "FIRST_S", 0.3)

    found = report()

    assert found == {
        "settings": Check(
            "identity",
            "settings",
            State.PROBLEM,
            "credentials: no answer within 0.3 s",
            "check what ~/.aws/config names",
        )
    }


def test_only_the_logs_on_an_emulator(aws: str, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the emulator does not stand in for is the account's own, which has nothing to do with it."""
    function = fill(["hello"]).removeprefix("/aws/lambda/")
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS", aws)

    found = report(commands=("query",), function=function)

    assert found["identity"].found == "not asked: an emulator stands in for CloudWatch"
    assert found["lambda:ListFunctions"].found == "not tried: an emulator stands in for CloudWatch"
    assert found["logs:DescribeLogGroups"].found == "allowed"


def test_expiry_of_temporary_credentials(aws: str, no_aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    end = datetime.now(UTC) + timedelta(minutes=5)
    given = {
        "Version": 1,
        "AccessKeyId": "a",
        "SecretAccessKey": "b",
        "SessionToken": "c",
        "Expiration": end.isoformat(),
    }
    file = no_aws.parent / "given.json"
    file.write_text(json.dumps(given))
    no_aws.write_text(f"[default]\ncredential_process = cat {file}\n")
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")

    check = report()["credentials"]

    assert check.found.startswith("from credential_process of the profile; until ")


def test_one_job_that_hangs_does_not_hold_up_the_others() -> None:
    answers = at_once({"slow": lambda: time.sleep(5), "wrong": lambda: 1 / 0, "right": lambda: 7}, 0.2)

    assert answers["right"] == 7
    assert isinstance(answers["wrong"], ZeroDivisionError)
    assert isinstance(answers["slow"], TimeoutError)


def test_every_action_has_a_probe_that_botocore_takes() -> None:
    assert set(ACTIONS) - set(PROBES) - UNTRIED == {a for a, scope in ACTIONS.items() if scope is Scope.NO_PERMISSION}


def test_quotas_of_the_account_come_before_the_defaults() -> None:
    listed = {"StartQuery throttle limit in transactions per second": 25.0, "Max concurrent Insights queries": 60.0}

    found = {check.name: check for check in lines(listed, 55, "us-east-1")}

    assert found["StartQuery"].found == "25 a second (this account's)"
    assert found["FilterLogEvents"].found == "25 a second (the default in us-east-1)"
    assert found["running queries"].found == "55 of 60 at once (this account's)"
    assert found["running queries"].state is State.WARNING


def test_this_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("INSIGHTCTL_STORES", str(tmp_path / "new" / "stores"))
    environ = {"INSIGHTCTL_CACHE": str(tmp_path / "file" / "cache"), "TZ": "Europe/Berlni"}

    found = {check.name: check for check in machine(Screen(60, True, "latin-1"), environ)}

    assert {name: check.state.value for name, check in found.items()} == {
        "versions": "ok",
        "terminal": "warning",
        "encoding": "warning",
        "time zone": "warning",
        "folder of results": "warning",
        "folder of stores": "ok",
    }
    assert not (tmp_path / "new").exists()
