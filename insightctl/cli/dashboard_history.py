"""`insightctl dashboard history` and `pull`: what a dashboard was, and any dashboard as a definition."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import dashboard_setup as setup
from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.core.errors import InsightctlError, UsageError

if TYPE_CHECKING:
    from insightctl.dashboards.live.history import Entry

_MOST_NUMBERS = 2


def history(
    name: setup.LiveName,
    numbers: Annotated[
        list[int] | None,
        typer.Argument(metavar="[N [M]]", help="One state: write its body; two: what changed from one to the other."),
    ] = None,
    region: o.Region = None,
    profile: o.Profile = None,
    out: o.OutFile = None,
    output: setup.Format = "text",
) -> None:
    """List what was deployed under a name, and what it replaced, as far as this machine knows; or show states.

    Example: insightctl dashboard history lambda-service

    Example: insightctl dashboard history lambda-service 3 5
    """
    from insightctl.dashboards.live.going_back import find

    as_json = setup.wants_json(output)
    if len(numbers or ()) > _MOST_NUMBERS:
        raise UsageError("history shows one state, or what changed between two", remedy=f"history {name} 3 5")
    if out and len(numbers or ()) != 1:
        raise UsageError("--out takes the body of one state", remedy=f"history {name} 3 --out body.json")
    entries = setup.live_at(profile, region).history(name).entries()
    chosen = [find(name, entries, number).body or {} for number in numbers or ()]
    if len(chosen) == 1:
        text = json.dumps(chosen[0], indent=2, ensure_ascii=False) + "\n"
        if out:
            terminal.write_file(Path(out), text)
        else:
            from insightctl.render import safe

            print(safe.json_text(text), end="")  # the same body, also behind a pipe
    elif chosen:
        _changes(chosen[0], chosen[1], as_json=as_json)
    elif as_json:
        print(json.dumps({"schema": 1, "dashboard": name, "states": [_record(entry) for entry in entries]}, indent=2))
    else:
        _list(name, entries)


def pull(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="The dashboard's name in CloudWatch.")] = None,
    from_: Annotated[
        Path | None, typer.Option("--from", metavar="BODY.json", help="A body in a file instead of a live one.")
    ] = None,
    region: o.Region = None,
    profile: o.Profile = None,
    out: o.OutFile = None,
) -> None:
    """Write any dashboard as a definition that renders the same body: to edit, review, deploy and roll back.

    Example: insightctl dashboard pull prod --out prod.toml

    Example: insightctl dashboard pull --from body.json --out mine.toml
    """
    from insightctl.dashboards.deploy import read
    from insightctl.dashboards.live.history import check_name
    from insightctl.dashboards.pull import definition

    if from_ is not None and name is None:
        body, called = setup.body_of(from_), from_.stem
    elif name is not None and from_ is None:
        wanted = check_name(name)
        found = setup.live_at(profile, region).ask(lambda client: read(client, wanted))
        if found is None:
            raise UsageError(f"there is no dashboard '{name}' in CloudWatch", remedy="aws cloudwatch list-dashboards")
        body, called = found, name
    else:
        raise UsageError("pull takes the name of a live dashboard, or --from BODY.json")
    text = definition(body, called)
    _same(text, body, called)
    if out:
        terminal.write_file(Path(out), text)
        if name is not None and Path(out).stem != name:  # a definition is deployed under the name of its file
            print(f"deploy it as {name}: insightctl dashboard deploy {out} --name {name}", file=sys.stderr)
    else:
        print(text.rstrip("\n"))  # what a terminal obeys is escaped in it already (`pull_toml`)


def _same(text: str, body: dict[str, object], name: str) -> None:
    """Raises InsightctlError when the definition does not render the same body."""
    from insightctl.dashboards import Scope, build, diff, library_queries, load_text

    again = build(load_text(text, name=name, file=f"{name}.toml"), Scope((), "us-east-1"), library_queries).body
    if changes := diff(body, again):
        setup.show(changes)
        raise InsightctlError("the definition would render another body (above)", remedy="please report this body")


def _changes(before: dict[str, object], after: dict[str, object], *, as_json: bool) -> None:
    from insightctl.dashboards import diff
    from insightctl.dashboards.diff_text import diff_json
    from insightctl.render import safe

    changes = diff(before, after)
    if as_json:
        print(safe.json_text(diff_json(changes)))
    else:
        setup.show(changes)


def _list(name: str, entries: Sequence[Entry]) -> None:
    if not entries:
        print(f"nothing of dashboard {name} is kept on this machine")
        return
    for entry in reversed(entries):
        of = f" to {entry.of}" if entry.of is not None else ""
        doubt = "" if entry.confirmed else "  (no answer came: it may not have happened)"
        widgets = "" if entry.body is None else f"{_widgets(entry)} widgets"
        line = (
            f"{entry.number:>4}  {entry.at:%Y-%m-%d %H:%M:%S} UTC  {entry.action + of:<17}  {widgets:>12}  {entry.by}"
        )
        setup.print_safe(line + doubt)
    print(
        f"\nSee one: insightctl dashboard history {name} N; what changed: history {name} N M; go back: rollback {name}"
    )


def _record(entry: Entry) -> dict[str, object]:
    from insightctl.core.time import iso

    return {
        "number": entry.number,
        "at": iso(entry.at),
        "action": entry.action,
        "by": entry.by,
        "confirmed": entry.confirmed,
        "of": entry.of,
        "widgets": None if entry.body is None else _widgets(entry),
    }


def _widgets(entry: Entry) -> int:
    widgets = entry.body.get("widgets") if entry.body else None
    return len(widgets) if isinstance(widgets, list) else 0
