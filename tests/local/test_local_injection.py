"""Hostile text stays text: in queries, in names of files and groups, in the logs. The database reaches nothing else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from insightctl.core.job import QueryJob, Target
from insightctl.local import LocalBackend, LogSource
from insightctl.local.logs import Logs
from insightctl.local.run import Run, Where
from insightctl.local.sources import expand
from insightctl.ql.ast import Field, String
from insightctl.ql.formatting import expression_text, name_text
from tests.effort import examples

pytestmark = pytest.mark.usefixtures("private_database")

HOSTILE = [
    "'; DROP TABLE events; --",
    "' OR '1'='1",
    "') FROM read_text('/etc/passwd') --",
    '"; SELECT 1; --',
    "$1",
    "$99",
    "{events}",
    "{{events}}",
    "_msg",
    "\\",
    "\\'",
    "%s",
    "?",
    "/*",
    "--",
    "\x00",
    "a' || (SELECT 1) || '",
    "é😀\u202e",
]
LINE = "2026-11-23T10:00:00 {}\n"


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_fields_aliases_and_globs(text: str, tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    file.write_text(LINE.format(json.dumps({"v": text, text: "found", "other": 1})) + LINE.format("plain"), "utf-8")
    literal = expression_text(String(text))
    name = name_text(text) if "`" not in text and "\n" not in text else "`x`"

    def rows(query: str) -> tuple[Any, ...]:
        return LocalBackend([LogSource(file)]).run(QueryJob(query)).rows

    assert rows(f"filter v = {literal} | fields other") == ((1,),)
    assert rows(f"filter v in [{literal}] and v like {literal} | fields other") == ((1,),)
    assert rows(f"fields {literal} as x | limit 1") == ((text,),)
    assert rows(f"fields replace(v, {literal}, 'y') as x | filter ispresent(x)") == (("y",),)
    field = expression_text(Field((text,)))
    assert rows(f"filter ispresent({field}) | fields {field} as x")[:1] in ((("found",),), ())
    assert rows(f"fields other as {name} | filter {name} = 1") == ((1,),)
    assert rows(f"stats count(*) as {name} by v as `k{text}`")
    assert rows(
        f"parse @message {expression_text(String('*' + text.replace('*', '')))} as {name} | stats count({name})"
    )


@given(text=st.text(max_size=30))
@settings(max_examples=examples(15, 40), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_is(text: str, tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    file.write_text(LINE.format("x"), "utf-8")
    literal = expression_text(String(text))
    query = f"fields {literal} as x, strlen({literal}) as n, {literal} = {literal} as same, concat({literal}) like {literal} as l"
    assert LocalBackend([LogSource(file)]).run(QueryJob(query)).rows == ((text, len(text), True, True),)


@pytest.mark.parametrize("pattern", ["'", "''; --", "\\$1 ", "{events}", '"', "\\$1", "(?<x>'.*)", "[']"])
def test_regular_expressions(pattern: str, tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    file.write_text(LINE.format("a ''; -- $1 {events} \" b"), "utf-8")
    result = LocalBackend([LogSource(file)]).run(QueryJob(f"filter @message like /{pattern}/ | stats count(*) as n"))
    assert result.rows == ((1,),)


@pytest.mark.parametrize(
    "name",
    ["q'uote.log", 'dq".log', "a[1].log", "a*b.log", "what?.log", "semi;colon.log", "$1.log", "{events}.log", "sp ace.log",
     "é😀.log", "new\nline.log", "-", "~", "a--b.log", "2026-11-23-[$LATEST]fbd/000000.log", "%s.log", "esc\x1b.log"],
)  # fmt: skip
def test_names_of_files(name: str, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    file = folder / name
    file.parent.mkdir(parents=True)
    file.write_text(LINE.format("right"), "utf-8")
    for decoy in ("a1.log", "aXb.log", "whatX.log"):
        (tmp_path / decoy).write_text(LINE.format("WRONG"), "utf-8")
        (file.parent / f"{decoy}.d").mkdir()
        (file.parent / f"{decoy}.d" / decoy).write_text(LINE.format("WRONG"), "utf-8")
    if name.startswith(("a[", "a*", "what")):
        (file.parent / {"a[": "a1.log", "a*": "aXb.log"}.get(name[:2], "whatX.log")).write_text(LINE.format("WRONG"))
    result = LocalBackend([LogSource(file)]).run(QueryJob("fields @message"))
    assert result.rows == (("right",),)


@pytest.mark.parametrize("group", HOSTILE)
def test_names_of_log_groups(group: str, tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    file.write_text(LINE.format("x"), "utf-8")
    backend = LocalBackend([LogSource(file, group)])
    shown = backend.run(QueryJob("fields @log")).rows
    assert shown == ((f"000000000000:{group}",),)
    assert [g.name for g in backend.groups()] == [group]


def test_a_log_line_cannot_hide_what_follows_it(tmp_path: Path) -> None:
    file = tmp_path / "app.log"
    hostile = ["a\x01\x02\x03\x04b", "a,b;c|d\te", '"open', "'open", "\x00\x01", "a\x1b[2Jb", "#comment", "\\"]
    file.write_text("".join(f"2026-11-23T10:00:{i:02d} {line}\n" for i, line in enumerate(hostile)), "utf-8")
    result = LocalBackend([LogSource(file)]).run(QueryJob("fields @message | sort @timestamp asc"))
    assert [row[0] for row in result.rows] == hostile


@pytest.fixture
def connection(tmp_path: Path) -> Any:
    """A connection as the engine opens it, and a file beside the log that it may not see."""
    log, spool = tmp_path / "app.log", tmp_path / "spool"
    spool.mkdir()
    log.write_text(LINE.format("x"), "utf-8")
    (tmp_path / "secret.txt").write_text("secret", "utf-8")
    run = Run(Where(Logs(list(expand([LogSource(log)], spool)), spool), "0", frozenset(), None, 0))
    opened = run.connect()
    yield opened, tmp_path
    opened.close()


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_text('{}/secret.txt')",
        "SELECT * FROM read_csv('{}/secret.txt')",
        "SELECT * FROM '{}/secret.txt'",
        "SELECT * FROM glob('{}/*')",
        "SELECT * FROM read_blob('/etc/passwd')",
        "COPY (SELECT 1) TO '{}/out.csv'",
        "ATTACH '{}/other.db'",
        "EXPORT DATABASE '{}/dump'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "LOAD '{}/evil.duckdb_extension'",
        "SET enable_external_access = true",
        "SET allowed_paths = ['/']",
        "SET lock_configuration = false",
        "SET temp_directory = '{}/elsewhere'",
        "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
        "SELECT * FROM read_csv('https://example.com/x.csv')",
    ],
)
def test_the_database_reaches_nothing_but_its_files(sql: str, connection: Any) -> None:
    opened, folder = connection
    before = sorted(p.name for p in folder.iterdir())
    with pytest.raises(duckdb.Error):
        opened.execute(sql.replace("{}", str(folder))).fetchall()
    assert sorted(p.name for p in folder.iterdir()) == before


def test_the_database_reads_its_files(connection: Any) -> None:
    opened, folder = connection
    assert opened.execute(f"SELECT count(*) FROM read_csv('{folder}/app.log', header=false)").fetchone() == (1,)


def test_a_target_is_a_glob_and_nothing_more(tmp_path: Path) -> None:
    for name in ("checkout", "cart"):
        (tmp_path / f"{name}.log").write_text(LINE.format(name), "utf-8")
    backend = LocalBackend([LogSource(tmp_path)])
    job = QueryJob("fields @message", Target(functions=("c[h]eck*",)))
    assert backend.run(job).rows == (("checkout",),)
