"""`insightctl doctor` and `insightctl iam-policy` as they are typed."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from insightctl.emulator.server import Emulator
from tests.cli.conftest import Cli
from tests.cloud.test_cloud_doctor import Manners, server


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def signed_in(cli: Cli, emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Cli:
    """The command line with settings that point at an emulator."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    return cli


def test_doctor_says_ok_line_by_line(signed_in: Cli) -> None:
    done = signed_in("doctor", "library", "--region", "eu-west-1")

    assert done.code == 0
    assert "  ok       region                              eu-west-1 (from --region)\n" in done.out
    assert "\npermissions\n" in done.out
    assert done.out.rstrip().splitlines()[-1].startswith("0 problems, ")


def test_doctor_as_json(signed_in: Cli) -> None:
    done = signed_in("doctor", "library", "-o", "json")

    report = json.loads(done.out)
    assert report["schema"] == 1
    assert {"area", "name", "state", "found", "remedy"} == set(report["checks"][0])
    assert {check["state"] for check in report["checks"]} <= {"ok", "warning"}


def test_doctor_without_settings_is_a_problem_with_a_remedy(cli: Cli) -> None:
    done = cli("doctor")

    assert done.code == 1
    assert "PROBLEM  settings" in done.out
    assert "help: pass --region" in done.out
    assert "Traceback" not in done.out + done.err


def test_doctor_with_a_profile_that_is_not_there(cli: Cli) -> None:
    done = cli("doctor", "--profile", "nope")

    assert done.code == 1
    assert "there is no AWS profile 'nope'" in done.out


@pytest.mark.parametrize("output", ["text", "json"])
def test_words_of_the_service_cannot_drive_the_terminal(
    signed_in: Cli, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, output: str
) -> None:
    with server(emulator.url, Manners(error="Weird\x1b[31m\x9b2J")) as url:
        monkeypatch.setenv("AWS_ENDPOINT_URL", url)
        done = signed_in("doctor", "library", "--region", "eu-west-1", "-o", output)

    assert done.code == 1
    assert "Weird" in done.out
    assert not {"\x1b", "\x9b"} & set(done.out + done.err)


@pytest.mark.parametrize(
    "words", [("-f", "cart-*"), ("-o", "yaml"), ("nonsense",), ("-f", "arn:aws:s3:::bucket"), ("-f", "")]
)
def test_doctor_refuses_what_it_cannot_try(cli: Cli, words: tuple[str, ...]) -> None:
    assert cli("doctor", *words).code == 2


def test_iam_policy_offline(cli: Cli) -> None:
    done = cli(
        "iam-policy", "query", "-f", "checkout", "-f", "cart-*", "--account", "123456789012", "--region", "eu-west-1"
    )

    assert done.code == 0
    assert done.err == ""
    assert json.loads(done.out)["Statement"][0]["Resource"] == [
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*",
        "arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/cart-*:*",
    ]


def test_iam_policy_knows_the_partition_of_the_region(cli: Cli) -> None:
    done = cli("iam-policy", "query", "-f", "f", "--account", "123456789012", "--region", "cn-north-1")

    assert '"arn:aws-cn:logs:cn-north-1:123456789012:log-group:/aws/lambda/f:*"' in done.out


def test_iam_policy_takes_the_account_from_the_session(signed_in: Cli) -> None:
    done = signed_in("iam-policy", "query", "-f", "checkout", "--region", "eu-west-1")

    assert '"arn:aws:logs:eu-west-1:123456789012:log-group:/aws/lambda/checkout:*"' in done.out


@pytest.mark.parametrize("output", ["cloudformation", "sam"])
def test_iam_policy_leaves_the_account_to_templates(cli: Cli, output: str) -> None:
    done = cli("iam-policy", "query", "-f", "checkout", "-o", output)

    assert done.code == 0
    start = "arn:${AWS::Partition}:logs:${AWS::Region}:${AWS::AccountId}"
    assert f'!Sub "{start}:log-group:/aws/lambda/checkout:*"' in done.out


def test_iam_policy_for_what_reads_says_what_it_leaves_out(cli: Cli) -> None:
    done = cli("iam-policy", "-f", "checkout", "-o", "terraform")

    assert "PutDashboard" not in done.out
    assert "dashboard deploy" in done.err
    assert "must be named" in done.err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("query",), "the policy needs the names of functions or log groups"),
        (("query", "-f", "c[ab]"), "IAM knows * and ? only"),
        (("query", "-f", "a", "-o", "xml"), "no such format here"),
        (("query", "-f", "a", "--region", "eu-mars-9x"), "is not the name of an AWS region"),
        (("qery", "-f", "a"), "did you mean 'query'?"),
    ],
)
def test_iam_policy_refuses(cli: Cli, words: tuple[str, ...], said: str) -> None:
    done = cli(
        "iam-policy", *words, "--account", "123456789012", *(() if "--region" in words else ("--region", "eu-west-1"))
    )

    assert done.code == 2
    assert said in done.err


def test_iam_policy_without_an_account_says_how_to_name_it(cli: Cli) -> None:
    done = cli("iam-policy", "query", "-f", "a", "--region", "eu-west-1")

    assert done.code == 1
    assert "the account is not known: no AWS credentials were found" in done.err
    assert "--account 123456789012" in done.err
