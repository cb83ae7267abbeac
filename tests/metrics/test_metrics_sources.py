"""The demo's truth, from its logs and through the emulator: the same numbers both ways."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import boto3
import pytest

from insightctl.cloud.session import Access
from insightctl.core.errors import CloudError
from insightctl.core.time import TimeRange
from insightctl.demo import Scenario, Truth, generate
from insightctl.demo.planted import plant
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from insightctl.local import LocalBackend, LogSource
from insightctl.metrics import LogMetrics, MetricQuery, MetricSource, Series, ServiceMetrics, resolve, resolve_all

END_MS = 1_795_480_000_000
DAY_MS = 86_400_000


@pytest.fixture(scope="module")
def truth(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    return generate(Scenario(seed=3, end_ms=END_MS, invocations=1_000), tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="module")
def logs(truth: Truth) -> Path:
    return truth.truth_file.parent / "logs"


@pytest.fixture(scope="module")
def of_logs(logs: Path) -> LogMetrics:
    return LogMetrics(LocalBackend((LogSource(logs),)))


@pytest.fixture(scope="module")
def emulator(logs: Path) -> Iterator[Emulator]:
    with Emulator((LogSource(logs),)) as running:
        yield running


@pytest.fixture
def of_service(emulator: Emulator, monkeypatch: pytest.MonkeyPatch) -> ServiceMetrics:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    return ServiceMetrics(Access(region="us-east-1", endpoint_url=emulator.url))


def span(truth: Truth) -> TimeRange:
    return TimeRange(truth.start_ms, truth.end_ms)


def widget(truth: Truth) -> Mapping[str, object]:
    name = truth.incident.function
    return {
        "period": 300,
        "metrics": [
            ["AWS/Lambda", "Invocations", "FunctionName", name, {"stat": "Sum", "id": "i"}],
            [".", "Errors", ".", ".", {"stat": "Sum", "id": "e", "color": "#d62728"}],
            [{"expression": "100 * e / MAX([e, i])", "label": "error %", "id": "r", "yAxis": "right"}],
            ["AWS/Lambda", "Duration", "FunctionName", name, {"stat": "p99", "period": 604800}],
            ["...", {"stat": "Average"}],
        ],
    }


def totals(lines: tuple[Series, ...]) -> list[float]:
    return [round(sum(line.values), 6) for line in lines]


def test_logs_give_the_truth(of_logs: LogMetrics, truth: Truth) -> None:
    function = truth.function(truth.incident.function)
    invocations, errors, rate, p99, _ = resolve(widget(truth), span(truth), of_logs)
    assert sum(invocations.values) == function.invocations
    assert sum(errors.values) == function.failures
    assert (errors.colour, rate.y_axis, rate.label, p99.unit) == ("#d62728", "right", "error %", "Milliseconds")
    assert max(rate.values) <= 100
    whole = MetricQuery(
        "AWS/Lambda",
        "Invocations",
        (("FunctionName", function.name), ("Resource", f"{function.name}:{truth.incident.version}")),
        "Sum",
        300,
    )
    (of_version,) = of_logs.fetch([whole], span(truth))
    version = function.version(truth.incident.version)
    assert version is not None
    assert sum(of_version.values) == version.invocations


def test_the_service_gives_the_same(of_logs: LogMetrics, of_service: ServiceMetrics, truth: Truth) -> None:
    local, service = (resolve(widget(truth), span(truth), source) for source in (of_logs, of_service))
    assert [line.label for line in local] == [line.label for line in service]
    assert totals(local) == pytest.approx(totals(service))
    assert local[0].times_ms == service[0].times_ms


@pytest.mark.parametrize("kind", ["logs", "service"])
def test_a_search_finds_every_function(
    kind: str, of_logs: LogMetrics, of_service: ServiceMetrics, truth: Truth
) -> None:
    source: MetricSource = of_logs if kind == "logs" else of_service
    search = "SEARCH('{AWS/Lambda,FunctionName} MetricName=\"Invocations\"', 'Sum', 3600)"
    lines, (total,) = resolve_all(
        ({"metrics": [[{"expression": search}]]}, {"metrics": [[{"expression": f"SUM({search})"}]]}),
        span(truth),
        source,
    )
    assert {line.label: sum(line.values) for line in lines} == {f.name: f.invocations for f in truth.functions}
    assert sum(total.values) == truth.totals.invocations


def test_what_logs_cannot_tell_is_said(of_logs: LogMetrics, truth: Truth) -> None:
    name = truth.incident.function
    lines = resolve(
        {
            "metrics": [
                ["AWS/Lambda", "Throttles", "FunctionName", name, {"stat": "Sum"}],
                [".", "Errors", ".", ".", "Resource", f"{name}:live"],
                ["AWS/SQS", "NumberOfMessagesSent", "QueueName", "orders"],
                ["shop", "Nothing"],
                [{"expression": "ANOMALY_DETECTION_BAND(q1, 2)"}],
                [{"expression": 'SELECT AVG(Duration) FROM SCHEMA("AWS/Lambda")'}],
            ]
        },
        span(truth),
        of_logs,
    )
    notes = [line.note or "" for line in lines]
    for note, part in zip(
        notes, ("throttled", "alias 'live'", "AWS/SQS", "no embedded metric", "anomaly", "CloudWatch only"), strict=True
    ):
        assert part in note
    assert all(not line.values for line in lines)


def test_concurrency_and_trimmed_means(of_logs: LogMetrics, truth: Truth) -> None:
    named = (("FunctionName", truth.incident.function),)
    peak, trimmed, mean = of_logs.fetch(
        [
            MetricQuery("AWS/Lambda", "ConcurrentExecutions", named, "Maximum", 300),
            MetricQuery("AWS/Lambda", "Duration", named, "tm100", 3600),
            MetricQuery("AWS/Lambda", "Duration", named, "Average", 3600),
        ],
        span(truth),
    )
    assert min(peak.values) >= 1
    assert trimmed.values == pytest.approx(mean.values, rel=0.001)


def test_embedded_metrics(tmp_path: Path) -> None:
    plant(tmp_path, "mixed", end_ms=END_MS)
    source = LogMetrics(LocalBackend((LogSource(tmp_path),)))
    lines = resolve(
        {
            "period": 86_400,
            "metrics": [
                ["shop", "OrderPlaced", "service", "meter", {"stat": "Sum"}],
                [".", "BasketValue", ".", ".", {"stat": "Maximum"}],
                ["...", {"stat": "p50"}],
                ["shop", "BasketValue", "colour", "red"],
                ["LambdaInsights", "tmp_used", "function_name", "reports", {"stat": "Maximum"}],
            ],
        },
        TimeRange(END_MS - DAY_MS, END_MS),
        source,
    )
    assert [sum(line.values) for line in lines] == [120, 108.5, 63.5, 0, 39_000_000]  # sixty orders of 1, 2, 3 in turn
    assert lines[3].note == "it is written with the dimensions [service], not [colour]"


def test_a_denied_call_names_the_permission(emulator: Emulator, of_service: ServiceMetrics, truth: Truth) -> None:
    emulator.suffer(Adversity(deny=("cloudwatch:GetMetricData",)))
    try:
        with pytest.raises(CloudError, match="not allowed: cloudwatch:GetMetricData"):
            resolve(widget(truth), span(truth), of_service)
    finally:
        emulator.suffer(Adversity())


def test_many_metrics_go_in_few_calls(emulator: Emulator, of_service: ServiceMetrics, truth: Truth) -> None:
    emulator.clear_journal()
    queries = [MetricQuery("Shop", f"m{n}", (), "Sum", 300) for n in range(600)]
    assert len(of_service.fetch(queries, TimeRange(END_MS - 3_600_000, END_MS))) == 600
    assert [entry.operation for entry in emulator.journal] == ["GetMetricData"] * 2


def test_the_picture_and_boto3_agree(emulator: Emulator, of_service: ServiceMetrics, truth: Truth) -> None:
    client = boto3.client("cloudwatch", region_name="us-east-1", endpoint_url=emulator.url)
    picture = client.get_metric_widget_image(
        MetricWidget=json.dumps(
            {
                **widget(truth),
                "start": f"{span(truth).start:%Y-%m-%dT%H:%M:%SZ}",
                "end": f"{span(truth).end:%Y-%m-%dT%H:%M:%SZ}",
            }
        )
    )["MetricWidgetImage"]
    assert picture.startswith(b"\x89PNG") and len(picture) > 5_000
    name = truth.incident.function
    answer = client.get_metric_statistics(
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": name}],
        StartTime=span(truth).start,
        EndTime=span(truth).end,
        Period=3600,
        Statistics=["Sum"],
        ExtendedStatistics=["p99"],
    )
    assert sum(point["Sum"] for point in answer["Datapoints"]) == truth.function(name).failures
    listed = client.list_metrics(Namespace="AWS/Lambda", MetricName="Errors", Dimensions=[{"Name": "FunctionName"}])
    assert {d["Value"] for m in listed["Metrics"] for d in m["Dimensions"] if d["Name"] == "FunctionName"} == {
        f.name for f in truth.functions
    }


def test_the_import_is_light() -> None:
    code = "import sys, insightctl.metrics; print([m for m in ('boto3', 'duckdb', 'jinja2') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ})
    assert done.stdout.strip() == "[]"
