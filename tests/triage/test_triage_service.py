"""Triage with the account beside the logs, by boto3 against the emulator: all rights, few rights, no logs."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, time_ns

import boto3
import pytest

from insightctl.cloud.backend import CloudWatchBackend
from insightctl.cloud.session import Access, Cloud
from insightctl.core.errors import InsightctlError
from insightctl.core.job import Target
from insightctl.core.time import TimeRange, from_ms
from insightctl.emulator.account.facts import Account, Alias, Config, Function, Provisioned, Source, TrailEvent, Version
from insightctl.emulator.adversity import Adversity
from insightctl.emulator.server import Emulator
from insightctl.triage import Finding, Report, triage
from insightctl.triage.account import alarms, functions_of, read
from insightctl.triage.budget import Budget
from insightctl.triage.document import report_json

MINUTE = 60_000
START = 1_795_392_000_000
TIME = TimeRange(START, START + 120 * MINUTE)
DEPLOYED = START + 70 * MINUTE + 7_000
LOWERED = START + 90 * MINUTE - 30_000
NAME = "checkout"
TARGET = Target((NAME,))
MOST_QUERIES = 12

ACCOUNT = Account(
    (
        Function(
            NAME,
            START - 86_400_000,
            Config(memory_mb=512, timeout_s=10, dead_letter="arn:aws:sqs:us-east-1:123456789012:checkout-dlq"),
            (Version("41", START - 86_400_000, Config()), Version("42", DEPLOYED - 40_000, Config())),
            (Alias("live", "42"),),
            reserved=10,
            provisioned=(Provisioned("live", 5, 5, START),),
            sources=(Source("arn:aws:sqs:us-east-1:123456789012:orders", retries=3),),
        ),
    ),
    (
        TrailEvent(
            "UpdateAlias20150331",
            DEPLOYED - 5_000,
            "ci-7",
            request={"functionName": NAME, "name": "live", "functionVersion": "42"},
        ),
        TrailEvent(
            "PutFunctionConcurrency20171031",
            LOWERED,
            "alice",
            request={"functionName": NAME, "reservedConcurrentExecutions": 10},
        ),
    ),
)


def logs() -> list[tuple[str, list[tuple[int, str]]]]:
    """Streams and their lines: 8 requests a minute; each third of version 42 fails."""
    streams: dict[str, list[tuple[int, str]]] = {"41": [], "42": []}
    for number in range(120 * 8):
        at = START + number * (MINUTE // 8)
        version = "42" if at >= DEPLOYED else "41"
        request = f"{number:08x}-0000-4000-8000-{number:012x}"
        lines = streams[version]
        lines.append((at, f"START RequestId: {request} Version: {version}\n"))
        if version == "42" and number % 3 == 0:
            error = 'Traceback (most recent call last):\n  File "/var/task/app.py", line 7, in handler\n'
            lines.append((at + 80, f"[ERROR] KeyError: 'discount'\n{error}"))
        lines.append((at + 100, f"END RequestId: {request}\n"))
        report = f"REPORT RequestId: {request}\tDuration: {90 + number % 20}.00 ms\tBilled Duration: 120 ms"
        lines.append((at + 100, f"{report}\tMemory Size: 512 MB\tMax Memory Used: 90 MB\t\n"))
    day = f"{from_ms(START):%Y/%m/%d}"
    return [(f"{day}/[{version}]{'ab' * 16}", lines) for version, lines in streams.items()]


@pytest.fixture(scope="module")
def running() -> Iterator[Emulator]:
    """An emulator with the account, the logs, and metrics that only clients can put."""
    with pytest.MonkeyPatch.context() as patch, Emulator(account=ACCOUNT) as emulator:
        for name, value in (
            ("AWS_ACCESS_KEY_ID", "a"),
            ("AWS_SECRET_ACCESS_KEY", "b"),
            ("AWS_DEFAULT_REGION", "us-east-1"),
            ("AWS_ENDPOINT_URL", emulator.url),
        ):
            patch.setenv(name, value)
        fill = boto3.client("logs")
        group = f"/aws/lambda/{NAME}"
        fill.create_log_group(logGroupName=group)
        for stream, lines in logs():
            fill.create_log_stream(logGroupName=group, logStreamName=stream)
            fill.put_log_events(
                logGroupName=group,
                logStreamName=stream,
                logEvents=[{"timestamp": at, "message": message} for at, message in lines],
            )
        metrics = boto3.client("cloudwatch")
        for metric, level in (("Throttles", 4.0), ("ConcurrentExecutions", 10.0)):
            metrics.put_metric_data(
                Namespace="AWS/Lambda",
                MetricData=[
                    {
                        "MetricName": metric,
                        "Dimensions": [{"Name": "FunctionName", "Value": NAME}],
                        "Timestamp": from_ms(START + minute * MINUTE),
                        "Value": level,
                    }
                    for minute in range(90, 120)
                ],
            )
        yield emulator


@pytest.fixture(autouse=True)
def no_faults(running: Emulator) -> Iterator[None]:
    running.suffer(Adversity())
    yield
    running.suffer(Adversity())


def cloud(running: Emulator) -> Cloud:
    return Cloud(Access(endpoint_url=running.url))


def look(running: Emulator, budget: Budget | None = None) -> Report:
    where = cloud(running)
    backend = CloudWatchBackend(endpoint_url=running.url)
    return triage(backend, TARGET, TIME, account=lambda time, period: read(where, (NAME,), time, period), budget=budget)


def words_of(finding: Finding) -> str:
    return "\n".join([finding.title, *(e.sentence for e in finding.evidence), *finding.next])


def test_the_facts_of_an_account(running: Emulator) -> None:
    facts = read(cloud(running), (NAME,), TIME)
    settings = facts.configuration(NAME)

    assert facts.skipped == ()
    assert settings is not None and (settings.memory_mb, settings.timeout_s, settings.reserved_concurrency) == (
        512,
        10,
        10,
    )
    assert [(p.qualifier, p.requested) for p in settings.provisioned] == [("live", 5)]
    assert [(s.name, s.retries) for s in settings.sources] == [("sqs orders", 3)]
    assert facts.limits is not None and (facts.limits.concurrent, facts.limits.unreserved) == (1000, 990)
    assert (facts.metric(NAME, "Throttles").total, facts.metric(NAME, "Invocations").total) == (120.0, 960.0)
    assert [(c.what, c.by) for c in facts.changes] == [
        ("alias live → 42", "ci-7"),
        ("reserved concurrency 10", "alice"),
    ]


def test_the_functions_of_log_groups(running: Emulator) -> None:
    assert functions_of(cloud(running), Target(log_groups=("*",))) == (NAME,)


def test_the_deployment_and_the_limit_are_both_found(running: Emulator) -> None:
    report = look(running)
    by_code = {finding.code: finding for finding in report.findings}

    failing = by_code["failures-since-deployment"]
    assert report.findings[0] is failing and failing.version == "42"
    assert "alias live → 42" in words_of(failing) and "by ci-7 (CloudTrail)" in words_of(failing)
    assert "--name live --function-version 41" in failing.next[0]
    refused = by_code["throttled-by-reserved"]
    assert refused.cause.at == from_ms(LOWERED) and "by alice" in words_of(refused)
    assert report.skipped == () and report.statistics.queries <= MOST_QUERIES
    assert {"cloudtrail", "logs"} <= {source for each in report.deployments for source in each.sources}


DENIED = {
    "lambda:GetFunctionConfiguration": "configuration",
    "lambda:GetFunctionConcurrency": "reserved-concurrency",
    "lambda:ListProvisionedConcurrencyConfigs": "provisioned-concurrency",
    "lambda:ListEventSourceMappings": "event-sources",
    "lambda:GetFunctionEventInvokeConfig": "async-settings",
    "lambda:GetAccountSettings": "account-limits",
    "lambda:ListVersionsByFunction": "versions",
    "lambda:ListAliases": "aliases",
    "cloudtrail:LookupEvents": "trail",
    "cloudwatch:GetMetricData": "metrics",
    "cloudwatch:DescribeAlarms": "alarms",
    "logs:FilterLogEvents": "marks",
}


@pytest.mark.parametrize("place", [0, 1])
def test_what_is_refused_is_named_and_the_rest_is_there(running: Emulator, place: int) -> None:
    denied = dict(list(DENIED.items())[place::2])
    running.suffer(Adversity(deny=tuple(denied)))
    facts = read(cloud(running), (NAME,), TIME)
    settings = facts.configuration(NAME)

    assert {(skipped.permission, skipped.probe) for skipped in facts.skipped} == set(denied.items())
    assert settings is not None
    assert bool(facts.deployments) == (not {"versions", "trail"} <= set(denied.values()))
    assert bool(facts.aliases) == ("aliases" not in denied.values())
    assert (settings.memory_mb is None) == ("configuration" in denied.values())
    assert (settings.reserved_concurrency is None) == ("reserved-concurrency" in denied.values())
    assert bool(facts.metrics) == ("metrics" not in denied.values())
    assert (facts.limits is None) == ("account-limits" in denied.values())


def test_without_any_right_beside_the_logs_the_logs_still_tell(running: Emulator) -> None:
    running.suffer(Adversity(deny=("lambda:*", "cloudtrail:*", "cloudwatch:*", "logs:FilterLogEvents")))
    report = look(running)

    assert report.findings[0].code == "failures-since-deployment"
    assert {skipped.permission for skipped in report.skipped} >= {"cloudtrail:LookupEvents", "cloudwatch:GetMetricData"}
    assert all(skipped.permission for skipped in report.skipped)


def test_without_queries_metrics_tell_what_began_and_which_deployment_was_before(running: Emulator) -> None:
    running.suffer(Adversity(deny=("logs:StartQuery",)))
    report = look(running)
    worst = report.findings[0]

    assert (report.verdict, worst.cause.kind, worst.version) == ("critical", "deployment", "42")
    assert worst.started is not None and abs(worst.started.timestamp() * 1000 - DEPLOYED) <= 2 * MINUTE
    assert "ci-7" in words_of(worst)
    assert {s.permission for s in report.skipped} == {"logs:StartQuery"} and "reports" in {
        s.probe for s in report.skipped
    }
    assert json.loads(report_json(report))["findings"][0]["cause"]["version"] == "42"


def test_without_queries_and_metrics_it_says_why(running: Emulator) -> None:
    running.suffer(Adversity(deny=("logs:StartQuery", "cloudwatch:GetMetricData")))
    with pytest.raises(InsightctlError, match="logs:StartQuery"):
        look(running)


def test_a_budget_of_no_queries_looks_at_metrics_alone(running: Emulator) -> None:
    report = look(running, Budget(queries=0))
    assert (report.statistics.queries, report.findings[0].version) == (0, "42")
    assert "beyond the budget of 0 queries" in {skipped.reason for skipped in report.skipped}


def test_reports_without_their_failures_do_not_pass_for_health(running: Emulator) -> None:
    report = look(running, Budget(queries=1))
    assert (report.verdict, report.findings[0].version) == ("critical", "42")
    assert report.statistics.failures == 133


def test_the_options_of_the_command(running: Emulator) -> None:
    from typer.testing import CliRunner

    from insightctl.cli.app import app

    times = ("--since", from_ms(TIME.start_ms).isoformat(), "--until", from_ms(TIME.end_ms).isoformat())
    asked = ("triage", NAME, *times, "--max-queries", "0", "-o", "json", "--exit-code")
    done = CliRunner().invoke(app, asked)
    document = json.loads(done.stdout)

    assert (done.exit_code, document["statistics"]["queries"]) == (10, 0)
    assert document["findings"][0]["cause"]["version"] == "42"


def test_a_budget_of_bytes_leaves_queries_out(running: Emulator) -> None:
    from typer.testing import CliRunner

    from insightctl.cli.app import app

    times = ("--since", from_ms(TIME.start_ms).isoformat(), "--until", from_ms(TIME.end_ms).isoformat())
    done = CliRunner().invoke(app, ("triage", NAME, *times, "--max-bytes", "1B", "-o", "json", "--no-cache"))
    document = json.loads(done.stdout)

    assert document["statistics"]["queries"] == 0
    assert {"reports", "failures", "volume"} <= {each["probe"] for each in document["skipped"]}
    assert all("beyond the budget" in each["reason"] for each in document["skipped"])


HISTORY = [
    {
        "AlarmName": "checkout-errors",
        "Timestamp": from_ms(START + minute * MINUTE),
        "HistoryItemType": "StateUpdate",
        "HistoryData": json.dumps({"newState": {"stateValue": state, "stateReason": f"{minute} min"}}),
    }
    for minute, state in ((100, "ALARM"), (80, "OK"), (71, "ALARM"), (60, "INSUFFICIENT_DATA"))
]


def test_the_history_of_an_alarm() -> None:
    """At other times than today: the answer is botocore's own stub, checked against the service's model."""
    from botocore.stub import ANY, Stubber

    aws = boto3.client("cloudwatch", "us-east-1", aws_access_key_id="a", aws_secret_access_key="b")
    watched = alarms.Watched("checkout-errors", NAME, "Errors", "ALARM", from_ms(START), "now")
    with Stubber(aws) as stub:
        asked = {"AlarmName": "checkout-errors", "HistoryItemType": "StateUpdate", "StartDate": ANY, "EndDate": ANY}
        stub.add_response("describe_alarm_history", {"AlarmHistoryItems": HISTORY}, asked)
        found = alarms.fired(Cloud(Access(region="us-east-1")), aws, (watched,), TIME)

    assert [(alarm.since, alarm.until, alarm.reason) for alarm in found] == [
        (from_ms(START + 71 * MINUTE), from_ms(START + 80 * MINUTE), "71 min"),
        (from_ms(START + 100 * MINUTE), None, "100 min"),
    ]


def test_an_alarm_that_fired(running: Emulator) -> None:
    watching = boto3.client("cloudwatch")
    watching.put_metric_alarm(
        AlarmName="checkout-errors",
        Namespace="AWS/Lambda",
        MetricName="Errors",
        Dimensions=[{"Name": "FunctionName", "Value": NAME}],
        Statistic="Sum",
        Period=60,
        EvaluationPeriods=1,
        Threshold=5,
        ComparisonOperator="GreaterThanThreshold",
    )
    try:
        watching.set_alarm_state(AlarmName="checkout-errors", StateValue="ALARM", StateReason="6 errors")
        # the clock of an emulator is today's: the alarm fires now
        now = TimeRange(START, time_ns() // 1_000_000 + MINUTE)
        facts = read(cloud(running), (NAME,), now, 300_000)
        assert [(alarm.name, alarm.function, alarm.metric) for alarm in facts.alarms] == [
            ("checkout-errors", NAME, "Errors")
        ]
        assert facts.skipped == ()
    finally:
        watching.delete_alarms(AlarmNames=["checkout-errors"])


@pytest.mark.slow
def test_queries_of_two_seconds_take_less_than_fifteen_together(running: Emulator) -> None:
    running.suffer(Adversity(query_seconds=2.0))
    before = len(running.journal)
    began = monotonic()
    report = look(running)
    seconds = monotonic() - began
    started = [entry for entry in list(running.journal)[before:] if entry.operation == "StartQuery"]

    print(f"{seconds:.1f} s, {report.statistics.queries} queries")
    assert seconds < 15 and len(started) == report.statistics.queries <= MOST_QUERIES
    assert report.findings[0].version == "42"


def test_of_more_functions_than_lambda_would_answer_for_it_says_so(running: Emulator) -> None:
    facts = read(cloud(running), [NAME, *(f"gone-{number}" for number in range(30))], TIME)
    assert (len(facts.functions), facts.functions[0]) == (25, NAME)
    assert [(each.probe, each.reason) for each in facts.skipped] == [
        ("account", "only 25 of 31 functions were looked at")
    ]


def test_the_commands_name_the_profile_and_region_of_the_settings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from insightctl.cli.setup import When, Where
    from insightctl.cli.triage_look import commands

    for name in ("AWS_PROFILE", "AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "insightctl.toml").write_text('[defaults]\nregion = "eu-west-1"\n', "utf-8")
    monkeypatch.chdir(tmp_path)

    assert commands(Where((NAME,)), When()).aws == "--region eu-west-1"
    assert commands(Where((NAME,), region="us-east-2"), When()).aws == "--region us-east-2"
    assert commands(Where(local=("logs",)), When()).aws == ""


def test_ctrl_c_does_not_wait_for_a_call_that_hangs(tmp_path: Path) -> None:
    (tmp_path / "hang.py").write_text(
        """
import os, signal, threading, time
from insightctl.core.time import TimeRange
from insightctl.triage.account.probing import probes
from insightctl.triage.beside import observed
from insightctl.triage.probes import Bucket, Observations

def account(when, period):
    with probes() as running:
        return running.submit("trail", lambda: time.sleep(60), None).result()

threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
observed(lambda: Observations(Bucket("1m", 60_000), TimeRange(0, 1)), account, TimeRange(0, 1))
""",
        "utf-8",
    )
    began = monotonic()
    done = subprocess.run([sys.executable, "hang.py"], cwd=tmp_path, capture_output=True, timeout=50, check=False)
    assert b"KeyboardInterrupt" in done.stderr and monotonic() - began < 40
