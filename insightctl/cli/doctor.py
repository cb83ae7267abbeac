"""`insightctl doctor`: does what insightctl stands on work, and what to do where it does not."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import terminal
from insightctl.core.errors import UsageError
from insightctl.render import safe

if TYPE_CHECKING:
    from insightctl.cloud.doctor import Check, Question, Screen

_MARKS = {"ok": ("\x1b[32m", "ok"), "warning": ("\x1b[33m", "warning"), "problem": ("\x1b[31m", "PROBLEM")}
_MUST = ("query",)  # when no command is named: what all the rest of insightctl is of no use without
_COMMANDS = "Commands that have to work, such as query or dashboard deploy. Default: all that only read."


def doctor(
    commands: Annotated[list[str] | None, typer.Argument(metavar="[COMMAND]...", help=_COMMANDS)] = None,
    function: Annotated[
        str | None, typer.Option("--function", "-f", metavar="NAME", help="Function to try permissions on.")
    ] = None,
    dashboard: Annotated[
        str | None, typer.Option("--dashboard", metavar="NAME", help="Dashboard to try permissions on.")
    ] = None,
    output: Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text or json.")] = "text",
    profile: Annotated[str | None, typer.Option("--profile", help="AWS profile.")] = None,
    region: Annotated[str | None, typer.Option("--region", help="AWS region.")] = None,
) -> None:
    """Check identity, permissions, clock, quotas and this machine. Changes nothing; takes some seconds.

    The exit code is 1 when something that is required does not work.

    Example: insightctl doctor -f checkout

    Example: insightctl doctor dashboard deploy --dashboard lambda-service
    """
    from insightctl.cloud.doctor import State, examine, machine

    if output not in ("text", "json"):
        raise UsageError(f"-o {output}: no such format here", remedy="text or json")
    question = _question(commands or (), function, dashboard, profile, region)

    def checks() -> Iterator[Check]:
        yield from machine(_screen(), os.environ)
        yield from examine(question)

    with terminal.stoppable("nothing was changed"):
        found = _printed(checks()) if output == "text" else list(checks())
    if output == "json":
        print(_json(found))
    if any(check.state is State.PROBLEM for check in found):
        raise typer.Exit(1)


def _question(
    commands: Sequence[str], function: str | None, dashboard: str | None, profile: str | None, region: str | None
) -> Question:
    from insightctl.cloud.doctor import Question
    from insightctl.cloud.doctor.probes import NOTHING
    from insightctl.cloud.policy import chosen
    from insightctl.cloud.session import Access
    from insightctl.core.arns import function_ref, is_pattern

    if function is not None and is_pattern(function_ref(function).name):
        raise UsageError(f"-f {function}: permissions are tried on one function", remedy="name one of them")
    named = chosen(commands)
    must = named if commands else _MUST
    return Question(Access(profile, region), named, must, function, dashboard or NOTHING)


def _screen() -> Screen:
    from insightctl.cloud.doctor import Screen

    return Screen(terminal.width(), terminal.colour(sys.stdout.isatty()), sys.stdout.encoding or "unknown")


def _printed(checks: Iterator[Check]) -> list[Check]:
    """Prints each line as it comes, areas under headings; returns them."""
    found: list[Check] = []
    coloured = terminal.colour(sys.stdout.isatty())
    for check in checks:
        if not found or found[-1].area != check.area:
            print(f"{chr(10) if found else ''}{check.area}")
        found.append(check)
        colour, mark = _MARKS[check.state.value]
        shown = f"{colour}{mark:<7}\x1b[0m" if coloured else f"{mark:<7}"
        print(f"  {shown}  {check.name:<34}  {safe.line(check.found)}", flush=True)
        if check.remedy and check.state.value != "ok":
            print(f"  {'':<7}  {'':<34}  help: {safe.line(check.remedy)}", flush=True)
    print(f"\n{_summary(found)}")
    return found


def _summary(found: Sequence[Check]) -> str:
    counts = {state: sum(check.state.value == state for check in found) for state in _MARKS}
    warnings, problems = counts["warning"], counts["problem"]
    told = [f"{problems} problem{'s' * (problems != 1)}", f"{warnings} warning{'s' * (warnings != 1)}"]
    return f"{', '.join(told)}, {counts['ok']} ok"


def _json(found: Sequence[Check]) -> str:
    """`{"schema": 1, "state", "checks": [{"area", "name", "state", "found", "remedy"}]}`; state is the worst one."""
    order = list(_MARKS)
    checks = [
        {"area": c.area, "name": c.name, "state": c.state.value, "found": c.found, "remedy": c.remedy} for c in found
    ]
    worst = max((c.state.value for c in found), key=order.index, default="ok")
    return safe.json_text(json.dumps({"schema": 1, "state": worst, "checks": checks}, indent=2, ensure_ascii=False))
