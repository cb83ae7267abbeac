"""Parameters of query files as options: with help, bounds, and the values that a shell completes."""

from __future__ import annotations

import inspect
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli.setup import When, Where, asked_range
from insightctl.core.errors import UsageError
from insightctl.library.defaults import PARTS, defaults

if TYPE_CHECKING:
    from insightctl.library import Param, QuerySpec

_LIKELY: Mapping[str, tuple[str, ...]] = {
    "duration": ("10s", "1m", "5m", "15m", "30m", "1h", "6h", "1d"),
    "field": ("function", "version", "@logStream", "@log", "level"),
}
"""Values that are often right, for completion, where a parameter has no choices."""


def parameters(spec: QuerySpec, taken: frozenset[str]) -> list[inspect.Parameter]:
    """The options of a query for Typer. Raises UsageError for one whose name a shared option has."""
    for param in spec.params:
        if param.name in taken:
            raise UsageError(
                f"the parameter '{param.name}' has the name of an option of every query",
                where=param.place,
                remedy="rename it in the file",
            )
    return [_parameter(param) for param in spec.params]


def _parameter(param: Param) -> inspect.Parameter:
    option = typer.Option(
        param.option, metavar=param.type.upper(), help=help_text(param), autocompletion=_completion(param)
    )
    return inspect.Parameter(
        param.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=Annotated[str | None, option]
    )


def help_text(param: Param) -> str:
    """The help of a parameter with what it takes and its default: "bucket size (default: range / 60)"."""
    notes = [f"one of {', '.join(param.choices)}"] if param.choices else []
    if param.min is not None and param.max is not None:
        notes.append(f"{param.min:g} to {param.max:g}")
    elif param.min is not None and param.item is None:
        notes.append(f"at least {param.min:g}")
    elif param.max is not None:
        notes.append(f"at most {param.max:g}")
    if param.follows_range:
        notes.append(f"default: the time range / {PARTS}, or {param.default} where it is not known")
    elif param.item is not None:
        notes.append(f"default: the list price of the region, in us-east-1 {param.default}")
    elif param.default is not None:
        notes.append(f"default {param.default}")
    elif param.required:
        notes.append("required")
    return param.help + (f" ({'; '.join(notes)})" if notes else "")


def _completion(param: Param) -> Callable[[str], list[str]]:
    offered = param.choices or _LIKELY.get(param.type, ())
    if param.default is not None and param.item is None:
        offered = tuple(dict.fromkeys((*offered, param.default)))

    def complete(incomplete: str) -> list[str]:
        return [value for value in offered if value.startswith(incomplete)]

    return complete


def filled(spec: QuerySpec, given: Mapping[str, str], where: Where, when: When) -> dict[str, str]:
    """What was given, and the values that follow the time range and the region. Raises UsageError."""
    if all(name in given or not (p.follows_range or p.item) for p in spec.params for name in (p.name,)):
        return dict(given)
    range_ = asked_range(where, when) if any(p.follows_range and p.name not in given for p in spec.params) else None
    found = defaults(spec, range_ms=range_.duration_ms if range_ else None)
    if any(p.item and p.name not in given for p in spec.params):
        found |= _prices(spec, where)
    return {**found, **given}


def _prices(spec: QuerySpec, where: Where) -> dict[str, str]:
    from insightctl.core.config import Config
    from insightctl.core.prices import REFERENCE

    config = Config.load(os.environ, Path.cwd())
    return defaults(spec, region=where.region or config.region or REFERENCE, prices=config.prices)
