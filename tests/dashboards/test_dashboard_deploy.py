"""Deployment against moto's CloudWatch, and against one that refuses or forgets."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from insightctl.cloud.session import Access
from insightctl.core.errors import CloudError, UsageError
from insightctl.dashboards.client import Live, console_url
from insightctl.dashboards.deploy import parse_body, plan, put, read

TEXT = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 6, "properties": {"markdown": "hi"}}
BODY: dict[str, Any] = {"widgets": [TEXT]}


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Iterator[Live]:
    from moto import mock_aws

    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    with mock_aws():
        yield Live(Access(region="eu-west-1"))


def test_made_then_unchanged_then_changed(live: Live) -> None:
    client = live.client()
    assert read(client, "d") is None

    first = plan(client, "d", BODY)
    assert (first.current, first.needs_consent, first.is_done) == (None, False, False)
    assert [change.kind for change in first.changes.changes] == ["added"]
    outcome = put(client, first)
    assert (outcome.messages, bool(outcome.differs)) == ((), False)
    assert read(client, "d") == BODY

    again = plan(client, "d", BODY)
    assert (again.needs_consent, again.is_done) == (False, True)

    changed = plan(client, "d", {"widgets": [{**TEXT, "x": 6}]})
    assert (changed.needs_consent, changed.is_done) == (True, False)


def test_a_plan_with_errors_is_not_put(live: Live) -> None:
    client = live.client()
    planned = plan(client, "d", {"widgets": [{"type": "txt", "properties": {}}]})
    assert [problem.rule for problem in planned.errors] == ["widget-type"]
    with pytest.raises(UsageError, match="the body has 1 errors"):
        put(client, planned)
    assert read(client, "d") is None


def test_questions_are_asked_through_plain_errors(live: Live) -> None:
    assert live.ask(lambda client: read(client, "d")) is None

    def denied(_client: object) -> None:
        raise refusal("AccessDenied", "User x is not authorized to perform: cloudwatch:PutDashboard on resource: y")

    with pytest.raises(CloudError, match="not allowed: cloudwatch:PutDashboard"):
        live.ask(denied)


def refusal(code: str, message: str, **more: Any) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}, **more}, "PutDashboard")  # type: ignore[typeddict-item]


class Stub:
    """CloudWatch with answers of its own."""

    def __init__(self, *, keeps: Mapping[str, object] | None = None, refuses: ClientError | None = None) -> None:
        self.keeps = keeps
        self.refuses = refuses
        self.asked = 0

    def get_dashboard(self, *, DashboardName: str) -> Mapping[str, object]:
        self.asked += 1
        if self.asked == 1 or self.keeps is None:
            raise refusal("ResourceNotFound", "no")
        return {"DashboardBody": json.dumps(self.keeps)}

    def put_dashboard(self, *, DashboardName: str, DashboardBody: str) -> Mapping[str, object]:
        if self.refuses:
            raise self.refuses
        return {"DashboardValidationMessages": [{"DataPath": "/widgets/0", "Message": "odd"}]}


def test_messages_and_what_was_kept_are_reported() -> None:
    stub = Stub(keeps={"widgets": []})
    outcome = put(stub, plan(stub, "d", BODY))
    assert outcome.messages == ("/widgets/0: odd",)
    assert [change.kind for change in outcome.differs.changes] == ["removed"]


def test_a_dashboard_that_is_lost_is_an_error() -> None:
    stub = Stub()
    with pytest.raises(CloudError, match="was put, but is not there"):
        put(stub, plan(stub, "d", BODY))


def test_a_refusal_says_why() -> None:
    reason = [{"dataPath": "/w", "DataPath": "/w", "Message": "bad"}]
    stub = Stub(refuses=refusal("InvalidParameterInput", "x", dashboardValidationMessages=reason))
    with pytest.raises(CloudError, match="CloudWatch refuses the dashboard: /w: bad"):
        put(stub, plan(stub, "d", BODY))


def test_other_errors_pass_through() -> None:
    stub = Stub(refuses=refusal("Throttling", "slow down"))
    with pytest.raises(ClientError):
        put(stub, plan(stub, "d", BODY))


@pytest.mark.parametrize("text", ["{", "[]", "3"])
def test_a_body_is_a_json_object(text: str) -> None:
    with pytest.raises(UsageError):
        parse_body(text, "x.json")


def test_the_console() -> None:
    assert console_url("a b", "eu-west-1").endswith("?region=eu-west-1#dashboards/dashboard/a%20b")


def test_without_a_region_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(UsageError, match="no AWS region is set"):
        Live(Access()).region()
