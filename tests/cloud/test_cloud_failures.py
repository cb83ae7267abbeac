"""What people read when AWS cannot be used: one line, a place, a remedy."""

from __future__ import annotations

import socket
import time
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.cloud.failures import Place, said_plainly
from insightctl.cloud.schedule import Patience
from insightctl.core.errors import CloudError, InsightctlError, PartialAnswer
from insightctl.core.job import QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.emulator.engine import Engine
from tests.emulator.conftest import START_MS, Fill

JOB = QueryJob("fields @message", Target(functions=("checkout",)), TimeRange(START_MS, START_MS + 1000))


def failure(job: QueryJob = JOB, **settings: Any) -> CloudError:
    """The error that a run ends with."""
    with pytest.raises(CloudError) as caught:
        CloudWatchBackend(**settings).run(job)
    assert "\n" not in caught.value.what
    assert caught.value.exit_code == 1
    return caught.value


def test_no_credentials(no_aws: Path) -> None:
    error = failure(region="eu-west-1")
    assert error.what == "no AWS credentials were found"
    assert error.where == "CloudWatch Logs in eu-west-1"
    assert "aws configure" in str(error.remedy)


def test_half_of_the_credentials(no_aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    assert failure(region="eu-west-1").what.startswith("the AWS credentials are incomplete")


def test_no_region(no_aws: Path) -> None:
    error = failure()
    assert error.what == "no AWS region is set"
    assert "--region" in str(error.remedy)


def test_a_region_that_is_no_name(no_aws: Path) -> None:
    assert failure(region="eu west 1").what == "'eu west 1' is not the name of an AWS region"


def test_an_unknown_profile(no_aws: Path) -> None:
    no_aws.write_text("[profile production]\nregion = eu-west-1\n[profile staging]\nregion = eu-west-1\n")
    error = failure(profile="prodution")
    assert error.what == "there is no AWS profile 'prodution'"
    assert error.remedy == "did you mean: production"
    assert "staging" in str(failure(profile="zzz").remedy)


def test_an_unknown_profile_of_the_environment(no_aws: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nope")
    assert failure(region="eu-west-1").what == "there is no AWS profile 'nope'"


def test_an_endpoint_where_nothing_listens(aws: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"
    began = time.monotonic()
    error = failure(endpoint_url=url)
    assert error.what == f"nothing answers at {url}"
    assert time.monotonic() - began < 10


def test_an_endpoint_that_is_no_url(aws: str) -> None:
    assert "not-a-url" in failure(endpoint_url="not-a-url").what


def test_a_missing_log_group_names_its_neighbours(fill: Fill) -> None:
    group = fill(["a"])
    error = failure(QueryJob("fields @message", Target(log_groups=(f"{group}x",)), JOB.time))
    assert error.what == f"log group '{group}x' does not exist in us-east-1"
    assert str(error.where).startswith("CloudWatch Logs in us-east-1 (http://127.0.0.1:")
    assert group in str(error.remedy)


def test_a_glob_that_matches_nothing(fill: Fill) -> None:
    fill(["a"])
    error = failure(QueryJob("fields @message", Target(functions=("nothing-*",)), JOB.time))
    assert error.what == "no log group matches '/aws/lambda/nothing-*'"
    assert "/aws/lambda/" in str(error.remedy)


def test_a_query_that_fails_on_cloudwatch(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> Result:
        raise InsightctlError("broken")

    monkeypatch.setattr(Engine, "run", broken)
    with pytest.raises(
        PartialAnswer, match=r"could not run the query \(query .*\), 4 times in all; there is no answer"
    ):
        CloudWatchBackend(patience=Patience(backoff_s=0.01)).run(
            QueryJob("fields @message", Target(log_groups=(fill(["a"]),)), JOB.time)
        )


@pytest.mark.parametrize(
    ("code", "message", "what", "remedy"),
    [
        ("ExpiredTokenException", "expired", "the AWS credentials have expired", "aws sso login --profile prod"),
        ("UnrecognizedClientException", "invalid", "AWS does not know these credentials", "AWS_ACCESS_KEY_ID"),
        (
            "AccessDeniedException",
            "User: arn:aws:iam::1:user/me is not authorized to perform: logs:StartQuery on resource: arn:aws:logs:x",
            "not allowed: logs:StartQuery",
            "allow logs:StartQuery",
        ),
        ("AccessDenied", "no", "not allowed: logs:StartQuery", "logs:StartQuery"),
        ("LimitExceededException", "", "too many queries are running in this account and region", "wait"),
        (
            "ThrottlingException",
            "Rate exceeded",
            "CloudWatch Logs has too many requests from this account (ThrottlingException)",
            "again",
        ),
        (
            "MalformedQueryException",
            "unexpected symbol {x} (Service: AWSLogs; Status Code: 400)",
            "CloudWatch refuses the query: unexpected symbol {x}",
            "insightctl ql check",
        ),
        ("404", "", "what answers is not CloudWatch: HTTP 404", "AWS_ENDPOINT_URL"),
        ("Strange", "a\nb", "CloudWatch refuses StartQuery: a b (Strange)", "None"),
    ],
)
def test_what_aws_answers(code: str, message: str, what: str, remedy: str) -> None:
    with pytest.raises(CloudError) as caught, said_plainly(Place("eu-west-1", "prod")):
        raise ClientError({"Error": {"Code": code, "Message": message}}, "StartQuery")
    assert caught.value.what == what
    assert caught.value.where == "CloudWatch Logs in eu-west-1 (profile prod)"
    assert remedy in str(caught.value.remedy)


def test_a_region_that_does_not_exist() -> None:
    from botocore.exceptions import EndpointConnectionError

    place = Place("eu-wst-1", None, "https://logs.eu-wst-1.amazonaws.com")
    with pytest.raises(CloudError) as caught, said_plainly(place):
        raise EndpointConnectionError(endpoint_url="https://logs.eu-wst-1.amazonaws.com")
    assert caught.value.what == "there is no AWS region 'eu-wst-1'"
    assert "eu-west-1" in str(caught.value.remedy)


def test_patience_when_cloudwatch_is_busy(fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    from insightctl.emulator.errors import ServiceError

    class Busy(ServiceError):
        code = "LimitExceededException"

    group = fill(["a"])
    monkeypatch.setattr("insightctl.emulator.queries.expand_calls", _refusing(3, Busy("too many")))
    result = CloudWatchBackend().run(QueryJob("fields @message", Target(log_groups=(group,)), JOB.time))
    assert result.column("@message") == ("a",)


def _refusing(times: int, error: Exception) -> Any:
    from insightctl.ql.saved import expand_calls

    left = iter([error] * times)

    def expanded(text: str, resolve: Any) -> Any:
        if refusal := next(left, None):
            raise refusal
        return expand_calls(text, resolve)

    return expanded
