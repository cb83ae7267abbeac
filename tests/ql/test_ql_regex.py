"""Regular expressions: what is let through runs on RE2 and means there what it meant; the rest is refused with a reason."""

from __future__ import annotations

import re

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.ql.regex import RegexRefused, translate

PIECES = st.sampled_from([
    *"ab01 .^$|()[]{}*+?-&\\/:#'\"<>=!,P^\n", "\\d", "\\w", "\\s", "\\b", "\\S", "\\.", "\\p{L}", "\\p{Alpha}", "\\PL", "(?<n>",
    "(?:", "(?P<m>", "[^", "[a-z]", "{2}", "{2,3}", "{1001}", "\\u0041", "\\x41", "\\x{41}", "\\Q", "\\E", "\\h", "\\R", "é",
    "\\é", "[[:alpha:]]", "\\z", "\\A", "(?s", "(?#", "(?)", "*?", "++", "&&", "\\0", "\\e", "\\t",
])  # fmt: skip

ENGINE = duckdb.connect()


def matches(pattern: str, text: str) -> bool:
    (found,) = ENGINE.execute("SELECT regexp_matches($1, $2)", [text, translate(pattern).pattern]).fetchone() or (None,)
    return bool(found)


@given(st.lists(PIECES, max_size=7).map("".join))
@settings(max_examples=600, deadline=None)
def test_what_is_let_through_runs(pattern: str) -> None:
    try:
        translate(pattern)
    except RegexRefused as refused:
        assert refused.reason
        return
    matches(pattern, "a")


@given(st.text(max_size=20))
@settings(max_examples=300, deadline=None)
def test_any_text_is_let_through_or_refused(pattern: str) -> None:
    try:
        translate(pattern)
    except RegexRefused as refused:
        assert refused.reason


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        (r"\u0041", "A", True),
        (r"\x41\x{42}", "AB", True),
        (r"\e\[31m", "\x1b[31m", True),
        (r"\p{Alpha}+\P{Digit}", "ab!", True),
        (r"^[\p{Upper}\p{Digit}]+$", "A1", True),
        (r"^[\p{Upper}]+$", "a", False),
        (r"\p{IsGreek}", "λ", True),
        (r"\h", "\u00a0", True),
        (r"[\h]", "\t", True),
        (r"a\Rb", "a\r\nb", True),
        (r"a.b", "a\nb", False),
        (r"(?s)a.b", "a\nb", True),
        (r"(?i)ABC", "xabcx", True),
        (r"(?m)^b$", "a\nb\nc", True),
        (r"\bfoo\b", "a foo b", True),
        (r"\"\'\#\@\/\é", "\"'#@/é", True),
        (r"[a\]b]+$", "a]b", True),
        (r"a{2,3}$", "baa", True),
        (r"(?<x>a)(?P<y>b)", "ab", True),
    ],
)
def test_meanings(pattern: str, text: str, expected: bool) -> None:
    assert matches(pattern, text) is expected


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?=a)", "look-around ('(?=') is not supported"),
        ("(?<!a)", "look-around ('(?<!') is not supported"),
        ("(?>a)", "atomic groups ('(?>') are not supported"),
        (r"(a)\1", r"back-references ('\1') are not supported"),
        ("a*+", "possessive quantifiers ('*+') are not supported"),
        ("[a&&b]", "intersections of classes ('&&') are not supported"),
        ("a{1001}", "a repetition of more than 1,000 times ('{1001}') is not supported"),
        (r"\p{Klingon}", r"the class '\p{Klingon}' is not supported"),
        (r"\cA", r"'\c' is not supported"),
        (r"\Q[\E", r"'\Q' is not supported"),
        (r"[\b]", r"'\b' is not supported inside [...]"),
        ("(?x)a b", "the flag 'x' is not supported"),
        ("(?#a)", "the group '(?#' is not supported"),
        ("(?<1>a)", "a group name is letters, digits and '_'"),
        ("(?<a>x)(?<a>y)", "two groups are named 'a'"),
        ("(", "a '(' is never closed"),
        (")", "a ')' closes nothing"),
        ("[a", "a '[' is never closed"),
        ("\\", "it ends with a lone '\\'"),
        (r"\x{110000}", r"'\x{110000}' is no character"),
        ("*a", "nothing to repeat"),
    ],
)
def test_reasons(pattern: str, reason: str) -> None:
    with pytest.raises(RegexRefused) as refused:
        translate(pattern)
    assert refused.value.reason == reason


def test_groups() -> None:
    found = translate(r"(a)(?:b)(?<x>c)(?<y>d*)")
    assert found.groups == (None, "x", "y")
    assert found.names == ("x", "y")
    assert found.never_empty == {1, 2}


@pytest.mark.parametrize(
    ("pattern", "never_empty"),
    [
        (r"\/(?<function>[^\/\[\]]+)\[", {1}),
        (r"\[(?<version>[^\[\]]+)\]", {1}),
        (r"([\]a]+)([^\]]*)([\[]?)", {1}),
        (r"(a|[^\[])(b|)(\bc?)", {1}),
    ],
)
def test_groups_that_match_no_empty_text(pattern: str, never_empty: set[int]) -> None:
    """What a class escapes belongs to it."""
    assert translate(pattern).never_empty == never_empty


@pytest.mark.parametrize(
    ("java", "re2"),
    [
        (r"\[(?<x>[^\[]+)\]", r"\[(?P<x>[^\[]+)\]"),
        (r"[\[]", r"[\[]"),
        (r"[^[\]]*", r"[^[\]]*"),
        (r"[]a]", r"[]a]"),
        (r"abc$", r"abc(?:\n?\z)"),
        (r"(?m)abc$", r"(?m)abc$"),
        (r"[$]", r"[$]"),
        (r"\012", r"\x{A}"),
        (r"\s", r"[\s\x{B}]"),
        (r"[\s-]", r"[\s\x{B}-]"),
        (r"(a{10}b{5}){20}", r"(a{10}b{5}){20}"),
    ],
)
def test_what_java_means_is_kept(java: str, re2: str) -> None:
    assert translate(java).pattern == re2


@pytest.mark.parametrize(
    ("pattern", "reason"),
    [
        ("(?U)x", "the flag 'U'"),
        ("[a-c[x-z]]", "a class inside a class"),
        ("a{,3}", "{0,3}"),
        ("((a{100}){100})", "more than 1,000"),
        ("(x{0,1000}){0,1000}", "more than 1,000"),
    ],
)
def test_what_cannot_be_kept_is_refused(pattern: str, reason: str) -> None:
    with pytest.raises(RegexRefused, match=re.escape(reason)):
        translate(pattern)
