"""Dashboards as files: definition -> body, checked before it is deployed, compared by meaning.

    dashboard = load_file(Path("dashboards/lambda-service.toml"))
    built = build(dashboard, Scope(("checkout",), "eu-west-1"), library_queries)
    problems = validate(built.body)
    changes = diff(current_body, built.body)

`load` reads a file into the model, `layout` puts the widgets on the grid, `body` writes what CloudWatch takes, `rules`
knows what it refuses, `diff` says what would change, `deploy` does it and looks again.
"""

from insightctl.dashboards.body import Built, Scope, build
from insightctl.dashboards.catalogue import find, names
from insightctl.dashboards.diff import Change, Diff, FieldChange, diff
from insightctl.dashboards.load import load_file, load_text
from insightctl.dashboards.model import Dashboard, Marker
from insightctl.dashboards.problem import Problem
from insightctl.dashboards.queries import Queries, RenderedQuery, library_queries
from insightctl.dashboards.validate import validate

__all__ = [
    "Built",
    "Change",
    "Dashboard",
    "Diff",
    "FieldChange",
    "Marker",
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
    "names",
    "validate",
]
