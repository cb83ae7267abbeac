"""`insightctl serve` as a process, log groups that come from data, and the real `aws` CLI."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from insightctl.core.errors import SourceError, UsageError
from insightctl.emulator.server import Emulator
from insightctl.local import LogSource

from .conftest import START_MS, STREAM, Fill

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

AWS = Path(sys.executable).with_name("aws")
COMMAND = "import typer; from insightctl.cli.serve import serve; app = typer.Typer(); app.command()(serve); app()"


def aws_cli(*words: str) -> Any:
    """What the AWS CLI prints, from JSON."""
    ran = subprocess.run([AWS, *words], capture_output=True, text=True, timeout=60, check=False)
    assert ran.returncode == 0, ran.stderr
    return json.loads(ran.stdout) if ran.stdout.strip() else None


@contextmanager
def serving(*options: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """`insightctl serve` on a free port: the process and its URL."""
    words = [sys.executable, "-c", COMMAND, "--port", "0", *options]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+", line)
            assert found, line + (process.stderr.read() if process.stderr else "")
            yield process, found.group()
        finally:
            process.kill()


def event_lines(path: Path, messages: Sequence[str], stream: str = STREAM) -> Path:
    """A file of events as JSON lines, one a second from START_MS on."""
    lines = (
        {"timestamp": START_MS + n * 1000, "message": m, "logStreamName": stream, "ingestionTime": START_MS + n * 1000}
        for n, m in enumerate(messages)
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines))
    return path


def test_the_aws_cli_from_an_empty_endpoint_to_an_answer(aws: str) -> None:
    group, stream = "/cli/orders", "one"
    aws_cli("logs", "create-log-group", "--log-group-name", group)
    aws_cli("logs", "create-log-stream", "--log-group-name", group, "--log-stream-name", stream)
    events = json.dumps([{"timestamp": START_MS, "message": "ERROR out of stock"}])
    aws_cli("logs", "put-log-events", "--log-group-name", group, "--log-stream-name", stream, "--log-events", events)
    started = aws_cli(
        *("logs", "start-query", "--log-group-name", group, "--query-string", "fields @message, @logStream"),
        *("--start-time", str(START_MS // 1000), "--end-time", str(START_MS // 1000 + 60)),
    )
    for _ in range(20):
        answer = aws_cli("logs", "get-query-results", "--query-id", started["queryId"])
        if answer["status"] == "Complete":
            break
    assert [cell["value"] for cell in answer["results"][0]][:2] == ["ERROR out of stock", stream]
    assert answer["statistics"]["recordsMatched"] == 1.0
    found = aws_cli("logs", "filter-log-events", "--log-group-name", group, "--filter-pattern", "ERROR")
    assert found["events"][0]["message"] == "ERROR out of stock"
    got = aws_cli("logs", "get-log-events", "--log-group-name", group, "--log-stream-name", stream)
    assert got["events"][0]["timestamp"] == START_MS
    groups = aws_cli("logs", "describe-log-groups", "--log-group-name-prefix", group)["logGroups"]
    assert groups[0]["logGroupName"] == group
    assert (
        aws_cli("logs", "describe-log-streams", "--log-group-name", group)["logStreams"][0]["logStreamName"] == stream
    )
    assert aws_cli("logs", "describe-queries", "--log-group-name", group)["queries"][0]["status"] == "Complete"


@pytest.mark.slow  # five starts of the CLI; the same through boto3: test_emulator_dashboards, _metrics
def test_the_aws_cli_on_dashboards_and_identity(aws: str) -> None:
    body = '{"widgets": []}'
    put = aws_cli("cloudwatch", "put-dashboard", "--dashboard-name", "cli", "--dashboard-body", body)
    assert put == {"DashboardValidationMessages": []}
    assert aws_cli("cloudwatch", "get-dashboard", "--dashboard-name", "cli")["DashboardBody"] == body
    listed = aws_cli("cloudwatch", "list-dashboards", "--dashboard-name-prefix", "cli")
    assert listed["DashboardEntries"][0]["Size"] == len(body)
    aws_cli("cloudwatch", "delete-dashboards", "--dashboard-names", "cli")
    assert aws_cli("sts", "get-caller-identity")["Account"] == "123456789012"


def test_groups_streams_and_events_of_the_data(aws: str, tmp_path: Path) -> None:
    import boto3

    data = event_lines(tmp_path / "checkout.jsonl", ["first", "second"])
    with Emulator((LogSource(data, log_group="/aws/lambda/checkout"),)) as emulator:
        logs = boto3.client("logs", endpoint_url=emulator.url, region_name="eu-central-1")
        group = logs.describe_log_groups()["logGroups"][0]
        assert (group["logGroupName"], group["creationTime"]) == ("/aws/lambda/checkout", START_MS)
        assert ":eu-central-1:" in group["arn"]
        streams = logs.describe_log_streams(logGroupName="/aws/lambda/checkout")["logStreams"]
        assert [(s["logStreamName"], s["lastEventTimestamp"]) for s in streams] == [(STREAM, START_MS + 1000)]
        logs.put_retention_policy(logGroupName="/aws/lambda/checkout", retentionInDays=1)
        put = [{"timestamp": START_MS + 500, "message": "put"}]
        logs.put_log_events(logGroupName="/aws/lambda/checkout", logStreamName=STREAM, logEvents=put)  # type: ignore[arg-type]
        events = logs.filter_log_events(logGroupName="/aws/lambda/checkout")["events"]
        assert [event["message"] for event in events] == ["first", "put", "second"]
        logs.create_log_group(logGroupName="/empty")
        assert logs.filter_log_events(logGroupName="/empty")["events"] == []


def test_files_without_streams_have_one(aws: str, tmp_path: Path) -> None:
    import boto3

    data = tmp_path / "checkout.log"
    data.write_text("2026-11-23T10:00:00.000Z first\n2026-11-23T10:00:01.000Z second\n")
    with Emulator((LogSource(data),)) as emulator:
        logs = boto3.client("logs", endpoint_url=emulator.url)
        group = logs.describe_log_groups()["logGroups"][0]["logGroupName"]
        name = logs.describe_log_streams(logGroupName=group)["logStreams"][0]["logStreamName"]
        events = logs.get_log_events(logGroupName=group, logStreamName=name)["events"]
        assert [event["timestamp"] for event in events] == [START_MS, START_MS + 1000]
        assert logs.filter_log_events(logGroupName=group, logStreamNames=[name])["events"][0]["logStreamName"] == name


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_serve_ends_cleanly(number: signal.Signals, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    with serving() as (process, _):
        assert list(tmp_path.glob("insightctl-serve-*"))
        process.send_signal(number)
        out, err = process.communicate(timeout=10)
    assert (process.returncode, out, err) == (0, "", "")
    assert not list(tmp_path.glob("insightctl-serve-*"))


def test_serve_takes_sigint_back_from_the_shell() -> None:
    words = f"{sys.executable} -c '{COMMAND}' --port 0 & sleep 3; kill -INT $!; wait $!"
    ran = subprocess.run(["sh", "-c", words], capture_output=True, text=True, timeout=30, check=False)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_serve_with_data_and_named_groups(tmp_path: Path, aws: str) -> None:
    folder = tmp_path / "logs"
    folder.mkdir()
    event_lines(folder / "payments.jsonl", ["paid"])
    other = event_lines(tmp_path / "x.jsonl", ["named"])
    with serving("--data", str(folder), "--log-group", f"/aws/lambda/named={other}", "--verbose") as (process, url):
        groups = aws_cli("logs", "describe-log-groups", "--endpoint-url", url)["logGroups"]
        assert [group["logGroupName"] for group in groups] == ["/aws/lambda/named", "/aws/lambda/payments"]
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=10)
    assert "Logs_20140328.DescribeLogGroups  200" in err


def test_web_pages_are_refused(emulator: Emulator) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(emulator.url, headers={"Origin": "https://example.com"}))
    with caught.value:
        assert caught.value.code == 403


def test_a_taken_port(emulator: Emulator) -> None:
    port = int(emulator.url.rpartition(":")[2])
    with pytest.raises(UsageError, match=f"port {port} of 127.0.0.1 cannot be used") as caught:
        Emulator(port=port)
    assert caught.value.remedy is not None
    assert "--port 0" in caught.value.remedy


def test_only_loopback_listens(emulator: Emulator) -> None:
    port = int(emulator.url.rpartition(":")[2])
    addresses = {item[4][0] for item in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)}
    for address in addresses - {a for a in addresses if str(a).startswith("127.")}:
        with socket.socket() as probe, pytest.raises(OSError):
            probe.settimeout(1)
            probe.connect((address, port))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--data", "/nope/nope"], "no such file"),
        (["--log-group", "just-a-name"], "not NAME=PATH"),
        (["--fault", "throttle"], "not NAME=VALUE"),
        (["--fault", "throtle=0.1"], "there is no fault"),
        (["--fault", "throttle=often"], "must be a number"),
        (["--faults", "/nope.toml"], "cannot be read"),
    ],
)
def test_usage_errors(options: list[str], said: str) -> None:
    words = [sys.executable, "-c", COMMAND, "--port", "0", *options]
    ran = subprocess.run(words, capture_output=True, text=True, timeout=30, check=False)
    assert ran.returncode != 0
    assert said in ran.stderr


def test_data_that_cannot_be_read_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceError):
        Emulator((LogSource(tmp_path / "empty"),))
    assert list((tmp_path / "tmp").iterdir()) == []


def test_without_moto_it_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "moto.moto_server.werkzeug_app", None)
    with pytest.raises(UsageError) as caught:
        Emulator()
    assert caught.value.remedy == "pip install 'insightctl[serve]'"


def test_two_emulators_share_nothing(fill: Fill, logs: CloudWatchLogsClient) -> None:
    import boto3

    group = fill(["a"])
    with Emulator() as other:
        elsewhere = boto3.client("logs", endpoint_url=other.url)
        assert elsewhere.describe_log_groups()["logGroups"] == []
        elsewhere.create_log_group(logGroupName=group)
        assert elsewhere.filter_log_events(logGroupName=group)["events"] == []
    assert len(logs.filter_log_events(logGroupName=group)["events"]) == 1


def test_serve_with_faults(tmp_path: Path, aws: str) -> None:
    import boto3

    faults = tmp_path / "faults.toml"
    faults.write_text('throttle = 1.0\nonly = ["DescribeLogGroups"]\nothers = [90, 40]\n')
    with serving("--faults", str(faults), "--fault", "only=DescribeQueries") as (_, url):
        once = Config(retries={"total_max_attempts": 1})
        logs = boto3.client("logs", endpoint_url=url, config=once)
        assert logs.describe_log_groups()["logGroups"] == []
        with pytest.raises(ClientError, match="ThrottlingException"):
            logs.describe_queries()
