"""`insightctl dashboard export`: a dashboard as CloudFormation, Terraform or AWS CDK."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import dashboard_setup as setup
from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.dashboards.export import Exported

Source = Annotated[
    str, typer.Argument(metavar="NAME|FILE.toml|BODY.json", help="A dashboard of insightctl, a definition, or a body.")
]
To = Annotated[
    str,
    typer.Option(
        "--to",
        metavar="KIND",
        help="cloudformation (YAML), cloudformation-json, terraform, cdk-python or cdk-typescript.",
    ),
]


def export(
    source: Source,
    to: To = "cloudformation",
    function: setup.Functions = None,
    name: setup.Name = None,
    out: o.OutFile = None,
) -> None:
    """Write a dashboard and its alarms as code: CloudFormation, Terraform or AWS CDK.

    Names of functions become parameters; region and account are those of the stack. Nothing is sent anywhere.

    Example: insightctl dashboard export on-call -f checkout --to cloudformation --out on-call.yaml
    """
    from insightctl.dashboards.export import check_kind, write
    from insightctl.render import safe

    check_kind(to)
    if to == "cloudformation" and out and out.endswith(".json"):
        to = "cloudformation-json"
    written = write(_exported(source, function or [], name), to)
    for note in written.notes:
        terminal.warn(note)
    if out:
        terminal.write_file(Path(out), written.text)
    else:
        print(safe.text(written.text), end="")


def _exported(source: str, functions: list[str], name: str | None) -> Exported:
    import json

    from insightctl.cli.dashboard_queries import queries_of
    from insightctl.dashboards import find
    from insightctl.dashboards.export import from_body, from_definition, plain
    from insightctl.dashboards.live.history import check_name

    if source.endswith(".json"):
        if functions:
            raise UsageError(
                "a body has its functions already",
                remedy="leave -f out: each function in it becomes a parameter with its name as the default",
            )
        exported = from_body(setup.body_of(Path(source)), check_name(name or Path(source).stem))
    else:
        dashboard = find(source)
        exported = from_definition(dashboard, functions, queries_of(), name=check_name(name or dashboard.name))
    _refuse_wrong(json.dumps(plain(exported.body), indent=2))
    return exported


def _refuse_wrong(text: str) -> None:
    """Warnings as such. Raises UsageError when CloudWatch would refuse the body."""
    from insightctl.dashboards.lint import lint_body

    findings = [finding for finding in lint_body(text) if finding.severity != "info"]
    for finding in findings:
        terminal.warn(f"{finding.path}: {finding.message} ({finding.code})")
    if error := next((finding for finding in findings if finding.severity == "error"), None):
        raise UsageError("CloudWatch would refuse this dashboard", where=error.path, remedy=error.message)
