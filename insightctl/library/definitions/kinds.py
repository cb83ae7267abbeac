"""What type a parameter of a saved query has: the service knows none, a query file wants one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from insightctl.cloud.definitions import Parameter
from insightctl.library.spec import ParamType

_PLACEHOLDER = re.compile(r"\{\{\s*([A-Za-z_]\w*)\s*\}\}")
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_PERIOD = re.compile(r"\d{1,9}[A-Za-z]+")
_TEXT = re.compile(r'"(?:\\.|[^"\\])*"|' + r"'(?:\\.|[^'\\])*'", re.S)
_REGEX = re.compile(r"/(.+)/", re.S)
_LIST = re.compile(r"\b(?:sort|by|fields|display|dedup)\s+(?:[^|(]*(?:\([^|()]*\)[^|(]*)*,\s*)?\Z", re.I)
_ESCAPED = re.compile(r"\\(.)", re.S)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r"}

SAMPLES: Mapping[ParamType, str] = {
    "string": '"x"',
    "number": "5",
    "integer": "5",
    "duration": "5m",
    "field": "@message",
    "regex": "/x/",
}
"""A value of each type as it stands in a query, the likeliest type first; a whole number fits wherever a number does."""


def kinds(text: str, parameters: tuple[Parameter, ...]) -> dict[str, ParamType]:
    """The type of each `{{name}}` of a text: of its default, else the first with which the query is sound."""
    from insightctl.ql.saved import placeholders

    defaults = {p.name: p.default for p in parameters if p.default is not None}
    known: dict[str, ParamType] = {name: _of_default(value) for name, value in defaults.items()}
    found: dict[str, ParamType] = {}
    for name in placeholders(text):
        found[name] = known[name] if name in known else _that_fits(text, name, {**known, **found})
    return found


def plain_default(kind: ParamType, default: str) -> str:
    """A default as a query file has it: a text without its quotes, a pattern without its slashes."""
    if kind == "string" and _TEXT.fullmatch(default):
        return _ESCAPED.sub(lambda m: _ESCAPES.get(m[1], m[1]), default[1:-1])
    if kind == "regex" and (match := _REGEX.fullmatch(default)):
        return match[1].replace("\\/", "/")
    return default


def default_text(default: str) -> str:
    """A default as `$Name()` fills it in: the API takes `ERROR` for a text, the page writes `"ERROR"`."""
    from insightctl.ql.saved import SavedText, expand_calls

    saved = SavedText("saved", "limit {{value}}", {"value": default})
    return expand_calls("$saved()", lambda _: saved).text.removeprefix("limit ")


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with each `{{name}}` replaced."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def _is_listed(text: str, name: str) -> bool:
    """Whether a placeholder stands where a command lists fields: a text there is allowed, and never meant."""
    return any(match[1] == name and _LIST.search(text, 0, match.start()) for match in _PLACEHOLDER.finditer(text))


def _of_default(default: str) -> ParamType:
    if _NUMBER.fullmatch(default):
        return "number"
    if _PERIOD.fullmatch(default):
        return "duration"
    return "regex" if _REGEX.fullmatch(default) else "string"


def _that_fits(text: str, name: str, known: Mapping[str, ParamType]) -> ParamType:
    from insightctl.ql.checker import diagnose
    from insightctl.ql.saved import placeholders

    fewest: tuple[int, ParamType] = (1_000_000, "string")
    others = {other: SAMPLES[known.get(other, "string")] for other in placeholders(text)}
    likeliest: list[ParamType] = ["field", *SAMPLES] if _is_listed(text, name) else list(SAMPLES)
    for kind in dict.fromkeys(likeliest):
        sample = SAMPLES[kind]
        _, found = diagnose(filled(text, {**others, name: sample}))
        errors = sum(diagnostic.severity == "error" for diagnostic in found)
        if errors < fewest[0]:
            fewest = errors, kind
    return fewest[1]
