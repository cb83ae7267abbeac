"""Template and parameters to query text. Everything that a parameter inserts is a literal of its type."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
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
        text = _environment().from_string(spec.template).render(values(spec, params or {}))
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
            known = ", ".join(f"--{p.name}" for p in spec.params) or "none"
            raise UsageError(f"'{spec.name}' has no parameter '{name}'", remedy=f"its parameters: {known}")
    given = {p.name: params.get(p.name, p.default) for p in spec.params}
    return {p.name: None if (v := given[p.name]) is None else literal(p, v) for p in spec.params}


def _only_literals(value: object) -> object:
    """Jinja calls it for each `{{ }}`: only literals made for the language get into a query."""
    if isinstance(value, Literal):
        return value.text
    raise UsageError(f"a template may insert parameters only, not {value!r}")


@cache
def _environment() -> Environment:
    from jinja2 import BaseLoader, StrictUndefined, TemplateNotFound
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    class Views(BaseLoader):
        def get_source(self, environment: Environment, template: str) -> tuple[str, str, None]:  # noqa: ARG002
            file = data_files("queries").joinpath(*template.split("/"))
            if ".." in template or not file.is_file():
                raise TemplateNotFound(template)
            return file.read_text("utf-8"), template, None

    return ImmutableSandboxedEnvironment(
        loader=Views(),
        undefined=StrictUndefined,
        finalize=_only_literals,
        keep_trailing_newline=False,
        autoescape=False,
    )
