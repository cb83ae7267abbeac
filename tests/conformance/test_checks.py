"""Runs the golden findings of checks.toml: what `ql check` says about a query, word for word (see README.md)."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from insightctl.ql import diagnose, render_all
from insightctl.ql.codes import CODES

HERE = Path(__file__).parent
CASES: list[dict[str, Any]] = tomllib.loads((HERE / "checks.toml").read_text("utf-8"))["case"]
ERRORS: list[dict[str, Any]] = tomllib.loads((HERE / "errors.toml").read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_check(case: dict[str, str]) -> None:
    assert set(case) == {"name", "query", "findings"}
    query = case["query"]
    _, found = diagnose(query)
    assert render_all(found, query, "<query>") == case["findings"].strip("\n")


def test_names_are_unique() -> None:
    names = [case["name"] for case in CASES]
    assert sorted(set(names)) == sorted(names)


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_case(code: str) -> None:
    """One query that a code is told about; for warnings also one that comes near, named `QLnnn not ...`."""
    severity = CODES[code].severity
    told = [case["findings"] for case in CASES] + [case.get("error", "") for case in ERRORS]
    assert any(f"{severity}[{code}]" in text for text in told)
    if severity != "error":
        near = [case for case in CASES if case["name"].startswith(f"{code} not")]
        assert near
        assert not any(code in case["findings"] for case in near)
