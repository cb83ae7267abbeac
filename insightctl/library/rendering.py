"""Template and parameters to query text. Everything that a parameter inserts is a literal of its type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from insightctl.core.errors import UsageError
from insightctl.library.data import data_files
from insightctl.library.literals import Literal, literal
from insightctl.library.spec import QuerySpec

if TYPE_CHECKING:
    from jinja2 import Environment

MAX_CHARACTERS = 10_000


def render(spec: QuerySpec, params: Mapping[str, str] | None = None) -> str:
    """The query's text, its comments kept. Raises UsageError for unknown or wrong parameters and broken templates."""
    from jinja2 import TemplateError

    try:
        text = (
            (_environment(spec.root) if spec.root else _shipped())
            .from_string(spec.template)
            .render(values(spec, params or {}))
        )
    except _NoValue:
        raise _wanted(spec, params or {}) from None
    except TemplateError as error:
        line = getattr(error, "lineno", None)
        where = f"{spec.file}:{spec.first_line + line - 1}" if line else spec.file
        raise UsageError(f"the template does not render: {error}", where=where) from None
    lines = [line.rstrip() for line in text.split("\n")]
    return re.sub(r"\n{2,}", "\n", "\n".join(lines)).strip() + "\n"


def values(spec: QuerySpec, params: Mapping[str, str]) -> dict[str, Literal | None]:
    """Every parameter as a literal: given, else its default, else None. Raises UsageError."""
    for name in params:
        if spec.param(name) is None:
            known = ", ".join(p.option for p in spec.params) or "none"
            raise UsageError(f"'{spec.name}' has no parameter '{name}'", remedy=f"its parameters: {known}")
    given = {p.name: params.get(p.name, p.default) for p in spec.params}
    if any(p.required and given[p.name] is None for p in spec.params):
        raise _wanted(spec, params)
    return {p.name: None if (v := given[p.name]) is None else literal(p, v) for p in spec.params}


class _NoValue(Exception):
    """A template inserts a parameter that has no value."""


def _wanted(spec: QuerySpec, params: Mapping[str, str]) -> UsageError:
    """What to say when a parameter without a default was not given and is needed."""
    missing = [p for p in spec.params if p.name not in params and p.default is None]
    inserted = [p for p in missing if re.search(r"\{\{-?\s*" + p.name + r"\b", spec.template)]
    first = next((p for p in missing if p.required), None) or next(iter(inserted or missing), None)
    if first is None:
        return UsageError("a template may insert parameters only, not None", where=spec.file)
    example = first.choices[0] if first.choices else first.type.upper()
    return UsageError(
        f"'{spec.name}' wants {first.option}",
        where=first.place,
        remedy=f"{first.help or first.type}: insightctl query {spec.name} {first.option} {example}",
    )


def _only_literals(value: object) -> object:
    """Jinja calls it for each `{{ }}`: only literals made for the language get into a query."""
    if isinstance(value, Literal):
        return value.text
    if value is None:
        raise _NoValue
    from jinja2 import Undefined

    if isinstance(value, Undefined):
        str(value)  # it raises, with the name
    raise UsageError(f"a template may insert parameters only, not {value!r}")


def piece(name: str, root: Traversable | None) -> Traversable | None:
    """The file that a template includes by this name: of the library at `root`, else the shipped one; None without one."""
    if ".." in name:
        return None
    for shelf in (root, data_files("queries")):
        file = shelf.joinpath(*name.split("/")) if shelf is not None else None
        if file is not None and file.is_file():
            return file
    return None


@cache
def _shipped() -> Environment:
    return _environment(None)


def _environment(root: Traversable | None) -> Environment:
    from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Views(BaseLoader):
        def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:  # noqa: ARG002
            file = piece(template, root)
            if file is None:
                raise TemplateNotFound(template)
            return file.read_text("utf-8"), template, None

    return ImmutableSandboxedEnvironment(
        loader=Views(),
        undefined=StrictUndefined,
        finalize=_only_literals,
        keep_trailing_newline=False,
        autoescape=False,
    )
