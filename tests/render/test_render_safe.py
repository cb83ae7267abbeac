"""Nothing that reaches a terminal may be obeyed by it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.render import safe

ACTIVE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
hostile = st.text(
    st.one_of(st.characters(codec=None), st.sampled_from("\x00\x07\x1b[]0;31mK\r\n\t\x7f\x9b\u202e\u2066\ud800"))
)


@given(hostile)
def test_text_leaves_nothing_active(value: str) -> None:
    assert not ACTIVE.search(safe.text(value))


@given(hostile)
def test_text_is_idempotent(value: str) -> None:
    assert safe.text(safe.text(value)) == safe.text(value)


@given(st.text(st.characters(categories=["L", "N", "P", "S"], exclude_characters="\u2028\u2029")))
def test_harmless_text_stays(value: str) -> None:
    assert safe.text(value) == value


@given(hostile)
def test_line_is_one_line(value: str) -> None:
    assert "\n" not in safe.line(value)
    assert not ACTIVE.search(safe.line(value))


@given(st.recursive(st.none() | st.booleans() | st.integers() | hostile, st.lists))
def test_json_text_means_the_same(value: object) -> None:
    document = safe.json_text(json.dumps(value, ensure_ascii=False))
    assert json.loads(document) == value
    assert not ACTIVE.search(document)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("\x1b[1;31mERROR\x1b[0m boom", "ERROR boom"),
        ("\x1b]0;pwned\x07", "␛]0;pwned␇"),
        ("\x1b[2J", "␛[2J"),
        ("a\tb", "a  b"),
        ("a\r\nb", "a\nb"),
        ("50 %\rdone", "50 %␍done"),
        ("\x9b31m", "\\x9b31m"),
        ("\x7f", "␡"),
        ("user\u202egnp.exe", "user\\u202egnp.exe"),
        ("\ud83d", "\\ud83d"),
        ("[red]not mark-up[/red] 漢字 é 🙂", "[red]not mark-up[/red] 漢字 é 🙂"),
    ],
)
def test_what_is_shown(value: str, shown: str) -> None:
    assert safe.text(value) == shown
