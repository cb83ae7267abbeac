"""`insightctl logs pull` against the emulator: all of it, once, whatever comes late, however it is stopped."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from insightctl.cloud import pull as cloud_pull
from insightctl.core.time import TimeRange
from insightctl.local.stores import Store, pulling
from tests.cli.conftest import Cli
from tests.emulator.conftest import START_MS, STREAM, Fill, aws, emulator, fill, logs, no_aws

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

__all__ = ["aws", "emulator", "fill", "logs", "no_aws"]

SINCE, UNTIL = "2026-11-23T10:00Z", "2026-11-23T10:10Z"
MINUTE = 60_000


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("INSIGHTCTL_STORES", str(tmp_path / "stores"))
    return tmp_path / "stores"


def put(logs: CloudWatchLogsClient, group: str, *events: tuple[int, str]) -> None:
    logs.put_log_events(
        logGroupName=group,
        logStreamName=STREAM,
        logEvents=[{"timestamp": START_MS + at, "message": message} for at, message in events],
    )


def messages(cli: Cli, store: str = "prod") -> list[str]:
    done = cli("run", "fields @message | sort @timestamp asc", "--local", store, "-o", "json")
    return [row["@message"] for row in json.loads(done.out)["rows"]]


def test_a_pull_has_all_of_it_and_a_second_one_only_what_is_new(
    cli: Cli, fill: Fill, logs: CloudWatchLogsClient
) -> None:
    group = fill(["START RequestId: 1\n", "same", "  two\nlines {}"])
    put(logs, group, (1000, "same"))  # a twin: same time, stream and message
    first = cli("logs", "pull", "-g", group, "--since", SINCE, "--until", UNTIL, "--store", "prod")
    assert first.code == 0
    assert first.err == f"pull: {group} by FilterLogEvents: costs nothing, and is faster for so little\n"
    assert first.out.startswith("prod: 4 new events, 0 known, of 1 log group in ")
    assert first.out.endswith("prod: verified: 4 events until 2026-11-23T10:10:00.000Z, as many as CloudWatch counts\n")
    assert messages(cli) == ["START RequestId: 1\n", "same", "same", "  two\nlines {}"]

    again = cli("logs", "pull", "-g", group, "--since", SINCE, "--until", UNTIL, "--store", "prod", "--no-verify")
    assert again.out.startswith("prod: 0 new events, 0 known, ")

    put(logs, group, (9 * MINUTE, "late"), (11 * MINUTE, "newer"))
    later = cli("logs", "pull", "-g", group, "--since", SINCE, "--until", "2026-11-23T10:20Z", "--store", "prod")
    assert later.out.startswith("prod: 2 new events, 0 known, ")
    put(logs, group, (9 * MINUTE, "late"))  # a twin of what is there already
    wide = cli(
        *("logs", "pull", "-g", group, "--since", SINCE, "--until", "2026-11-23T10:20Z"),
        *("--store", "prod", "--overlap", "20m", "--no-verify"),
    )
    assert wide.out.startswith("prod: 1 new events, 6 known, ")
    assert messages(cli)[4:] == ["late", "late", "newer"]


def test_globs_functions_and_what_goes_on_by_itself(cli: Cli, fill: Fill, home: Path) -> None:
    one, two = fill(["a"]), fill(["b"])
    done = cli(
        *("logs", "pull", "-f", one.rpartition("/")[2], "-g", f"{two[:-1]}[{two[-1]}]"),
        *("--since", SINCE, "--until", UNTIL, "--store", "prod", "--no-verify"),
    )
    assert done.out.startswith("prod: 2 new events, 0 known, of 2 log groups in ")
    assert cli("logs", "pull", "-g", one, "--store", "prod", "--no-verify").code == 0
    known = pulling.window(Store(home / "prod").contents.pulls, one)
    assert known is not None and known.start_ms == START_MS, "without --since it goes on where the last pull ended"
    drop = cli("local", "drop", "prod", "-g", one, "--yes")
    assert drop.out == "prod: dropped 1 events of 1 log group\n"
    again = cli("logs", "pull", "-g", one, "--since", SINCE, "--until", UNTIL, "--store", "prod")
    assert again.out.startswith("prod: 1 new events, ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--store", "prod"), "no log group is named"),
        (("-g", "/aws/lambda/none"), "into which store?"),
        (("-g", "/aws/lambda/none", "--store", "prod"), "log group '/aws/lambda/none' does not exist in us-east-1"),
        (("-g", "/none/*", "--store", "prod"), "no log group matches '/none/*'"),
        (("-g", "x", "--store", "a b"), "--store 'a b': no name for a store"),
        (("-g", "x", "--store", "prod", "--overlap", "much"), "'much' is not a duration"),
        (("-g", "x", "--store", "prod", "--since", "1h", "--until", "2h"), "the time range is empty"),
    ],
)
def test_wrong_ways(cli: Cli, aws: str, home: Path, words: Sequence[str], said: str) -> None:
    done = cli("logs", "pull", *words)
    assert done.code in (1, 2) and done.out == ""
    assert said in done.err and "help: " in done.err
    assert not home.exists(), "nothing is made when nothing can be fetched"


def test_ctrl_c_keeps_what_was_committed(
    cli: Cli, fill: Fill, monkeypatch: pytest.MonkeyPatch, home: Path, tmp_path: Path
) -> None:
    group = fill([f"event {n}" for n in range(6)])
    spool = tmp_path / "spool"
    spool.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(spool))
    whole = cloud_pull.EventSource.pages

    def stopped(self: cloud_pull.EventSource, name: str, time: TimeRange) -> Iterator[Sequence[Mapping[str, object]]]:
        if time.start_ms > START_MS:
            raise KeyboardInterrupt
        yield from whole(self, name, TimeRange(time.start_ms, START_MS + 2000))

    monkeypatch.setattr(cloud_pull.EventSource, "pages", stopped)
    monkeypatch.setattr(
        pulling,
        "missing",
        lambda _known, _asked, _overlap: [
            TimeRange(START_MS, START_MS + 2000),
            TimeRange(START_MS + 2000, START_MS + 9000),
        ],
    )
    done = cli("logs", "pull", "-g", group, "--since", SINCE, "--until", UNTIL, "--store", "prod")
    assert (done.code, done.out) == (130, "")
    assert done.err.endswith(
        "error: interrupted; what was committed is kept, and the same command goes on from there\n"
    )
    assert list(spool.iterdir()) == []
    monkeypatch.undo()
    monkeypatch.setenv("INSIGHTCTL_STORES", str(home))
    assert messages(cli) == ["event 0", "event 1"]


def event(at: int, message: str, number: int) -> dict[str, object]:
    return {
        "timestamp": at,
        "message": message,
        "logStreamName": "s",
        "ingestionTime": at,
        "eventId": f"{number:056d}",
    }


class Service:
    """FilterLogEvents without a service: pages of two, each page twice, as a retry may bring it."""

    def __init__(self, events: Sequence[dict[str, object]]) -> None:
        self.events = list(events)
        self.asked: list[TimeRange] = []

    def __call__(self, _group: str, time: TimeRange) -> Iterator[Sequence[Mapping[str, object]]]:
        self.asked.append(time)
        inside = [e for e in self.events if time.start_ms <= int(str(e["timestamp"])) < time.end_ms]
        for at in range(0, len(inside), 2):
            yield inside[at : at + 2]
            yield inside[at : at + 2]


def stored(store: Store) -> Counter[str]:
    import duckdb

    files = [str(store.file(part)) for part in store.contents.parts]
    if not files:
        return Counter()
    rows = duckdb.connect().execute(f"SELECT message FROM read_parquet({files}, hive_partitioning=false)").fetchall()
    return Counter(str(row[0]) for row in rows)


def test_pieces_that_are_too_big_are_taken_in_smaller_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    events = [event(START_MS + n * 500, "x" * 300, n) for n in range(120)]
    monkeypatch.setattr(pulling, "BATCH", 8_000)
    service = Service(events)
    store = Store.create(tmp_path / "store")
    done = pulling.pull(store, ["g"], TimeRange(START_MS, START_MS + MINUTE), service, overlap_ms=0)
    assert (done.new, stored(store).total()) == (120, 120)
    assert len(store.contents.parts) > 2
    assert pulling.window(store.contents.pulls, "g") == TimeRange(START_MS, START_MS + MINUTE)


def test_many_pulls_over_each_other_are_one(tmp_path: Path) -> None:
    """Whatever windows are pulled in whatever order, the store has each event of them as often as the service."""
    import random

    dice = random.Random(5)
    events = [event(START_MS + dice.randrange(60) * 1000, f"m{dice.randrange(9)}", n) for n in range(300)]
    store = Store.create(tmp_path / "store")
    seen: set[int] = set()
    for _ in range(12):
        start, end = sorted(dice.sample(range(61), 2))
        time = TimeRange(START_MS + start * 1000, START_MS + end * 1000)
        pulling.pull(store, ["g"], time, Service(events), overlap_ms=3000)
        seen |= {n for n, e in enumerate(events) if time.start_ms <= int(str(e["timestamp"])) < time.end_ms}
        assert stored(store) == Counter(str(events[n]["message"]) for n in seen)


def test_a_file_that_was_imported_and_a_pull_do_not_double(cli: Cli, fill: Fill, tmp_path: Path) -> None:
    group = fill(["one", "two"])
    file = tmp_path / "tail.log"
    file.write_text(f"2026-11-23T10:00:01.000000+00:00 {STREAM} two\n")
    assert cli("local", "import", "-g", f"{group}={file}", "--store", "prod").code == 0
    done = cli("logs", "pull", "-g", group, "--since", SINCE, "--until", UNTIL, "--store", "prod")
    assert done.out.startswith("prod: 1 new events, 1 known, ")
    assert messages(cli) == ["one", "two"]
