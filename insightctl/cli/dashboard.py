"""`insightctl dashboard`: definitions into CloudWatch dashboards."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.dashboard_lint import lint
from insightctl.core.errors import InsightctlError, UsageError

if TYPE_CHECKING:
    from insightctl.dashboards import Built, Dashboard, Diff
    from insightctl.dashboards.client import Live
    from insightctl.dashboards.deploy import Outcome, Plan

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    no_args_is_help=True,
    help="CloudWatch dashboards: list, show, render, diff, deploy.",
)

Definition = Annotated[str, typer.Argument(metavar="NAME|FILE", help="A dashboard of insightctl, or a .toml file.")]
Functions = Annotated[
    list[str] | None, typer.Option("--function", "-f", metavar="NAME", help="Lambda function. Repeatable.")
]
Markers = Annotated[
    list[str] | None,
    typer.Option(
        "--marker",
        metavar="LABEL=TIME",
        help="A vertical line on every metric widget, such as 'v42=2026-11-23T10:00:00Z' or v42=3h. Repeatable.",
    ),
]
Name = Annotated[
    str | None, typer.Option("--name", help="The dashboard's name in CloudWatch. Default: that of the definition.")
]


@app.command("list")
def list_(
    output: Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text or json.")] = "text",
) -> None:
    """List the dashboards that come with insightctl.

    Example: insightctl dashboard list
    """
    from insightctl.dashboards import find, names

    dashboards = [find(name) for name in names()]
    if _wants_json(output):
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

    _print(outline(find(definition)))


@app.command()
def render(
    definition: Definition,
    function: Functions = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: Markers = None,
    out: o.OutFile = None,
) -> None:
    """Write the body of a dashboard: the JSON that CloudWatch takes.

    Example: insightctl dashboard render lambda-service -f checkout --region eu-west-1 --out body.json
    """
    built, _ = _built(definition, function, _live(profile, region), marker)
    _refuse(built)
    if out:
        terminal.write_file(Path(out), built.text + "\n")
    else:
        print(built.text)


@app.command("diff")
def diff_(
    definition: Definition,
    function: Functions = None,
    against: Annotated[
        Path | None, typer.Option("--against", metavar="FILE.json", help="A body in a file instead of the live one.")
    ] = None,
    name: Name = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: Markers = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text or json.")] = "text",
) -> None:
    """Say what deploying would change, widget by widget: in the live dashboard, or in a body in a file.

    Example: insightctl dashboard diff lambda-service -f checkout --against body.json
    """
    from insightctl.dashboards import diff
    from insightctl.dashboards.deploy import plan
    from insightctl.dashboards.diff_text import diff_json
    from insightctl.render import safe

    as_json = _wants_json(output)
    live = _live(profile, region)
    built, dashboard = _built(definition, function, live, marker)
    changes = (
        diff(_body_of(against), built.body)
        if against
        else live.ask(lambda client: plan(client, name or dashboard.name, built.body)).changes
    )
    if as_json:
        print(safe.json_text(diff_json(changes)))
    else:
        _show(changes)


@app.command()
def deploy(
    definition: Definition,
    function: Functions = None,
    name: Name = None,
    region: o.Region = None,
    profile: o.Profile = None,
    marker: Markers = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would change; change nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
) -> None:
    """Check a dashboard, show what changes, put it into CloudWatch and read it back.

    Example: insightctl dashboard deploy lambda-service -f checkout --region eu-west-1
    """
    from insightctl.dashboards.client import console_url
    from insightctl.dashboards.deploy import plan, put

    live = _live(profile, region)
    built, dashboard = _built(definition, function, live, marker)
    _refuse(built)
    planned = live.ask(lambda client: plan(client, name or dashboard.name, built.body))
    _show(planned.changes)
    if planned.is_done:
        print(f"dashboard {planned.name} is up to date")
    elif dry_run:
        print(f"dry run: dashboard {planned.name} was not {'changed' if planned.current else 'made'}")
    else:
        _consent(planned, yes=yes)
        _report(live.ask(lambda client: put(client, planned)), planned.name)
        print(f"deployed {planned.name}: {console_url(planned.name, live.region())}")


app.command()(lint)


def _live(profile: str | None, region: str | None) -> Live:
    from insightctl.cloud.session import Access
    from insightctl.dashboards.client import Live

    return Live(Access(profile, region))


def _built(
    definition: str, functions: list[str] | None, live: Live, markers: list[str] | None
) -> tuple[Built, Dashboard]:
    from insightctl.dashboards import Scope, build, find, library_queries
    from insightctl.dashboards.markers import parse_marker

    dashboard = find(definition)
    now = datetime.now(UTC)
    marked = tuple(parse_marker(text, now=now) for text in markers or ())
    built = build(dashboard, Scope(tuple(functions or ()), live.region(), marked), library_queries)
    for note in built.notes:
        terminal.warn(note)
    return built, dashboard


def _refuse(built: Built) -> None:
    """Show the findings of a body. Raises UsageError when CloudWatch would refuse it."""
    from insightctl.dashboards.lint import lint_body

    findings = [finding for finding in lint_body(built.text) if finding.severity != "info"]
    for finding in findings:
        terminal.warn(f"{finding.path}: {finding.message} ({finding.code})")
    if errors := [finding for finding in findings if finding.severity == "error"]:
        raise UsageError("CloudWatch would refuse this dashboard", where=errors[0].path, remedy=errors[0].message)


def _body_of(file: Path) -> dict[str, object]:
    from insightctl.dashboards.deploy import parse_body

    try:
        return parse_body(file.read_text(encoding="utf-8"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read {file}", remedy="name a file with a dashboard body in JSON") from error


def _consent(planned: Plan, *, yes: bool) -> None:
    """Ask before something that exists is changed. Raises UsageError where nobody can be asked."""
    if yes or not planned.needs_consent:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            f"dashboard {planned.name} exists and would change, and there is no terminal to ask",
            remedy="pass --yes to change it, or --dry-run to see what would change",
        )
    if not typer.confirm(f"change dashboard {planned.name}?"):
        print("nothing was changed")
        raise typer.Exit(1)


def _report(outcome: Outcome, name: str) -> None:
    for message in outcome.messages:
        terminal.warn(f"CloudWatch says: {message}")
    if outcome.differs:
        _show(outcome.differs)
        raise InsightctlError(
            f"dashboard {name} was put, but CloudWatch kept something else (above)", remedy="see it in the console"
        )


def _show(changes: Diff) -> None:
    from insightctl.dashboards.diff_text import diff_text

    _print(diff_text(changes))


def _print(text: str) -> None:
    """A live body was written by others: nothing in it may reach the terminal raw."""
    from insightctl.render import safe

    print(safe.text(text))


def _wants_json(output: str) -> bool:
    if output not in ("text", "json"):
        raise UsageError(f"there is no format '{output}' here", remedy="-o text or -o json")
    return output == "json"
