"""Texts of which every match of a regular expression contains one: looking for them first is ten times cheaper than it.

Only what a simple walk is sure of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

Texts = tuple[str, ...]
"""Of which a match contains at least one."""
Choose = Callable[[list[Texts]], Texts]

_SHORTEST = 3
_MOST = 6
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_CLASSES = frozenset("dDwWsSbBAzZ")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z@_][A-Za-z0-9_]*>|(?!\?))")
_FLAGS = re.compile(r"\(\?[sm]+\)")
_ANY_FLAGS = re.compile(r"\(\?[ism]+\)")
_REPEAT = re.compile(r"[*+?]|\{(\d+)(?:,\d*)?\}")


class _Unsure(Exception):
    """The pattern holds something that this does not know."""


def needles(pattern: str) -> tuple[str, ...]:
    """Such texts, at least three characters each and six at most; none when there is nothing to be sure of.

    >>> needles(r"^REPORT [^\\n]*\\tStatus: (?<status>\\w+)")
    ('\\tStatus: ',)
    >>> needles("timed out|signal: (?:killed|aborted)")
    ('timed out', 'signal: ')
    >>> needles("(?i)error") + needles("ab|cde")
    ()
    """
    return _walked(pattern, _FLAGS, _best)


def implies_one_of(pattern: str, words: Sequence[str]) -> bool:
    """Whether every match of a regular expression contains one of some words (in small letters), in letters of any case.

    >>> implies_one_of(r"(?i)\\[error\\] (?:Timed out|access) \\d+", ("error", "timed out"))
    True
    >>> implies_one_of("error|slow", ("error",))
    False
    """

    def choose(found: list[Texts]) -> Texts:
        return next((texts for texts in found if texts and all(holds_one_of(text, words) for text in texts)), ())

    return bool(_walked(pattern, _ANY_FLAGS, choose))


def holds_one_of(text: str, words: Sequence[str]) -> bool:
    """Whether a text contains one of some words (in small letters), in letters of any case."""
    small = "".join(char.lower() if char.isascii() else char for char in text)
    return any(word in small for word in words)


def contains_one(subject: str, texts: tuple[str, ...]) -> str:
    """SQL: whether a text contains one of these, which are SQL themselves."""
    found = [f"contains({subject}, {text})" for text in texts]
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def _walked(pattern: str, known_flags: re.Pattern[str], choose: Choose) -> Texts:
    try:
        flags = known_flags.match(pattern)
        found, end = _sequence(pattern, flags.end() if flags else 0, choose)
    except _Unsure:
        return ()
    return choose(found) if end == len(pattern) else ()


def _best(found: list[Texts]) -> Texts:
    good = [texts for texts in found if texts and len(texts) <= _MOST and min(map(len, texts)) >= _SHORTEST]
    return max(good, key=lambda texts: (-len(texts), min(map(len, texts))), default=())


def _sequence(pattern: str, i: int, choose: Choose) -> tuple[list[Texts], int]:
    """What matches of a sequence contain, up to the bracket that ends it: of each of the sets at least one text."""
    ways: list[list[Texts]] = []
    found: list[Texts] = []
    run = ""
    while i < len(pattern) and pattern[i] != ")":
        if pattern[i] == "|":
            ways.append([*found, (run,)])
            found, run, i = [], "", i + 1
            continue
        text, inner, i = _atom(pattern, i, choose)
        repeat = _REPEAT.match(pattern, i)
        if repeat is not None:
            i = repeat.end()
            if i < len(pattern) and pattern[i] in "?+":
                i += 1
            needed = repeat[0][0] == "+" or (repeat[1] is not None and int(repeat[1]) > 0)
            found += [(run + text,) if needed and text else (run,)]
            found += inner if needed else []
            run = ""
        elif text is not None:
            run += text
        else:
            found += [(run,), *inner]
            run = ""
    ways.append([*found, (run,)])
    if len(ways) == 1:
        return ways[0], i
    each = [choose(way) for way in ways]
    return ([tuple(text for texts in each for text in texts)] if all(each) else []), i


def _atom(pattern: str, i: int, choose: Choose) -> tuple[str | None, list[Texts], int]:
    """The plain text of one atom (None when it is none), what is inside of it, and where the next one begins."""
    char = pattern[i]
    if char == "\\":
        if i + 1 >= len(pattern):
            raise _Unsure
        after = pattern[i + 1]
        if after in _PLAIN:
            return _PLAIN[after], [], i + 2
        if after in _CLASSES:
            return None, [], i + 2
        if after.isalnum():
            raise _Unsure
        return after, [], i + 2
    if char == "[":
        return None, [], _class_end(pattern, i)
    if char == "(":
        opened = _GROUP.match(pattern, i)
        if opened is None:
            raise _Unsure
        inner, end = _sequence(pattern, opened.end(), choose)
        if end >= len(pattern):
            raise _Unsure
        return None, inner, end + 1
    if char in "*+?{":
        raise _Unsure
    if char in "^$.":
        return None, [], i + 1
    return char, [], i + 1


def _class_end(pattern: str, i: int) -> int:
    i += 2 if pattern.startswith("[^", i) else 1
    first = True
    while i < len(pattern):
        if pattern[i] == "]" and not first:
            return i + 1
        if pattern[i] == "[" or pattern.startswith("&&", i):
            raise _Unsure
        first = False
        i += 2 if pattern[i] == "\\" else 1
    raise _Unsure
