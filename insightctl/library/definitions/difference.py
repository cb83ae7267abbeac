"""How a saved query differs from what is wanted, as a unified diff. Marks are left out: they differ always."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from insightctl.cloud.definitions import Definition
from insightctl.library.definitions.mark import unsigned


def unified(live: Definition | None, wanted: Definition, source: str) -> list[str]:
    """From what the account has to what is wanted, a line each; empty when they say the same."""
    before = [] if live is None else list(_lines(live))
    name = "/dev/null" if live is None else f"account: {live.name}"
    lines = difflib.unified_diff(before, list(_lines(wanted)), name, source, lineterm="")
    return list(lines)


def _lines(definition: Definition) -> Iterator[str]:
    """Text, parameters and log groups; what is not text stands in lines that cannot be a query's."""
    plain = unsigned(definition)
    yield from plain.text.split("\n")
    for parameter in plain.parameters:
        default = " without default" if parameter.default is None else f" = {parameter.default}"
        yield f":: parameter {parameter.name}{default}" + (
            f" ({parameter.description})" if parameter.description else ""
        )
    for group in plain.groups:
        yield f":: log group {group}"
    if plain.language != "CWLI":
        yield f":: language {plain.language}"
