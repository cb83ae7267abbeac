"""`insightctl dashboard`: what is printed, and the exit codes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from insightctl.cli.app import run

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Command]:
    from moto import mock_aws

    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")

    def invoke(*words: str) -> tuple[int, str, str]:
        # the command line looks at sys.argv to import only the command that is asked for
        monkeypatch.setattr("sys.argv", ["insightctl", "dashboard", *words])
        code = run(["dashboard", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    with mock_aws():
        yield invoke


def test_list_and_show(command: Command) -> None:
    code, out, _ = command("list")
    assert (code, out.splitlines()[0]) == (0, "lambda-service  Lambda service (11 widgets)")
    assert json.loads(command("list", "-o", "json")[1])["dashboards"][0]["name"] == "lambda-service"
    _, out, _ = command("show", "lambda-service")
    assert "  log    8x7    errors-by-version\n" in out


def test_render_writes_the_body(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    code, out, _ = command("render", "lambda-service", "-f", "checkout", "--marker", "v42=1h", "--out", str(file))
    assert (code, out) == (0, "")
    body = json.loads(file.read_text())
    marked = [each for each in body["widgets"] if "annotations" in each["properties"]]
    assert {each["type"] for each in marked} == {"metric"}
    code, out, _ = command("diff", "lambda-service", "-f", "checkout", "--against", str(file), "-o", "json")
    assert {change["kind"] for change in json.loads(out)["changes"]} == {"changed"}


def test_render_shows_the_same_on_the_terminal(command: Command) -> None:
    code, out, _ = command("render", "lambda-service", "-f", "checkout", "--region", "us-east-1")
    assert code == 0
    assert json.loads(out)["widgets"][2]["properties"]["region"] == "us-east-1"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("render", "lambda-servce", "-f", "a"), "did you mean 'lambda-service'?"),
        (("render", "lambda-service"), "name it: -f checkout"),
        (("render", "lambda-service", "-f", "a*"), "is not the name of one function"),
        (("render", "lambda-service", "-f", "a", "--marker", "v1"), "not LABEL=TIME"),
        (("diff", "lambda-service", "-f", "a", "--against", "none.json"), "cannot read none.json"),
        (("list", "-o", "yaml"), "there is no format 'yaml' here"),
    ],
)
def test_mistakes(command: Command, words: tuple[str, ...], said: str) -> None:
    code, _, err = command(*words)
    assert code == 2
    assert said in err


def test_a_definition_that_makes_a_wrong_body_is_refused(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('title = "x"\nstart = "3h"\n[[row]]\n[[row.widget]]\ntext = "hi"\n')
    code, out, err = command("render", str(file))
    assert (code, out) == (2, "")
    assert "$.start: 'start' is a time ago, such as -PT3H" in err


def test_deploy_from_nothing_to_done_and_no_change_without_consent(command: Command) -> None:
    words = ("deploy", "lambda-service", "-f", "checkout", "--name", "prod")

    code, out, _ = command(*words, "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, "dry run: dashboard prod was not made")
    code, out, _ = command(*words)
    assert (code, out.splitlines()[-1].partition(":")[0]) == (0, "deployed prod")
    code, out, _ = command(*words)
    assert (code, out.splitlines()[-1]) == (0, "dashboard prod is up to date")

    changed = (*words, "--marker", "v42=2026-11-23T10:00:00Z")
    code, out, err = command(*changed)
    assert code == 2
    assert "annotations.vertical: (none) →" in out
    assert "pass --yes to change it" in err
    code, out, _ = command(*changed, "--yes")
    assert (code, out.splitlines()[-1].partition(":")[0]) == (0, "deployed prod")
    code, out, _ = command("diff", "lambda-service", "-f", "checkout", "--name", "prod")
    assert out.splitlines()[-1] == "6 changed"
