"""`insightctl dashboard lint`: definitions, bodies in files, and live dashboards."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from insightctl.cli import options as o
from insightctl.cli.dashboard_queries import Libraries
from insightctl.core.errors import UsageError
from insightctl.core.finding import Finding

if TYPE_CHECKING:
    from insightctl.dashboards.lint import LintFinding

Dashboards = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE.toml|BODY.json|NAME|-...",
        help="A definition, a body in a file (- is standard input), a dashboard of insightctl, or a live one.",
    ),
]
Functions = Annotated[
    list[str] | None,
    typer.Option("--function", "-f", metavar="NAME", help="Lambda function that a definition is filled with."),
]
Output = Annotated[str, typer.Option("--output", "-o", metavar="FORMAT", help="text, json, github or sarif.")]

_STAND_IN_FUNCTION, _STAND_IN_REGION, _STAND_IN_ACCOUNT = "function-name", "us-east-1", "123456789012"
_FORMATS = ("text", "json", "github", "sarif")


class Filling(NamedTuple):
    """What a definition is filled with: functions, queries of these libraries, and a region."""

    functions: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    region: str | None = None


class Linted(NamedTuple):
    """What was found in one dashboard: for machines, and drawn for people."""

    findings: tuple[Finding, ...]
    drawn: tuple[str, ...]


def lint(
    dashboards: Dashboards,
    output: Output = "text",
    function: Functions = None,
    region: o.Region = None,
    profile: o.Profile = None,
    library: Libraries = None,
) -> None:
    """Say what CloudWatch would refuse in a dashboard, and what misleads. Exit code 2 when there is an error.

    Any dashboard body does, wherever it comes from. A code is explained by insightctl explain CODE.

    Example: insightctl dashboard lint body.json
    """
    from insightctl.dashboards.lint.text import summary
    from insightctl.render import safe

    if output not in _FORMATS:
        raise UsageError(f"dashboard lint has no format '{output}'", remedy=f"-o {', -o '.join(_FORMATS)}")
    filling = Filling(tuple(function or ()), tuple(library or ()), region)
    linted = [_lint(given, filling, profile) for given in dashboards]
    findings = [finding for each in linted for finding in each.findings]
    if output == "text":
        for text in (text for each in linted for text in each.drawn):
            print(f"{safe.text(text)}\n")
        print(summary(findings))
    elif text := _written(findings, output):
        print(text)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(2)


def _written(findings: Sequence[Finding], output: str) -> str:
    from insightctl import __version__
    from insightctl.dashboards.lint.sarif import to_sarif
    from insightctl.render import safe
    from insightctl.render.findings import FORMATS

    return safe.json_text(to_sarif(findings, __version__)) if output == "sarif" else FORMATS[output](findings)


def _lint(given: str, filling: Filling, profile: str | None) -> Linted:
    from insightctl.dashboards import names

    if given == "-":
        import sys

        return _body(sys.stdin.read(), "<stdin>")
    if given.endswith(".toml") or given in names():
        return _definition(given, filling)
    path = Path(given)
    if given.endswith(".json") or "/" in given or path.is_file():
        return _body(_read(path), given)
    return _live(given, filling.region, profile)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 text", remedy="save the file as UTF-8") from error
    except OSError as error:
        raise UsageError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from error


def _body(text: str, source: str) -> Linted:
    from insightctl.dashboards.lint import lint_body
    from insightctl.dashboards.lint.text import for_machines

    found = lint_body(text)
    return Linted(for_machines(found, source), _drawn(found, text, source))


def _drawn(found: Sequence[LintFinding], text: str, source: str) -> tuple[str, ...]:
    from insightctl.dashboards.lint.text import render_finding

    return tuple(render_finding(finding, text, source) for finding in found)


def _live(name: str, region: str | None, profile: str | None) -> Linted:
    from insightctl.cloud.session import Access
    from insightctl.dashboards import names
    from insightctl.dashboards.client import Live
    from insightctl.dashboards.lint.live import body_of

    text = Live(Access(profile, region)).ask(lambda client: body_of(client, name))
    if text is None:
        if Path(name).is_dir():
            raise UsageError(f"{name} is a folder", remedy=f"name its files: insightctl dashboard lint {name}/*.json")
        remedy = f"dashboards of insightctl: {', '.join(names())}; a file is given by its path (./body.json)"
        raise UsageError(f"there is no dashboard '{name}', here or in CloudWatch", remedy=remedy)
    return _body(text, name)


def _definition(given: str, filling: Filling) -> Linted:
    """A definition is linted as the body it makes; places in a file are those of the widgets' tables."""
    from insightctl.cli.dashboard_queries import queries_of
    from insightctl.dashboards import Scope, build, find
    from insightctl.dashboards.lint import lint_body
    from insightctl.dashboards.lint.definition import in_definition, refused
    from insightctl.dashboards.lint.text import for_machines

    source = _read(Path(given)) if given.endswith(".toml") else None
    queries = queries_of(filling.libraries)
    try:
        dashboard = find(given)
        names = filling.functions or dashboard.functions or (_STAND_IN_FUNCTION,)
        scope = Scope(names, filling.region or _STAND_IN_REGION, account=_STAND_IN_ACCOUNT)
        built = build(dashboard, scope, queries)
    except UsageError as error:
        if source is None:
            raise
        finding = refused(error, given)
        return Linted((finding,), (_drawn_line(finding, source),))
    found = lint_body(built.text)
    machines = for_machines(found, given) if source is None else in_definition(found, built.origins, source, given)
    return Linted(machines, _drawn(found, built.text, f"{given} (its body)"))


def _drawn_line(finding: Finding, source: str) -> str:
    from insightctl.ql.diagnostics import Diagnostic, render
    from insightctl.ql.spans import Span

    lines = source.split("\n")
    start = sum(len(line) + 1 for line in lines[: finding.line - 1])
    last = finding.end_col if finding.end_line == finding.line and finding.end_col > finding.col else finding.col + 1
    span = Span(start + finding.col - 1, start + last - 1)
    return render(Diagnostic(finding.code, finding.message, span, finding.help), source, finding.file)
