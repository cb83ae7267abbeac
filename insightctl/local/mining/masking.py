"""What varies in a log line and can be told by its looks: one row a kind of token, most specific first.

The engine replaces each match by a mark, so that lines which differ in nothing else become one text. Marks are private
characters: no log line holds them by chance, and the miner turns them into `<Name-1>`.
"""

from __future__ import annotations

from typing import NamedTuple


class Kind(NamedTuple):
    """`name` is what people read (`<UUID-1>`), `mark` stands for it in masked texts, `pattern` is RE2.

    `unit`: the pattern's second group is a unit, which stays: `<Time-1> ms`.
    """

    name: str
    mark: str
    pattern: str
    unit: bool = False


_EDGE = r"(^|[^A-Za-z0-9_.\-])"
"""What may stand before a token, kept as group 1."""

KINDS: tuple[Kind, ...] = (
    Kind(
        "Time",
        "\ue001",
        _EDGE + r"\d{4}[-/]\d\d[-/]\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?Z|[+-]\d\d:?\d\d)?)?",
    ),
    Kind("Time", "\ue001", _EDGE + r"\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?"),
    Kind("UUID", "\ue002", _EDGE + r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"),
    Kind("ARN", "\ue003", _EDGE + r"arn:aws[a-z-]*:[A-Za-z0-9:/_.*$\[\]-]+"),
    Kind("URL", "\ue004", _EDGE + r"[a-z][a-z+]{1,9}://[^\s\"'<>,)]+"),
    Kind("Email", "\ue005", _EDGE + r"[A-Za-z0-9_.+%-]+@[A-Za-z0-9-]+\.[A-Za-z0-9.-]*[A-Za-z]"),
    Kind("IP", "\ue006", _EDGE + r"\d{1,3}\.\d{1,3}\.\d{1,3}\.\d{1,3}(?:/\d{1,2}|:\d{1,5})?"),
    Kind(
        "IP",
        "\ue006",
        _EDGE + r"(?:(?:[0-9a-fA-F]{1,4}:){3,7}[0-9a-fA-F]{1,4}|(?:[0-9a-fA-F]{1,4}:){1,6}(?::[0-9a-fA-F]{1,4}){1,6})",
    ),
    Kind("TraceId", "\ue007", _EDGE + r"(?:Root=)?1-[0-9a-f]{8}-[0-9a-f]{24}"),
    Kind("Hex", "\ue008", _EDGE + r"0x[0-9a-fA-F]+"),
    Kind("Time", "\ue001", _EDGE + r"1[4-9]\d{8}(?:\d{3}|\d{6}|\d{9})?\b"),
    # hexadecimal ids and ids of letters and digits: 12 characters or more with a digit among them, or with dashes
    Kind("ID", "\ue009", _EDGE + r"[A-Za-z]*\d[A-Za-z0-9]{3,}(?:[-_][A-Za-z0-9]*\d[A-Za-z0-9]*)+"),
    Kind("ID", "\ue009", _EDGE + r"(?:[0-9a-f]*[0-9][0-9a-f]*){12,}"),
    Kind("ID", "\ue009", _EDGE + r"[A-Za-z]{1,12}[-_]\d[A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*"),
    Kind("ID", "\ue009", _EDGE + r"(?:[A-Za-z]+\d|\d+[A-Za-z])[A-Za-z0-9]{6,}"),
    Kind("Time", "\ue001", _EDGE + r"\d+(?:\.\d+)?( ?(?:ms|s|sec|secs|seconds|minutes|min|us|ns|hours))\b", True),
    Kind("Bytes", "\ue00a", _EDGE + r"\d+(?:\.\d+)?( ?(?:MB|GB|KB|kB|MiB|GiB|KiB|bytes))\b", True),
    Kind("Number", "\ue00b", r"(^|[^A-Za-z0-9_.])[-+]?\d+(?:[.,]\d+)*%?"),
)

NAMES: dict[str, str] = {kind.mark: kind.name for kind in KINDS}


def rough(text: str) -> str:
    """SQL of a text without what varies most: texts that differ in ids and digits only are one. Cheap: three passes."""
    uuid = f"regexp_replace({text}, '[0-9a-fA-F]{{8}}(-[0-9a-fA-F]{{4}}){{3}}-[0-9a-fA-F]{{12}}', '\ue002', 'g')"
    return f"regexp_replace(regexp_replace({uuid}, '[0-9a-fA-F]{{16,}}', '\ue009', 'g'), '[0-9]+', '0', 'g')"


def masked(text: str) -> str:
    """SQL of a text with every token replaced by its mark. Neighbouring tokens share what stands between: twice each."""
    sql = f"regexp_replace({text}, '[\ue001-\ue104]', '\ufffd', 'g')"  # so that no log line writes tokens itself
    for kind in KINDS:
        pattern, kept = kind.pattern.replace("'", "''"), "\\2" if kind.unit else ""
        for _ in range(2 if kind.name in ("Number", "ID", "Time") else 1):
            sql = f"regexp_replace({sql}, '{pattern}', '\\1{kind.mark}{kept}', 'g')"
    return sql
