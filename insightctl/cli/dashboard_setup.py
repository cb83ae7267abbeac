"""What the commands of `insightctl dashboard` share: options, definitions into bodies, and how changes are shown."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from insightctl.cli import terminal
from insightctl.core.errors import Interrupted, UsageError

if TYPE_CHECKING:
    from insightctl.dashboards import Built, Dashboard, Diff, Marker
    from insightctl.dashboards.client import Live
    from insightctl.dashboards.deploy import Author, Outcome, Plan
    from insightctl.dashboards.kept import Rendered, Said

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
LiveName = Annotated[str, typer.Argument(metavar="NAME", help="The dashboard's name in CloudWatch.")]
Format = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text or json.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def live_at(profile: str | None, region: str | None) -> Live:
    """CloudWatch in an account and region."""
    from insightctl.cloud.session import Access
    from insightctl.dashboards.client import Live

    return Live(Access(profile, region))


class Marking(NamedTuple):
    """Which vertical lines are drawn: `typed` ones, and the deployments `since` a time (--markers)."""

    typed: tuple[str, ...] = ()
    since: str | None = None

    def of(self, definition: str, functions: Sequence[str], live: Live) -> tuple[Marker, ...]:
        """The typed markers, then the deployments. Raises UsageError, CloudError."""
        typed = self.typed_markers()
        if self.since is None:
            return typed
        self.check_since()
        from insightctl.cli.markers_option import markers_for
        from insightctl.dashboards.catalogue import find

        return typed + markers_for(functions or find(definition).functions, live.access, self.since)

    def check_since(self) -> None:
        """Raises UsageError for a time that is none, by the name of the option."""
        if self.since is not None:
            from insightctl.core.time import parse_moment

            parse_moment(self.since, now=datetime.now(UTC), option="--markers")

    def typed_markers(self) -> tuple[Marker, ...]:
        """Those of --marker. Raises UsageError."""
        if not self.typed:
            return ()
        from insightctl.dashboards.markers import parse_marker

        now = datetime.now(UTC)
        return tuple(parse_marker(text, now=now) for text in self.typed)


def built_of(
    definition: str, functions: list[str] | None, live: Live, marking: Marking, libraries: Sequence[str] = ()
) -> tuple[Built, Dashboard]:
    """The body of a definition, and the definition; what is odd about it as warnings. Raises UsageError."""
    from insightctl.cli.dashboard_queries import queries_of
    from insightctl.dashboards import Scope, build, find

    dashboard = find(definition)
    named = tuple(functions or ())
    marked = marking.of(definition, named, live) if any(marking) else ()
    account = live.account_id() if dashboard.needs_account else None
    queries = queries_of(libraries)
    built = build(dashboard, Scope(named, live.region(), marked, account), queries)
    for note in (*built.notes, *queries.notes):
        terminal.warn(note)
    return built, dashboard


def rendered_of(
    definition: str, functions: list[str] | None, live: Live, marking: Marking, libraries: Sequence[str] = ()
) -> Rendered:
    """The body of a definition, checked. What is odd about it and what the lint finds are warnings.

    Raises UsageError when CloudWatch would refuse it.
    """
    from insightctl.cli.dashboard_queries import own_queries
    from insightctl.dashboards.rendering import needs_account, rendered

    named = tuple(functions or ())
    marked = (
        tuple((each.label, each.at.isoformat(), each.function) for each in marking.of(definition, named, live))
        if any(marking)
        else ()
    )
    account = live.account_id() if needs_account(definition) else None
    made = rendered(definition, named, live.region(), marked, account, own=own_queries(libraries))
    for note in made.notes:
        terminal.warn(note)
    _refuse(made.findings)
    return made


def _refuse(findings: Iterable[Said]) -> None:
    """Show findings. Raises UsageError for the first error."""
    first: Said | None = None
    for finding in findings:
        terminal.warn(f"{finding.path}: {finding.message} ({finding.code})")
        if finding.severity == "error":
            first = first or finding
    if first:
        raise UsageError("CloudWatch would refuse this dashboard", where=first.path, remedy=first.message)


def body_of(file: Path) -> dict[str, object]:
    """The body in a JSON file. Raises UsageError."""
    from insightctl.dashboards.deploy import parse_body

    try:
        return parse_body(file.read_text(encoding="utf-8-sig"), str(file))
    except (OSError, UnicodeDecodeError) as error:
        reason = (error.strerror or str(error)).lower() if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"cannot read {file}: {reason}", remedy="name a file with a dashboard body in JSON") from error


def author() -> Author:
    """Who runs this, where and now."""
    import getpass
    import platform

    from insightctl.dashboards.deploy import Author

    try:
        user = getpass.getuser()
    except (OSError, KeyError):  # a container's user without a name
        user = "unknown"
    return Author(f"{user}@{platform.node() or 'unknown'}", datetime.now(UTC))


def consent(question: str, *, yes: bool, what: str) -> None:
    """Ask. `what` would be done.

    Raises UsageError where nobody can be asked, typer.Exit(1) for a no, Interrupted for Ctrl-C.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise UsageError(
            f"{what}, and there is no terminal to ask",
            remedy="pass --yes to do it",
        )
    try:
        agreed = typer.confirm(question)
    except typer.Abort:
        print()
        raise Interrupted("interrupted; nothing was changed") from None
    if not agreed:
        print("nothing was changed")
        raise typer.Exit(1)


def show_drift(planned: Plan) -> None:
    """What somebody else did to a dashboard since insightctl deployed it, or that nobody can tell."""
    found = planned.drift
    if found.verdict == "changed" and found.since is not None and found.last is not None:
        print_safe(
            f"dashboard {planned.name} was changed by somebody else since {found.last.by} deployed it "
            f"({found.last.at:%Y-%m-%d %H:%M} UTC):"
        )
        show(found.since)
        print("\nwhat would change now:")
    elif found.verdict == "changed":
        terminal.warn(
            f"dashboard {planned.name} was changed by somebody else since insightctl deployed it on another machine; "
            "what it was before is not known here"
        )
    elif found.verdict == "gone":
        terminal.warn(f"dashboard {planned.name} was deleted by somebody else since insightctl deployed it")
    elif found.verdict == "unknown" and planned.changes:
        terminal.warn(
            f"nothing says that insightctl ever deployed dashboard {planned.name} (no tag on it, no history on this "
            "machine): somebody may have made it by hand; what is there now is kept in the history"
        )


def report(outcome: Outcome, name: str) -> None:
    """What CloudWatch said. Raises InsightctlError when it kept something else than was sent."""
    from insightctl.core.errors import InsightctlError

    for message in outcome.messages:
        terminal.warn(f"CloudWatch says: {message}")
    for note in outcome.notes:
        terminal.warn(note)
    if outcome.differs:
        show(outcome.differs)
        raise InsightctlError(
            f"dashboard {name} was put, but CloudWatch kept something else (above)", remedy="see it in the console"
        )


def show(changes: Diff) -> None:
    """A diff for people."""
    from insightctl.dashboards.diff_text import diff_text

    print_safe(diff_text(changes))


def print_safe(text: str) -> None:
    """A live body was written by others: nothing in it may reach the terminal raw."""
    from insightctl.render import safe

    print(safe.text(text))


def wants_json(output: str) -> bool:
    """Whether -o asks for JSON. Raises UsageError for a format that is not there."""
    if output not in ("text", "json"):
        raise UsageError(f"there is no format '{output}' here", remedy="-o text or -o json")
    return output == "json"
