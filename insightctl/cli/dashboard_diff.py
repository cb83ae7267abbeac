"""`insightctl dashboard diff`: what deploying would change."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from insightctl.cli import dashboard_setup as setup
from insightctl.cli import options as o
from insightctl.cli.dashboard_queries import Libraries
from insightctl.cli.markers_option import DeploymentMarkers


def diff_(
    definition: setup.Definition,
    function: setup.Functions = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="FILE.json", help="A body in a file instead of the live one.")
    ] = None,
    name: setup.Name = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: setup.Markers = None,
    markers: DeploymentMarkers = None,
    library: Libraries = None,
    output: setup.Format = "text",
) -> None:
    """Say what deploying would change, widget by widget: in the live dashboard, or in a body in a file.

    Example: insightctl dashboard diff lambda-service -f checkout --against body.json
    """
    from insightctl.dashboards import diff
    from insightctl.dashboards.deploy import read
    from insightctl.dashboards.diff_text import diff_json
    from insightctl.dashboards.live.history import check_name
    from insightctl.render import safe

    as_json = setup.wants_json(output)
    live = setup.live_at(profile, region)
    marking = setup.Marking(tuple(marker or ()), markers)
    built, dashboard = setup.built_of(definition, function, live, marking, library or ())
    if against:
        before: dict[str, object] | None = setup.body_of(against)
    else:
        wanted = check_name(name or dashboard.name)
        before = live.ask(lambda client: read(client, wanted))
    changes = diff(before or {"widgets": []}, built.body)
    if as_json:
        print(safe.json_text(diff_json(changes)))
    else:
        setup.show(changes)
