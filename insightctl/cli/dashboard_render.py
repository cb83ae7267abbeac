"""`insightctl dashboard render`: a definition into the JSON that CloudWatch takes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from insightctl.cli import dashboard_setup as setup
from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.dashboard_queries import Libraries
from insightctl.cli.markers_option import DeploymentMarkers
from insightctl.core.errors import UsageError


def render(
    definition: Annotated[
        str | None, typer.Argument(metavar="NAME|FILE", help="A dashboard of insightctl, or a .toml file.")
    ] = None,
    function: setup.Functions = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: setup.Markers = None,
    markers: DeploymentMarkers = None,
    library: Libraries = None,
    out: o.OutFile = None,
    watch: Annotated[
        Path | None,
        typer.Option(
            "--watch", metavar="DIR", help="Render every definition of a folder, and again on save, into --out DIR."
        ),
    ] = None,
) -> None:
    """Write the body of a dashboard: the JSON that CloudWatch takes.

    Example: insightctl dashboard render lambda-service -f checkout --region eu-west-1 --out body.json

    Example: insightctl dashboard render --watch dashboards -f checkout --out bodies
    """

    def body(name: str) -> str:
        marked = setup.Marking(tuple(marker or ()), markers)
        return setup.rendered_of(name, function, setup.live_at(profile, region), marked, library or ()).text + "\n"

    if watch is not None:
        _render_on_save(watch, definition, out, body)
    elif definition is None:
        raise UsageError("which dashboard?", remedy="name one (insightctl dashboard list), or --watch DIR")
    elif out:
        terminal.write_file(Path(out), body(definition))
    else:
        from insightctl.render import safe

        print(safe.json_text(body(definition)), end="")


def _render_on_save(folder: Path, definition: str | None, out: str | None, body: Callable[[str], str]) -> None:
    from insightctl.cli.dashboard_watch import on_save

    if definition is not None or out is None:
        raise UsageError("--watch DIR renders all definitions of the folder", remedy="--watch DIR --out OTHER_DIR")
    target = Path(out)
    if not target.is_dir():
        raise UsageError(f"{target} is no folder", remedy=f"mkdir {target}")

    def step(file: Path) -> None:
        terminal.write_file(target / f"{file.stem}.json", body(str(file)))
        print(f"rendered {target / file.stem}.json", flush=True)

    on_save(folder, step)
