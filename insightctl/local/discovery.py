"""The fields that the service discovers in an event, as SQL over its message: Lambda's platform fields and JSON keys.

Only the fields that a query names are extracted; all of it is vectorised in DuckDB.
"""

from __future__ import annotations

from collections.abc import Sequence

from insightctl.local.compiler.values import NULL, Params, Val
from insightctl.ql import ast

_REPORT = "starts_with({msg}, 'REPORT RequestId: ')"
_UUID = "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_REQUEST_ID = (
    r"^(?:(?:START|END|REPORT) RequestId: |\[[A-Z]+\]\t[^\t]*\t|\d{4}-\d\d-\d\dT[0-9:.]+Z[\t ]|RequestId: )("
    + _UUID
    + ")"
)


def _between(msg: str, before: str, after: str) -> str:
    """The text between two markers; split_part is twice as fast as a regular expression here."""
    return f"split_part(split_part({msg}, '\t{before}: ', 2), ' {after}', 1)"


def _reported(msg: str, label: str, unit: str, factor: str = "") -> str:
    value = f"TRY_CAST({_between(msg, label, unit)} AS DOUBLE){factor}"
    return f"(CASE WHEN {_REPORT.format(msg=msg)} THEN {value} END)"


def lambda_field(name: str, msg: str) -> str:
    """SQL of one of Lambda's own fields: ms for durations, MB x 1,000,000 for memory."""
    match name:
        case "@type":
            cases = " ".join(
                f"WHEN starts_with({msg}, '{word} RequestId: ') THEN '{word}'" for word in ("REPORT", "START", "END")
            )
            return f"(CASE {cases} END)"
        case "@requestId":
            return f"nullif(regexp_extract({msg}, '{_REQUEST_ID}', 1), '')"
        case "@duration":
            return _reported(msg, "Duration", "ms")
        case "@billedDuration":
            return _reported(msg, "Billed Duration", "ms")
        case "@initDuration":
            return _reported(msg, "Init Duration", "ms")
        case "@memorySize":
            return _reported(msg, "Memory Size", "MB", " * 1000000")
        case "@maxMemoryUsed":
            return _reported(msg, "Max Memory Used", "MB", " * 1000000")
        case "@xrayTraceId":
            return f"nullif(regexp_extract({msg}, 'XRAY TraceId: ([0-9a-zA-Z-]+)', 1), '')"
        case _:
            return f"nullif(regexp_extract({msg}, 'SegmentId: ([0-9a-f]+)', 1), '')"


_SPACE = r"[ \t\n\r]*"
_STRING = r'"(?:[^"\\\x00-\x1f]|\\.)*"'
_DEPTH = 20
"""Levels of maps and lists of a JSON object that is looked for between other braces."""


def _object_like() -> str:
    """A regular expression of what may be a JSON object.

    Commas are optional in it and inner brackets of either kind close each other, so each level is written once.
    """
    value = rf"(?:{_STRING}|[-+.\w]+)"
    for _ in range(_DEPTH - 1):
        member = rf"(?:{_STRING}{_SPACE}:{_SPACE})?{value}{_SPACE}(?:,{_SPACE})?"
        value = rf"(?:{_STRING}|[-+.\w]+|[{{\[]{_SPACE}(?:{member})*[}}\]])"
    member = rf"{_STRING}{_SPACE}:{_SPACE}{value}{_SPACE}(?:,{_SPACE})?"
    return rf"\{{{_SPACE}(?:{member})*\}}"


_OBJECT_LIKE = _object_like()


def fragment(msg: str) -> str:
    """SQL of the first JSON object in a message, null when there is none.

    Most messages are one object, or have one from the first brace to their end or to the last brace. Only in the others,
    with further braces, all pieces that look like an object are taken out, and the first that is one counts. That reads
    each piece once, so a long message full of braces costs no more than its length.
    """
    trimmed = f"ltrim({msg}, ' \t\n\r')"
    rest = f"substr({msg}, strpos({msg}, '{{'))"
    greedy = f"regexp_extract({msg}, '(?s)\\{{.*\\}}')"
    pieces = f"regexp_extract_all({rest}, '{_OBJECT_LIKE}')"
    comma = f"regexp_matches(regexp_replace(p, '{_STRING}', '0', 'g'), ',{_SPACE}[\\]}}]')"  # DuckDB lets it pass
    return (
        f"(CASE WHEN NOT contains({msg}, '{{') THEN NULL "
        f"WHEN starts_with({trimmed}, '{{') AND json_valid({msg}) THEN {msg} "
        f"WHEN NOT contains({rest}, '}}') THEN NULL WHEN json_valid({rest}) THEN {rest} "
        f"WHEN json_valid({greedy}) THEN {greedy} "
        f"ELSE list_filter({pieces}, lambda p: json_valid(p) AND NOT {comma})[1] END)"
    )


def pointers(parts: tuple[str | int, ...]) -> list[str]:
    """JSON pointers that a field's dotted name may mean, nested keys first, keys with dots in them after."""
    names = [str(part).replace("~", "~0").replace("/", "~1") for part in parts]
    if names[0].startswith("@@"):  # a JSON key that starts with @ shows with another @
        names[0] = names[0][1:]
    spellings = [names]
    if len(names) == 3:
        spellings += [[names[0], ".".join(names[1:])], [".".join(names[:2]), names[2]]]
    if len(names) > 1:
        spellings.append([".".join(names)])
    return ["/" + "/".join(spelling) for spelling in spellings]


def json_field(parts: tuple[str | int, ...], source: str, params: Params) -> str:
    """SQL of the raw JSON value at a field's place in `source`; null when it is not there."""
    return json_at(source, pointers(parts), params)


def json_at(source: str, places: Sequence[str], params: Params) -> str:
    """SQL of the raw JSON value at the first of some places that has one."""
    return first_of([f"json_extract({source}, {params.add(pointer)})" for pointer in places])


def first_of(found: Sequence[str]) -> str:
    """SQL of the first that is there."""
    return found[0] if len(found) == 1 else f"coalesce({', '.join(found)})"


def out_of(values: str, fields: Sequence[Sequence[str]]) -> list[str]:
    """SQL of the raw JSON value of each field, out of a list of the values at all places of all fields, in order."""
    found, before = [], 0
    for places in fields:
        found.append(first_of([f"{values}[{before + i}]" for i in range(1, len(places) + 1)]))
        before += len(places)
    return found


def scalar(raw: str) -> Val:
    """A raw JSON value as a discovered field: maps, lists and null are no field; true and false show as 1 and 0."""
    text = (
        f"(CASE left({raw}, 1) WHEN '\"' THEN json_extract_string({raw}, '$') WHEN '{{' THEN NULL WHEN '[' THEN NULL "
        f"WHEN 'n' THEN NULL WHEN 't' THEN '1' WHEN 'f' THEN '0' ELSE CAST({raw} AS VARCHAR) END)"
    )
    return Val(text, "any", f"(left({raw}, 1) <> '\"')", raw)


def spells_number(column: str) -> str:
    """SQL: whether a text spells a number."""
    return f"regexp_matches({column}, '^-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?$')"


def is_discoverable(field: ast.Field) -> bool:
    """Whether a name can be a JSON key: a name with one @ is the service's own."""
    first = str(field.parts[0])
    return not first.startswith("@") or first.startswith("@@")


ABSENT = Val(NULL.sql, "any", "false")
"""A field that no event has."""
