"""Query definitions, and `$Name(...)` in StartQuery, through boto3 and the `aws` CLI."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from .conftest import START_MS, Ask, Fill, rows
from .test_emulator_serve import aws_cli

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

HOUR: dict[str, Any] = {"startTime": START_MS // 1000, "endTime": START_MS // 1000 + 3600}
BY_LEVEL = "fields @message, level, app\n| filter level = {{logLevel}}\n| filter app = {{app}}\n| limit {{most}}"
PARAMETERS: list[dict[str, str]] = [
    {"name": "logLevel", "defaultValue": "ERROR", "description": "Log level to filter"},
    {"name": "app"},
    {"name": "most", "defaultValue": "50"},
]
NO_LIMIT = BY_LEVEL.rpartition("\n")[0]
LINES = [json.dumps({"level": level, "app": app}) for level in ("ERROR", "WARN") for app in ("orders", "carts")] * 2

Save = Callable[..., str]
_numbers = itertools.count()


@pytest.fixture
def save(logs: CloudWatchLogsClient) -> Save:
    """Saves a text under a new name, and returns the name."""

    def put(text: str, parameters: list[dict[str, str]] | None = None) -> str:
        name = f"saved_{next(_numbers)}"
        logs.put_query_definition(name=name, queryString=text, parameters=parameters or [])  # type: ignore[arg-type]
        return name

    return put


def test_put_describe_update_delete(logs: CloudWatchLogsClient) -> None:
    put = logs.put_query_definition(
        name="team/errors",
        queryString=BY_LEVEL,
        logGroupNames=["/a", "/b"],
        parameters=PARAMETERS,  # type: ignore[arg-type]
    )
    (kept,) = logs.describe_query_definitions(queryDefinitionNamePrefix="team/")["queryDefinitions"]
    assert kept.pop("lastModified") > START_MS // 10
    assert kept == {
        "queryLanguage": "CWLI",
        "queryDefinitionId": put["queryDefinitionId"],
        "name": "team/errors",
        "queryString": BY_LEVEL,
        "logGroupNames": ["/a", "/b"],
        "parameters": PARAMETERS,
    }
    again = logs.put_query_definition(
        name="team/all", queryString="fields @message", queryDefinitionId=put["queryDefinitionId"]
    )
    assert again["queryDefinitionId"] == put["queryDefinitionId"]
    (kept,) = logs.describe_query_definitions(queryDefinitionNamePrefix="team/")["queryDefinitions"]
    assert (kept["name"], kept["queryString"], kept["logGroupNames"]) == ("team/all", "fields @message", [])
    assert "parameters" not in kept
    assert logs.delete_query_definition(queryDefinitionId=put["queryDefinitionId"])["success"] is True
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="team/")["queryDefinitions"] == []


def test_definitions_come_in_pages_by_name(logs: CloudWatchLogsClient) -> None:
    for n in (3, 1, 2):
        logs.put_query_definition(name=f"page/{n}", queryString="fields @message")
    first = logs.describe_query_definitions(queryDefinitionNamePrefix="page/", maxResults=2)
    second = logs.describe_query_definitions(queryDefinitionNamePrefix="page/", nextToken=first["nextToken"])
    names = [d["name"] for page in (first, second) for d in page["queryDefinitions"]]
    assert names == ["page/1", "page/2", "page/3"]
    assert "nextToken" not in second
    assert (
        logs.describe_query_definitions(queryDefinitionNamePrefix="page/", queryLanguage="PPL")["queryDefinitions"]
        == []
    )


def test_definitions_belong_to_a_region(aws: str, save: Save) -> None:
    import boto3

    name = save("fields @message")
    elsewhere = boto3.client("logs", region_name="eu-west-1")
    assert elsewhere.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"] == []


def test_a_repeated_request_makes_one_definition(logs: CloudWatchLogsClient) -> None:
    token = "12345678-aaaa-bbbb-cccc-1234567890ab"
    ids = {
        logs.put_query_definition(name="once", queryString="fields a", clientToken=token)["queryDefinitionId"]
        for _ in range(2)
    }
    assert len(ids) == 1
    with pytest.raises(logs.exceptions.InvalidParameterException, match="already exists"):
        logs.put_query_definition(name="once", queryString="fields a")


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"name": "x" * 256}, "less than or equal to 255"),
        ({"queryString": "x" * 10_001}, "less than or equal to 10000"),
        ({"queryLanguage": "QL"}, "enum value set"),
        ({"logGroupNames": ["no spaces"]}, "regular expression pattern"),
        ({"parameters": [{"name": "1st"}]}, "regular expression pattern"),
        ({"parameters": [{"name": "a", "defaultValue": "x" * 1025}]}, "less than or equal to 1024"),
        ({"parameters": [{"name": "a"}, {"name": "a"}], "queryString": "limit {{a}}"}, "Duplicate parameter name"),
        ({"parameters": [{"name": "a"}]}, "Required parameters not found in queryString"),
        (
            {"parameters": [{"name": "a"}], "queryString": "limit {{a}}", "queryLanguage": "PPL"},
            "Parameters are only supported for CWLI query language",
        ),
        ({"parameters": [{"name": f"p{n}"} for n in range(21)]}, "Parameter count exceeds the maximum of 20"),
    ],
)
def test_what_put_refuses(logs: CloudWatchLogsClient, given: dict[str, Any], said: str) -> None:
    with pytest.raises(logs.exceptions.InvalidParameterException, match=said):
        logs.put_query_definition(**{"name": "n", "queryString": "fields a", **given})
    assert logs.describe_query_definitions(queryDefinitionNamePrefix="n")["queryDefinitions"] == []


def test_unknown_ids(logs: CloudWatchLogsClient) -> None:
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.delete_query_definition(queryDefinitionId="nope")
    with pytest.raises(logs.exceptions.ResourceNotFoundException):
        logs.put_query_definition(name="n", queryString="fields a", queryDefinitionId="nope")


def test_a_thousand_definitions_at_most(logs: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.emulator.query_definitions.MAX_DEFINITIONS", 0)
    with pytest.raises(logs.exceptions.LimitExceededException):
        logs.put_query_definition(name="one too many", queryString="fields a")


def test_parameters_and_defaults(fill: Fill, ask: Ask, save: Save) -> None:
    group, name = fill(LINES), save(BY_LEVEL, PARAMETERS)
    errors = rows(ask(group, f'${name}(app = "orders")'))
    assert [(row["level"], row["app"]) for row in errors] == [("ERROR", "orders")] * 2
    warnings = rows(ask(group, f'${name}(logLevel = "WARN", app = "carts", most = 1)'))
    assert [(row["level"], row["app"]) for row in warnings] == [("WARN", "carts")]


def test_chained_and_in_back_ticks(fill: Fill, ask: Ask, save: Save, logs: CloudWatchLogsClient) -> None:
    group, name = fill(LINES), save(NO_LIMIT, PARAMETERS[:2])
    logs.put_query_definition(
        name="team/By App", queryString="stats count(*) as {{alias}} by app", parameters=[{"name": "alias"}]
    )
    found = rows(ask(group, f'fields app\n| ${name}(app = "orders") # errors\n| $`team/By App`(alias = n)'))
    assert found == [{"app": "orders", "n": "2"}]


def test_the_text_that_was_sent_is_what_is_listed(fill: Fill, ask: Ask, save: Save, logs: CloudWatchLogsClient) -> None:
    group, name = fill(LINES), save("stats count(*) as n")
    assert rows(ask(group, f"${name}()")) == [{"n": "8"}]
    (listed,) = logs.describe_queries(logGroupName=group)["queries"]
    assert listed["queryString"] == f"${name}()"


def test_a_source_in_a_saved_query_names_the_groups(fill: Fill, save: Save, logs: CloudWatchLogsClient) -> None:
    name = save(f"SOURCE '{fill(LINES)}' | stats count(*) as n")
    logs.start_query(queryString=f"${name}()", **HOUR)
    with pytest.raises(logs.exceptions.InvalidParameterException, match="Exactly one of"):
        logs.start_query(queryString=f"${save('fields @message')}()", **HOUR)
    nowhere = save("SOURCE logGroups(namePrefix: ['/nowhere/']) | fields @message")
    assert refused(logs, f"${nowhere}() | limit 1", {}) == ("SOURCE selects no log group", nowhere)


def refused(logs: CloudWatchLogsClient, text: str, where: dict[str, Any]) -> tuple[str, str]:
    """The message of the MalformedQueryException, and the name of the call that it points to (or the text)."""
    with pytest.raises(logs.exceptions.MalformedQueryException) as caught:
        logs.start_query(queryString=text, **where, **HOUR)
    error = caught.value.response["queryCompileError"]  # type: ignore[typeddict-item]
    place = text[error["location"]["startCharOffset"] : error["location"]["endCharOffset"]]
    return error["message"], place.strip("$").partition("(")[0]


def test_what_cannot_be_filled_in_says_where(fill: Fill, save: Save, logs: CloudWatchLogsClient) -> None:
    where = {"logGroupName": fill(LINES)}
    name, limit, broken = (
        save(BY_LEVEL, PARAMETERS),
        save("limit {{n}}", [{"name": "n"}]),
        save("stats percentile(a, 1)"),
    )
    assert refused(logs, "fields a | $NoSuch()", where) == ("there is no saved query 'NoSuch'", "NoSuch")
    message = f"the saved query '{name}' wants a value for 'app'"
    assert refused(logs, f"fields a\n| ${name}()", where) == (message, name)
    message = f"the saved query '{limit}' has no parameter 'm'"
    assert refused(logs, f"fields a | ${limit}(m = 1)", where) == (message, limit)
    message = f"in ${broken}: unknown function 'percentile'"
    assert refused(logs, f"fields a | ${broken}() | limit 1", where) == (message, broken)
    text = f"fields a | ${limit}(n = 10000)\n| fields percentile(a, 1)"
    assert refused(logs, text, where) == ("unknown function 'percentile'", "percentile")


def test_no_nesting(fill: Fill, save: Save, logs: CloudWatchLogsClient) -> None:
    outer = save(f"fields @message | ${save('limit 1')}()")
    message, place = refused(logs, f"${outer}()", {"logGroupName": fill(LINES)})
    assert (message, place) == (f"the saved query '{outer}' runs another saved query", outer)


def test_ten_thousand_characters_after_filling_in(fill: Fill, save: Save, logs: CloudWatchLogsClient) -> None:
    long = save("fields @message # " + "x" * 6_000)
    logs.start_query(queryString=f"${long}()", logGroupName=fill(LINES), **HOUR)
    message, place = refused(logs, f"${long}()\n| ${long}()", {"logGroupName": fill(LINES)})
    assert message.startswith("with its saved queries filled in, the query has 12,0")
    assert place == long


def test_other_languages_cannot_be_called(fill: Fill, logs: CloudWatchLogsClient) -> None:
    logs.put_query_definition(name="ppl", queryString="fields `@message`", queryLanguage="PPL")
    with pytest.raises(ClientError, match="there is no saved query 'ppl'"):
        logs.start_query(queryString="$ppl()", logGroupName=fill(LINES), **HOUR)


def test_the_aws_cli(fill: Fill) -> None:
    group = fill(LINES)
    put = aws_cli(
        *("logs", "put-query-definition", "--name", "CliErrors", "--query-string", NO_LIMIT),
        *("--log-group-names", group, "--parameters", json.dumps(PARAMETERS[:2])),
    )
    listed = aws_cli("logs", "describe-query-definitions", "--query-definition-name-prefix", "CliErrors")
    assert listed["queryDefinitions"][0]["parameters"] == PARAMETERS[:2]
    started = aws_cli(
        *("logs", "start-query", "--log-group-name", group),
        *("--query-string", '$CliErrors(logLevel= "WARN", app= "orders") | stats count(*) as n'),
        *("--start-time", str(START_MS // 1000), "--end-time", str(START_MS // 1000 + 60)),
    )
    for _ in range(20):
        answer = aws_cli("logs", "get-query-results", "--query-id", started["queryId"])
        if answer["status"] == "Complete":
            break
    assert answer["results"] == [[{"field": "n", "value": "2"}]]
    assert aws_cli("logs", "delete-query-definition", "--query-definition-id", put["queryDefinitionId"])["success"]
