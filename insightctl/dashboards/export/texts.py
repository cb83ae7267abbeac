"""Texts with gaps: what a template fills in itself (functions, region, account) stands apart from what is literal."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

Kind = Literal["function", "region", "account", "partition"]


class Ref(NamedTuple):
    """A gap. `value` is what it stood for where it was found: the name of the function, the region, ..."""

    kind: Kind
    value: str


Parts = tuple[str | Ref, ...]


@dataclass(frozen=True, slots=True)
class Text:
    """A text of literal parts and gaps."""

    parts: Parts

    @property
    def plain(self) -> str:
        """The text with every gap filled by what it stood for."""
        return "".join(part if isinstance(part, str) else part.value for part in self.parts)


Tree = object
"""A JSON value in which some texts are `Text`."""

_SHORT = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_MARK = re.compile(r"\\u0000insightctl-gap-(\d+)\\u0000")


def plain(tree: Tree) -> object:
    """The JSON value with every gap filled by what it stood for."""
    return mapped(tree, lambda text: text.plain)


def mapped(tree: Tree, change: Callable[[Text], object]) -> object:
    """A copy in which every `Text` is what `change` makes of it."""
    if isinstance(tree, Text):
        return change(tree)
    if isinstance(tree, Mapping):
        return {key: mapped(item, change) for key, item in tree.items()}
    if isinstance(tree, Sequence) and not isinstance(tree, str):
        return [mapped(item, change) for item in tree]
    return tree


def refs(tree: Tree) -> Iterator[Ref]:
    """Every gap of a tree, in order, repeated as often as it occurs."""
    if isinstance(tree, Text):
        yield from (part for part in tree.parts if isinstance(part, Ref))
    elif isinstance(tree, Mapping):
        for item in tree.values():
            yield from refs(item)
    elif isinstance(tree, Sequence) and not isinstance(tree, str):
        for item in tree:
            yield from refs(item)


def gapped(text: str, gaps: Mapping[str, Parts]) -> str | Text:
    """A text cut at every key of `gaps`; as it is where none occurs."""
    if not gaps:
        return text
    cut = re.split(f"({'|'.join(map(re.escape, sorted(gaps, key=len, reverse=True)))})", text)
    if len(cut) == 1:
        return text
    made = (gaps[part] if place % 2 else (part,) for place, part in enumerate(cut) if part)
    return Text(tuple(part for parts in made for part in parts))


def json_parts(tree: Tree, *, indent: int | None) -> Parts:
    """A tree as JSON text in ASCII, with gaps. What fills them must need no escape in JSON."""
    gaps: list[Ref] = []

    def marked(text: Text) -> str:
        made = []
        for part in text.parts:
            if isinstance(part, Ref):
                made.append(f"\0insightctl-gap-{len(gaps)}\0")
                gaps.append(part)
            else:
                made.append(part)
        return "".join(made)

    separators = (",", ":") if indent is None else (",", ": ")
    # ASCII: CloudFormation keeps other characters of a template as question marks in what it shows (GetTemplate)
    text = json.dumps(mapped(tree, marked), indent=indent, separators=separators).replace("\x7f", "\\u007f")
    cut = _MARK.split(text)
    return tuple(gaps[int(part)] if place % 2 else part for place, part in enumerate(cut) if part)


def escaped(text: str) -> str:
    """The inside of a string in double quotes, in ASCII: in Python, and in HCL but for `${` and `%{`."""
    return re.sub(r'[\\"]|[^\x20-\x7e]', lambda match: _SHORT.get(match[0]) or _code(ord(match[0])), text)


def _code(point: int) -> str:
    return f"\\u{point:04x}" if point <= 0xFFFF else f"\\U{point:08x}"
