"""`insightctl dashboard deploy`, `rollback` and `delete`: what changes a live dashboard."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import dashboard_setup as setup
from insightctl.cli import options as o
from insightctl.cli.dashboard_queries import Libraries
from insightctl.cli.markers_option import DeploymentMarkers
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.dashboards.client import Live
    from insightctl.dashboards.deploy import Plan
    from insightctl.dashboards.live.history import History

DryRun = Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")]
Force = Annotated[bool, typer.Option("--force", help="Overwrite what somebody else changed since; it is kept.")]


def deploy(
    definition: Annotated[
        str | None, typer.Argument(metavar="NAME|FILE", help="A dashboard of insightctl, or a .toml file.")
    ] = None,
    function: setup.Functions = None,
    name: setup.Name = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: setup.Markers = None,
    markers: DeploymentMarkers = None,
    library: Libraries = None,
    refreshes: Annotated[
        int, typer.Option("--refreshes", min=0, metavar="N", help="Openings and refreshes a day, for the cost.")
    ] = 20,
    dry_run: DryRun = False,
    yes: setup.Yes = False,
    force: Force = False,
    watch: Annotated[
        Path | None,
        typer.Option("--watch", metavar="DIR", help="Deploy every definition of a folder, and again on save."),
    ] = None,
) -> None:
    """Check a dashboard, show what changes and what it costs, put it into CloudWatch and read it back.

    What it replaces is kept (see history and rollback). Refuses when somebody else changed it since, without --force.

    Example: insightctl dashboard deploy lambda-service -f checkout --region eu-west-1
    """
    from insightctl.dashboards.deploy import parse_body

    live = setup.live_at(profile, region)

    def step(wanted: str) -> None:
        marking = setup.Marking(tuple(marker or ()), markers)
        made = setup.rendered_of(wanted, function, live, marking, library or ())
        body = parse_body(made.text, wanted)
        _deploy(live, body, name or made.name, refreshes, dry_run=dry_run, yes=yes, force=force)

    if watch is not None:
        from insightctl.cli.dashboard_watch import on_save

        if definition is not None or name is not None:
            raise UsageError("--watch DIR deploys all definitions of the folder", remedy="leave NAME and --name out")
        on_save(watch, lambda file: step(str(file)))
    elif definition is None:
        raise UsageError("which dashboard?", remedy="name one (insightctl dashboard list), or --watch DIR")
    else:
        step(definition)


def rollback(
    name: setup.LiveName,
    to: Annotated[int | None, typer.Option("--to", metavar="N", help="A state of the history, by number.")] = None,
    region: o.Region = None,
    profile: o.Profile = None,
    dry_run: DryRun = False,
    yes: setup.Yes = False,
) -> None:
    """Put back what a dashboard was before, as the history on this machine has it. Can itself be rolled back.

    Example: insightctl dashboard rollback lambda-service --to 3
    """
    from dataclasses import replace

    from insightctl.cli.stdout import outlive_reader
    from insightctl.dashboards.deploy import plan, read
    from insightctl.dashboards.live.going_back import target

    outlive_reader()
    live = setup.live_at(profile, region)
    history = live.history(name)
    goal = target(name, live.ask(lambda client: read(client, name)), history.entries(), to)
    body = goal.body or {}
    planned = replace(live.ask(lambda client: plan(client, name, body, history)), of=goal.number)
    setup.show_drift(planned)
    setup.show(planned.changes)
    if planned.is_done:
        print(f"dashboard {name} is that already (state {goal.number})")
        return
    what = f"dashboard {name} would go back to state {goal.number} ({goal.action} {goal.at:%Y-%m-%d %H:%M} UTC)"
    if dry_run:
        print(f"dry run: {what}")
        return
    setup.consent(f"{what}. Do it?", yes=yes, what=what)
    _put(live, planned, history)
    print(f"rolled {name} back to state {goal.number}")


def delete(
    name: setup.LiveName,
    region: o.Region = None,
    profile: o.Profile = None,
    yes: setup.Yes = False,
) -> None:
    """Delete a live dashboard. Its last body is kept on this machine; rollback brings it back.

    Example: insightctl dashboard delete lambda-service
    """
    from insightctl.dashboards import deploy as deployment

    live = setup.live_at(profile, region)
    history = live.history(name)
    planned = live.ask(lambda client: deployment.plan(client, name, {"widgets": []}, history))
    if planned.current is None:
        raise UsageError(f"there is no dashboard '{name}' in CloudWatch", remedy="aws cloudwatch list-dashboards")
    setup.show_drift(planned)
    widgets = planned.current.get("widgets")
    what = f"dashboard {name} ({len(widgets) if isinstance(widgets, list) else 0} widgets) would be deleted"
    setup.consent(f"{what}. Do it?", yes=yes, what=what)
    live.ask(lambda client: deployment.delete(client, planned, history, setup.author()))
    print(f"deleted {name}; its last body is kept: insightctl dashboard rollback {name} brings it back")


def _deploy(
    live: Live, body: dict[str, object], name: str, refreshes: int, *, dry_run: bool, yes: bool, force: bool
) -> None:
    from insightctl.cli.stdout import outlive_reader
    from insightctl.dashboards.client import console_url
    from insightctl.dashboards.deploy import plan, refuse_drift
    from insightctl.dashboards.live.cost import cost, cost_text

    outlive_reader()
    history = live.history(name)
    planned = live.ask(lambda client: plan(client, name, body, history))
    setup.show_drift(planned)
    setup.show(planned.changes)
    if planned.is_done:
        print(f"dashboard {name} is up to date")
        return
    for line in cost_text(cost(live, body, is_new=planned.current is None, refreshes=refreshes)):
        setup.print_safe(line)
    if dry_run:
        print(f"dry run: dashboard {name} was not {'changed' if planned.current else 'made'}")
        return
    if not force:
        refuse_drift(planned)
    if planned.needs_consent:
        setup.consent(f"change dashboard {name}?", yes=yes, what=f"dashboard {name} exists and would change")
    _put(live, planned, history)
    print(f"deployed {name}: {console_url(name, live.region())}")


def _put(live: Live, planned: Plan, history: History) -> None:
    from insightctl.dashboards.deploy import put

    setup.report(live.ask(lambda client: put(client, planned, history, setup.author())), planned.name)
