"""The pages of diagnostics: what a page calls wrong is found under its code, what it calls right is not."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import insightctl.ql
from insightctl.ql import diagnose
from insightctl.ql.codes import CODES, page

SPELLED_OUT = {
    "QL006": ("filter " + "(" * 60 + "a" + ")" * 60, "filter a = 1"),
    "QL008": ("stats count(*) # " + "x" * 10_000, "stats count(*) # " + "x" * 9_000),
    "QL020": (" | ".join(["stats count(*) as n"] * 11), " | ".join(["stats count(*) as n"] * 10)),
}
"""Queries for pages that only describe theirs."""


def examples(code: str) -> tuple[str, str]:
    return SPELLED_OUT.get(code, (CODES[code].wrong, CODES[code].right))


@pytest.mark.parametrize("code", CODES)
def test_wrong_is_found(code: str) -> None:
    _, found = diagnose(examples(code)[0])
    assert [d.severity for d in found if d.code == code][:1] == [CODES[code].severity]
    others = [d.severity for d in found if d.code != code]
    assert "error" not in others, "a page's example makes one mistake"


@pytest.mark.parametrize("code", CODES)
def test_right_is_clean(code: str) -> None:
    _, found = diagnose(examples(code)[1])
    assert [d.code for d in found if d.code == code or d.severity != "info"] == []


@pytest.mark.parametrize("code", CODES)
def test_a_page_says_it_all(code: str) -> None:
    text = page(CODES[code])
    assert text.startswith(f"{code}: {CODES[code].title}\n{CODES[code].severity}: ")
    assert CODES[code].why in text
    assert f"wrong:\n    {CODES[code].wrong}\n" in text
    assert text.endswith(f"right:\n    {CODES[code].right}\n")


def test_every_code_that_is_told_has_a_page() -> None:
    folder = Path(insightctl.ql.__file__).parent
    told = {code for file in folder.rglob("*.py") for code in re.findall(r"\bQL\d{3}\b", file.read_text("utf-8"))}
    assert sorted(told) == list(CODES)
