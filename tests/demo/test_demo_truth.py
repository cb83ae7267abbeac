"""truth.json says what the files say: counted here again from the text, with regular expressions of the test's own."""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from insightctl.demo import Scenario, Truth, generate

END_MS = 1_795_480_000_000
FUNCTIONS = ("checkout", "cart", "payments", "search", "notify")

EVENT = re.compile(
    r"^(?P<at>\d{4}-\d\d-\d\dT[\d:]{8}\.\d{6}\+00:00) (?P<stream>\S+\[(?P<version>\d+)\]\S+) "
    r"(?P<text>.*(?:\n(?!\d{4}-).*)*)",
    re.MULTILINE,
)
TEXT_EXCEPTION = re.compile(
    r"\[ERROR\] (?!Runtime\.)(?P<python>\w+): |\S+Z\t\S+\tERROR\tInvoke Error \t{\"errorType\":\"(?P<node>\w+)\""
    r"|(?P<java>java\.[\w.]+): "
)


@dataclass
class Counted:
    """What a reader of the lines finds."""

    events: int = 0
    reports: int = 0
    starts: int = 0
    cold: int = 0
    restores: int = 0
    errors: Counter[str] = field(default_factory=Counter)
    by_version: dict[str, Counter[str]] = field(default_factory=dict)
    started: dict[str, list[str]] = field(default_factory=dict)
    bins: dict[str, list[int]] = field(default_factory=dict)
    durations: list[float] = field(default_factory=list)
    request_ids: list[str] = field(default_factory=list)

    def start(self, version: str, at: str, request_id: str) -> None:
        self.starts += 1
        self.started.setdefault(version, []).append(milliseconds(at))
        self.request_ids.append(request_id)

    def report(self, version: str, at: str, duration: float, cold: bool) -> None:
        self.reports += 1
        self.durations.append(duration)
        self.cold += cold
        counts = self.by_version.setdefault(version, Counter())
        counts.update(invocations=1, cold_starts=int(cold))
        moment = datetime.fromisoformat(at)
        key = milliseconds(moment.replace(minute=moment.minute // 5 * 5, second=0, microsecond=0).isoformat())
        of_bin = self.bins.setdefault(key, [0, 0])
        of_bin[0] += 1
        of_bin[1] += cold

    def failure(self, version: str, error: str) -> None:
        self.errors[error] += 1
        self.by_version.setdefault(version, Counter()).update(failures=1)


def milliseconds(at: str) -> str:
    """ISO 8601 UTC with ms and Z."""
    return datetime.fromisoformat(at).astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def text_event(counted: Counted, version: str, at: str, text: str) -> None:
    """Count an event of a function that logs text."""
    if match := re.match(r"START RequestId: (\S+) Version: (\d+)$", text):
        assert match[2] == version
        counted.start(version, at, match[1])
    elif match := re.match(r"REPORT RequestId: \S+\tDuration: ([\d.]+) ms\t", text):
        counted.report(version, at, float(match[1]), "\tInit Duration: " in text)
        counted.restores += "\tRestore Duration: " in text
        if match := re.search(r"\tStatus: (\w+)(?:\tError Type: (\S+))?$", text):
            counted.failure(version, match[2] or match[1])
    elif match := TEXT_EXCEPTION.match(text):
        counted.failure(version, match["python"] or match["node"] or match["java"])


def json_event(counted: Counted, version: str, at: str, text: str) -> None:
    """Count an event of a function that logs JSON."""
    event = json.loads(text)
    record = event.get("record", {})
    if event.get("type") == "platform.start":
        counted.start(version, at, record["requestId"])
    elif event.get("type") == "platform.report":
        metrics = record["metrics"]
        counted.report(version, at, metrics["durationMs"], "initDurationMs" in metrics)
        if record["status"] != "success":
            counted.failure(version, record.get("errorType", record["status"]))


def count(path: Path, form: str) -> tuple[Counted, int]:
    """The counts of a file and its uncompressed size."""
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    counted = Counted()
    for match in EVENT.finditer(data.decode()):
        counted.events += 1
        (json_event if form == "json" else text_event)(counted, match["version"], match["at"], match["text"])
    return counted, len(data)


@dataclass
class Made:
    """A scenario, its truth.json and the counts of its files."""

    truth: Truth
    read: Any
    counted: dict[str, Counted]
    sizes: dict[str, int]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    out = tmp_path_factory.mktemp("truth")
    truth = generate(Scenario(end_ms=END_MS, seed=11, invocations=12_000), out)
    read = json.loads((out / "truth.json").read_text())
    pairs = {name: count(out / f["file"], f["format"]) for name, f in read["functions"].items()}
    return Made(truth, read, {n: c for n, (c, _) in pairs.items()}, {n: s for n, (_, s) in pairs.items()})


def test_the_head(made: Made) -> None:
    read = made.read
    assert (read["schema"], read["seed"]) == (1, 11)
    assert (read["start"], read["end"]) == ("2026-11-23T00:26:40.000Z", "2026-11-24T00:26:40.000Z")
    assert tuple(read["functions"]) == FUNCTIONS
    assert read["bytes"] == sum(made.sizes.values()) == made.truth.bytes
    assert read["events"] == sum(counted.events for counted in made.counted.values())
    assert read["totals"] == {
        "invocations": 12_000,
        "failures": sum(counted.errors.total() for counted in made.counted.values()),
        "cold_starts": sum(counted.cold for counted in made.counted.values()),
    }
    assert read == made.truth.to_json()


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_is_counted_as_its_lines_say(made: Made, name: str) -> None:
    truth, counted = made.read["functions"][name], made.counted[name]
    durations = sorted(counted.durations)
    assert truth["log_group"] == f"/aws/lambda/{name}"
    assert truth["invocations"] == counted.reports == counted.starts
    assert truth["cold_starts"] == counted.cold
    assert truth["restores"] == counted.restores
    assert truth["failures"] == counted.errors.total()
    assert truth["errors"] == dict(counted.errors)
    assert truth["retries"] == len(counted.request_ids) - len(set(counted.request_ids))
    assert truth["p99_duration_ms"] == durations[-(-len(durations) * 99 // 100) - 1]
    assert truth["timeouts"] == counted.errors["timeout"]
    assert truth["out_of_memory"] == counted.errors["Runtime.OutOfMemory"]
    assert truth["init_failures"] == counted.errors["Runtime.ImportModuleError"]
    assert (
        truth["exceptions"] + truth["timeouts"] + truth["out_of_memory"] + truth["init_failures"] == truth["failures"]
    )


@pytest.mark.parametrize("name", FUNCTIONS)
def test_versions_and_bins(made: Made, name: str) -> None:
    truth, counted = made.read["functions"][name], made.counted[name]
    assert {v["version"] for v in truth["versions"]} == set(counted.by_version)
    assert len(truth["versions"]) >= 2
    assert truth["versions"][0]["deployed_at"] is None
    for version in truth["versions"]:
        started = counted.started[version["version"]]
        assert (version["first_invocation"], version["last_invocation"]) == (min(started), max(started))
        counts = counted.by_version[version["version"]]
        assert {key: version[key] for key in ("invocations", "failures", "cold_starts")} == {
            key: counts[key] for key in ("invocations", "failures", "cold_starts")
        }
    for version in truth["versions"][1:]:
        assert version["deployed_at"].endswith(":00.000Z")
        assert version["first_invocation"][:16] == version["deployed_at"][:16]
    assert truth["coldstarts"] == [
        {"bin(5m)": key, "invocations": counts[0], "cold_starts": counts[1]}
        for key, counts in sorted(counted.bins.items(), reverse=True)
    ]


def test_the_incident_is_in_the_lines(made: Made) -> None:
    incident, checkout = made.read["incident"], made.counted["checkout"]
    before, after = checkout.by_version["41"], checkout.by_version["42"]
    assert incident["function"] == "checkout"
    assert (incident["previous_version"], incident["version"]) == ("41", "42")
    assert incident["failure_pct_before"] == pytest.approx(100 * before["failures"] / before["invocations"], abs=1e-4)
    assert incident["failure_pct_after"] == pytest.approx(100 * after["failures"] / after["invocations"], abs=1e-4)
    assert incident["failure_pct_before"] < 1.5
    assert 12 <= incident["failure_pct_after"] <= 18
    assert min(checkout.started["42"])[:16] == incident["deployed_at"][:16]
    deployed = datetime.fromisoformat(incident["deployed_at"]).timestamp() * 1000
    assert 0.79 <= (deployed - (END_MS - 86_400_000)) / 86_400_000 <= 0.85


def test_the_new_error_is_raised_by_the_bad_version_only(made: Made) -> None:
    text = (made.truth.log_files[0]).read_text()
    raised = re.findall(r"^\S+ \S+\[(\d+)\]\S+ \[ERROR\] ValidationError: (.+)$", text, re.MULTILINE)
    assert set(raised) == {("42", made.read["incident"]["error_message"])}
    assert len(raised) == made.counted["checkout"].errors["ValidationError"]


def test_old_environments_drain_within_two_minutes(made: Made) -> None:
    for name, counted in made.counted.items():
        for version, following in pairwise(made.read["functions"][name]["versions"]):
            last = datetime.fromisoformat(max(counted.started[version["version"]]))
            assert (last - datetime.fromisoformat(following["deployed_at"])).total_seconds() < 120


def test_only_the_asynchronous_function_retries_and_does_so_after_one_and_two_minutes(made: Made) -> None:
    assert [name for name in FUNCTIONS if made.read["functions"][name]["retries"]] == ["notify"]
    starts: dict[str, list[datetime]] = {}
    text = gzip.decompress(made.truth.log_files[-1].read_bytes()).decode()
    for at, request_id in re.findall(r"^(\S+) \S+ START RequestId: (\S+) ", text, re.MULTILINE):
        starts.setdefault(request_id, []).append(datetime.fromisoformat(at))
    tried = [times for times in starts.values() if len(times) > 1]
    assert tried
    for times in tried:
        gaps = [(b - a).total_seconds() for a, b in pairwise(times)]
        assert len(gaps) <= 2
        assert 60 <= gaps[0] <= 75
        assert all(120 <= gap <= 140 for gap in gaps[1:])


def test_a_busy_day_has_a_night(made: Made) -> None:
    hours = Counter(at[11:13] for counted in made.counted.values() for ats in counted.started.values() for at in ats)
    assert hours["15"] > 3 * hours["03"]
