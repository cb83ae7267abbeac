"""Every wrong input gets one clear line, what to do, the right exit code, and no traceback."""

from __future__ import annotations

import gzip
import random
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, World

GOOD = "2026-11-23T10:00:00.123000+00:00 2026/11/23/[42]374cd7798d2a4e36a494a23d658b9741 START RequestId: 6c214fca-9ec8-48d0-b6e9-d7637be89d0f Version: 42\n"


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    Path("good.log").write_text(GOOD)
    Path("empty.log").write_text("")
    Path("bin.log").write_bytes(random.Random(1).randbytes(4000))
    packed = gzip.compress(b"".join(b"2026-11-23T10:00:00.123000+00:00 s line %d\n" % i for i in range(50_000)))
    Path("half.log.gz").write_bytes(packed[: len(packed) // 2])
    Path("notes").mkdir()
    return tmp_path


CASES = [
    (("query", "coldstart", "--local", "good.log"), 2, "there is no query 'coldstart'", "did you mean 'coldstarts'?"),
    (("query", "zzzzzz"), 2, "there is no query 'zzzzzz'", "'insightctl query' lists them"),
    (("bogus",), 2, "there is no command 'bogus'", "commands:"),
    (("qurey",), 2, "there is no command 'qurey'", "did you mean 'query'?"),
    (
        ("query", "coldstarts", "--local", "good.log", "--since", "yesterdayish"),
        2,
        "'yesterdayish' is not a time",
        "2026-11-23",
    ),
    (
        ("query", "coldstarts", "--local", "good.log", "--since", "1h", "--until", "2h"),
        2,
        "the time range is empty",
        "before",
    ),
    (
        ("query", "coldstarts", "--local", "good.log", "--tz", "Mars/Olympus"),
        2,
        "no time zone 'Mars/Olympus'",
        "Europe/Berlin",
    ),
    (("query", "coldstarts", "--local", "goood.log"), 1, "no such file: goood.log", "did you mean good.log?"),
    (("query", "coldstarts", "--local", "empty.log"), 1, "empty.log is empty", "no log events"),
    (("query", "coldstarts", "--local", "bin.log"), 1, "bin.log is a binary file", "text or JSON"),
    (("query", "coldstarts", "--local", "half.log.gz"), 1, "half.log.gz is a broken gzip file", "fetch it again"),
    (("query", "coldstarts", "--local", "notes"), 1, "no log files in notes", "folder"),
    (("query", "coldstarts", "--local", "*.txt"), 1, "nothing matches *.txt", "pattern"),
    (("query", "coldstarts"), 2, "which logs?", "--local"),
    (("query", "coldstarts", "-f", "other", "--local", "good.log"), 1, "no logs of other here", "/aws/lambda/good"),
    (("query", "coldstarts", "--bin", "5x", "--local", "good.log"), 2, "'5x' is not a duration", "such as --bin 5m"),
    (
        ("query", "p99-duration", "--pct", "101", "--local", "good.log"),
        2,
        "'101' is not a number from 0 to 100",
        "percentile",
    ),
    (
        ("query", "coldstarts", "--local", "good.log", "-o", "jsn"),
        2,
        "unknown output format 'jsn'",
        "did you mean 'json'?",
    ),
    (
        ("query", "coldstarts", "--local", "good.log", "--columns", "nope"),
        2,
        "there is no column 'nope'",
        "invocations",
    ),
    (
        ("query", "coldstarts", "--local", "good.log", "--out", "no/where.json"),
        1,
        "cannot write no/where.json",
        "folder",
    ),
    (
        ("run", "lookup users id OUTPUT name", "--local", "good.log"),
        2,
        "no lookup table 'users' here",
        "--lookup users=users.csv",
    ),
    (
        ("run", "fields a", "--local", "good.log", "--lookup", "users.csv"),
        2,
        "--lookup users.csv: not NAME=FILE",
        "--lookup users=users.csv",
    ),
    (
        ("run", "fields a", "--local", "good.log", "--lookup", "my users=users.csv"),
        2,
        "'my users' is no name of a lookup table",
        "letters, digits and _",
    ),
    (
        ("run", "fields a", "--local", "good.log", "--lookup", "users=nowhere.csv"),
        1,
        "the lookup table 'users' cannot be read: nowhere.csv: No such file",
        "--lookup users=FILE.csv",
    ),
    (
        ("triage", "good", "--local", "good.log", "--lookup", "users=empty.log"),
        1,
        "empty.log has no header with a name for each column",
        "first line",
    ),
    (
        ("run", "fields a", "--local", "good.log", "--lookup", "a=t.csv", "--lookup", "a=t.csv"),
        2,
        "there are two tables 'a'",
        "rename",
    ),
    (
        ("query", "coldstarts", "-f", "checkout", "--lookup", "users=users.csv"),
        2,
        "--lookup goes with --local",
        "aws logs create-lookup-table --lookup-table-name users",
    ),
    (("run", "missing.ql", "--local", "good.log"), 2, "no such file: missing.ql", "path"),
    (("explain", "QL999"), 2, "there is no code 'QL999'", "QL009, "),
    (("run", "./nope", "--local", "good.log"), 2, "no such file: ./nope", "path"),
    (("query", "coldstarts", "-f", "checkout", "--region", "us-east-1"), 1, "no AWS credentials", "--profile"),
    (("query", "coldstarts", "-f", "checkout"), 1, "no AWS region is set", "--region"),
    (("query", "coldstarts", "-f", "checkout", "--profile", "nope"), 1, "profile", "nope"),
    (("query", "coldstarts", "--local", ""), 2, "the path is empty", "variable unset"),
    (("query", "coldstarts", "-g", "x="), 2, "not NAME=PATH", "checkout.log"),
    (("query", "coldstarts", "--local", "good.log", "--window", "30m"), 2, "--window goes with --around", "30m"),
    (
        ("query", "coldstarts", "--local", "good.log", "--around", "3h", "--window", "0m"),
        2,
        "nothing lies in it",
        "30m",
    ),
    (
        ("query", "coldstarts", "--local", "good.log", "--out", "notes"),
        1,
        "cannot write notes: it is a folder",
        "in it",
    ),
    (("demo", "--days", "0"), 2, "days", "0"),
    (("demo", "--bytes", "lots"), 2, "'lots' is not a size", "10GB"),
]


@pytest.mark.parametrize(("words", "code", "what", "remedy"), CASES, ids=[" ".join(c[0]) for c in CASES])
def test_a_wrong_input_is_said_plainly(
    cli: Cli, files: Path, words: tuple[str, ...], code: int, what: str, remedy: str
) -> None:
    before = sorted(p.name for p in files.rglob("*"))
    done = cli(*words)
    assert done.code == code
    first, *rest = done.err.strip().splitlines()
    assert first.startswith("error: ") and what in first
    assert remedy in done.err
    assert len(rest) <= 1 and "Traceback" not in done.err and done.out == ""
    assert sorted(p.name for p in files.rglob("*")) == before


NAMES = [
    ("$nosuch() | limit 1", "there is no saved query 'nosuch'", "insightctl query lists"),
    ("$coldstarts(bins = 5m)", "the saved query 'coldstarts' has no parameter 'bins'", "its parameters: bin"),
    ("$p99(pct = 101)", "the parameter 'pct': '101' is not a number from 0 to 100", "such as $p99(pct = 99.5)"),
]


@pytest.mark.parametrize(("text", "what", "remedy"), NAMES)
def test_a_wrong_saved_query_is_shown_with_a_caret(cli: Cli, files: Path, text: str, what: str, remedy: str) -> None:
    done = cli("run", text, "--local", "good.log")
    assert done.code == 2 and done.out == ""
    first, place, *_, carets, hint = done.err.splitlines()
    assert (first, place) == (f"error[QL010]: {what}", " --> <query>:1:1")
    assert carets.strip(" |") == "^" * len(text.partition(" |")[0])
    assert remedy in hint


def test_an_unreachable_endpoint(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "y")
    done = cli("query", "coldstarts", "-f", "checkout")
    assert done.code == 1 and "nothing answers at http://127.0.0.1:9" in done.err


def test_broken_utf8_and_nul_bytes_are_read_and_counted(cli: Cli, files: Path) -> None:
    Path("odd.log").write_bytes(GOOD.encode() + b"2026-11-23T10:00:01+00:00 s bad \xff\xfe bytes \x00 nul\n")
    done = cli("run", "fields @message", "--local", "odd.log", "-o", "json")
    assert done.code == 0
    assert "2 broken UTF-8 sequences" in done.out
    assert "bad \\ufffd\\ufffd bytes" in done.out or "bad \ufffd\ufffd bytes" in done.out


def test_a_query_that_the_service_would_refuse_shows_where(cli: Cli, files: Path) -> None:
    done = cli("run", "stats percentile(@duration, 99)", "--local", "good.log")
    assert done.code == 2
    assert done.err.splitlines() == [
        "error[QL012]: unknown function 'percentile'",
        " --> <query>:1:7",
        "  |",
        "1 | stats percentile(@duration, 99)",
        "  |       ^^^^^^^^^^",
        "  = help: did you mean 'pct(field, 99)'?",
    ]


def test_debug_shows_the_traceback(cli: Cli, files: Path) -> None:
    from insightctl.core.errors import SourceError

    with pytest.raises(SourceError):
        cli("--debug", "query", "coldstarts", "--local", "goood.log")


def test_hostile_log_text_does_not_reach_the_terminal(cli: Cli, files: Path) -> None:
    Path("evil.log").write_text("2026-11-23T10:00:01+00:00 s \x1b]0;owned\x07\x1b[2Jboo\n")
    for fmt in ("table", "markdown", "grid", "jsonl"):
        assert "\x1b" not in cli("run", "fields @message", "--local", "evil.log", "-o", fmt).out


def test_the_world_is_used(world: World) -> None:
    assert world.logs.is_dir()
