"""`insightctl ql`: what people and machines get from check, format, explain, sql and functions."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest

from tests.cli.conftest import Cli

FRONT = '+++\ntitle = "x"\nquestion = "y"\n+++\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.ql").write_text(f"{FRONT}filter a = 1\n| stats percentile(x, 2)\n", "utf-8")
    (tmp_path / "b.ql").write_text("fields a|limit 5", "utf-8")
    (tmp_path / "d.toml").write_text(
        'title = "x"\n[[row]]\n[[row.widget]]\nquery = "filter a | stts count(*)"\n', "utf-8"
    )
    return tmp_path


def test_check_of_a_folder_points_into_its_files(cli: Cli, folder: Path) -> None:
    done = cli("ql", "check", ".")
    assert done.code == 2
    assert "error[QL012]: unknown function 'percentile'\n --> a.ql:6:9" in done.out
    assert "error[QL011]: unknown command 'stts'\n --> d.toml:4:21" in done.out
    assert done.out.endswith("2 errors in 3 files\n")


def test_check_for_github(cli: Cli, folder: Path) -> None:
    done = cli("ql", "check", "a.ql", "b.ql", "-o", "github")
    assert done.code == 2
    assert done.out == (
        "::error file=a.ql,line=6,endLine=6,col=9,endColumn=19,title=QL012::unknown function 'percentile'"
        "%0Ahelp: did you mean 'pct(field, 99)'?\n"
    )


def test_check_for_github_escapes_what_github_obeys(cli: Cli) -> None:
    done = cli("ql", "check", "fields a, 50%\n| foo::bar", "-o", "github")
    assert done.code == 2
    lines = done.out.splitlines()
    assert all(line.startswith(("::error ", "::warning ", "::notice ")) for line in lines)
    assert all(
        "%" not in line.replace("%25", "").replace("%0A", "").replace("%3A", "").replace("%2C", "") for line in lines
    )


def test_check_for_machines(cli: Cli) -> None:
    done = cli("ql", "check", "filter a = 1 |", "-o", "json")
    assert done.code == 2
    assert json.loads(done.out) == {
        "schema": 1,
        "diagnostics": [
            {
                "file": "<query>",
                "code": "QL001",
                "severity": "error",
                "message": "a command is missing after '|'",
                "help": "remove the '|' or write a command",
                "line": 1,
                "col": 14,
                "end_line": 1,
                "end_col": 15,
                "path": None,
            }
        ],
    }


def test_check_of_a_clean_query(cli: Cli) -> None:
    done = cli("ql", "check", "stats count(*) by bin(5m)")
    assert (done.code, done.out) == (0, "no findings\n")


def test_check_tells_every_mistake(cli: Cli) -> None:
    done = cli("ql", "check", "filter a = | fieldz b | stats nosuch(c) | limit 0")
    assert done.code == 2
    assert [line.partition("]")[0] for line in done.out.splitlines() if line.startswith("error[")] == [
        "error[QL001",
        "error[QL011",
        "error[QL012",
        "error[QL016",
    ]


def test_format_keeps_front_matter(cli: Cli, folder: Path) -> None:
    (folder / "a.ql").write_text(f"{FRONT}filter a=1|limit 5", "utf-8")
    assert cli("ql", "format", "a.ql", "b.ql", "--check").code == 1
    done = cli("ql", "format", "a.ql", "--diff")
    assert done.code == 1
    assert "-filter a=1|limit 5\n\\ No newline at end of file\n+filter a = 1\n+| limit 5\n" in done.out
    assert cli("ql", "format", "a.ql", "b.ql").code == 0
    assert (folder / "a.ql").read_text("utf-8") == f"{FRONT}filter a = 1\n| limit 5\n"
    assert cli("ql", "format", "a.ql", "b.ql", "--check").code == 0


def test_format_changes_nothing_that_is_wrong(cli: Cli, folder: Path) -> None:
    (folder / "b.ql").write_text("fields a |", "utf-8")
    done = cli("ql", "format", "b.ql")
    assert done.code == 2
    assert "a command is missing after '|'" in done.err
    assert (folder / "b.ql").read_text("utf-8") == "fields a |"


def test_format_keeps_line_ends_and_leaves_a_byte_order_mark_out(cli: Cli, folder: Path) -> None:
    (folder / "b.ql").write_bytes(b"\xef\xbb\xbffields a|limit 5\r\n")
    assert cli("ql", "format", "b.ql").code == 0
    assert (folder / "b.ql").read_bytes() == b"fields a\r\n| limit 5\r\n"
    assert cli("ql", "format", "b.ql", "--check").code == 0


def test_format_of_a_folder(cli: Cli, folder: Path) -> None:
    head = 'title = "x"\r\n[[row]]\r\n[[row.widget]]\r\n'
    (folder / "a.ql").write_text("limit 5\n", "utf-8")
    (folder / "d.toml").write_bytes(f"{head}query = '''\r\nfilter a=1|limit 5\r\n'''  # c\r\n".encode())
    (folder / "other.toml").write_text('[tool]\nquery = """a|b"""\n', "utf-8")
    (folder / "t.ql").write_text(f"{FRONT}{{% include '_views/report.ql' %}}\n| limit 5\n", "utf-8")
    done = cli("ql", "format", ".", "--check")
    assert (done.code, done.err) == (1, "skipped t.ql: a template\n")
    assert done.out == "would change b.ql\nwould change d.toml\n2 of 3 would change\n"
    assert cli("ql", "format", ".").code == 0
    assert (folder / "b.ql").read_text("utf-8") == "fields a\n| limit 5\n"
    laid_out = f"{head}query = '''\r\nfilter a = 1\r\n| limit 5\r\n'''  # c\r\n"
    assert (folder / "d.toml").read_bytes() == laid_out.encode()
    assert cli("ql", "format", ".", "--check").out == "0 of 3 would change\n"


def test_format_of_a_folder_goes_on_behind_what_is_wrong(cli: Cli, folder: Path) -> None:
    (folder / "a.ql").write_text(f"{FRONT}fields a |", "utf-8")
    (folder / "c.ql").write_bytes(b"limit \xff")
    done = cli("ql", "format", ".")
    assert done.code == 2
    assert " --> a.ql:5:10" in done.err and "c.ql is not UTF-8 text" in done.err and " --> d.toml:4:21" in done.err
    assert (folder / "b.ql").read_text("utf-8") == "fields a\n| limit 5\n"


@pytest.mark.parametrize("text", ["", " "])
def test_an_empty_query_is_a_query(cli: Cli, folder: Path, text: str) -> None:
    assert "error[QL007]: there is no query here" in cli("ql", "check", text).out
    assert "error[QL007]: there is no query here" in cli("ql", "format", text).err


def test_a_byte_order_mark_is_no_part_of_a_query(cli: Cli, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "b.ql").write_text("\ufefffields nosuch(a)", "utf-8")
    monkeypatch.setattr("sys.stdin", StringIO("\ufefffields nosuch(a)"))
    done = cli("ql", "check", "b.ql", "-")
    assert " --> b.ql:1:8" in done.out and " --> <stdin>:1:8" in done.out
    assert cli("ql", "explain", "b.ql").err.count("b.ql:1:8") == 1


def test_a_file_that_is_not_utf8_is_a_finding(cli: Cli, folder: Path) -> None:
    (folder / "c.ql").write_bytes("fields é\n| limit ".encode() + b"\xff")
    done = cli("ql", "check", ".")
    assert done.code == 2
    assert "error[document]: this is not UTF-8 text\n --> c.ql:2:9" in done.out
    assert "error[QL012]" in done.out and "d.toml:4:21" in done.out
    found = json.loads(cli("ql", "check", ".", "-o", "json").out)["diagnostics"]
    assert [(d["file"], d["code"]) for d in found] == [("a.ql", "QL012"), ("c.ql", "document"), ("d.toml", "QL011")]
    assert "::error file=c.ql,line=2," in cli("ql", "check", ".", "-o", "github").out


def test_sql_shows_every_step(cli: Cli) -> None:
    done = cli("ql", "sql", "filter isValidIpV4(ip) and s = 'it''s' | pattern s".replace("''", "\\'"))
    assert done.code == 0
    assert done.out.startswith("CREATE TEMP MACRO ql_ipv4(address) AS ")
    assert "CREATE TEMP TABLE rough" in done.out
    assert '= "it\'s"' in done.out
    assert "it's" not in "".join(line for line in done.out.splitlines() if not line.startswith("--"))


def test_functions_about_a_word(cli: Cli) -> None:
    done = cli("ql", "functions", "subnet")
    assert [line.partition("(")[0] for line in done.out.splitlines()] == [
        "isIpInSubnet",
        "isIpv4InSubnet",
        "isIpv6InSubnet",
    ]
    assert cli("ql", "functions", "nosuchword").code == 1


def test_explain(cli: Cli) -> None:
    done = cli("ql", "explain", "filter a = 1 | limit 5")
    assert done.code == 0
    assert done.out.splitlines()[0] == "1. filter a = 1"
    assert "The answer has the columns @timestamp and @message" in done.out


@pytest.mark.parametrize(
    ("words", "what"),
    [
        (("ql", "check", "nope.ql"), "no such file: nope.ql"),
        (("ql", "check", "./nope"), "no such file: ./nope"),
        (("ql", "check", "../nope/x"), "no such file: ../nope/x"),
        (("ql", "format", "/no/such"), "no such file: /no/such"),
        (("ql", "explain", "~nope"), "no such file: ~nope"),
        (("ql", "check", "limit 5", "-o", "xml"), "ql check has no format 'xml'"),
        (("ql", "check", "empty"), "there are no .ql or .toml files in empty"),
        (("ql", "explain", "filter"), "expected a value"),
        (("ql", "sql", "lookup users id OUTPUT name"), "there is no lookup table 'users' here"),
        (("ql", "format", "t.ql"), "t.ql is a template"),
    ],
)
def test_wrong_inputs(cli: Cli, folder: Path, words: tuple[str, ...], what: str) -> None:
    (folder / "empty").mkdir()
    (folder / "t.ql").write_text(f"{FRONT}{{% include '_views/report.ql' %}}\n| limit 5\n", "utf-8")
    done = cli(*words)
    assert done.code == 2
    assert what in done.err
    assert not done.out
