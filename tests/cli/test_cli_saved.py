"""`$Name(...)` and --lookup on the command line: curated queries, files, the account; errors with carets."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from insightctl.cli.setup import Where
from tests.cli.conftest import Cli, World
from tests.emulator.conftest import START_MS, Fill, aws, emulator, fill, logs, no_aws

if TYPE_CHECKING:
    from mypy_boto3_logs.client import CloudWatchLogsClient

__all__ = ["aws", "emulator", "fill", "logs", "no_aws"]

LINES = [json.dumps({"level": level, "user": n}) for n, level in enumerate(("ERROR", "WARN", "ERROR"))]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with logs, saved queries and a lookup table, to work in."""
    monkeypatch.chdir(tmp_path)
    Path("app.log").write_text("".join(f"2026-11-23T10:00:0{n}.000Z {line}\n" for n, line in enumerate(LINES)))
    Path("mylevels.ql").write_text("filter level = {{level}} # which\n")
    Path("top.ql").write_text(
        '+++\ntitle = "T"\nquestion = "Q?"\n[params.n]\ntype = "integer"\ndefault = "2"\nhelp = "how many"\n+++\n'
        "fields user | sort user asc | limit {{ n }}\n"
    )
    Path("broken.ql").write_text("stats percentile(a, 1)\n")
    Path("users.csv").write_text("id,name\n0,Ada\n2,Grace\n")
    return tmp_path


def answer(out: str) -> list[dict[str, object]]:
    found = json.loads(out)["rows"]
    assert isinstance(found, list)
    return found


def test_a_curated_query_with_arguments_and_more_commands(cli: Cli, world: World) -> None:
    done = cli("run", "$coldstarts(bin=1h) | limit 5", "--local", str(world.logs), "-o", "json")
    same = cli("query", "coldstarts", "--bin", "1h", "--local", str(world.logs), "-o", "json")
    assert done.code == 0
    assert answer(done.out) == answer(same.out)[:5]
    assert "bin(1h)" in json.loads(done.out)["query"]["text"], "what ran is what is told"


@pytest.mark.parametrize(
    ("call", "options"),
    [
        ("$p99(pct = 99.5, bin = 1h)", ("p99-duration", "--pct", "99.5", "--bin", "1h")),
        ("$`errors-by-version`()", ("errors-by-version",)),
        ('$`error-rate`(by = "version", bin = 6h)', ("error-rate", "--by", "version", "--bin", "6h")),
        ("$`error-rate`(by = version, bin = '6h')", ("error-rate", "--by", "version", "--bin", "6h")),
    ],
)
def test_arguments_are_what_options_are(cli: Cli, world: World, call: str, options: Sequence[str]) -> None:
    done = cli("run", call, "--local", str(world.logs), "-o", "json")
    same = cli("query", *options, "--local", str(world.logs), "-o", "json")
    assert done.code == 0
    assert answer(done.out) == answer(same.out)


def test_files_are_saved_queries_too(cli: Cli, here: Path) -> None:
    done = cli("run", '$mylevels(level = "ERROR") | $top(n = 1)', "--local", "app.log", "-o", "json")
    assert answer(done.out) == [{"user": 0}]
    Path("q.ql").write_text("$mylevels(level = 'ERROR')\n| stats count(*) as n")
    assert answer(cli("run", "q.ql", "-g", "/aws/lambda/app=app.log", "-o", "json").out) == [{"n": 2}]


def test_a_query_of_ones_own_library(cli: Cli, here: Path) -> None:
    """In ./queries, with an own piece; it goes before a shipped one of its name."""
    Path("queries/team").mkdir(parents=True)
    Path("queries/_views").mkdir()
    Path("queries/_views/errors_only.ql").write_text("filter level = 'ERROR'\n")
    front = '+++\ntitle = "T"\nquestion = "Q?"\n+++\n{% include "_views/errors_only.ql" %}\n'
    Path("queries/team/angry.ql").write_text(front + "| stats count(*) as angry\n")
    Path("queries/team/health.ql").write_text(front + "| stats count(*) as mine\n")
    local = ("--local", "app.log", "-o", "json")
    assert answer(cli("run", "$angry()", *local).out) == [{"angry": 2}]
    assert answer(cli("query", "angry", *local).out) == [{"angry": 2}]
    assert answer(cli("run", "$health() | limit 1", *local).out) == [{"mine": 2}]
    assert cli("ql", "check", "$angry() | limit 1").out == "no findings\n"
    assert "did you mean $angry()?" in cli("run", "$angri()", *local).err


WRONG = [
    ("fields a\n| $nobody()", "there is no saved query 'nobody'", "2:3", "$nobody()", "insightctl query lists"),
    ("$coldstart()", "there is no saved query 'coldstart'", "1:1", "$coldstart()", "did you mean $coldstarts()?"),
    ("$coldstarts(bim=1h)", "the saved query 'coldstarts' has no parameter 'bim'", "1:1", None, "its parameters: bin"),
    (
        '$coldstarts(bin="5x")',
        "the parameter 'bin': '5x' is not a duration such as 30s, 5m or 1h",
        "1:1",
        None,
        "such as $coldstarts(bin = 5m)",
    ),
    (
        "fields a | $mylevels()",
        "the saved query 'mylevels' wants a value for 'level'",
        "1:12",
        "$mylevels()",
        '$mylevels(level = "...")',
    ),
    (
        "$top(n = many)",
        "the parameter 'n': 'many' is not a whole number",
        "1:1",
        None,
        "how many: such as $top(n = 20)",
    ),
    ("fields a | $broken()", "in $broken: unknown function 'percentile'", "1:12", "$broken()", "pct(field, 99)"),
    ("$`../up`()", "there is no saved query '../up'", "1:1", None, "insightctl query lists"),
    ("$top() | fields percentile(a)", "unknown function 'percentile'", "1:17", "percentile", "pct(field, 99)"),
]


@pytest.mark.parametrize(("text", "what", "at", "marked", "remedy"), WRONG, ids=[case[0] for case in WRONG])
def test_what_is_wrong_is_shown_in_the_text_that_was_typed(
    cli: Cli, here: Path, text: str, what: str, at: str, marked: str | None, remedy: str
) -> None:
    done = cli("run", text, "--local", "app.log")
    lines = done.err.splitlines()
    assert done.code == 2 and done.out == ""
    assert re.fullmatch(rf"error\[QL\d+\]: {re.escape(what)}.*", lines[0])
    assert lines[1] == f" --> <query>:{at}"
    assert lines[4].strip(" |") == "^" * len(marked or text)
    assert remedy in done.err and "Traceback" not in done.err


def test_a_file_that_is_asked_is_named(cli: Cli, here: Path) -> None:
    Path("q.ql").write_text("fields a\n| $nobody()\n")
    assert " --> q.ql:2:3\n" in cli("run", "q.ql", "--local", "app.log").err


def test_ql_check_looks_inside_what_it_can_find(cli: Cli, here: Path) -> None:
    assert cli("ql", "check", "$coldstarts(bin = 1h) | limit 5").out == "no findings\n"
    done = cli("ql", "check", "$broken()", "$ErrorsByLevel(level = 1)", "$top(m = 1)", "-o", "json")
    found = json.loads(done.out)["diagnostics"]
    assert done.code == 2
    assert [(d["code"], d["severity"], d["col"]) for d in found] == [
        ("QL012", "error", 1),
        ("QL010", "info", 1),
        ("QL010", "error", 1),
    ]
    assert cli("ql", "check", "$ErrorsByLevel()").code == 0


def test_ql_sql_shows_what_runs(cli: Cli, here: Path) -> None:
    done = cli("ql", "sql", "$top(n = 7)")
    assert done.code == 0 and "LIMIT 7" in done.out


def test_saved_queries_of_the_account(cli: Cli, aws: str, fill: Fill, logs: CloudWatchLogsClient, here: Path) -> None:
    group = fill(LINES)
    put = logs.put_query_definition(
        name="CliLevels",
        queryString="filter level = {{level}}",
        parameters=[{"name": "level", "defaultValue": "ERROR"}],
    )
    run = ("-g", group, "--since", str(_iso(START_MS)), "--until", str(_iso(START_MS + 60_000)), "-o", "json")
    assert answer(cli("run", "$CliLevels() | stats count(*) as n", *run).out) == [{"n": 2}]
    assert answer(cli("run", '$CliLevels(level = "WARN") | stats count(*) as n', *run).out) == [{"n": 1}]
    assert cli("run", "$coldstarts(bin = 1h)", *run).code == 0, "the curated ones are there too"
    logs.put_query_definition(
        name="coldstarts", queryString="stats count(*) as mine", queryDefinitionId=put["queryDefinitionId"]
    )
    assert answer(cli("run", "$coldstarts()", *run).out) == [{"mine": 3}], "the account's own come first"
    logs.delete_query_definition(queryDefinitionId=put["queryDefinitionId"])
    done = cli("run", "fields a | $mylevels(level = 1)", *run)
    assert done.code == 2 and "no saved query 'mylevels'" in done.err, "files are for local logs"


def _iso(ms: int) -> str:
    from insightctl.core.time import from_ms

    return from_ms(ms).strftime("%Y-%m-%dT%H:%M:%S")


def test_without_permission_it_is_named(cli: Cli, aws: str, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    from insightctl.emulator.errors import ServiceError
    from insightctl.emulator.query_definitions import SavedQueries

    class Denied(ServiceError):
        code = "AccessDeniedException"

    def refuse(*_: object) -> object:
        raise Denied("no identity-based policy allows it")

    monkeypatch.setattr(SavedQueries, "text", refuse)
    monkeypatch.setattr(SavedQueries, "all", refuse)
    done = cli("run", "$Mine()", "-g", fill(LINES), "--since", "1h")
    assert done.code == 1
    assert done.err.startswith("error: not allowed: logs:DescribeQueryDefinitions (CloudWatch Logs in us-east-1")


def test_a_lookup_table_from_a_file(cli: Cli, here: Path) -> None:
    text = "lookup people id as user OUTPUT name | fields user, name | sort user asc"
    done = cli("run", text, "--local", "app.log", "--lookup", "people=users.csv", "-o", "json")
    assert answer(done.out) == [{"user": 0, "name": "Ada"}, {"user": 1, "name": None}, {"user": 2, "name": "Grace"}]


def test_every_command_over_local_logs_takes_lookup(cli: Cli, here: Path, world: World) -> None:
    for words in (("query", "health"), ("triage", "checkout")):
        assert cli(*words, "--local", str(world.logs), "--lookup", "people=users.csv").code == 0


def test_the_options_are_repeated_for_the_next_command() -> None:
    where = Where(local=("app.log",), lookup=("people=my users.csv", "nets=nets.csv"), region="eu-west-1")
    assert where.words == "--local app.log --lookup 'people=my users.csv' --lookup nets=nets.csv --region eu-west-1"
