"""CloudTrail events as changes of functions."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.cloud.session import Cloud
from insightctl.core.errors import CloudError
from insightctl.deployments.trail import trail
from insightctl.deployments.trail_events import deployment

from .conftest import Trail

AT = 1_795_428_000
WHEN = datetime.fromtimestamp(AT, UTC)


def _event(name: str, asked: object, answered: object = None, **more: Any) -> dict[str, Any]:
    detail = {"eventName": name, "requestParameters": asked, "responseElements": answered, **more}
    return {"EventName": name, "EventTime": WHEN, "CloudTrailEvent": json.dumps(detail)}


@pytest.mark.parametrize(
    ("name", "asked", "answered", "kind", "version", "what"),
    [
        (
            "UpdateFunctionCode20150331v2",
            {"functionName": "a"},
            {"version": "$LATEST"},
            "version",
            "$LATEST",
            "new code",
        ),
        (
            "UpdateFunctionCode20150331v2",
            {"functionName": "a", "publish": True},
            {"version": "7"},
            "version",
            "7",
            "new code, published",
        ),
        ("PublishVersion20150331", {"functionName": "a"}, {"version": "8"}, "version", "8", "published"),
        (
            "UpdateAlias20150331",
            {"functionName": "a", "name": "prod", "functionVersion": "8"},
            None,
            "alias",
            "8",
            "alias prod → 8",
        ),
        (
            "UpdateAlias20150331",
            {
                "functionName": "a",
                "name": "prod",
                "functionVersion": "8",
                "routingConfig": {"additionalVersionWeights": {"9": 0.1}},
            },
            None,
            "alias",
            "9",
            "alias prod → 8, 9 (10 %)",
        ),
        (
            "UpdateFunctionConfiguration20150331v2",
            {"functionName": "a", "memorySize": 512, "timeout": 3, "environment": {"variables": {"KEY": "secret"}}},
            None,
            "config",
            "$LATEST",
            "memory 512 MB, timeout 3 s, environment variables",
        ),
        (
            "PutFunctionConcurrency20171031",
            {"functionName": "a", "reservedConcurrentExecutions": 0},
            None,
            "config",
            "",
            "reserved concurrency 0",
        ),
        (
            "PutProvisionedConcurrencyConfig20190930",
            {"functionName": "a", "qualifier": "prod", "provisionedConcurrentExecutions": 5},
            None,
            "config",
            "",
            "provisioned concurrency 5 of prod",
        ),
        (
            "UpdateFunctionConfiguration20290101v9",
            {"functionName": "arn:aws:lambda:eu-west-1:123456789012:function:a:prod"},
            None,
            "config",
            "$LATEST",
            "configuration",
        ),
    ],
)
def test_a_change(name: str, asked: object, answered: object, kind: str, version: str, what: str) -> None:
    found = deployment(_event(name, asked, answered))
    assert found is not None
    assert (found.function, found.kind, found.version, found.what) == ("a", kind, version, what)
    assert found.at == WHEN


@pytest.mark.parametrize(
    "event",
    [
        _event("UpdateFunctionCode20150331v2", {"functionName": "a"}, errorCode="AccessDenied"),
        _event("GetFunction20150331v2", {"functionName": "a"}),
        _event("UpdateFunctionCode20150331v2", None),
        {"EventName": "PublishVersion20150331", "EventTime": WHEN, "CloudTrailEvent": "{"},
        {},
    ],
)
def test_what_is_no_change(event: dict[str, Any]) -> None:
    assert deployment(event) is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
    max_leaves=6,
)
_FIELDS = ("functionName", "name", "functionVersion", "routingConfig", "publish", "version", "qualifier", "layers")


@given(
    st.sampled_from(["UpdateFunctionCode20150331v2", "UpdateAlias20150331", "PutFunctionConcurrency20171031"]),
    st.dictionaries(st.sampled_from(_FIELDS), _json) | _json,
    _json,
    _json,
)
def test_any_fields_are_read_without_failing(name: str, asked: object, answered: object, who: object) -> None:
    deployment(_event(name, asked, answered, userIdentity=who))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ({"arn": "arn:aws:sts::123456789012:assumed-role/ci/deploy-17"}, "ci/deploy-17"),
        ({"arn": "arn:aws:iam::123456789012:user/team/alice"}, "team/alice"),
        ({"userName": "bob"}, "bob"),
        ({"invokedBy": "cloudformation.amazonaws.com"}, "cloudformation.amazonaws.com"),
        ({"arn": "arn:aws:iam::123456789012:root"}, "root"),
    ],
)
def test_who(who: dict[str, str], said: str) -> None:
    found = deployment(_event("PublishVersion20150331", {"functionName": "a"}, {"version": "8"}, userIdentity=who))
    assert found is not None and found.by == said


def test_who_did_it_and_what_was_before(cloudtrail: Trail) -> None:
    cloudtrail.happened("UpdateAlias20150331", AT, {"functionName": "a", "name": "prod", "functionVersion": "7"})
    cloudtrail.happened("UpdateAlias20150331", AT + 60, {"functionName": "a", "name": "prod", "functionVersion": "8"})
    cloudtrail.happened(
        "UpdateAlias20150331", AT + 60, {"functionName": "other", "name": "prod", "functionVersion": "1"}
    )
    found = trail(Cloud(), ["a"], None).deployments
    assert [(d.version, d.before, d.by) for d in found] == [("7", None, "ci/deploy-17"), ("8", "7", "ci/deploy-17")]


def test_a_busy_account_is_asked_by_name(cloudtrail: Trail) -> None:
    for n in range(320):
        cloudtrail.happened("GetFunction20150331v2", AT + 100 + n, {"functionName": "a"})
    cloudtrail.happened("PublishVersion20150331", AT, {"functionName": "a"}, {"version": "7"})
    assert [d.version for d in trail(Cloud(), ["a"], None).deployments] == ["7"]
    assert cloudtrail.lookups < 20


def test_a_refusal_names_the_permission(cloudtrail: Trail) -> None:
    cloudtrail.deny("cloudtrail:LookupEvents")
    with pytest.raises(CloudError, match="cloudtrail:LookupEvents"):
        trail(Cloud(), ["a"], None)
