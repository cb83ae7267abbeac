"""Dashboards as files: definition -> body, checked before it is deployed, compared by meaning.

    dashboard = load_file(Path("dashboards/lambda-service.toml"))
    built = build(dashboard, Scope(("checkout",), "eu-west-1"), library_queries)
    problems = validate(built.body)
    changes = diff(current_body, built.body)

`load` reads a file into the model, `fanout` repeats what is for each function, `layout` puts the widgets on the grid,
`properties` and `body` write what CloudWatch takes, `rules` knows what it refuses, `diff` says what would change,
`deploy` does it and looks again. Most names are imported when they are asked for.
"""

from __future__ import annotations

import sys
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from insightctl.dashboards.alarms import NamedAlarm, named_alarms
    from insightctl.dashboards.body import Built, Scope, build
    from insightctl.dashboards.catalogue import find, names
    from insightctl.dashboards.diff import Change, Diff, FieldChange, diff
    from insightctl.dashboards.load import load_file, load_text
    from insightctl.dashboards.model import Dashboard, Marker
    from insightctl.dashboards.problem import Problem
    from insightctl.dashboards.queries import Queries, RenderedQuery, library_queries
    from insightctl.dashboards.validate import validate

_HOMES = {
    "alarms": ("NamedAlarm", "named_alarms"),
    "body": ("Built", "Scope", "build"),
    "catalogue": ("find", "names"),
    "diff": ("Change", "Diff", "FieldChange", "diff"),
    "load": ("load_file", "load_text"),
    "model": ("Dashboard", "Marker"),
    "problem": ("Problem",),
    "queries": ("Queries", "RenderedQuery", "library_queries"),
    "validate": ("validate",),
}

__all__ = [
    "Built",
    "Change",
    "Dashboard",
    "Diff",
    "FieldChange",
    "Marker",
    "NamedAlarm",
    "Problem",
    "Queries",
    "RenderedQuery",
    "Scope",
    "build",
    "diff",
    "find",
    "library_queries",
    "load_file",
    "load_text",
    "named_alarms",
    "names",
    "validate",
]


class _Package(ModuleType):
    """`diff` and `validate` are functions and the modules that hold them: here the names are the functions'."""

    def __setattr__(self, name: str, value: object) -> None:
        is_both = name in ("diff", "validate") and isinstance(value, ModuleType)
        super().__setattr__(name, getattr(value, name, value) if is_both else value)


sys.modules[__name__].__class__ = _Package


def __getattr__(name: str) -> object:
    """What a module of this package defines. Raises AttributeError for anything else."""
    from importlib import import_module

    for module, defined in _HOMES.items():
        if name in defined:
            return getattr(import_module(f"insightctl.dashboards.{module}"), name)
    raise AttributeError(name)
