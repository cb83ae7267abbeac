"""The service's regular expressions (Java-like) in RE2's spelling. What RE2 cannot do is refused, never changed.

RE2 runs in linear time, so no pattern can hang a query.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MAX_TIMES = 1000
_TIMES = re.compile(r"\{(\d{1,9})(?:,(\d{0,9}))?\}", re.ASCII)
_GROUP_NAME = re.compile(r"\(\?P?<(@?[A-Za-z_][A-Za-z0-9_]*)>")


class RegexRefused(Exception):
    """`reason` is one clause for a diagnostic."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Translated:
    """A pattern in RE2's spelling. `groups` are the capturing groups in order, None for unnamed ones.

    `never_empty` are the 1-based groups that cannot match the empty text (as far as a simple look can tell).
    """

    pattern: str
    groups: tuple[str | None, ...]
    never_empty: frozenset[int] = frozenset()

    @property
    def names(self) -> tuple[str, ...]:
        """The named groups, in order."""
        return tuple(name for name in self.groups if name is not None)


def translate(pattern: str) -> Translated:
    """The pattern for RE2. Raises RegexRefused with the reason."""
    out: list[str] = []
    groups: list[str | None] = []
    solid: set[int] = set()
    starts: list[tuple[int, int]] = []
    i, in_class, repeated = 0, False, False
    class_start = 0
    counts = _Counts()
    end = "$" if _MULTILINE.search(pattern) else _END
    while i < len(pattern):
        char = pattern[i]
        after_repeat, repeated = repeated, False
        if char == "\\":
            counts.atom()
            i = _escape(pattern, i, out, in_class)
            continue
        if in_class:
            if pattern.startswith("&&", i):
                raise RegexRefused("intersections of classes ('&&') are not supported")
            if char == "[" and not pattern.startswith("[:", i) and _NESTED.match(pattern, i):
                raise RegexRefused("a class inside a class is not supported; a '[' itself is written '\\['")
            in_class = char != "]" or i == class_start
            out.append(char)
        elif char == "[":
            in_class = True
            class_start = i + 2 if pattern.startswith("^", i + 1) else i + 1
            counts.atom()
            out.append(char)
        elif char == "(":
            before = len(groups)
            i, opens = _group(pattern, i, out, groups)
            if opens:
                counts.open()
                starts.append((len(groups) if len(groups) > before else 0, len(out)))
            continue
        else:
            if char == ")":
                if not starts:
                    raise RegexRefused("a ')' closes nothing")
                number, begin = starts.pop()
                counts.close()
                if number and _is_solid("".join(out[begin:])):
                    solid.add(number)
            if times := _TIMES.match(pattern, i):
                if max(int(n) for n in times.groups() if n) > MAX_TIMES:
                    raise RegexRefused(f"a repetition of more than {MAX_TIMES:,} times ('{times[0]}') is not supported")
                counts.repeat(max(int(n) for n in times.groups() if n))
                out.append(times[0])
                i, repeated = times.end(), True
                continue
            if char == "{" and _NO_LEAST.match(pattern, i):
                raise RegexRefused(f"a repetition wants its least number: {{0{pattern[i + 1 :].partition('}')[0]}}}")
            if char == "+" and after_repeat:
                raise RegexRefused(f"possessive quantifiers ('{pattern[i - 1]}+') are not supported")
            repeated = char in "*+?" and not after_repeat
            if char not in "*+?|)":
                counts.atom()
            out.append(end if char == "$" else char)
        i += 1
    if starts:
        raise RegexRefused("a '(' is never closed")
    if in_class:
        raise RegexRefused("a '[' is never closed")
    translated = "".join(out)
    _try(translated)
    return Translated(translated, tuple(groups), frozenset(solid))


class _Counts:
    """How often the last piece is repeated, pieces inside pieces multiplied: RE2 takes no more than 1,000."""

    def __init__(self) -> None:
        self.last = 1
        self.most = [1]

    def atom(self) -> None:
        self.last = 1

    def open(self) -> None:
        self.most.append(1)

    def close(self) -> None:
        self.last = self.most.pop()
        self.most[-1] = max(self.most[-1], self.last)

    def repeat(self, times: int) -> None:
        self.last *= max(times, 1)
        if self.last > MAX_TIMES:
            raise RegexRefused(f"repetitions inside repetitions amount to more than {MAX_TIMES:,} times")
        self.most[-1] = max(self.most[-1], self.last)


def _escape(pattern: str, i: int, out: list[str], in_class: bool) -> int:
    """Copies the escape that starts at `i`; where to go on."""
    following = pattern[i + 1 : i + 2]
    if not following:
        raise RegexRefused("it ends with a lone '\\'")
    if following in "123456789":
        raise RegexRefused(f"back-references ('\\{following}') are not supported")
    if not (following.isascii() and following.isalnum()):
        out.append("\\" + following if following in _META else following)
        return i + 2
    if following in "pP":
        return _property(pattern, i, out, in_class)
    if octal := _OCTAL.match(pattern, i):
        out.append(f"\\x{{{int(octal[1], 8):X}}}")
        return octal.end()
    if code := _CODE.match(pattern, i):
        if (value := int(code[1] or code[2] or code[3], 16)) > 0x10FFFF:
            raise RegexRefused(f"'{code[0]}' is no character")
        out.append(f"\\x{{{value:X}}}")
        return code.end()
    meant = (_ESCAPES_IN_CLASS if in_class else _ESCAPES).get(following)
    if meant is None:
        raise RegexRefused(f"'\\{following}' is not supported{' inside [...]' if following in _ESCAPES else ''}")
    out.append(meant)
    return i + 2


_META = frozenset("\\.^$|()[]{}*+?-&")
_CODE = re.compile(r"\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,8})\})|\\u([0-9A-Fa-f]{4})")
_OCTAL = re.compile(r"\\0([0-3]?[0-7]{1,2})")
_END = r"(?:\n?\z)"
"""Java's `$` also stands before a newline that ends the text, as many Lambda lines do."""
_MULTILINE = re.compile(r"\(\?[a-z]*m[a-z]*[):-]")
_NESTED = re.compile(r"\[(?:\\.|[^\]\\])*\](?:\\.|[^\[\]\\])*\]")
_NO_LEAST = re.compile(r"\{,\d+\}")
_VERTICAL = r"\n\x{B}\f\r\x{85}\x{2028}\x{2029}"
# Java's \s has the vertical tab, which RE2's has not; its \v is a class.
_ESCAPES_IN_CLASS = {c: "\\" + c for c in "aftnrdDSwW"} | {"0": r"\x{0}", "e": r"\x{1B}", "h": r" \t\x{A0}"}
_ESCAPES_IN_CLASS |= {"s": r"\s\x{B}", "v": _VERTICAL}
_ESCAPES = (
    _ESCAPES_IN_CLASS
    | {c: "\\" + c for c in "bBAz"}
    | {"s": r"[\s\x{B}]", "S": r"[^\s\x{B}]", "v": f"[{_VERTICAL}]", "Z": _END}
    | {"h": r"[ \t\x{A0}]", "R": r"(?:\r\n|[\n\r])", "X": r"(?:\PM\pM*)"}
)

_PROPERTY = re.compile(r"\\[pP](?:([A-Z])|\{(\^?)(\w+)\})", re.ASCII)
_POSIX = ("Alnum", "Alpha", "ASCII", "Blank", "Cntrl", "Digit", "Graph", "Lower", "Print", "Punct", "Space", "Upper")
_CATEGORIES = re.compile(
    "Any|C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|Arabic|Armenian|Bengali|Cyrillic|Devanagari"
    "|Georgian|Greek|Han|Hangul|Hebrew|Hiragana|Katakana|Latin|Tamil|Thai"
)


def _property(pattern: str, i: int, out: list[str], in_class: bool) -> int:
    """Copies a class of Unicode properties; Java's names of the POSIX classes are spelled as RE2 has them."""
    found = _PROPERTY.match(pattern, i)
    name = (found[1] or found[3]).removeprefix("Is") if found else ""
    if found and _CATEGORIES.fullmatch(name):
        out.append(f"\\{pattern[i + 1]}{{{found[2] or ''}{name}}}")
    elif found and name in _POSIX:
        negated = (pattern[i + 1] == "P") != bool(found[2])
        posix = f"[:{'^' if negated else ''}{name.lower()}:]"
        out.append(posix if in_class else f"[{posix}]")
    else:
        raise RegexRefused(f"the class '{found[0] if found else pattern[i : i + 2]}' is not supported")
    return found.end()


def _group(pattern: str, i: int, out: list[str], groups: list[str | None]) -> tuple[int, bool]:
    """Copies what opens a group; where to go on, and whether a parenthesis is open now that was not before."""
    if not pattern.startswith("(?", i):
        groups.append(None)
        out.append("(")
        return i + 1, True
    for start in ("(?=", "(?!", "(?<=", "(?<!"):
        if pattern.startswith(start, i):
            raise RegexRefused(f"look-around ('{start}') is not supported")
    if pattern.startswith("(?>", i):
        raise RegexRefused("atomic groups ('(?>') are not supported")
    if named := _GROUP_NAME.match(pattern, i):
        if named[1] in groups:
            raise RegexRefused(f"two groups are named '{named[1]}'")
        groups.append(named[1])
        out.append("(" if named[1].startswith("@") else f"(?P<{named[1]}>")
        return named.end(), True
    if pattern.startswith(("(?<", "(?P<"), i):
        raise RegexRefused("a group name is letters, digits and '_'")
    end = re.compile(r"\(\?(?:[a-zA-Z]*-?[a-zA-Z]+[:)]|:)").match(pattern, i)
    if end is None:
        raise RegexRefused(f"the group '{pattern[i : i + 3]}' is not supported")
    flags = end[0].strip("(?:)")
    if bad := set(flags) - set("ims-"):
        raise RegexRefused(f"the flag '{sorted(bad)[0]}' is not supported")
    out.append(end[0])
    return end.end(), not end[0].endswith(")")


_CLASS = r"\[\^?(?:\\.|[^\]\[\\])+\]"
_ONE = rf"(?:{_CLASS}|\\[^bBAzpPx]|[^\\()\[\]{{}}?*+^$])"
_SOLID = re.compile(rf"{_ONE}(?:{_ONE}|\+)*")


def _is_solid(body: str) -> bool:
    """Whether a group's inside is a plain run of characters that cannot match the empty text."""
    return _SOLID.fullmatch(body) is not None and all(body.split("|"))


_SHAPE = (
    "nothing to repeat",
    "unterminated",
    "unbalanced",
    "multiple repeat",
    "missing",
    "bad character range",
    "min repeat",
)


def _try(pattern: str) -> None:
    """Lets Python's engine judge the shape; where the dialects differ only RE2 can tell."""
    import warnings

    probe = re.sub(r"\\[pP]\{\^?\w+\}|\\[pP]\w", "x", pattern).replace("\\z", "$")
    probe = re.sub(r"\\x\{[0-9A-Fa-f]+\}", "x", probe)
    flags = re.match(r"\(\?[a-zA-Z-]+\)", probe)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(probe[flags.end() :] if flags else probe)
    except (re.error, OverflowError, RecursionError) as error:
        reason = str(error).partition(" at position")[0]
        if reason.startswith(_SHAPE):
            raise RegexRefused(reason) from None
