"""Previews of what stands in CloudWatch: live dashboards, graphs of alarms, deployments as lines, the periods of graphs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
import pytest

from insightctl.cloud.session import Access
from insightctl.core.time import TimeRange
from insightctl.dashboards.client import Live
from insightctl.dashboards.preview.model import Mark, TimeChart
from insightctl.dashboards.preview.periods import fitted, shortest_s
from insightctl.dashboards.preview.service import alarm_graph
from insightctl.dashboards.preview.spec_time import _placed_labels
from insightctl.demo import Scenario, Truth, generate
from insightctl.emulator.account.reading import account_from
from insightctl.emulator.server import Emulator
from insightctl.local import LocalBackend, LogSource
from insightctl.metrics import LogMetrics, resolve
from tests.cli.conftest import Cli, cli

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.client import CloudFormationClient
    from mypy_boto3_cloudwatch.client import CloudWatchClient

__all__ = ["cli"]

HOUR_MS = 3_600_000
END_MS = 1_795_480_000_000
ACCOUNT = {
    "function": [
        {
            "name": "checkout",
            "modified": "2026-11-23T10:30:00Z",
            "version": [{"version": 77, "modified": "2026-11-23T10:00:00Z"}],
        },
    ]
}


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=5, end_ms=END_MS, invocations=600), tmp_path_factory.mktemp("live"))


@pytest.fixture(scope="module")
def logs(truth: Truth) -> Path:
    return truth.truth_file.parent / "logs"


@pytest.fixture(scope="module")
def emulator(logs: Path) -> Iterator[Emulator]:
    with Emulator((LogSource(logs),), account=account_from(ACCOUNT)) as running:
        yield running


@pytest.fixture
def aws(cli: Cli, emulator: Emulator, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> CloudWatchClient:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("INSIGHTCTL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("INSIGHTCTL_HISTORY", str(tmp_path / "history"))
    monkeypatch.chdir(tmp_path)
    return boto3.client("cloudwatch", region_name="us-east-1")


def _alarm(aws: CloudWatchClient) -> str:
    aws.put_metric_alarm(
        AlarmName="checkout-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": "checkout"}],
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    return aws.describe_alarms(AlarmNames=["checkout-errors"])["MetricAlarms"][0]["AlarmArn"]


def test_a_live_dashboard_is_drawn_with_the_graph_of_its_alarm(aws: CloudWatchClient, cli: Cli, tmp_path: Path) -> None:
    place = {"x": 0, "y": 0, "width": 24, "height": 6}
    graph = {"title": "The alarm", "region": "us-east-1", "annotations": {"alarms": [_alarm(aws)]}}
    query = {"query": "SOURCE '/aws/lambda/checkout'\n| stats count(*) as n", "region": "us-east-1", "view": "table"}
    widgets = [
        {"type": "metric", **place, "properties": graph},
        *({"type": "log", **place, "y": y, "properties": {**query, "title": f"Count {y}"}} for y in (6, 12, 18)),
    ]
    aws.put_dashboard(DashboardName="prod", DashboardBody=json.dumps({"widgets": widgets}))

    done = cli("dashboard", "preview", "--live", "prod", "--since", "2026-11-22", "--until", "2026-11-24T12:00")

    assert (done.code, done.out) == (0, "wrote prod.html\n"), done.err
    page = (tmp_path / "prod.html").read_text()
    assert "checkout-errors &gt; 5" in page or "checkout-errors > 5" in page
    assert page.count('data-panel="chart"') == 1
    assert page.count('data-panel="table"') == 3


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--live", "nope"), "there is no dashboard 'nope' in CloudWatch"),
        (("--live", "prod", "on-call"), "which of the two?"),
        ((), "which dashboard?"),
        (("--live", "prod", "--markers", "7d"), "--markers go with definitions"),
        (("on-call", "-f", "checkout", "--markers", "lately"), "--markers: 'lately'"),
    ],
)
def test_mistakes(aws: CloudWatchClient, cli: Cli, words: tuple[str, ...], said: str) -> None:
    done = cli("dashboard", "preview", *words)
    assert (done.code, said in done.err) == (2, True), done.err


def test_deployments_are_lines_of_the_body(aws: CloudWatchClient, cli: Cli) -> None:
    done = cli("dashboard", "render", "on-call", "-f", "checkout", "-f", "cart", "--markers", "2026-11-22")
    assert done.code == 0, done.err
    lines = {
        widget["properties"]["title"]: [each["label"] for each in widget["properties"]["annotations"]["vertical"]]
        for widget in json.loads(done.out)["widgets"]
        if "vertical" in widget["properties"].get("annotations", {})
    }
    assert "checkout 77" in lines["checkout: errors (%)"]
    assert not any("checkout" in label for label in lines.get("cart: errors (%)", [])), "each widget has its function's"
    assert "checkout 77" in lines["Concurrency of the account"]
    assert cli("dashboard", "diff", "on-call", "-f", "checkout", "--markers", "2026-11-22").code == 0


def test_local_logs_tell_the_deployments_of_the_functions(cli: Cli, logs: Path, truth: Truth, tmp_path: Path) -> None:
    out = tmp_path / "x.svg"
    words = ("-f", truth.incident.function, "--local", str(logs), "--markers", "2d", "-o", "svg", "--out", str(out))
    done = cli("dashboard", "preview", "on-call", *words)
    assert done.code == 0, done.err
    assert f"{truth.incident.function} {truth.incident.version}" in out.read_text()
    done = cli(
        "dashboard", "preview", "on-call", "-f", "nosuch", "--local", str(logs), "--out", str(tmp_path / "y.html")
    )
    assert "no logs of function nosuch here" in done.err


def test_alarms_and_templates_by_boto3(aws: CloudWatchClient) -> None:
    arn = _alarm(aws)
    (alarm,) = aws.describe_alarms(AlarmNamePrefix="checkout")["MetricAlarms"]
    assert (alarm["MetricName"], alarm["Threshold"], alarm["AlarmArn"]) == ("Errors", 5.0, arn)
    graph = alarm_graph(Live(Access(region="us-east-1")))
    assert graph(arn) == {
        "view": "timeSeries",
        "metrics": [["AWS/Lambda", "Errors", "FunctionName", "checkout", {"id": "m1", "stat": "Sum", "period": 300}]],
        "annotations": {"horizontal": [{"value": 5.0, "label": "checkout-errors > 5", "color": "#d62728"}]},
    }
    assert graph("arn:aws:cloudwatch:us-east-1:123456789012:alarm:gone") is None

    stacks: CloudFormationClient = boto3.client("cloudformation", region_name="us-east-1")
    template = {"Resources": {"Topic": {"Type": "AWS::SNS::Topic"}}}
    stacks.create_stack(StackName="shop", TemplateBody=json.dumps(template))
    assert json.loads(json.dumps(stacks.get_template(StackName="shop")["TemplateBody"])) == template


def _hours(number: float) -> TimeRange:
    return TimeRange(END_MS - round(number * HOUR_MS), END_MS)


@pytest.mark.parametrize(
    ("hours", "seconds"), [(1, 60), (5, 60), (6, 300), (24, 300), (72, 900), (168, 3600), (720, 21_600)]
)
def test_long_ranges_have_long_periods(hours: float, seconds: int) -> None:
    assert shortest_s(_hours(hours)) == seconds


def test_periods_are_lengthened_and_a_number_takes_the_whole_range() -> None:
    graph: dict[str, Any] = {"metrics": [["A", "b", {"period": 60}], ["A", "c", {"period": 86_400}], ["A", "d"]]}
    found: Any = fitted(graph, _hours(24))
    assert found["period"] == 300
    assert [row[-1] for row in found["metrics"]] == [{"period": 300}, {"period": 86_400}, "d"]
    assert fitted(graph, _hours(24), "inherit") == graph
    number = {**graph, "view": "singleValue", "setPeriodToTimeRange": True}
    found = fitted(number, TimeRange(END_MS - 90_001, END_MS))
    assert (found["period"], found["metrics"][0][-1]) == (120, {"period": 120})


def test_one_period_as_long_as_the_range_has_one_value(logs: Path, truth: Truth) -> None:
    function = truth.function(truth.incident.function)
    time = TimeRange(END_MS - 24 * HOUR_MS, END_MS + 1)  # over midnight, so no day holds it
    row = ["AWS/Lambda", "Invocations", "FunctionName", function.name, {"stat": "Sum", "id": "i"}]
    hidden = [["AWS/Lambda", name, "FunctionName", function.name, {"stat": "Sum", "id": name[0].lower(), "visible": False}]
              for name in ("Errors", "Throttles")]  # fmt: skip
    maths = [{"expression": "100 - 100 * (e + FILL(t, 0)) / (MAX([e, i]) + FILL(t, 0))", "id": "a"}]
    graph = {"view": "singleValue", "setPeriodToTimeRange": True, "metrics": [row, *hidden, maths]}

    invocations, available = resolve(fitted(graph, time), time, LogMetrics(LocalBackend([LogSource(logs)])))

    assert invocations.times_ms == (time.start_ms,)
    assert list(invocations.values) == [function.invocations]
    assert list(available.values) == pytest.approx([100 - 100 * function.failures / function.invocations])
    assert (available.note or "").startswith("without Throttles: ")


def test_the_newest_deployment_keeps_its_label() -> None:
    marks = tuple(
        Mark(END_MS - round(hours * HOUR_MS), f"checkout {n}") for n, hours in enumerate((2.1, 2.0, 1.9, 0.1))
    )
    placed = _placed_labels(TimeChart((), _hours(3), marks=marks), 350)
    assert placed[0][0].label == "checkout 3"
    assert 2 <= len(placed) < 4
