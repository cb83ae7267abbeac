"""`insightctl dashboard`: what is printed, and the exit codes, against the emulator."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import typer

from insightctl.cli.app import run
from insightctl.emulator.server import Emulator

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture
def command(
    emulator: Emulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ENDPOINT_URL", emulator.url)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("INSIGHTCTL_HISTORY", str(tmp_path / "history"))

    def invoke(*words: str) -> tuple[int, str, str]:
        # the command line looks at sys.argv to import only the command that is asked for
        monkeypatch.setattr("sys.argv", ["insightctl", "dashboard", *words])
        code = run(["dashboard", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return invoke


def text(markdown: str) -> str:
    widget = {"type": "text", "x": 0, "y": 0, "width": 6, "height": 6, "properties": {"markdown": markdown}}
    return json.dumps({"widgets": [widget]})


def definition(folder: Path, name: str, markdown: str) -> str:
    file = folder / f"{name}.toml"
    file.write_text(f'title = "x"\n[[row]]\n[[row.widget]]\ntext = "{markdown}"\n')
    return str(file)


def aws(*words: str) -> None:
    environ = {**os.environ, "AWS_DEFAULT_REGION": "eu-west-1"}
    program = str(Path(sys.executable).with_name("aws"))
    subprocess.run([program, "cloudwatch", *words], check=True, env=environ, capture_output=True, timeout=60)


def test_list_and_show(command: Command) -> None:
    code, out, _ = command("list")
    assert code == 0
    assert "lambda-service " in out
    listed = json.loads(command("list", "-o", "json")[1])["dashboards"]
    assert "lambda-service" in [each["name"] for each in listed]
    code, out, _ = command("show", "lambda-service")
    assert (code, "log" in out) == (0, True)


def test_render_writes_the_body(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "body.json"
    code, out, _ = command("render", "lambda-service", "-f", "checkout", "--marker", "v42=1h", "--out", str(file))
    assert (code, out) == (0, "")
    body = json.loads(file.read_text())
    assert {each["type"] for each in body["widgets"] if "v42" in json.dumps(each)} == {"metric"}
    code, out, _ = command("diff", "lambda-service", "-f", "checkout", "--against", str(file), "-o", "json")
    assert {change["kind"] for change in json.loads(out)["changes"]} == {"changed"}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("render", "lambda-servce", "-f", "a"), "did you mean 'lambda-service'?"),
        (("render",), "which dashboard?"),
        (("render", "lambda-service", "-f", "a*"), "is not the name of one function"),
        (("render", "lambda-service", "-f", "a", "--marker", "v1"), "not LABEL=TIME"),
        (("diff", "lambda-service", "-f", "a", "--against", "none.json"), "cannot read none.json"),
        (("list", "-o", "yaml"), "there is no format 'yaml' here"),
        (("pull", "nothing"), "there is no dashboard 'nothing'"),
        (("pull",), "pull takes the name of a live dashboard, or --from"),
        (("delete", "nothing", "--yes"), "there is no dashboard 'nothing'"),
        (("rollback", "nothing", "--yes"), "nothing of dashboard nothing is kept"),
        (("history", "../../etc"), "is no name of a dashboard"),
        (("deploy",), "which dashboard?"),
        (("deploy", "--watch", "/nonexistent"), "/nonexistent is no folder"),
    ],
)
def test_mistakes(command: Command, words: tuple[str, ...], said: str) -> None:
    code, _, err = command(*words)
    assert (code, said in err) == (2, True), err


def test_a_definition_that_makes_a_wrong_body_is_refused(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "wrong.toml"
    file.write_text('title = "x"\n[[widget]]\ntype = "txt"\nx = 0\ny = 0\n[widget.properties]\n')
    code, out, err = command("render", str(file))
    assert (code, out) == (2, "")
    assert "$.widgets[0]" in err


def test_deploy_from_nothing_to_done_and_no_change_without_consent(command: Command) -> None:
    words = ("deploy", "lambda-service", "-f", "checkout", "--name", "prod")

    code, out, _ = command(*words, "--dry-run")
    assert (code, out.splitlines()[-1]) == (0, "dry run: dashboard prod was not made")
    assert "cost: dashboard " in out
    code, out, _ = command(*words)
    assert (code, out.splitlines()[-1].partition(":")[0]) == (0, "deployed prod")
    code, out, _ = command(*words)
    assert (code, out.splitlines()[-1]) == (0, "dashboard prod is up to date")

    changed = (*words, "--marker", "v42=2026-11-23T10:00:00Z")
    code, out, err = command(*changed)
    assert code == 2
    assert "pass --yes to do it" in err
    code, out, _ = command(*changed, "--yes")
    assert (code, out.splitlines()[-1].partition(":")[0]) == (0, "deployed prod")


def test_somebody_else_with_the_aws_cli_is_drift(command: Command, tmp_path: Path) -> None:
    file = definition(tmp_path, "drifts", "one")
    assert command("deploy", file)[0] == 0
    aws("put-dashboard", "--dashboard-name", "drifts", "--dashboard-body", text("by hand"))
    definition(tmp_path, "drifts", "two")

    code, out, err = command("deploy", file, "--yes")
    assert code == 1
    assert "was changed by somebody else since" in out
    assert "markdown: one → by hand" in out
    assert "insightctl dashboard pull drifts" in err

    code, out, _ = command("deploy", file, "--yes", "--force")
    assert code == 0
    code, out, _ = command("history", "drifts")
    assert [line.split()[4] for line in out.splitlines()[:3]] == ["deployed", "found", "deployed"]
    code, out, _ = command("rollback", "drifts", "--yes")
    assert (code, out.splitlines()[-1]) == (0, "rolled drifts back to state 2")
    code, out, _ = command("rollback", "drifts", "--yes")
    assert (code, out.splitlines()[-1]) == (0, "rolled drifts back to state 1")
    code, out, err = command("rollback", "drifts", "--yes")
    assert (code, "no state of dashboard drifts before" in err) == (2, True)
    code, out, _ = command("rollback", "drifts", "--to", "3", "--yes")
    assert (code, out.splitlines()[-1]) == (0, "rolled drifts back to state 3")


def test_states_are_shown_and_compared(command: Command, tmp_path: Path) -> None:
    file = definition(tmp_path, "states", "one")
    command("deploy", file)
    definition(tmp_path, "states", "two")
    assert command("deploy", file, "--yes")[0] == 0
    assert "markdown: one → two" in command("history", "states", "1", "2")[1]
    assert json.loads(command("history", "states", "1")[1])["widgets"][0]["properties"]["markdown"] == "one"
    listed = json.loads(command("history", "states", "-o", "json")[1])["states"]
    assert [(each["number"], each["action"], each["confirmed"]) for each in listed] == [
        (1, "deployed", True),
        (2, "deployed", True),
    ]
    assert json.loads(command("history", "states", "1", "2", "-o", "json")[1])["changes"][0]["kind"] == "changed"


def test_deleted_and_brought_back(command: Command, tmp_path: Path) -> None:
    file = definition(tmp_path, "goes", "one")
    command("deploy", file)
    code, _, err = command("delete", "goes")
    assert (code, "pass --yes" in err) == (2, True)
    assert command("delete", "goes", "--yes")[0] == 0
    code, _, err = command("pull", "goes")
    assert code == 2
    assert command("rollback", "goes", "--yes")[1].splitlines()[-1] == "rolled goes back to state 1"
    assert command("pull", "goes")[0] == 0


def test_a_live_dashboard_becomes_a_definition_that_changes_nothing(command: Command, tmp_path: Path) -> None:
    aws("put-dashboard", "--dashboard-name", "wild", "--dashboard-body", text("\\u001b[31mred"))
    file = tmp_path / "wild.toml"
    assert command("pull", "wild", "--out", str(file))[0] == 0
    code, out, _ = command("deploy", str(file))
    assert (code, out.splitlines()[-1]) == (0, "dashboard wild is up to date")
    assert "\x1b" not in command("pull", "wild")[1]
    body = tmp_path / "body.json"
    body.write_text(text("from a file"))
    assert 'title = "body"' in command("pull", "--from", str(body))[1]


def test_watching_renders_on_save_and_ends_with_130(command: Command, tmp_path: Path) -> None:
    import signal
    import time

    source, target = tmp_path / "in", tmp_path / "out"
    source.mkdir()
    target.mkdir()
    definition(source, "a", "one")
    (source / "bad.toml").write_text("title =")
    words = [sys.executable, "-m", "insightctl", "dashboard", "render", "--watch", str(source), "--out", str(target)]
    with subprocess.Popen(
        words,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell's background job, and a test run in it, has SIGINT ignored
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.default_int_handler),
    ) as process:

        def until(content: str) -> None:
            for _ in range(200):
                file = target / "a.json"
                if file.exists() and content in file.read_text():
                    return
                time.sleep(0.05)
            process.kill()
            raise AssertionError(f"{content} was not rendered: {process.communicate()}")

        until("one")
        time.sleep(0.7)  # the watch begins after the first round
        definition(source, "a", "two")
        until("two")
        process.send_signal(signal.SIGINT)
        try:
            _, err = process.communicate(timeout=10)
        finally:
            process.kill()
    assert process.returncode == 130
    assert "not TOML" in err
    assert "interrupted; what was done stays" in err


def test_what_was_meant(command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    body = tmp_path / "body.json"
    body.write_text(text("a"))
    monkeypatch.chdir(tmp_path)
    code, _, err = command("render", "body.json")
    assert (code, "pull --from body.json" in err) == (2, True)
    code, _, err = command("lint", ".")
    assert (code, ". is a folder" in err) == (2, True)
    code, _, err = command("history", "prod", "--out", "states.txt")
    assert (code, "--out takes the body of one state" in err) == (2, True)


def test_pull_says_under_which_name_it_is_deployed(command: Command, tmp_path: Path) -> None:
    file = definition(tmp_path, "named", "hello")
    assert command("deploy", file, "--yes")[0] == 0
    out = tmp_path / "other.toml"
    assert f"insightctl dashboard deploy {out} --name named" in command("pull", "named", "--out", str(out))[2]
    assert command("pull", "named", "--out", str(tmp_path / "named.toml"))[2] == ""


def test_ctrl_c_at_the_question_changes_nothing(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = definition(tmp_path, "asked", "first")
    assert command("deploy", file)[0] == 0
    definition(tmp_path, "asked", "second")

    def interrupted(_: str) -> bool:
        raise typer.Abort

    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    monkeypatch.setattr("typer.confirm", interrupted)
    code, _, err = command("deploy", file)
    assert (code, "nothing was changed" in err) == (130, True)


def test_a_mistake_in_a_definition_has_its_column(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text('title = "x"\n[[row]]\n[[row.widget]]\nmetric = ["Invocations", "Errros"]\n')
    found = json.loads(command("lint", str(file), "-o", "json")[1])["diagnostics"][0]
    assert [found[key] for key in ("line", "col", "end_line", "end_col")] == [4, 27, 4, 33]
    for broken, place in (('title = "x\n', [1, 11]), ('title = "x"\nfunctions = ["a",', [2, 18])):
        file.write_text(broken)
        found = json.loads(command("lint", str(file), "-o", "json")[1])["diagnostics"][0]
        assert [found["line"], found["col"]] == place


def test_what_is_printed_is_the_dashboard_that_it_was(command: Command, tmp_path: Path) -> None:
    file = definition(tmp_path, "odd", "a\\u009bx\\u202ey \\u001b[2J")
    assert command("deploy", file)[0] == 0
    body, state = command("render", file)[1], command("history", "odd", "1")[1]
    assert json.loads(body) == json.loads(state)
    pulled = tmp_path / "pulled.toml"
    pulled.write_text(command("pull", "odd")[1])
    assert command("diff", str(pulled), "--name", "odd")[1] == "no changes\n"
    for printed in (body, state, pulled.read_text()):
        assert printed.isascii()
        assert "\x1b" not in printed


def test_a_deploy_that_nobody_reads_is_done_all_the_same(command: Command, tmp_path: Path) -> None:
    """`deploy ... | head -1`: the pipe is gone before the dashboard is put."""
    file = definition(tmp_path, "unread", "all the same")
    words = [sys.executable, "-m", "insightctl", "dashboard", "deploy", file, "--yes"]
    gone, pipe = os.pipe()
    os.close(gone)
    try:
        done = subprocess.run(words, stdout=pipe, stderr=subprocess.PIPE, text=True, timeout=60)
    finally:
        os.close(pipe)

    assert (done.returncode, done.stderr) == (0, "")
    assert "all the same" in command("pull", "unread")[1]
