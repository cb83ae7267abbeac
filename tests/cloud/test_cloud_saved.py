"""Saved queries of the account: exact names, pages, what people read without permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from insightctl.cloud.saved import saved_text
from insightctl.cloud.session import Access, Cloud
from insightctl.core.errors import CloudError
from insightctl.emulator.errors import ServiceError
from insightctl.emulator.query_definitions import SavedQueries
from insightctl.ql.saved import SavedText

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient


@pytest.fixture
def saved(logs: CloudWatchLogsClient) -> Iterator[CloudWatchLogsClient]:
    """A client of an account without query definitions."""
    yield logs
    for definition in logs.describe_query_definitions()["queryDefinitions"]:
        logs.delete_query_definition(queryDefinitionId=definition["queryDefinitionId"])


def test_the_definition_of_exactly_this_name(saved: CloudWatchLogsClient) -> None:
    parameters: list[Any] = [{"name": "n", "defaultValue": "5"}, {"name": "field"}]
    saved.put_query_definition(name="Top", queryString="fields {{field}} | limit {{n}}", parameters=parameters)
    saved.put_query_definition(name="TopTen", queryString="limit 10")
    assert saved_text(Cloud(), "Top") == SavedText("Top", "fields {{field}} | limit {{n}}", {"n": "5", "field": None})
    assert saved_text(Cloud(), "To") is None
    assert saved_text(Cloud(), "top") is None
    assert saved_text(Cloud(), "") is None
    assert saved_text(Cloud(), "x" * 256) is None


def test_it_may_stand_on_a_later_page(saved: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("insightctl.emulator.query_definitions._PAGE", 2)
    for n in range(5):
        saved.put_query_definition(name=f"a{n}", queryString=f"limit {n + 1}")
    saved.put_query_definition(name="a", queryString="limit 9")
    monkeypatch.setattr(SavedQueries, "all", _reversed(SavedQueries.all))
    found = saved_text(Cloud(), "a")
    assert found is not None
    assert found.text == "limit 9"


def _reversed(original: Any) -> Any:
    return lambda self, region: list(reversed(original(self, region)))


def test_other_languages_are_not_the_query(saved: CloudWatchLogsClient) -> None:
    saved.put_query_definition(name="ppl", queryString="fields `@message`", queryLanguage="PPL")
    assert saved_text(Cloud(), "ppl") is None


def test_without_permission_it_is_named(saved: CloudWatchLogsClient, monkeypatch: pytest.MonkeyPatch) -> None:
    class Denied(ServiceError):
        code = "AccessDeniedException"

    def refuse(*_: object) -> Any:
        raise Denied(
            "User: arn:aws:iam::1:user/me is not authorized to perform: logs:DescribeQueryDefinitions on resource: *"
        )

    with monkeypatch.context() as denied, pytest.raises(CloudError) as caught:
        denied.setattr(SavedQueries, "all", refuse)
        saved_text(Cloud(Access(region="us-east-1")), "Top")
    assert caught.value.what == "not allowed: logs:DescribeQueryDefinitions"
    assert "allow logs:DescribeQueryDefinitions" in str(caught.value.remedy)
