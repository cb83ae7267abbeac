"""Query definitions through boto3 against the emulator: pages, repetitions, refusals, a busy service."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from insightctl.cloud.definitions import MAX_DEFINITIONS, Definition, Parameter, put, read_all
from insightctl.cloud.session import Access, Cloud
from insightctl.core.errors import CloudError
from insightctl.emulator.errors import ServiceError
from insightctl.emulator.query_definitions import SavedQueries

TOP = Definition(
    "team/top", "fields a | limit {{n}}", (Parameter("n", "5", "how many"), Parameter("x")), ("/aws/lambda/a",)
)
TOKEN = "0123456789abcdef0123456789abcdef0123"


@pytest.fixture
def cloud(aws: str) -> Iterator[Cloud]:
    """An account without query definitions."""
    made = Cloud(Access(region="us-east-1"))
    yield made
    for definition in read_all(made):
        made.logs.delete_query_definition(queryDefinitionId=str(definition.id))


class Denied(ServiceError):
    code = "AccessDeniedException"


class Busy(ServiceError):
    code = "ThrottlingException"


def test_what_is_put_is_what_is_read(cloud: Cloud) -> None:
    top = replace(TOP, text="fields {{x}} | limit {{n}}")
    given = put(cloud, top, TOKEN)
    (kept,) = read_all(cloud)
    assert kept == top
    assert kept.id == given and kept.modified_ms > 1_600_000_000_000
    assert read_all(cloud, "tea") == (top,)
    assert read_all(cloud, "other") == ()


def test_a_repetition_makes_no_second_one_and_an_id_replaces(cloud: Cloud) -> None:
    plain = Definition("q", "fields a")
    given = put(cloud, plain, TOKEN)
    assert put(cloud, plain, TOKEN) == given
    assert put(cloud, replace(plain, text="fields b", id=given), TOKEN + "x") == given
    assert [d.text for d in read_all(cloud)] == ["fields b"]


def test_all_pages_and_all_languages_are_read(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.emulator.query_definitions._PAGE", 2)
    for n in range(5):
        cloud.logs.put_query_definition(name=f"p{n}", queryString="x", queryLanguage="PPL" if n else "CWLI")
    assert [(d.name, d.language) for d in read_all(cloud)] == [("p0", "CWLI"), *((f"p{n}", "PPL") for n in range(1, 5))]


def test_a_full_account_is_said(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.emulator.query_definitions.MAX_DEFINITIONS", 1)
    put(cloud, Definition("q", "fields a"), TOKEN)
    with pytest.raises(CloudError, match=f"no room for more saved queries: {MAX_DEFINITIONS:,} is the limit"):
        put(cloud, Definition("r", "fields a"), TOKEN + "x")


@pytest.mark.parametrize(
    ("method", "action"), [("all", "logs:DescribeQueryDefinitions"), ("create", "logs:PutQueryDefinition")]
)
def test_a_missing_permission_is_named(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, method: str, action: str) -> None:
    def refuse(*_: object) -> Any:
        raise Denied(f"User: arn:aws:iam::1:user/me is not authorized to perform: {action} on resource: *")

    with monkeypatch.context() as denied, pytest.raises(CloudError) as caught:
        denied.setattr(SavedQueries, method, refuse)
        put(cloud, Definition("q", "fields a"), TOKEN) if method == "create" else read_all(cloud)
    assert caught.value.what == f"not allowed: {action}"
    assert f"allow {action}" in str(caught.value.remedy)


def test_a_busy_service_is_asked_again(cloud: Cloud, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.cloud.definitions._PAUSES_S", (0.01, 0.01))
    original, left = SavedQueries.create, [1] * 4

    def busy(self: SavedQueries, *given: Any) -> str:
        if left:
            left.pop()
            raise Busy("Rate exceeded")
        return original(self, *given)

    monkeypatch.setattr(SavedQueries, "create", busy)
    put(cloud, Definition("q", "fields a"), TOKEN)
    assert [d.name for d in read_all(cloud)] == ["q"]
    left += [1] * 20
    with pytest.raises(CloudError, match="too many requests"):
        put(cloud, Definition("r", "fields a"), TOKEN + "x")
