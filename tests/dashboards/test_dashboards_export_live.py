"""The exported template deployed to the emulator, and the command."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from insightctl.cli.app import run
from insightctl.dashboards import Scope, build, diff, library_queries, load_text
from insightctl.dashboards.export import from_definition, plain, write
from insightctl.emulator.server import Emulator
from tests.dashboards.test_dashboards_export import HOSTILE

REGION, ACCOUNT = "eu-west-1", "123456789012"
Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def moto() -> Iterator[str]:
    """moto by itself: its stacks make dashboards of its own, which the emulator's GetDashboard does not know."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    yield f"http://127.0.0.1:{server.get_host_and_port()[1]}"
    server.stop()


def _client(service: str, url: str) -> Any:
    import boto3

    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=REGION,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",
    )


@pytest.mark.filterwarnings("ignore:Tried to parse AWS..CloudWatch..Alarm")
@pytest.mark.parametrize("kind", ["cloudformation", "cloudformation-json"])
def test_the_stack_makes_the_dashboard(emulator: Emulator, moto: str, kind: str) -> None:
    dashboard = load_text(HOSTILE, name="shop", file="shop.toml")
    exported = from_definition(dashboard, ("checkout",), library_queries, name=f"from-{kind}")
    formation = _client("cloudformation", emulator.url)
    given = [{"ParameterKey": "CheckoutFunction", "ParameterValue": "refund"}]
    formation.create_stack(StackName=kind, TemplateBody=write(exported, kind).text, Parameters=given)
    stack = formation.describe_stacks(StackName=kind)["Stacks"][0]
    assert stack["StackStatus"] == "CREATE_COMPLETE"

    made = json.loads(_client("cloudwatch", moto).get_dashboard(DashboardName=f"from-{kind}")["DashboardBody"])
    rendered = build(dashboard, Scope(("refund",), REGION, account=ACCOUNT), library_queries)
    # which drop-down fits was decided for 'checkout', a word of its texts; 'refund' is none
    assert not diff({**made, "variables": []}, {**rendered.body, "variables": []})

    # and what came out of the stack is a body that CloudWatch takes
    cloudwatch = _client("cloudwatch", emulator.url)
    answer = cloudwatch.put_dashboard(DashboardName="again", DashboardBody=json.dumps(made))
    assert answer.get("DashboardValidationMessages", []) == []
    formation.delete_stack(StackName=kind)


def test_the_properties_of_the_alarms_are_what_cloudwatch_takes(emulator: Emulator) -> None:
    """They have the names of PutMetricAlarm, which botocore checks; moto's stacks make no alarms."""
    exported = from_definition(load_text(HOSTILE, name="shop", file="shop.toml"), ("checkout",), library_queries)
    cloudwatch = _client("cloudwatch", emulator.url)
    for alarm in exported.alarms:
        properties: Any = plain(alarm)
        cloudwatch.put_metric_alarm(**properties)
    found = {each["AlarmName"]: each for each in cloudwatch.describe_alarms()["MetricAlarms"]}
    assert set(found) == {"checkout errors", "checkout slow", "checkout fails often", "orders wait", "all errors"}
    assert found["checkout errors"]["Dimensions"] == [{"Name": "FunctionName", "Value": "checkout"}]
    assert found["checkout fails often"]["Metrics"][-1]["ReturnData"] is True


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """No AWS settings are needed: the region is that of the stack."""
    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)

    def invoke(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr("sys.argv", ["insightctl", "dashboard", "export", *words])
        code = run(["dashboard", "export", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return invoke


def test_export_prints_or_writes(command: Command, tmp_path: Path) -> None:
    code, out, err = command("on-call", "-f", "checkout")
    assert (code, err) == (0, "")
    assert out.startswith("AWSTemplateFormatVersion: '2010-09-09'\n")
    file = tmp_path / "made.json"
    assert command("on-call", "-f", "checkout", "--name", "shop", "--out", str(file)) == (0, "", "")
    assert json.loads(file.read_text())["Parameters"]["DashboardName"]["Default"] == "shop"


def test_export_of_a_body(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "shop.json"
    metrics = [["AWS/Lambda", "Errors", "FunctionName", "checkout"]]
    place = {"x": 0, "y": 0, "width": 6, "height": 6}
    properties = {"region": "eu-west-1", "metrics": metrics, "title": "Errors"}
    file.write_text(json.dumps({"widgets": [{"type": "metric", **place, "properties": properties}]}))
    code, out, _ = command(str(file), "--to", "terraform")
    assert code == 0
    assert 'variable "checkout_function"' in out
    assert '["AWS/Lambda", "Errors", "FunctionName", var.checkout_function]' in out
    code, _, err = command(str(file), "-f", "checkout")
    assert (code, "has its functions already" in err) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("on-call", "-f", "checkout", "--to", "pulumi"), "no export to 'pulumi'"),
        (("on-call",), "of which"),
        (("nowhere.json",), "cannot read"),
        (("on-call", "-f", "checkout", "--name", "a b"), "a b"),
    ],
)
def test_mistakes_are_said(command: Command, words: tuple[str, ...], said: str) -> None:
    code, out, err = command(*words)
    assert (code, out) == (2, "")
    assert said in err


def test_a_body_that_cloudwatch_would_refuse_is_not_exported(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"widgets": [{"type": "metric", "x": 30, "y": 0, "width": 6, "height": 6, "properties": {}}]}')
    code, out, err = command(str(file))
    assert (code, out) == (2, "")
    assert "CloudWatch would refuse" in err
