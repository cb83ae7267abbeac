"""`insightctl demo`: generated logs with a planted incident, then the main job on them."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from insightctl.cli import terminal
from insightctl.core.sizes import parse_size
from insightctl.core.time import iso, parse_moment, to_ms

if TYPE_CHECKING:
    from insightctl.core.job import Backend
    from insightctl.demo import Truth


def demo(
    out: Annotated[str, typer.Option("--out", metavar="DIR", help="Where logs/ and truth.json go.")] = "demo-data",
    seed: Annotated[int, typer.Option("--seed", help="The same seed and end give the same bytes.")] = 7,
    days: Annotated[float, typer.Option("--days", help="How long the scenario is.")] = 1.0,
    invocations: Annotated[int | None, typer.Option("--invocations", help="How many, over all functions.")] = None,
    size: Annotated[
        str | None, typer.Option("--bytes", metavar="SIZE", help="How much log text instead: 500MB, 10GB.")
    ] = None,
    end: Annotated[
        str | None, typer.Option("--end", metavar="TIME", help="When the scenario ends. Default: this minute.")
    ] = None,
    features: Annotated[
        str | None,
        typer.Option(
            "--features",
            metavar="FORM",
            help="Instead, three hours in which each curated query finds something: text, json or mixed.",
        ),
    ] = None,
    generate_only: Annotated[bool, typer.Option("--generate-only", help="Write the logs and stop.")] = False,
) -> None:
    """Write logs of five functions with a planted bad deployment and its truth, then look at them as on call would.

    Example: insightctl demo --out demo-data --seed 7
    """
    from insightctl.demo import Scenario, generate

    if features is not None:
        _features(Path(out), features, seed, end)
        return
    moment = parse_moment(end or "now", now=datetime.now(UTC), option="--end")
    scenario = Scenario(
        seed=seed,
        end_ms=to_ms(moment) // 60_000 * 60_000,
        days=days,
        invocations=invocations,
        target_bytes=parse_size(size, "--bytes") if size else None,
    )
    folder = Path(out)
    truth = generate(scenario, folder, progress=_progress if sys.stderr.isatty() else None)
    if sys.stderr.isatty():
        print("\r\x1b[K", end="", file=sys.stderr)
    print(
        f"{folder}/logs: {len(truth.functions)} functions, {truth.totals.invocations:,} invocations, "
        f"{truth.bytes / 1e6:,.1f} MB of logs from {iso(scenario.time.start)} to {iso(scenario.time.end)}"
    )
    print(f"{folder}/truth.json: what is really in them")
    if not generate_only:
        show(folder, truth)


def _features(folder: Path, form: str, seed: int, end: str | None) -> None:
    from insightctl.core.errors import UsageError
    from insightctl.demo.features.model import FORMS
    from insightctl.demo.planted import plant

    chosen = next((each for each in FORMS if each == form), None)
    if chosen is None:
        raise UsageError(f"--features is {form!r}", remedy=f"give one of {', '.join(FORMS)}")
    moment = parse_moment(end or "now", now=datetime.now(UTC), option="--end")
    planted = plant(folder, chosen, seed=seed, end_ms=to_ms(moment))
    queries = planted.truth["queries"]
    assert isinstance(queries, dict)
    print(
        f"{planted.logs}: {len(list(planted.logs.iterdir()))} functions, {planted.truth['events']:,} events "
        f"from {planted.truth['start']} to {planted.truth['end']}"
    )
    print(
        f"{planted.truth_file}: the rows that {len({name.partition('/')[0] for name in queries})} queries have to give"
    )


def _progress(done: int, total: int) -> None:
    print(f"\rgenerating {100 * done // max(total, 1)} %", end="", file=sys.stderr, flush=True)


def show(folder: Path, truth: Truth) -> None:
    """The main job on the scenario: health, cold starts, errors by version, deployments, triage, the dashboard."""
    from insightctl.local import LocalBackend, LogSource

    logs = folder / "logs"
    backend = LocalBackend([LogSource(logs)])
    _ask(backend, "health", "table", logs)
    _ask(backend, "coldstarts", "chart", logs, {"bin": "30m"})
    _ask(backend, "errors-by-version", "table", logs)
    _ask(backend, "deployments", "table", logs)
    _triage(backend, truth.incident.function, logs)
    _dashboard(folder, truth)
    print(
        "\nTry: insightctl triage checkout --local "
        f"{logs}   |   insightctl query p99-duration -f checkout --local {logs} -o chart   |   "
        f"insightctl serve --data {logs}"
    )


def _heading(command: str) -> None:
    print(f"\n$ {command}" if not terminal.colour(sys.stdout.isatty()) else f"\n\x1b[1m$ {command}\x1b[0m")


def _ask(backend: Backend, name: str, fmt: str, logs: Path, params: dict[str, str] | None = None) -> None:
    from insightctl import library
    from insightctl.cli.guidance import guidance
    from insightctl.cli.setup import When, Where
    from insightctl.core.job import QueryJob
    from insightctl.render import Answer, RenderOptions, render

    spec = library.load(name)
    options = "".join(f" --{key} {value}" for key, value in (params or {}).items())
    _heading(f"insightctl query {name}{options} --local {logs}{' -o chart' if fmt == 'chart' else ''}")
    result = backend.run(QueryJob(library.render(spec, params or {}), name=name))
    width = terminal.width()
    look = RenderOptions(width=width, colour=terminal.colour(width is not None), footer=True, view=spec.view)
    print(render(Answer(result, name=name, title=spec.title), fmt, look))
    for line in guidance(spec, result, Where(), When(), on_terminal=False):
        print(line)


def _triage(backend: Backend, function: str, logs: Path) -> None:
    from insightctl.cli.triage import report_text

    _heading(f"insightctl triage {function} --local {logs}")
    print(report_text(backend, function, logs))


def _dashboard(folder: Path, truth: Truth) -> None:
    from insightctl.core.time import from_ms
    from insightctl.dashboards import Marker, Scope, build, find, library_queries

    target = folder / "dashboard.json"
    names = tuple(function.name for function in truth.functions)
    flags = "".join(f" -f {name}" for name in names)
    markers = tuple(
        Marker(f"{function.name} {version.version}", from_ms(version.deployed_at_ms))
        for function in truth.functions
        for version in function.versions
        if version.deployed_at_ms is not None
    )
    _heading(f"insightctl dashboard render lambda-service{flags} --region us-east-1 --marker ... --out {target}")
    built = build(find("lambda-service"), Scope(names, "us-east-1", markers), library_queries)
    terminal.write_file(target, built.text + "\n")
    widgets = built.text.count('"type": ')
    print(f"{target}: the body of a CloudWatch dashboard, {widgets} widgets, {len(markers)} deployment markers")
