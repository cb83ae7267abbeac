"""Which parameters of a query file can be the service's own `{{name}}`, and which have to be frozen.

A parameter is the service's own when its value only ever goes into the text as it is: `{{ bin }}`. What a template
decides by a value (`{% if by == ... %}`), CloudWatch cannot decide; there the text is that of the default.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from insightctl.library.literals import literal
from insightctl.library.spec import Param, QuerySpec

if TYPE_CHECKING:
    from jinja2 import nodes

_SERVICE_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]{0,127}")  # botocore's model, QueryParameterName
_SLOT = "insightctl slot "
_FILLED_SLOT = re.compile(rf"`{_SLOT}([a-zA-Z_][a-zA-Z0-9_]*)`")


@dataclass(frozen=True, slots=True)
class Frozen:
    """A parameter that the saved query does not have: its value (None: left out) and why."""

    name: str
    value: str | None
    reason: str

    def __str__(self) -> str:
        stays = "is left out" if self.value is None else f"stays {self.value}"
        return f"{self.name} {stays}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Slotted:
    """A query's text with `{{name}}` for each of the `own` parameters, and those that are frozen in it."""

    text: str
    own: tuple[Param, ...]
    frozen: tuple[Frozen, ...]


def slotted(spec: QuerySpec) -> Slotted:
    """The text of a query as the service would fill it in. Raises UsageError for a template that does not render."""
    from insightctl.library.rendering import render

    uses = _uses(spec.template, spec.root)
    reasons = {param.name: _reason(param, uses) for param in spec.params}
    own = [param for param in spec.params if reasons[param.name] is None]
    # A field with such a name goes into a text in back-ticks: that marks the places of the values, and nothing else has it.
    slots = {param.name: f"{_SLOT}{param.name}" for param in own}
    params = tuple(Param(p.name, "field", p.help) if p.name in slots else p for p in spec.params)
    text = _FILLED_SLOT.sub(r"{{\1}}", render(replace(spec, params=params), slots))
    used = set(re.findall(r"\{\{(\w+)\}\}", text))
    unused = [p for p in own if p.name not in used]
    frozen = [Frozen(p.name, p.default, reason) for p in spec.params if (reason := reasons[p.name])]
    frozen += [Frozen(p.name, p.default, "it is not in the text then") for p in unused]
    return Slotted(text, tuple(p for p in own if p.name in used), tuple(frozen))


def default_literal(param: Param) -> str | None:
    """The default as the service gets it: written as in a query, so that a text cannot be taken for a number."""
    return None if param.default is None else literal(param, param.default).text


@dataclass(frozen=True, slots=True)
class _Uses:
    """How a template uses names: asked whether they are there, and in any other way than to insert them."""

    asked: frozenset[str]
    other: frozenset[str]
    everything: bool


def _reason(param: Param, uses: _Uses) -> str | None:
    """Why a parameter cannot be the service's own; None when it can."""
    if not _SERVICE_NAME.fullmatch(param.name):
        return "the service takes letters, digits and _ in a parameter's name"
    if uses.everything or param.name in uses.other:
        return "the template decides by its value, which the service cannot"
    if param.name in uses.asked and param.default is None:
        return "it is optional, and the service cannot leave a parameter out of a text"
    if param.type == "field" and param.default is not None:
        return "its default is a field, and the service takes a default for a text"
    return None


def _uses(template: str, root: Traversable | None) -> _Uses:
    from jinja2 import Environment, TemplateSyntaxError

    from insightctl.library.rendering import piece

    asked: set[str] = set()
    other: set[str] = set()
    everything = False
    environment = Environment()  # noqa: S701 (only parses)
    seen: set[str] = set()

    def read(source: str, *, opaque: bool) -> None:
        nonlocal everything
        try:
            tree = environment.parse(source)
        except TemplateSyntaxError:  # rendering says it, with its place
            return
        for kind, name in _walk(tree, opaque):
            match kind:
                case "asked":
                    asked.add(name)
                case "other":
                    other.add(name)
                case "everything":
                    everything = True
                case _:
                    if (key := f"{kind} {name}") not in seen:
                        seen.add(key)
                        file = piece(name, root)
                        if file is not None:
                            read(file.read_text("utf-8"), opaque=kind == "include opaque")

    read(template, opaque=False)
    return _Uses(frozenset(asked), frozenset(other), everything)


def _walk(node: nodes.Node, opaque: bool) -> Iterator[tuple[str, str]]:
    """Uses as (kind, name). `opaque`: inside what keeps an output for later, where inserting is not all there is."""
    from jinja2 import nodes

    match node:
        case nodes.Name():
            yield "other", node.name
            return
        case nodes.Test(node=nodes.Name(name=name), name="none" | "defined"):
            yield "asked", name
            return
        case nodes.Include(template=nodes.Const(value=str(path))):
            yield ("include opaque" if opaque else "include"), path
            return
        case nodes.Include() | nodes.Import() | nodes.FromImport() | nodes.Extends():
            yield "everything", ""
            return
        case nodes.Output() if not opaque:
            for inserted in node.nodes:
                if not isinstance(inserted, nodes.Name):
                    yield from _walk(inserted, opaque)
            return
        case nodes.AssignBlock() | nodes.FilterBlock() | nodes.CallBlock() | nodes.Macro() | nodes.Block():
            opaque = True
    for child in node.iter_child_nodes():
        yield from _walk(child, opaque)
