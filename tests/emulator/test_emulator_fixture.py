"""The pytest fixture, as a project of somebody else uses it: its own pytest runs here."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CONFTEST = 'pytest_plugins = ["insightctl.emulator.fixture"]\n'
TESTS = """
import os, time
import boto3, pytest
from botocore.config import Config

def errors(group):
    logs = boto3.client("logs")
    end = int(time.time())
    asked = dict(logGroupName=group, queryString="filter @message like 'ERROR' | stats count(*) as n")
    query = logs.start_query(startTime=end - 600, endTime=end + 1, **asked)["queryId"]
    while (answer := logs.get_query_results(queryId=query))["status"] in ("Scheduled", "Running"):
        time.sleep(0.05)
    return answer["results"][0][0]["value"]

def test_my_script(cloudwatch):
    cloudwatch.put("/aws/lambda/checkout", ["ERROR out of stock", "INFO paid", "ERROR again"])
    assert errors("/aws/lambda/checkout") == "2"

def test_each_test_begins_empty(cloudwatch):
    assert cloudwatch.logs.describe_log_groups()["logGroups"] == []
    assert os.environ["AWS_ENDPOINT_URL"] == cloudwatch.url
    assert "AWS_PROFILE" not in os.environ

@pytest.mark.adversity(throttle=1.0, only=["StartQuery"])
def test_throttled(cloudwatch):
    cloudwatch.put("/app", ["ERROR"])
    once = boto3.client("logs", config=Config(retries={"total_max_attempts": 1}))
    with pytest.raises(once.exceptions.ClientError, match="ThrottlingException"):
        once.start_query(logGroupName="/app", queryString="fields a", startTime=0, endTime=1)
    assert [entry.outcome for entry in cloudwatch.emulator.journal] == ["ThrottlingException"]

def test_live_tail_needs_no_settings(cloudwatch):
    cloudwatch.put("/app", ["before"])
    arn = "arn:aws:logs:us-east-1:123456789012:log-group:/app"
    stream = cloudwatch.logs.start_live_tail(logGroupIdentifiers=[arn])["responseStream"]
    cloudwatch.put("/app", ["after"])
    seen = []
    for event in stream:
        seen += [result["message"] for result in event.get("sessionUpdate", {}).get("sessionResults", [])]
        if seen:
            break
    stream.close()
    assert seen == ["after"]
"""


def test_a_project_with_the_plugin(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text(CONFTEST)
    (tmp_path / "test_script.py").write_text(TESTS)
    words = [sys.executable, "-m", "pytest", "-q", "--strict-markers", "-p", "no:cacheprovider", str(tmp_path)]
    ran = subprocess.run(
        words,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=tmp_path,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "4 passed" in ran.stdout
