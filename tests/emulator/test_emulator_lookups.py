"""Lookup tables and the queries that use them, through boto3 and the `aws` CLI."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from insightctl.core.result import Result
from insightctl.emulator.engine import Engine
from insightctl.emulator.server import Emulator

from .conftest import START_MS, Ask, Fill, rows
from .test_emulator_serve import aws_cli

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

HOUR: dict[str, Any] = {"startTime": START_MS // 1000, "endTime": START_MS // 1000 + 3600}
USERS = 'id,name,team\n1,Ada,core\n2,"Grace, H.",navy\n'
NETS = "cidr,region\n10.0.0.0/8,private\n203.0.113.0/24,test\n"
LINES = [json.dumps({"user": str(n), "ip": ip}) for n, ip in enumerate(("10.1.2.3", "203.0.113.9", "8.8.8.8"), 1)]
JOIN = "fields user | lookup {} id as user OUTPUT name | display user, name | sort user asc"


def table(logs: CloudWatchLogsClient, name: str, body: str = USERS, **more: Any) -> str:
    return logs.create_lookup_table(lookupTableName=name, tableBody=body, **more)["lookupTableArn"]


def test_create_query_update_delete(fill: Fill, ask: Ask, logs: CloudWatchLogsClient) -> None:
    group = fill(LINES)
    arn = table(logs, "users")
    assert rows(ask(group, JOIN.format("users"))) == [
        {"user": "1", "name": "Ada"},
        {"user": "2", "name": "Grace, H."},
        {"user": "3"},
    ]
    updated = logs.update_lookup_table(lookupTableArn=arn, tableBody="id,name\n3,Katherine\n")
    assert updated["lookupTableArn"] == arn
    assert rows(ask(group, JOIN.format("users")))[2] == {"user": "3", "name": "Katherine"}
    with pytest.raises(logs.exceptions.MalformedQueryException, match="team"):
        logs.start_query(logGroupName=group, queryString="lookup users id as user OUTPUT team", **HOUR)
    logs.delete_lookup_table(lookupTableArn=arn)
    with pytest.raises(logs.exceptions.MalformedQueryException, match="no lookup table 'users'"):
        logs.start_query(logGroupName=group, queryString=JOIN.format("users"), **HOUR)


def test_cidrlookup(fill: Fill, ask: Ask, logs: CloudWatchLogsClient) -> None:
    table(logs, "nets", NETS)
    text = "fields user | cidrlookup nets ip as cidr OUTPUT region | display user, region | sort user asc"
    assert rows(ask(fill(LINES), text)) == [
        {"user": "1", "region": "private"},
        {"user": "2", "region": "test"},
        {"user": "3"},
    ]


def test_a_lookup_in_a_saved_query(fill: Fill, ask: Ask, logs: CloudWatchLogsClient) -> None:
    table(logs, "people")
    logs.put_query_definition(
        name="WithNames", queryString="lookup {{t}} id as user OUTPUT name", parameters=[{"name": "t"}]
    )
    found = rows(ask(fill(LINES), "fields user | $WithNames(t = people) | stats count(name) as n"))
    assert found == [{"n": "2"}]


def test_what_is_told_about_a_table(logs: CloudWatchLogsClient) -> None:
    arn = table(logs, "told", description="who is who", kmsKeyId="arn:aws:kms:x", tags={"team": "core"})
    assert arn == "arn:aws:logs:us-east-1:123456789012:lookup-table:told"
    got = logs.get_lookup_table(lookupTableArn=arn)
    assert got.pop("lastUpdatedTime") > 0  # type: ignore[misc]
    got.pop("ResponseMetadata")  # type: ignore[misc]
    assert got == {
        "lookupTableArn": arn,
        "lookupTableName": "told",
        "description": "who is who",
        "tableBody": USERS,
        "sizeBytes": len(USERS),
        "kmsKeyId": "arn:aws:kms:x",
    }
    (listed,) = logs.describe_lookup_tables(lookupTableNamePrefix="told")["lookupTables"]
    assert (listed["tableFields"], listed["recordsCount"]) == (["id", "name", "team"], 2)
    assert "tableBody" not in listed
    logs.update_lookup_table(lookupTableArn=arn, tableBody="a\nä\n", kmsKeyId="")
    (listed,) = logs.describe_lookup_tables(lookupTableNamePrefix="told")["lookupTables"]
    assert (listed["description"], listed["sizeBytes"], "kmsKeyId" in listed) == ("who is who", 5, False)


def test_tables_come_in_pages_by_name(logs: CloudWatchLogsClient) -> None:
    for n in (3, 1, 2):
        table(logs, f"page_{n}")
    first = logs.describe_lookup_tables(lookupTableNamePrefix="page_", maxResults=2)
    second = logs.describe_lookup_tables(lookupTableNamePrefix="page_", nextToken=first["nextToken"])
    assert [t["lookupTableName"] for p in (first, second) for t in p["lookupTables"]] == ["page_1", "page_2", "page_3"]
    assert "nextToken" not in second


def test_a_table_from_the_results_of_a_query(fill: Fill, ask: Ask, logs: CloudWatchLogsClient) -> None:
    group = fill(LINES)
    ask(group, "stats count(*) as n, max(ip) as address by user | sort user asc")
    query_id = logs.describe_queries(logGroupName=group)["queries"][0]["queryId"]
    arn = logs.create_lookup_table(lookupTableName="made", queryId=query_id)["lookupTableArn"]
    body = logs.get_lookup_table(lookupTableArn=arn)["tableBody"]
    assert body == "user,n,address\n1,1,10.1.2.3\n2,1,203.0.113.9\n3,1,8.8.8.8\n"
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.update_lookup_table(lookupTableArn=arn, queryId="12345678-aaaa-bbbb-cccc-1234567890ab")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"lookupTableName": "no-dashes"}, "regular expression pattern"),
        ({"lookupTableName": "x" * 257}, "less than or equal to 256"),
        ({"tableBody": None}, "Exactly one of tableBody or queryId"),
        ({"queryId": "12345678"}, "Exactly one of tableBody or queryId"),
        ({"tableBody": "a,,c\n1,2,3\n"}, "header row that names every column"),
        ({"tableBody": "\n\n"}, "header row that names every column"),
        ({"tableBody": "a,b,a\n1,2,3\n"}, "names a column twice"),
        ({"tableBody": "a\n" + "x" * (10 * 1024 * 1024)}, "less than or equal to 10485760"),
        ({"description": "x" * 1025}, "less than or equal to 1024"),
        ({"tags": {str(n): "x" for n in range(51)}}, "from 1 to 50 entries"),
    ],
)
def test_what_create_refuses(logs: CloudWatchLogsClient, given: dict[str, Any], said: str) -> None:
    members = {"lookupTableName": "refused", "tableBody": USERS, **given}
    with pytest.raises(logs.exceptions.InvalidParameterException, match=said):
        logs.create_lookup_table(**{name: value for name, value in members.items() if value is not None})
    assert logs.describe_lookup_tables(lookupTableNamePrefix="refused")["lookupTables"] == []


def test_names_are_unique_and_tables_a_hundred(logs: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    table(logs, "unique")
    with pytest.raises(logs.exceptions.ResourceAlreadyExistsException):
        table(logs, "unique")
    monkeypatch.setattr("insightctl.emulator.lookup_store.MAX_TABLES", 1)
    with pytest.raises(logs.exceptions.LimitExceededException):
        table(logs, "one_too_many")


def test_unknown_tables(logs: CloudWatchLogsClient) -> None:
    arn = "arn:aws:logs:us-east-1:123456789012:lookup-table:nope"
    for call in (logs.get_lookup_table, logs.delete_lookup_table):
        with pytest.raises(logs.exceptions.ResourceNotFoundException):
            call(lookupTableArn=arn)
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.update_lookup_table(lookupTableArn=arn, tableBody=USERS)


def test_a_running_query_keeps_the_content_it_began_with(
    aws: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import boto3

    began, go_on, seen = threading.Event(), threading.Event(), list[str]()

    def slow(*given: object) -> Result:
        lookups = given[6]
        assert isinstance(lookups, dict)
        began.set()
        go_on.wait(10)
        seen.append(lookups["users"].read_text())
        return Result((), ())

    monkeypatch.setattr(Engine, "run", slow)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Emulator() as emulator:
        logs = boto3.client("logs", endpoint_url=emulator.url)
        logs.create_log_group(logGroupName="/a")
        arn = table(logs, "users")
        logs.start_query(logGroupName="/a", queryString="fields @message", **HOUR)
        assert began.wait(10)
        logs.update_lookup_table(lookupTableArn=arn, tableBody="id\n9\n")
        assert len(list(tmp_path.rglob("*.csv"))) == 2
        go_on.set()
        while logs.describe_queries()["queries"][0]["status"] != "Complete":
            pass
        assert seen == [USERS]
        assert len(list(tmp_path.rglob("*.csv"))) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_aws_cli(fill: Fill, tmp_path: Path) -> None:
    group, file = fill(LINES), tmp_path / "users.csv"
    file.write_text(USERS)
    made = aws_cli("logs", "create-lookup-table", "--lookup-table-name", "cli_users", "--table-body", f"file://{file}")
    arn = made["lookupTableArn"]
    started = aws_cli(
        *("logs", "start-query", "--log-group-name", group),
        *("--query-string", "lookup cli_users id as user OUTPUT name | stats count(name) as n"),
        *("--start-time", str(START_MS // 1000), "--end-time", str(START_MS // 1000 + 60)),
    )
    for _ in range(20):
        answer = aws_cli("logs", "get-query-results", "--query-id", started["queryId"])
        if answer["status"] == "Complete":
            break
    assert answer["results"] == [[{"field": "n", "value": "2"}]]
    file.write_text("id,name\n1,Ada\n")
    aws_cli("logs", "update-lookup-table", "--lookup-table-arn", arn, "--table-body", f"file://{file}")
    assert aws_cli("logs", "get-lookup-table", "--lookup-table-arn", arn)["tableBody"] == "id,name\n1,Ada\n"
    listed = aws_cli("logs", "describe-lookup-tables", "--lookup-table-name-prefix", "cli_users")["lookupTables"]
    assert listed[0]["recordsCount"] == 1
    aws_cli("logs", "delete-lookup-table", "--lookup-table-arn", arn)
    assert aws_cli("logs", "describe-lookup-tables", "--lookup-table-name-prefix", "cli_users")["lookupTables"] == []
