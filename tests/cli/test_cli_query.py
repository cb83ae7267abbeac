"""query and run on a generated scenario: the formats, the list, the guidance."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import Cli, World


def test_the_list_names_every_query_with_its_question(cli: Cli) -> None:
    out = cli("query").out
    for name in ("health", "errors-by-version", "coldstarts", "p99-duration", "deployments"):
        assert f"  {name} " in out
    assert cli("query", "--search", "throttl").code == 0


def test_the_list_as_json(cli: Cli) -> None:
    queries = {q["name"]: q for q in json.loads(cli("query", "-o", "json").out)["queries"]}
    assert queries["coldstarts"]["params"][0]["name"] == "bin"
    assert {"name", "title", "question", "group", "tags", "params"} <= set(queries["health"])


def test_the_help_of_a_query_shows_its_own_parameters(cli: Cli) -> None:
    assert "--bin" in cli("query", "coldstarts", "--help").out
    assert "--pct" in cli("query", "p99-duration", "--help").out
    assert "--pct" not in cli("query", "coldstarts", "--help").out


def test_coldstarts_as_json_equals_the_truth(cli: Cli, world: World) -> None:
    done = cli("query", "coldstarts", "--local", str(world.logs / "checkout.log"), "-o", "json")
    answer = json.loads(done.out)
    truth = json.loads((world.folder / "truth.json").read_text())["functions"]["checkout"]["coldstarts"]
    assert [{k: row[k] for k in truth[0]} for row in answer["rows"]] == truth
    assert answer["query"]["name"] == "coldstarts"
    assert answer["source"]["kind"] == "local"
    assert {c["name"]: c["type"] for c in answer["columns"]}["bin(5m)"] == "timestamp"
    starts = (world.logs / "checkout.log").read_text().count("INIT_START ")
    assert answer["statistics"]["records_matched"] == starts + sum(row["invocations"] for row in answer["rows"])


@pytest.mark.parametrize(
    "fmt", ["table", "chart", "json", "jsonl", "csv", "tsv", "markdown", "html", "insights", "grid", "github"]
)
def test_every_format_prints(cli: Cli, world: World, fmt: str) -> None:
    done = cli("query", "errors-by-version", "--local", str(world.logs), "-o", fmt)
    assert done.code == 0 and "checkout" in done.out


def test_csv_reads_back(cli: Cli, world: World) -> None:
    done = cli(
        "query", "errors-by-version", "--local", str(world.logs), "-o", "csv", "--columns", "function,version,failures"
    )
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert list(rows[0]) == ["function", "version", "failures"]
    assert rows[0]["function"] == "checkout" and rows[0]["version"] == "42"


def test_insights_rows_have_the_shape_of_the_service(cli: Cli, world: World) -> None:
    done = cli(
        "run",
        'filter @type = "REPORT" | fields @memorySize, @duration | limit 1',
        "--local",
        str(world.logs),
        "-o",
        "insights",
    )
    (row,) = json.loads(done.out)["results"]
    assert [cell["field"] for cell in row] == ["@memorySize", "@duration"]
    assert row[0]["value"].endswith("E8") or row[0]["value"].endswith("E9")


def test_out_writes_a_file(cli: Cli, world: World, tmp_path: Path) -> None:
    target = tmp_path / "answer.json"
    done = cli("query", "health", "--local", str(world.logs), "-o", "json", "--out", str(target))
    assert done.out == "" and len(json.loads(target.read_text())["rows"]) == 5


def test_thresholds_are_said_in_words(cli: Cli, world: World) -> None:
    out = cli("query", "errors-by-version", "--local", str(world.logs)).out
    assert "!! critical: more than one invocation in twenty fails (checkout 42:" in out


def test_a_time_range_cuts(cli: Cli, world: World) -> None:
    truth = json.loads((world.folder / "truth.json").read_text())
    moment = truth["incident"]["deployed_at"]
    done = cli(
        "query",
        "errors-by-version",
        "-f",
        "checkout",
        "--local",
        str(world.logs),
        "--since",
        truth["start"],
        "--until",
        moment,
        "-o",
        "json",
    )
    versions = {row["version"] for row in json.loads(done.out)["rows"]}
    assert versions == {"40", "41"}


def test_run_takes_a_file_with_front_matter(cli: Cli, world: World, tmp_path: Path) -> None:
    file = tmp_path / "mine.ql"
    file.write_text(
        '+++\ntitle = "T"\nquestion = "Q?"\n[params.n]\ntype = "integer"\ndefault = "2"\n+++\nfields @type | limit {{ n }}\n'
    )
    assert len(json.loads(cli("run", str(file), "--local", str(world.logs), "-o", "json").out)["rows"]) == 2
    done = cli("run", str(file), "--param", "n=3", "--local", str(world.logs), "-o", "json")
    assert len(json.loads(done.out)["rows"]) == 3


def test_ql_check_and_format(cli: Cli, tmp_path: Path) -> None:
    done = cli("ql", "check", "fitler a = 1", "-o", "json")
    (found,) = json.loads(done.out)["diagnostics"]
    assert done.code == 2
    assert (found["code"], found["severity"], found["line"], found["col"], found["end_col"]) == (
        "QL011",
        "error",
        1,
        1,
        7,
    )
    file = tmp_path / "q.ql"
    file.write_text("FIELDS a|FILTER a=1 # why\n")
    assert cli("ql", "format", str(file), "--check").code == 1
    assert cli("ql", "format", str(file)).code == 0
    assert file.read_text() == "fields a\n| filter a = 1  # why\n"
    assert cli("ql", "format", str(file), "--check").code == 0


def test_triage_names_the_culprit(cli: Cli, world: World) -> None:
    done = cli("triage", "checkout", "--local", str(world.logs), "--exit-code", "-o", "json")
    report = json.loads(done.out)
    assert done.code == 10 and report["verdict"] == "critical"
    assert (report["findings"][0]["function"], report["findings"][0]["version"]) == ("checkout", "42")


def test_demo_prints_the_main_job(cli: Cli, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = cli("demo", "--invocations", "2500", "--end", "2026-11-24T00:00Z")
    assert done.code == 0
    for word in (
        "query health",
        "query coldstarts",
        "query errors-by-version",
        "query deployments",
        "triage checkout",
        "dashboard.json",
    ):
        assert word in done.out
    assert len(json.loads(Path("demo-data/dashboard.json").read_text())["widgets"]) > 10
