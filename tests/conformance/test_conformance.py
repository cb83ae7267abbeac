"""Runs the golden cases: every `[[case]]` of the .toml files beside this one (see README.md)."""

from __future__ import annotations

import json
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from insightctl.core.job import QueryJob
from insightctl.core.result import Value
from insightctl.core.spelling import raw_timestamp
from insightctl.local import LocalBackend, LogSource
from insightctl.ql import QueryError, check, format_query, parse
from insightctl.ql.codes import CODES
from insightctl.ql.commands import COMMANDS
from insightctl.ql.functions import FUNCTIONS

HERE = Path(__file__).parent
INPUTS: dict[str, str] = tomllib.loads((HERE / "inputs.toml").read_text("utf-8"))
KEYS = {"name", "query", "input", "columns", "rows", "unordered", "error", "warning"}


def _cases() -> list[Any]:
    found = []
    for file in sorted(HERE.glob("*.toml")):
        if file.name not in ("inputs.toml", "checks.toml"):
            for case in tomllib.loads(file.read_text("utf-8"))["case"]:
                found += [pytest.param(case, id=f"{file.stem}: {case['name']}")]
    return found


CASES = _cases()
ALL: list[dict[str, Any]] = [param.values[0] for param in CASES]


def shown(value: Value) -> object:
    """A cell as the cases spell it."""
    if value is None:
        return "(absent)"
    return raw_timestamp(value) if isinstance(value, datetime) else value


def spelled(rows: list[list[object]], *, unordered: bool) -> list[str]:
    """Rows as text, in which 1 and true differ and 1 and 1.0 do not."""
    plain = [[int(c) if isinstance(c, float) and c.is_integer() else c for c in row] for row in rows]
    texts = [json.dumps(row, sort_keys=True, ensure_ascii=False) for row in plain]
    return sorted(texts) if unordered else texts


@pytest.mark.parametrize("case", CASES)
def test_case(case: dict[str, Any], tmp_path: Path) -> None:
    assert set(case) <= KEYS
    query = case["query"]
    if "error" in case:
        with pytest.raises(QueryError) as refused:
            check(query)
        assert str(refused.value) == case["error"].strip("\n")
        return
    log = tmp_path / "case.log"
    log.write_text(INPUTS.get(case["input"], case["input"]).lstrip("\n"), encoding="utf-8")
    result = LocalBackend([LogSource(log)]).run(QueryJob(query))
    assert list(result.names) == case["columns"]
    unordered = case.get("unordered", False)
    assert spelled([[shown(v) for v in row] for row in result.rows], unordered=unordered) == spelled(
        case["rows"], unordered=unordered
    )
    if "warning" in case:
        assert case["warning"] in result.warnings
    else:
        assert not result.warnings


@pytest.mark.parametrize("case", [param for param in CASES if "error" not in param.values[0]])
def test_formatting_keeps_the_meaning(case: dict[str, Any]) -> None:
    query, problems = parse(case["query"])
    text = format_query(query)
    again, further = parse(text)
    assert not problems
    assert not further
    assert again == query
    assert format_query(again) == text


def test_names_are_unique() -> None:
    names = [case["name"] for case in ALL]
    assert sorted(set(names)) == sorted(names)
    assert len(names) >= 200


def test_every_code_has_a_case() -> None:
    answers = "\n".join(case.get("error", "") + case.get("warning", "") for case in ALL)
    assert [code for code in CODES if code not in answers] == []


def test_every_function_has_a_case() -> None:
    queries = "\n".join(case["query"] for case in ALL if "rows" in case).lower()
    assert [f.name for f in FUNCTIONS.values() if f"{f.name.lower()}(" not in queries] == []


def test_every_command_has_a_case() -> None:
    queries = "\n".join(case["query"] for case in ALL if "rows" in case).lower()
    assert [word for word in COMMANDS if word not in queries] == []
