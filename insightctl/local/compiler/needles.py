"""Texts of which every match of a regular expression contains one: looking for them first is ten times cheaper than it.

Only what a simple walk is sure of.
"""

from __future__ import annotations

import re

_SHORTEST = 3
_MOST = 6
_PLAIN = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_CLASSES = frozenset("dDwWsSbBAzZ")
_GROUP = re.compile(r"\((?:\?:|\?P?<[A-Za-z@_][A-Za-z0-9_]*>|(?!\?))")
_FLAGS = re.compile(r"\(\?[sm]+\)")
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
    try:
        flags = _FLAGS.match(pattern)
        found, end = _sequence(pattern, flags.end() if flags else 0)
    except _Unsure:
        return ()
    return _best(found) if end == len(pattern) else ()


def contains_one(subject: str, texts: tuple[str, ...]) -> str:
    """SQL: whether a text contains one of these, which are SQL themselves."""
    found = [f"contains({subject}, {text})" for text in texts]
    return found[0] if len(found) == 1 else f"({' OR '.join(found)})"


def _best(found: list[tuple[str, ...]]) -> tuple[str, ...]:
    good = [texts for texts in found if texts and len(texts) <= _MOST and min(map(len, texts)) >= _SHORTEST]
    return max(good, key=lambda texts: (-len(texts), min(map(len, texts))), default=())


def _sequence(pattern: str, i: int) -> tuple[list[tuple[str, ...]], int]:
    """What matches of a sequence contain, up to the bracket that ends it: of each of the sets at least one text."""
    ways: list[list[tuple[str, ...]]] = []
    found: list[tuple[str, ...]] = []
    run = ""
    while i < len(pattern) and pattern[i] != ")":
        if pattern[i] == "|":
            ways.append([*found, (run,)])
            found, run, i = [], "", i + 1
            continue
        text, inner, i = _atom(pattern, i)
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
    each = [_best(way) for way in ways]
    return ([tuple(text for texts in each for text in texts)] if all(each) else []), i


def _atom(pattern: str, i: int) -> tuple[str | None, list[tuple[str, ...]], int]:
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
        inner, end = _sequence(pattern, opened.end())
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
