"""Sizes, determinism, order, and all-or-nothing files."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.demo import Scenario, Truth, generate

END_MS = 1_795_480_000_000
LOGS = ["cart.log", "checkout.log", "notify.log.gz", "payments.log", "search.log"]


def contents(out: Path) -> dict[str, bytes]:
    """Every file below `out` by its relative name."""
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.rglob("*")) if path.is_file()}


def lines(path: Path) -> list[str]:
    """The lines that begin an event."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return [line for line in data.decode().splitlines() if re.match(r"\d{4}-\d\d-\d\dT[\d:.]{15}\+00:00 ", line)]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Truth:
    """An hour with 2,000 invocations."""
    return generate(Scenario(end_ms=END_MS, days=1 / 24, invocations=2000), tmp_path_factory.mktemp("small"))


def test_it_writes_one_file_a_function_and_the_truth(small: Truth) -> None:
    out = small.truth_file.parent
    assert sorted(contents(out)) == [*(f"logs/{name}" for name in LOGS), "truth.json"]
    assert all(path.exists() for path in small.log_files)


def test_the_same_scenario_gives_the_same_bytes(small: Truth, tmp_path: Path) -> None:
    generate(Scenario(end_ms=END_MS, days=1 / 24, invocations=2000), tmp_path)
    assert contents(tmp_path) == contents(small.truth_file.parent)


@pytest.mark.parametrize("change", [{"seed": 8}, {"end_ms": END_MS + 60_000}])
def test_another_seed_or_end_gives_other_bytes(small: Truth, tmp_path: Path, change: dict[str, int]) -> None:
    values: dict[str, Any] = {"end_ms": END_MS, "days": 1 / 24, "invocations": 2000} | change
    generate(Scenario(**values), tmp_path)
    before, after = contents(small.truth_file.parent), contents(tmp_path)
    assert all(before[name] != after[name] for name in before)


def test_events_are_in_time_order_and_within_the_range(small: Truth) -> None:
    for path in small.log_files:
        times = [line[:26] for line in lines(path)]
        assert times == sorted(times)
        assert times[0] >= "2026-11-23T23:26:40.000000"
        assert times[-1] < "2026-11-24T00:26:40.000000"


def test_streams_interleave_and_each_is_one_environment(small: Truth) -> None:
    """One version, one invocation at a time, and only the first may be cold."""
    changes = 0
    by_stream: dict[str, list[str]] = {}
    previous = ""
    for line in lines(small.log_files[0]):
        stream, text = line[33:].split(" ", 1)
        by_stream.setdefault(stream, []).append(text)
        changes += stream != previous
        previous = stream
    assert changes > 2 * len(by_stream)
    for stream, texts in by_stream.items():
        marks = [text.split(" ")[0] for text in texts if text.startswith(("START ", "END ", "REPORT "))]
        assert marks == ["START", "END", "REPORT"] * (len(marks) // 3)
        assert texts[0].startswith("INIT_START ")
        assert sum(text.startswith("INIT_START ") for text in texts) == 1
        cold = [text for text in texts if text.startswith("REPORT ") and "\tInit Duration: " in text]
        assert cold in ([], [next(text for text in texts if text.startswith("REPORT "))])
        versions = {match[1] for text in texts if (match := re.match(r"START .* Version: (\d+)$", text))}
        assert versions == {re.findall(r"\[(\d+)\]", stream)[0]}


def test_end_and_report_share_their_time(small: Truth) -> None:
    ends: dict[str, str] = {}
    reports: dict[str, str] = {}
    for line in lines(small.log_files[0]):
        if match := re.search(r" (END|REPORT) RequestId: (\S+)", line):
            (ends if match[1] == "END" else reports)[match[2]] = line[:26]
    assert ends == reports


@pytest.mark.parametrize(
    "values",
    [
        {"target_bytes": 200_000},
        {"target_bytes": 1_000_000, "days": 7.0},
        {"target_bytes": 5_000_000},
        {"target_bytes": 5_000_000, "days": 0.05, "seed": 3},
    ],
)
def test_the_size_in_bytes_is_met(tmp_path: Path, values: dict[str, Any]) -> None:
    truth = generate(Scenario(end_ms=END_MS, **values), tmp_path)
    assert truth.bytes == pytest.approx(values["target_bytes"], rel=0.03)


@pytest.mark.parametrize("invocations", [1, 2, 7, 100, 1234])
def test_the_number_of_invocations_is_met_and_the_incident_happens(tmp_path: Path, invocations: int) -> None:
    truth = generate(Scenario(end_ms=END_MS, days=0.5, invocations=invocations), tmp_path)
    bad = truth.function("checkout").version("42")
    assert truth.totals.invocations == invocations
    assert bad is not None
    assert bad.first_invocation_ms // 60_000 * 60_000 == truth.incident.deployed_at_ms == bad.deployed_at_ms


def test_by_default_a_day_has_24_000_invocations() -> None:
    assert Scenario(end_ms=END_MS).total_invocations == 24_000
    assert Scenario(end_ms=END_MS, days=0.25).total_invocations == 6_000


def test_progress_ends_at_the_total(tmp_path: Path) -> None:
    calls: list[tuple[int, int]] = []
    generate(Scenario(end_ms=END_MS, invocations=3000), tmp_path, progress=lambda *call: calls.append(call))
    assert calls == sorted(calls)
    assert calls[-1] == (3000, 3000)


def interrupt(done: int, total: int) -> None:
    """Ctrl-C in the middle."""
    if done > total // 2:
        raise KeyboardInterrupt


def test_interrupted_it_leaves_nothing(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "demo"
    with pytest.raises(KeyboardInterrupt):
        generate(Scenario(end_ms=END_MS, invocations=3000), out, progress=interrupt)
    assert list(tmp_path.iterdir()) == []


def test_interrupted_it_leaves_an_earlier_run_and_other_files_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    generate(Scenario(end_ms=END_MS, invocations=500), tmp_path)
    before = contents(tmp_path)
    with pytest.raises(KeyboardInterrupt):
        generate(Scenario(end_ms=END_MS, invocations=3000), tmp_path, progress=interrupt)
    assert contents(tmp_path) == before


def test_a_new_run_replaces_the_files_of_the_last_and_what_a_killed_one_left(tmp_path: Path) -> None:
    generate(Scenario(end_ms=END_MS, invocations=500), tmp_path)
    first = contents(tmp_path)
    (tmp_path / ".insightctl-demo.partial").mkdir()
    (tmp_path / ".insightctl-demo.partial" / "cart.log").write_text("half a li")
    generate(Scenario(end_ms=END_MS, invocations=600), tmp_path)
    assert contents(tmp_path).keys() == first.keys()
    assert contents(tmp_path) != first


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InsightctlError, match="cannot be written") as caught:
        generate(Scenario(end_ms=END_MS, invocations=100), tmp_path / "file")
    assert caught.value.where is not None
    assert str(tmp_path / "file") in caught.value.where


@pytest.mark.parametrize(
    ("values", "text"),
    [
        ({"days": 0}, "days is 0: it has to be more than 0"),
        ({"days": -1.5}, "days is -1.5"),
        ({"days": float("nan")}, "days is nan"),
        ({"days": float("inf")}, "days is inf"),
        ({"days": 0.001}, "at least 30 minutes"),
        ({"days": 1e6}, "before 1970"),
        ({"invocations": 0}, "invocations is 0: it has to be 1 or more"),
        ({"target_bytes": 10}, "200,000 or more"),
        ({"target_bytes": 10**7, "invocations": 5}, "both"),
    ],
)
def test_bad_values_are_refused(values: dict[str, Any], text: str) -> None:
    with pytest.raises(UsageError, match=re.escape(text)):
        Scenario(end_ms=END_MS, **values)
