"""`insightctl dashboard`: definitions into CloudWatch dashboards."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from insightctl.cli import dashboard_setup as setup
from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.dashboard_deploy import delete, deploy, rollback
from insightctl.cli.dashboard_history import history, pull
from insightctl.cli.dashboard_lint import lint
from insightctl.cli.dashboard_preview import preview
from insightctl.core.errors import UsageError

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="CloudWatch dashboards: list, show, render, lint, diff, deploy, pull, history, rollback, delete.",
)

Definition = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A dashboard of insightctl, or a .toml file.")]


@app.command("list")
def list_(output: setup.Format = "text") -> None:
    """List the dashboards that come with insightctl.

    Example: insightctl dashboard list
    """
    from insightctl.dashboards import find, names

    dashboards = [find(name) for name in names()]
    if setup.wants_json(output):
        records = [{"name": each.name, "title": each.title, "widgets": each.widget_count} for each in dashboards]
        print(json.dumps({"schema": 1, "dashboards": records}, indent=2, ensure_ascii=False))
        return
    wide = max((len(each.name) for each in dashboards), default=0)
    for each in dashboards:
        print(f"{each.name:<{wide}}  {each.title} ({each.widget_count} widgets)")
    print("\nSee one: insightctl dashboard show NAME; its body: insightctl dashboard render NAME -f FUNCTION")


@app.command()
def show(definition: Definition) -> None:
    """Show what is on a dashboard: its rows and widgets.

    Example: insightctl dashboard show lambda-service
    """
    from insightctl.dashboards import find
    from insightctl.dashboards.outline import outline

    setup.print_safe(outline(find(definition)))


@app.command()
def render(
    definition: Annotated[
        str | None, typer.Argument(metavar="NAME|FILE", help="A dashboard of insightctl, or a .toml file.")
    ] = None,
    function: setup.Functions = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: setup.Markers = None,
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
        built, _ = setup.built_of(name, function, setup.live_at(profile, region), marker)
        setup.refuse_wrong(built.text)
        return built.text + "\n"

    if watch is not None:
        _render_on_save(watch, definition, out, body)
    elif definition is None:
        raise UsageError("which dashboard?", remedy="name one (insightctl dashboard list), or --watch DIR")
    elif out:
        terminal.write_file(Path(out), body(definition))
    else:
        print(body(definition), end="")


@app.command("diff")
def diff_(
    definition: Definition,
    function: setup.Functions = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="FILE.json", help="A body in a file instead of the live one.")
    ] = None,
    name: setup.Name = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: setup.Markers = None,
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
    built, dashboard = setup.built_of(definition, function, live, marker)
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


app.command()(deploy)
app.command()(pull)
app.command()(history)
app.command()(rollback)
app.command()(delete)
app.command()(lint)
app.command()(preview)
