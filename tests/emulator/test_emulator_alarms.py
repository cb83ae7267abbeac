"""DescribeAlarmHistory of alarms that are moto's, through boto3 and the AWS CLI."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient

NAME = "history-of-an-alarm"


@pytest.fixture
def alarms(aws: str) -> Iterator[CloudWatchClient]:
    import boto3

    client = boto3.client("cloudwatch")
    shape: Any = {"Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1, "Threshold": 5}
    client.put_metric_alarm(
        AlarmName=NAME,
        Namespace="AWS/Lambda",
        MetricName="Errors",
        ComparisonOperator="GreaterThanThreshold",
        **shape,
    )
    client.set_alarm_state(AlarmName=NAME, StateValue="ALARM", StateReason="6 errors")
    client.set_alarm_state(AlarmName=NAME, StateValue="ALARM", StateReason="7 errors")
    client.set_alarm_state(AlarmName=NAME, StateValue="OK", StateReason="none")
    yield client
    client.delete_alarms(AlarmNames=[NAME])


def test_each_change_of_state_is_told(alarms: CloudWatchClient) -> None:
    items = alarms.describe_alarm_history(AlarmName=NAME, HistoryItemType="StateUpdate")["AlarmHistoryItems"]

    assert [item["HistorySummary"] for item in items] == [
        "Alarm updated from ALARM to OK",
        "Alarm updated from OK to ALARM",
    ]
    told = json.loads(items[1]["HistoryData"])
    assert told["newState"] == {"stateValue": "ALARM", "stateReason": "6 errors"}
    made = alarms.describe_alarm_history(AlarmName=NAME, ScanBy="TimestampAscending")["AlarmHistoryItems"][0]
    assert (made["HistoryItemType"], made["AlarmType"]) == ("ConfigurationUpdate", "MetricAlarm")


def test_ranges_and_pages(alarms: CloudWatchClient) -> None:
    whole = alarms.describe_alarm_history(AlarmName=NAME)["AlarmHistoryItems"]
    first = whole[-1]["Timestamp"]

    assert alarms.describe_alarm_history(AlarmName=NAME, EndDate=first)["AlarmHistoryItems"] == [whole[-1]]
    pages = alarms.get_paginator("describe_alarm_history").paginate(AlarmName=NAME, PaginationConfig={"PageSize": 1})
    assert [item for page in pages for item in page["AlarmHistoryItems"]] == whole
    assert alarms.describe_alarm_history(AlarmName="nobody")["AlarmHistoryItems"] == []
    with pytest.raises(ClientError, match="MaxRecords"):
        alarms.describe_alarm_history(MaxRecords=101)


def test_the_cli_reads_it(alarms: CloudWatchClient) -> None:
    program = str(Path(sys.executable).with_name("aws"))
    words = [program, "cloudwatch", "describe-alarm-history", "--alarm-name", NAME, "--output", "json"]
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=os.environ)
    assert len(json.loads(done.stdout)["AlarmHistoryItems"]) == 3
