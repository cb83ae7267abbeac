"""Definitions proposed from templates: what is found, what is said, and that each is a dashboard without findings."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.errors import UsageError
from insightctl.dashboards import Scope, build, library_queries, load_text
from insightctl.dashboards.lint import lint_body
from insightctl.dashboards.stacks import Inventory, Known, definition, inventory, propose, read_template

TEMPLATES = Path(__file__).parent / "templates"


def _found(source: str, known: Known = Known(), file: str = "template.yaml") -> Inventory:  # noqa: B008
    return inventory(read_template(source, file), known)


def _of_file(name: str, known: Known = Known()) -> Inventory:  # noqa: B008
    return _found((TEMPLATES / name).read_text(), known, name)


def _names(found: Inventory) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for thing in found.things:
        names.setdefault(thing.kind, []).append(thing.name)
    return names


def _body(found: Inventory) -> dict[str, Any]:
    """The body of what is proposed. It has no finding but advice."""
    text = definition(propose(found, "shop", "template.yaml"))
    built = build(load_text(text, name="shop", file="shop.toml"), Scope((), "eu-west-1"), library_queries)
    assert [f for f in lint_body(built.text) if f.severity != "info"] == []
    return json.loads(built.text)  # type: ignore[no-any-return]


def _metrics(body: dict[str, Any]) -> set[tuple[str, ...]]:
    rows = (row for each in body["widgets"] for row in each["properties"].get("metrics", []))
    return {tuple(part for part in row if isinstance(part, str)) for row in rows}


def _titles(body: dict[str, Any]) -> list[str]:
    texts = [each["properties"]["markdown"] for each in body["widgets"] if each["type"] == "text"]
    return [found[1] for text in texts if (found := re.match(r"## (.*)", text))]


# --- what is found ----------------------------------------------------------------------------------------------


def test_sam_with_globals_and_events() -> None:
    found = _of_file("shop-sam.yaml")
    assert _names(found) == {
        "function": ["shop-prod-checkout", "ShipFunction"],
        "queue": ["shop-prod-orders", "orders-dlq", "FailedEvents"],
        "table": ["shop-orders"],
        "state-machine": ["fulfil"],
        "rest-api": ["ServerlessRestApi"],
        "http-api": ["ServerlessHttpApi"],
        "rule": ["prod-nightly"],
        "stream": ["clicks"],
    }
    assert found.dead_letters == {"OrdersDLQ", "FailedEvents"}
    assert found.asynchronous == {"CheckoutFunction", "ShipFunction"}, "the dead-letter queue of the globals"
    assert found.provisioned == {"ShipFunction"}
    fed = [
        ("ServerlessRestApi", "CheckoutFunction"),
        ("ServerlessHttpApi", "CheckoutFunction"),
        ("Orders", "ShipFunction"),
    ]
    assert set(found.feeds) >= {*fed, ("Table", "ShipFunction"), ("stream clicks", "ShipFunction")}
    assert found.left_out == {"AWS::ElastiCache::CacheCluster": 1}
    assert any("DevFunction" in note and "IsDev" in note for note in found.notes)


def test_what_cdk_writes() -> None:
    found = _of_file("cdk-synth.json")
    assert _names(found) == {
        "queue": ["OrdersDLQ8A1B2C3D", "orders.fifo", "lost-events"],
        "function": ["worker"],
        "rule": ["order-placed"],
        "rest-api": ["shop api"],
    }
    assert found.dead_letters == {"OrdersDLQ8A1B2C3D", "queue lost-events"}
    assert ("Orders11223344", "WorkerAABBCCDD") in found.feeds
    assert ("Rule4C995B7F", "WorkerAABBCCDD") in found.feeds
    metrics = _metrics(_body(found))
    assert ("AWS/Events", "FailedInvocations", "EventBusName", "shop-bus", "RuleName", "order-placed") in metrics
    assert ("AWS/ApiGateway", "5XXError", "ApiName", "shop api") in metrics
    assert ("AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", "lost-events") in metrics


def test_all_kinds_of_events() -> None:
    found = _of_file("events.yaml")
    assert _names(found) == {
        "function": ["media-resize", "media-index", "notify"],
        "queue": ["lost-events"],
        "table": ["events-live"],
        "topic": ["uploads"],
        "schedule": ["Nightly"],
        "pipe": ["cdc"],
        "websocket-api": ["Socket"],
        "bucket": ["uploads-live", "Plain"],
        "stream": ["clicks"],
        "state-machine": ["refund"],
    }
    assert found.dead_letters == {"Lost"}
    assert set(found.feeds) == {("Topic", "Notify"), ("Nightly", "Notify"), ("Clicks", "Notify")}
    assert found.urls == {"Notify"}
    assert found.left_out == {"Custom::Thing": 1, "AWS::CloudFront::Distribution": 1}
    said = " ".join(found.notes)
    assert "MyMacro" in said
    assert "nested stack Inner" in said
    assert "Gone is left out" in said
    body = _body(found)
    assert _titles(body) == [
        "WebSocket APIs",
        "Do the functions work?",
        "How are they used?",
        "Function URLs",
        "Behind their streams",
        "Asynchronous invocations",
        "Dead letters",
        "Streams",
        "State machines",
        "Pipes",
        "Topics",
        "Schedules",
        "Tables",
        "Buckets",
        "What do the logs say?",
    ]
    metrics = _metrics(body)
    assert ("AWS/Scheduler", "TargetErrorCount", "ScheduleGroup", "reports") in metrics
    assert ("AWS/S3", "5xxErrors", "BucketName", "uploads-live", "FilterId", "All") in metrics
    assert ("AWS/Lambda", "IteratorAge", "FunctionName", "notify") in metrics
    assert not any("Plain" in row for row in metrics), "a bucket without request metrics has nothing to draw"


@pytest.mark.parametrize("name", ["shop-sam.yaml", "cdk-synth.json", "events.yaml"])
def test_proposals_pass_the_lint_render_and_export(name: str) -> None:
    from insightctl.dashboards.export import from_definition, plain, write

    found = _of_file(name)
    body = _body(found)
    text = definition(propose(found, "shop", name))
    exported = from_definition(load_text(text, name="shop", file="shop.toml"), (), library_queries)
    assert json.dumps(plain(exported.body)).replace("us-east-1", "eu-west-1") == json.dumps(body)
    assert len(exported.alarms) >= 2
    assert "AWS::CloudWatch::Alarm" in write(exported, "cloudformation").text


def test_names_of_the_stack_where_they_are_known() -> None:
    found = _of_file("shop-sam.yaml", Known(stack="shop-prod", parameters={"Stage": "dev"}))
    names = _names(found)
    assert names["rest-api"] == ["shop-prod"], "SAM calls the API as the stack"
    assert names["function"] == ["shop-dev-checkout", "ShipFunction", "DevFunction"]


def test_one_function_gets_the_drop_down() -> None:
    source = "Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties: { FunctionName: only }\n"
    assert _body(_found(source))["variables"][0]["defaultValue"] == "only"


# --- what cannot be told ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [
        "!Sub '${AWS::StackName}-a'",
        "!ImportValue x",
        "!Ref Nothing",
        "!GetAtt Custom.Name",
        "!Join ['', [!Ref A]]",
        "!Select [9, [a]]",
        "!FindInMap [A, B, C]",
        "{ Fn::Transform: { Name: x } }",
        "[a]",
        "'two words'",
        "'{function}'",
        '"a\\u001b[31m"',
        "!Sub ['${X}', { X: !Ref A }]",
        "!Join x",
    ],
)
def test_a_name_that_is_not_in_the_template_is_said(name: str) -> None:
    source = f"Resources:\n  A:\n    Type: AWS::Lambda::Function\n    Properties:\n      FunctionName: {name}\n"
    found = _found(source)
    assert [(each.name, each.is_named) for each in found.things] == [("A", False)]
    assert any("A (function)" in note for note in propose(found, "x", "t").notes)
    _body(found)


def test_parameters_that_mean_each_other_end() -> None:
    source = """
Parameters: { A: { Type: String, Default: !Ref B }, B: { Type: String, Default: !Ref A } }
Conditions: { X: !Condition Y, Y: !Not [!Condition X] }
Resources:
  Q: { Type: AWS::SQS::Queue, Condition: X, Properties: { QueueName: !Ref A } }
  R: { Type: AWS::SQS::Queue, Properties: { QueueName: !GetAtt S.QueueName } }
  S: { Type: AWS::SQS::Queue, Properties: { QueueName: !GetAtt R.QueueName } }
  T: { Type: AWS::SQS::Queue, Properties: { RedrivePolicy: { deadLetterTargetArn: !GetAtt T.Arn } } }
"""
    assert [each.name for each in _found(source).things] == ["Q", "R", "S", "T"]


def test_loops_that_cannot_be_written_out_are_said() -> None:
    source = """
Resources:
  Fn::ForEach::Bad: [Name, !ImportValue x, { "A${Name}": { Type: AWS::SQS::Queue } }]
  Fn::ForEach::Worse: nothing
  Fn::Transform: { Name: AWS::Include }
  Q: { Type: AWS::SQS::Queue }
"""
    notes = " ".join(_found(source).notes)
    assert "Fn::ForEach::Bad is left out" in notes
    assert "Fn::ForEach::Worse is left out" in notes
    assert "Fn::Transform" in notes


def test_nothing_to_show_is_an_error() -> None:
    source = "Resources:\n  A: { Type: AWS::CloudFront::Distribution }\n"
    with pytest.raises(UsageError) as caught:
        propose(_found(source), "x", "t.yaml")
    assert "AWS::CloudFront::Distribution" in (caught.value.remedy or "")


# --- templates with mistakes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "where", "what"),
    [
        ("Resources:\n  A:\n\tType: x\n", "t.yaml:3:1", "not YAML"),
        ("Resources:\n  A: b: c\n", "t.yaml:2:7", "not YAML"),
        ('{"Resources": {"A": }}', "t.yaml:1:16", "has no Type"),
        ('{"Resources": {"A": {"Type": "x"', "t.yaml:1:33", "not"),
        ("Resources:\n  A: { Type: x }\n  A: { Type: y }\n", "t.yaml:3:3", "stands twice"),
        ("Resources:\n  A:\n    Kind: x\n", "t.yaml:2:3", "has no Type"),
        ("Resources:\n  A: text\n", "t.yaml:2:3", "has no Type"),
        ("Resources: {}\n", "t.yaml", "no Resources"),
        ('{"widgets": []}', "t.yaml", "no Resources"),
        ("", "t.yaml", "empty"),
        ("- a\n", "t.yaml", "is a mapping"),
        ("? [a]\n: b\n", "t.yaml:1:3", "a key of a template"),
        ("A: &a [*a]\n", "t.yaml", ""),
        ("a: *b\n", "t.yaml:1:4", "undefined alias"),
        ("a\x00b: c\n", "t.yaml", "not YAML"),
    ],
)
def test_mistakes_are_said_with_their_place(source: str, where: str, what: str) -> None:
    with pytest.raises(UsageError) as caught:
        read_template(source, "t.yaml")
    assert what in caught.value.what
    assert caught.value.where == where


def test_json_by_its_name_is_told_as_json() -> None:
    with pytest.raises(UsageError, match="not JSON") as caught:
        read_template('{"Resources": {"A": }}', "t.json")
    assert caught.value.where == "t.json:1:21"


def test_an_alias_that_multiplies_itself_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises(UsageError, match="too large"):
        read_template("\n".join(lines), "t.yaml")


@pytest.mark.parametrize("source", ["[" * 5000, '{"a":' * 5000, "Resources: " + "{a: " * 3000 + "}" * 3000])
def test_deep_nesting_is_refused(source: str) -> None:
    with pytest.raises(UsageError):
        read_template(source, "t.yaml")


# --- sizes ------------------------------------------------------------------------------------------------------


def test_a_huge_template() -> None:
    resources: dict[str, Any] = {}
    for number in range(160):
        resources[f"F{number}"] = {"Type": "AWS::Lambda::Function", "Properties": {"FunctionName": f"f-{number}"}}
        resources[f"Q{number}"] = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": f"q-{number}"}}
        resources[f"M{number}"] = {
            "Type": "AWS::Lambda::EventSourceMapping",
            "Properties": {
                "FunctionName": {"Ref": f"F{number}"},
                "EventSourceArn": {"Fn::GetAtt": [f"Q{number}", "Arn"]},
            },
        }
    started = time.monotonic()
    found = _found(json.dumps({"Resources": resources}))
    proposal = propose(found, "huge", "t.json")
    assert time.monotonic() - started < 2
    assert len(proposal.functions) == 50
    said = " ".join(proposal.notes)
    assert "160 functions: the first 50" in said
    assert "160 queues: the first 30" in said
    assert "no log widgets" in said
    body = _body(found)
    assert sum(len(each["properties"].get("metrics", [])) for each in body["widgets"]) < 2500
