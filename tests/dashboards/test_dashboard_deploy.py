"""Deployment against the emulator, and against a CloudWatch that refuses, forgets or does not answer."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from insightctl.cloud.session import Access
from insightctl.core.errors import CloudError, InsightctlError, UsageError
from insightctl.dashboards import Scope, build, diff, find, library_queries, names
from insightctl.dashboards.client import Live, console_url
from insightctl.dashboards.deploy import Author, delete, parse_body, plan, put, read, refuse_drift
from insightctl.dashboards.live.going_back import target
from insightctl.dashboards.live.history import History
from insightctl.dashboards.live.mark import TAG, fingerprint
from insightctl.emulator.server import Emulator

TEXT = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 6, "properties": {"markdown": "hi"}}
BODY: dict[str, Any] = {"widgets": [TEXT]}
OTHER: dict[str, Any] = {"widgets": [{**TEXT, "x": 6}]}
CONSOLE: dict[str, Any] = {"widgets": [{**TEXT, "properties": {"markdown": "by hand"}}]}
ADA = Author("ada@laptop", datetime(2026, 11, 25, 10, tzinfo=UTC))


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def live(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> Live:
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return Live(Access(region="eu-west-1", endpoint_url=emulator.url))


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return f"d-{abs(hash(request.node.name))}"


@pytest.fixture
def history(tmp_path: Path, name: str) -> History:
    return History.of("aws-123456789012", name, tmp_path)


def deployed(live: Live, name: str, body: dict[str, Any], history: History) -> None:
    client = live.client()
    outcome = put(client, plan(client, name, body, history), history, ADA)
    assert (outcome.messages, bool(outcome.differs), outcome.notes) == ((), False, ())


def by_hand(live: Live, name: str, body: dict[str, Any]) -> None:
    live.client().put_dashboard(DashboardName=name, DashboardBody=json.dumps(body))


def test_made_then_unchanged_then_changed(live: Live, name: str, history: History) -> None:
    client = live.client()
    assert read(client, name) is None
    first = plan(client, name, BODY, history)
    assert (first.current, first.needs_consent, first.is_done, first.drift.verdict) == (None, False, False, "new")
    assert [change.kind for change in first.changes.changes] == ["added"]
    deployed(live, name, BODY, history)
    assert read(client, name) == BODY
    again = plan(client, name, BODY, history)
    assert (again.needs_consent, again.is_done, again.drift.verdict) == (False, True, "ours")
    changed = plan(client, name, OTHER, history)
    assert (changed.needs_consent, changed.is_done) == (True, False)


@pytest.mark.parametrize("shipped", names())
def test_a_shipped_dashboard_goes_there_and_back(shipped: str, live: Live, name: str, history: History) -> None:
    body = build(find(shipped), Scope(("checkout",), "eu-west-1"), library_queries).body
    client = live.client()
    deployed(live, name, BODY, history)
    deployed(live, name, body, history)
    kept = read(client, name)
    assert kept is not None
    assert not diff(body, kept)
    assert plan(client, name, body, history).is_done
    back = target(name, kept, history.entries(), None)
    deployed(live, name, back.body or {}, history)
    assert read(client, name) == BODY


def test_a_change_in_the_console_is_drift_and_is_kept(live: Live, name: str, history: History) -> None:
    client = live.client()
    deployed(live, name, BODY, history)
    by_hand(live, name, CONSOLE)
    planned = plan(client, name, OTHER, history)
    assert planned.drift.verdict == "changed"
    assert planned.drift.since is not None
    assert planned.drift.since.changes[0].fields[0].after == "by hand"
    with pytest.raises(InsightctlError, match="was changed since insightctl deployed it"):
        refuse_drift(planned)
    put(client, planned, history, ADA)
    assert [(e.action, e.body, e.confirmed) for e in history.entries()] == [
        ("deployed", BODY, True),
        ("found", CONSOLE, True),
        ("deployed", OTHER, True),
    ]


def test_the_tag_tells_another_machine(live: Live, name: str, history: History, tmp_path: Path) -> None:
    client = live.client()
    elsewhere = History.of("aws-123456789012", name, tmp_path / "elsewhere")
    deployed(live, name, BODY, history)
    assert plan(client, name, OTHER, elsewhere).drift.verdict == "ours"
    deployed(live, name, OTHER, elsewhere)
    assert plan(client, name, BODY, history).drift.verdict == "ours"  # the tag is newer than the history here
    by_hand(live, name, CONSOLE)
    found = plan(client, name, OTHER, History.of("aws-123456789012", name, tmp_path / "third")).drift
    assert (found.verdict, found.since) == ("changed", None)


def test_without_tag_and_history_nothing_is_guessed(live: Live, name: str, history: History) -> None:
    by_hand(live, name, CONSOLE)
    planned = plan(live.client(), name, BODY, history)
    assert planned.drift.verdict == "unknown"
    refuse_drift(planned)


def test_somebody_is_faster(live: Live, name: str, history: History) -> None:
    client = live.client()
    deployed(live, name, BODY, history)
    planned = plan(client, name, OTHER, history)
    by_hand(live, name, CONSOLE)
    with pytest.raises(CloudError, match="changed while you were looking"):
        put(client, planned, history, ADA)
    assert read(client, name) == CONSOLE


def test_deleted_and_brought_back(live: Live, name: str, history: History) -> None:
    client = live.client()
    deployed(live, name, BODY, history)
    delete(client, plan(client, name, {"widgets": []}, history), history, ADA)
    assert read(client, name) is None
    assert [(e.action, e.confirmed) for e in history.entries()] == [("deployed", True), ("deleted", True)]
    assert plan(client, name, BODY, history).drift.verdict == "new"
    assert target(name, None, history.entries(), None).body == BODY


def test_deleted_by_somebody_else(live: Live, name: str, history: History) -> None:
    client = live.client()
    deployed(live, name, BODY, history)
    client.delete_dashboards(DashboardNames=[name])
    assert plan(client, name, BODY, history).drift.verdict == "gone"


def test_a_plan_with_errors_is_not_put(live: Live, name: str, history: History) -> None:
    client = live.client()
    planned = plan(client, name, {"widgets": [{"type": "txt", "properties": {}}]}, history)
    assert [problem.rule for problem in planned.errors] == ["widget-type"]
    with pytest.raises(UsageError, match="the body has 1 errors"):
        put(client, planned, history, ADA)
    assert (read(client, name), history.entries()) == (None, ())


def test_two_processes_do_not_deploy_at_once(live: Live, name: str, history: History) -> None:
    client = live.client()
    planned = plan(client, name, BODY, history)
    with history.locked(), pytest.raises(UsageError, match="another process changes dashboard"):
        put(client, planned, history, ADA)


def test_a_history_that_cannot_be_written_stops_it(live: Live, name: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    history = History(tmp_path / "file")
    client = live.client()
    planned = plan(client, name, BODY, History(tmp_path / "none"))
    with pytest.raises(InsightctlError, match="history of dashboards cannot be written"):
        put(client, planned, history, ADA)
    assert read(client, name) is None


def test_questions_are_asked_through_plain_errors(live: Live, name: str) -> None:
    assert live.ask(lambda client: read(client, name)) is None

    def denied(words: str) -> None:
        def ask(_client: object) -> None:
            raise refusal("AccessDenied", words)

        live.ask(ask)

    for words in ("User x is not authorized to perform: cloudwatch:PutDashboard on resource: y", "no"):
        with pytest.raises(CloudError, match="not allowed: cloudwatch:PutDashboard") as caught:
            denied(words)
        assert str(caught.value.where).startswith("CloudWatch in eu-west-1")


def refusal(code: str, message: str, status: int = 400, **more: Any) -> ClientError:
    answer = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}, **more}
    return ClientError(answer, "PutDashboard")  # type: ignore[arg-type]


class Stub:
    """CloudWatch with answers of its own."""

    def __init__(
        self, *, keeps: Mapping[str, object] | None = None, refuses: Exception | None = None, late: int = 0
    ) -> None:
        self.keeps = keeps
        self.refuses = refuses
        self.late = late
        self.was_put = False

    def get_dashboard(self, *, DashboardName: str) -> Mapping[str, object]:
        self.late -= self.was_put
        if not self.was_put or self.keeps is None or self.late >= 0:
            raise refusal("ResourceNotFound", "no")
        return {"DashboardBody": json.dumps(self.keeps), "DashboardArn": "arn:aws:cloudwatch::1:dashboard/d"}

    def put_dashboard(self, *, DashboardName: str, DashboardBody: str) -> Mapping[str, object]:
        self.was_put = True
        if self.refuses:
            raise self.refuses
        return {"DashboardValidationMessages": [{"DataPath": "/widgets/0", "Message": "odd"}]}

    def delete_dashboards(self, *, DashboardNames: Sequence[str]) -> Mapping[str, object]:
        raise AssertionError

    def list_tags_for_resource(self, *, ResourceARN: str) -> Mapping[str, object]:
        raise refusal("AccessDenied", "no")

    def tag_resource(self, *, ResourceARN: str, Tags: Sequence[Any]) -> Mapping[str, object]:
        raise refusal("AccessDenied", "no")


def putting(stub: Stub, history: History) -> Any:
    return put(stub, plan(stub, "d", BODY, history), history, ADA, sleep=lambda _: None)


def test_messages_and_what_was_kept_are_reported(history: History) -> None:
    outcome = putting(Stub(keeps={"widgets": []}), history)
    assert outcome.messages == ("/widgets/0: odd",)
    assert [change.kind for change in outcome.differs.changes] == ["removed"]


def test_a_stale_read_is_asked_again_and_a_missing_tag_is_said(history: History) -> None:
    outcome = putting(Stub(keeps=BODY, late=2), history)
    assert not outcome.differs
    assert TAG in outcome.notes[0]
    assert "AccessDenied" in outcome.notes[0]


def test_a_dashboard_that_is_lost_is_an_error(history: History) -> None:
    with pytest.raises(CloudError, match="was put, but is not there"):
        putting(Stub(), history)


def test_a_refusal_says_why_and_leaves_no_trace(history: History) -> None:
    reason = [{"dataPath": "/w", "DataPath": "/w", "Message": "bad"}]
    stub = Stub(refuses=refusal("InvalidParameterInput", "x", dashboardValidationMessages=reason))
    with pytest.raises(CloudError, match="CloudWatch refuses the dashboard: /w: bad"):
        putting(stub, history)
    assert history.entries() == ()


def test_no_answer_leaves_a_state_in_doubt_that_counts_when_it_is_live(
    live: Live, name: str, history: History, tmp_path: Path
) -> None:
    with pytest.raises(ReadTimeoutError):
        putting(Stub(refuses=ReadTimeoutError(endpoint_url="x")), history)
    assert [entry.confirmed for entry in history.entries()] == [False]
    by_hand(live, name, BODY)
    planned = plan(live.client(), name, OTHER, history)
    assert planned.drift.verdict == "ours"
    put(live.client(), planned, history, ADA)
    assert [entry.confirmed for entry in history.entries()] == [True, True]


def test_other_errors_pass_through(history: History) -> None:
    with pytest.raises(ClientError):
        putting(Stub(refuses=refusal("Throttling", "slow down")), history)


def test_the_fingerprint_is_for_ever() -> None:
    # a mark on somebody's dashboard was made by another version: this text may only change with another name of the way
    assert fingerprint({"widgets": [{"x": 6.0, "type": "text"}], "start": "-PT3H"}) == (
        "sha256-v1:00be228eb720b8f4a4ca6c145ae25156db5812eaa3f6c89890a0561e0e0997bf"
    )
    assert fingerprint({"a": 1, "b": [2.0]}) == fingerprint({"b": [2], "a": 1})


@pytest.mark.parametrize("text", ["{", "[]", "3", "[" * 100_000])
def test_a_body_is_a_json_object(text: str) -> None:
    with pytest.raises(UsageError):
        parse_body(text, "x.json")


def test_the_console() -> None:
    assert console_url("a b", "eu-west-1").endswith("?region=eu-west-1#dashboards/dashboard/a%20b")


def test_without_a_region_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", "/nonexistent")
    with pytest.raises(UsageError, match="no AWS region is set"):
        Live(Access()).region()
