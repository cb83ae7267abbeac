"""`insightctl dashboard lint`: formats, exit codes, and where a dashboard comes from."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from insightctl.emulator.server import Emulator
from tests.cli.conftest import Cli

BODY = """{
  "widgets": [
    {"type": "metric", "x": 0, "y": 0, "width": 12, "height": 6, "properties": {
      "region": "eu-west-1",
      "stat": "avg",
      "metrics": [["AWS/Lambda", "Duration", "FunctionName", "checkout"]]
    }}
  ]
}
"""
GOOD = BODY.replace('"avg"', '"p99"')


@pytest.fixture
def body(tmp_path: Path) -> Path:
    file = tmp_path / "body.json"
    file.write_text(BODY)
    return file


def test_text_shows_the_place_the_path_and_what_was_meant(cli: Cli, body: Path) -> None:
    done = cli("dashboard", "lint", str(body))
    assert done.code == 2
    assert done.out == (
        "error[DL022]: 'stat' is a statistic, such as Average, Sum, Maximum or p99, not \"avg\"\n"
        f" --> {body}:5:15\n"
        "  |\n"
        '5 |       "stat": "avg",\n'
        "  |               ^^^^^\n"
        "  = path: $.widgets[0].properties.stat\n"
        "  = help: did you mean 'Average'?\n"
        "\n"
        "1 error\n"
    )


def test_a_good_body_is_said_to_be_good(cli: Cli, body: Path) -> None:
    body.write_text(GOOD)
    done = cli("dashboard", "lint", str(body))
    assert (done.code, done.out, done.err) == (0, "no findings\n", "")


def test_json_for_machines(cli: Cli, body: Path) -> None:
    done = cli("dashboard", "lint", str(body), "-o", "json")
    assert done.code == 2
    assert json.loads(done.out) == {
        "schema": 1,
        "diagnostics": [
            {
                "file": str(body),
                "code": "DL022",
                "severity": "error",
                "message": "'stat' is a statistic, such as Average, Sum, Maximum or p99, not \"avg\"",
                "help": "did you mean 'Average'?",
                "line": 5,
                "col": 15,
                "end_line": 5,
                "end_col": 20,
                "path": "$.widgets[0].properties.stat",
            }
        ],
    }


def test_json_and_github_of_no_findings(cli: Cli, body: Path) -> None:
    body.write_text(GOOD)
    assert json.loads(cli("dashboard", "lint", str(body), "-o", "json").out)["diagnostics"] == []
    assert cli("dashboard", "lint", str(body), "-o", "github").out == ""


def test_github_annotates_the_line(cli: Cli, body: Path) -> None:
    done = cli("dashboard", "lint", str(body), "-o", "github")
    assert done.out.startswith(f"::error file={body},line=5,endLine=5,col=15,endColumn=20,title=DL022::'stat' is")


def test_sarif_has_a_rule_a_place_and_a_level(cli: Cli, body: Path) -> None:
    log: dict[str, Any] = json.loads(cli("dashboard", "lint", str(body), "-o", "sarif").out)
    [run] = log["runs"]
    assert log["version"] == "2.1.0"
    [rule] = run["tool"]["driver"]["rules"]
    [result] = run["results"]
    assert (rule["id"], rule["defaultConfiguration"]["level"]) == ("DL022", "error")
    assert (result["ruleId"], result["ruleIndex"], result["level"]) == ("DL022", 0, "error")
    [place] = result["locations"]
    assert place["physicalLocation"]["artifactLocation"]["uri"] == body.as_uri()
    assert place["physicalLocation"]["region"] == {"startLine": 5, "startColumn": 15, "endLine": 5, "endColumn": 20}
    assert place["logicalLocations"] == [{"fullyQualifiedName": "$.widgets[0].properties.stat"}]


def test_standard_input(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(BODY))
    assert " --> <stdin>:5:15\n" in cli("dashboard", "lint", "-").out


def test_several_and_their_sum(cli: Cli, body: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"widgets": [], "refresh": 1}')
    done = cli("dashboard", "lint", str(body), str(other))
    assert (done.code, done.out.splitlines()[-1]) == (2, "1 error, 1 warning")


def test_a_shipped_definition(cli: Cli) -> None:
    assert cli("dashboard", "lint", "lambda-service").code == 0


def test_a_definition_is_told_at_its_own_lines(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text(
        'title = "x"\nstart = "3h"\n[[row]]\n[[row.widget]]\ntext = "hi"\n'
        '[[row.widget]]\nmetric = [["AWS/lambda", "Errors"]]\n'
    )
    found = json.loads(cli("dashboard", "lint", str(file), "-o", "json").out)["diagnostics"]
    told = {(each["code"], each["line"], each["path"]) for each in found}
    assert ("DL014", 2, "$.start") in told
    assert ("DL067", 6, "$.widgets[1].properties.metrics[0][0]") in told


def test_a_definition_that_cannot_be_read(cli: Cli, tmp_path: Path) -> None:
    file = tmp_path / "mine.toml"
    file.write_text('title = "x"\n[[row]]\n[[row.widget]]\nmetrics = ["Errors"]\n')
    done = cli("dashboard", "lint", str(file), "-o", "json")
    [found] = json.loads(done.out)["diagnostics"]
    assert (done.code, found["code"], found["line"]) == (2, "DL008", 3)
    assert "error[DL008]" in cli("dashboard", "lint", str(file)).out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.json",), "cannot read none.json: no such file or directory"),
        (("./none",), "cannot read none: no such file or directory"),
        (("lambda-service", "-o", "yaml"), "dashboard lint has no format 'yaml'"),
    ],
)
def test_mistakes(cli: Cli, words: tuple[str, ...], said: str) -> None:
    done = cli("dashboard", "lint", *words)
    assert (done.code, done.out) == (2, "")
    assert said in done.err


def test_hostile_text_does_not_reach_the_terminal(cli: Cli, body: Path) -> None:
    body.write_text(BODY.replace('"avg"', '"\\u001b]0;x\\u0007\u202e"'))
    for output in ("text", "json", "github", "sarif"):
        out = cli("dashboard", "lint", str(body), "-o", output).out
        assert out
        assert not {"\x1b", "\x07", "\u202e"} & set(out)


def test_explain(cli: Cli) -> None:
    assert cli("explain", "dl022").out.startswith("DL022: no statistic\nerror: ")
    wrong = cli("explain", "DL999")
    assert (wrong.code, "codes: DL0" in wrong.err) == (2, True)


@pytest.fixture
def live(cli: Cli, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    import boto3

    with Emulator() as running:
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        monkeypatch.setenv("AWS_REGION", "eu-west-1")
        monkeypatch.setenv("AWS_ENDPOINT_URL", running.url)
        boto3.client("cloudwatch", region_name="eu-west-1").put_dashboard(
            DashboardName="shop", DashboardBody='{"widgets": [], "refresh": 1}'
        )
        yield


@pytest.mark.usefixtures("live")
def test_a_live_dashboard(cli: Cli) -> None:
    found = json.loads(cli("dashboard", "lint", "shop", "-o", "json").out)["diagnostics"]
    assert [(each["file"], each["code"], each["path"]) for each in found] == [("shop", "DL004", "$.refresh")]
    wrong = cli("dashboard", "lint", "shopp")
    assert (wrong.code, "there is no dashboard 'shopp', here or in CloudWatch" in wrong.err) == (2, True)
