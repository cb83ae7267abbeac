"""The features: the same story in each form, and lines that say what truth.json says, counted here from the text."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.demo.features import FEATURES, story_of
from insightctl.demo.features.lines import events
from insightctl.demo.features.model import FORMS, Event, Form, Function
from insightctl.demo.features.story import Story
from insightctl.demo.planted import Planted, plant

END_MS = 1_795_480_000_000
EVENT = re.compile(
    r"^\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00 (\S+) (.*(?:\n(?!\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+).*)*)", re.M
)
OF_FORM = {"request", "trace", "correlation", "around", "log-volume", "chatty", "coldstart-timeline"}
"""What lists or measures the lines themselves, and what only one form can tell."""


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Planted]:
    return {form: plant(tmp_path_factory.mktemp(form), form, end_ms=END_MS) for form in FORMS}


def entry(planted: Planted, name: str) -> Any:
    queries: Any = planted.truth["queries"]
    return queries[name]


def rows(planted: Planted, name: str) -> list[dict[str, Any]]:
    found = entry(planted, name)
    return [dict(zip(found["columns"], row, strict=True)) for row in found["rows"]]


def lines(planted: Planted, function: str) -> list[tuple[str, str]]:
    """Stream and message of each event of a function."""
    text = (planted.logs / f"{function}.log").read_text()
    return [(match[1], match[2].rstrip("\n")) for match in EVENT.finditer(text)]


def everything(planted: Planted) -> list[tuple[str, str]]:
    return [line for path in sorted(planted.logs.iterdir()) for line in lines(planted, path.stem)]


def test_the_same_seed_tells_the_same(planted: dict[str, Planted], tmp_path: Path) -> None:
    again = plant(tmp_path, "mixed", end_ms=END_MS)
    assert again.truth == planted["mixed"].truth
    for path in again.logs.iterdir():
        assert path.read_bytes() == (planted["mixed"].logs / path.name).read_bytes()
    assert plant(tmp_path, "mixed", seed=8, end_ms=END_MS).truth["queries"] != again.truth["queries"]


def test_each_form_tells_the_same(planted: dict[str, Planted]) -> None:
    queries = planted["text"].truth["queries"]
    assert isinstance(queries, dict)
    for name in queries:
        if name not in OF_FORM:
            assert entry(planted["text"], name) == entry(planted["json"], name) == entry(planted["mixed"], name)


def test_all_lines_lie_within_the_range(planted: dict[str, Planted]) -> None:
    start_ms = planted["text"].start_ms
    for form in FORMS:
        found = events(story_of(7, start_ms), form)
        assert [e.at_ms for e in found] == sorted(e.at_ms for e in found)
        assert start_ms <= found[0].at_ms
        assert found[-1].at_ms < planted["text"].end_ms


@pytest.mark.parametrize("form", FORMS)
def test_the_file_has_the_events(form: Form, planted: dict[str, Planted]) -> None:
    def key(event: Event) -> tuple[str, str]:
        return event.stream, event.message.rstrip("\n")

    wanted = Counter(map(key, events(story_of(7, planted[form].start_ms), form)))
    assert Counter(everything(planted[form])) == wanted
    assert planted[form].truth["events"] == wanted.total()
    assert json.loads(planted[form].truth_file.read_text()) == planted[form].truth


def test_in_json_every_line_is_an_object(planted: dict[str, Planted]) -> None:
    for _, message in everything(planted["json"]):
        assert isinstance(json.loads(message), dict)


def test_a_mix_has_both_forms_of_a_function(planted: dict[str, Planted]) -> None:
    found = lines(planted["mixed"], "orders")
    by_stream = {
        stream: message.startswith("START ") for stream, message in found if "START" in message or ".start" in message
    }
    assert set(by_stream.values()) == {True, False}


def test_health_is_what_the_text_says(planted: dict[str, Planted]) -> None:
    for row in rows(planted["text"], "health"):
        messages = [message for _, message in lines(planted["text"], row["function"])]
        reports = [message for message in messages if message.startswith("REPORT ")]
        assert row["invocations"] == len(reports)
        assert row["timeouts"] == sum("Task timed out" in message for message in messages)
        assert row["out_of_memory"] == sum("signal: killed" in message for message in messages)
        assert row["crashes"] == sum("Error Type: Runtime." in message for message in reports)
        raised = re.compile(r"\[ERROR\] (?!Runtime\.)\w+: .*\nTraceback|\S+\t\S+\tERROR\tInvoke Error")
        assert row["exceptions"] == sum(raised.match(message) is not None for message in messages)


def test_what_the_async_queries_find_is_in_the_text(planted: dict[str, Planted]) -> None:
    starts = Counter(
        re.findall(r"^\S+ \S+ START RequestId: (\S+) ", (planted["text"].logs / "mailer.log").read_text(), re.M)
    )
    retried = {row["request_id"]: row["attempts"] for row in rows(planted["text"], "retries")}
    assert retried == {request: count for request, count in starts.items() if count > 1}
    assert Counter(row["outcome"] for row in rows(planted["text"], "retries")) == {"success": 9, "error": 3}
    seen = Counter(re.findall(r'"message_id":"([^"]+)"', (planted["text"].logs / "ingest.log").read_text()))
    assert {row["message_id"]: row["requests"] for row in rows(planted["text"], "sqs-poison")} == {
        message: count for message, count in seen.items() if count > 2
    }


def test_secrets_are_invented_and_cards_pass_luhn(planted: dict[str, Planted]) -> None:
    text = (planted["text"].logs / "audit.log").read_text()
    assert set(re.findall(r"AKIA\w+", text)) == {"AKIAIOSFODNN7EXAMPLE"}  # the key of AWS's own manuals
    assert all(mail.endswith(("@example.com", "@example.org")) for mail in re.findall(r"\S+@\S+", text))
    cards = set(re.findall(r"card (\d{16}) ", text))
    assert cards == {"4111111111111111", "5555555555554444"}  # published for tests
    for card in cards:
        digits = [int(digit) for digit in reversed(card)]
        assert sum(digits[::2] + [sum(divmod(2 * digit, 10)) for digit in digits[1::2]]) % 10 == 0


def test_a_cold_invocation_starts_when_its_init_is_over() -> None:
    story = Story(1_795_428_000_000, Random(1))
    shop = story.function(Function("shop"))
    cold = story.invoke(story.environment(shop, "1", 0, init_ms=250.5), 60, 100.25)
    assert cold.environment.begun_ms == story.at(60)
    assert (cold.start_ms, cold.end_ms) == (story.at(60) + 251, story.at(60) + 251 + 101)
    assert (cold.init, cold.duration, cold.billed_ms) == (25_050, 10_025, 351)
    ahead = story.environment(shop, "1", 0, init_ms=250.5, kind="provisioned-concurrency")
    assert story.invoke(ahead, 60, 100.25).start_ms == story.at(60)
    restored = story.invoke(story.environment(shop, "1", 0, init_ms=500, kind="snap-start"), 60, 100)
    assert (restored.init, restored.restore, restored.billed_ms) == (0, 50_000, 380)


def test_two_features_with_one_function_are_a_mistake() -> None:
    story = Story(0, Random(1))
    story.function(Function("shop"))
    with pytest.raises(ValueError, match="shop"):
        story.function(Function("shop"))


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InsightctlError, match="cannot be written"):
        plant(tmp_path / "file" / "out", "text", end_ms=END_MS)


def test_a_folder_with_other_logs_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "checkout.log").write_text("")
    with pytest.raises(UsageError, match=r"checkout\.log"):
        plant(tmp_path, "text", end_ms=END_MS)
    assert [path.name for path in (tmp_path / "logs").iterdir()] == ["checkout.log"]


def test_features_are_named_as_their_modules() -> None:
    assert {tell.__module__.rpartition(".")[2].replace("_", "-") for tell in FEATURES.values()} == set(FEATURES)
