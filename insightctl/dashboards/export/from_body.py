"""Any dashboard body for an export: gaps where the body itself says that a text is a function, a region or an account.

A title or a label keeps the name that somebody wrote into it: whether that is the function or a word is not known.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from insightctl.dashboards.export.model import Exported, said
from insightctl.dashboards.export.texts import Parts, Ref, Text, Tree

_NAME = r"[A-Za-z0-9_-]{1,64}"
_LOG_GROUP = re.compile(rf"(?<=/aws/lambda/)({_NAME})(?![\w/.*-])")
_SEARCHED = re.compile(rf"(?<=FunctionName)\s*=\s*(?:\\?[\"'])({_NAME})(?=\\?[\"'])")
_ARN = re.compile(r"arn:(aws[\w-]*):([a-z0-9-]+):([a-z]{2}(?:-[a-z]+)+-\d)?:(\d{12})?(?=:)")
_DIMENSIONS = ("FunctionName", "function_name")
_MAX_PARAMETERS = 198


def from_body(body: Mapping[str, object], name: str) -> Exported:
    """A body ready to be written; `name` is the dashboard's. What it shows of other regions and accounts stays.

    The region that all widgets name is the stack's, and so is the account that all ARNs name.
    """
    functions = tuple(dict.fromkeys(found for found in _functions(body)))
    notes: list[str] = []
    if len(functions) > _MAX_PARAMETERS:
        notes.append(
            f"{len(functions)} functions are more than the parameters of a template: their names are written out"
        )
        functions = ()
    own = _Own(frozenset(functions), _only(_regions(body)), _only(_accounts(body)))
    if own.region is None and len(set(_regions(body))) > 1:
        notes.append("the widgets are of several regions: their regions are written out")
    return Exported(name, said(name), _tree(body, own), functions, (), tuple(notes))


class _Own:
    """The names of a body that are gaps."""

    def __init__(self, functions: frozenset[str], region: str | None, account: str | None) -> None:
        self.functions = functions
        self.region = region
        self.account = account


def named_functions(tree: Tree, functions: Sequence[str]) -> Tree:
    """A tree with gaps also where it names these functions itself: in dimensions, log groups and conditions."""
    return _tree(tree, _Own(frozenset(functions), None, None))


def _tree(value: object, own: _Own, key: str | None = None) -> Tree:
    if isinstance(value, Mapping):
        if value.get("Name") in _DIMENSIONS and value.get("Value") in own.functions:  # a dimension of an alarm
            return {**value, "Value": Text((Ref("function", str(value["Value"])),))}
        return {name: _tree(item, own, name) for name, item in value.items()}
    if isinstance(value, list):
        return _row(value, own) if key is None and _is_row(value) else [_tree(item, own) for item in value]
    if not isinstance(value, str):
        return value
    if key == "region" and value == own.region:
        return Text((Ref("region", value),))
    if key in ("pattern", "defaultValue") and value in own.functions:
        return Text((Ref("function", value),))
    return _text(value, own)


def _is_row(items: Sequence[object]) -> bool:
    return len(items) >= 2 and all(isinstance(item, str) for item in items[:2])


def _row(items: Sequence[object], own: _Own) -> Tree:
    made: list[Tree] = []
    for place, item in enumerate(items):
        before = items[place - 1] if place else None
        if isinstance(item, str) and place >= 3:
            plain, _, qualifier = item.partition(":")
            if before in _DIMENSIONS and item in own.functions:
                made.append(Text((Ref("function", item),)))
                continue
            if before == "Resource" and plain in own.functions:
                made.append(Text((Ref("function", plain), f":{qualifier}") if qualifier else (Ref("function", plain),)))
                continue
        made.append(_tree(item, own))
    return made


def _text(text: str, own: _Own) -> str | Text:
    """Log groups, conditions of SEARCH and Metrics Insights, and ARNs inside of a text."""
    found: list[tuple[int, int, Parts]] = []
    for pattern in (_LOG_GROUP, _SEARCHED):
        named = (match for match in pattern.finditer(text) if match[1] in own.functions)
        found += [(*match.span(1), (Ref("function", match[1]),)) for match in named]
    for match in _ARN.finditer(text):
        if match[3] == own.region and own.region is not None:
            found.append((*match.span(1), (Ref("partition", match[1]),)))
            found.append((*match.span(3), (Ref("region", match[3]),)))
        if match[4] is not None and match[4] == own.account:
            found.append((*match.span(4), (Ref("account", match[4]),)))
    if not found:
        return text
    parts: list[str | Ref] = []
    at = 0
    for start, end, gap in sorted(found):
        parts += [*([text[at:start]] if start > at else []), *gap]
        at = end
    return Text((*parts, *([text[at:]] if at < len(text) else [])))


def _functions(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _functions(item)
    elif isinstance(value, list):
        for place, item in enumerate(value):
            if isinstance(item, str) and place >= 3 and value[place - 1] in _DIMENSIONS and re.fullmatch(_NAME, item):
                yield item
            else:
                yield from _functions(item)
    elif isinstance(value, str):
        yield from (match[1] for match in _LOG_GROUP.finditer(value))


def _regions(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, item in value.items():
            if key == "region" and isinstance(item, str):
                yield item
            else:
                yield from _regions(item)
    elif isinstance(value, list):
        for item in value:
            yield from _regions(item)


def _accounts(value: object) -> Iterator[str]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _accounts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _accounts(item)
    elif isinstance(value, str):
        yield from (match[4] for match in _ARN.finditer(value) if match[4])


def _only(found: Iterator[str]) -> str | None:
    different = set(found)
    return different.pop() if len(different) == 1 else None
