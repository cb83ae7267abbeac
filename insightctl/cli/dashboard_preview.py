"""`insightctl dashboard preview`: a dashboard with real data, before anybody deploys it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.dashboard_setup import Markers, body_of, built_of, live_at
from insightctl.cli.setup import Prepared, When, Where, prepare
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.core.time import TimeRange
    from insightctl.dashboards import Built, Dashboard
    from insightctl.dashboards.preview import Board, Sources

_STAND_IN_REGION, _STAND_IN_ACCOUNT = "us-east-1", "123456789012"
_LAMBDA_GROUPS = "/aws/lambda/"
_FORMATS = ("html", "png", "svg")
PageTheme = Literal["light", "dark", "auto"]


class _Asked(NamedTuple):
    """What is previewed, from where and when."""

    given: str
    where: Where
    when: When
    markers: list[str] | None
    widget: str | None
    images: bool


def preview(
    dashboard: Annotated[
        str,
        typer.Argument(
            metavar="NAME|FILE.toml|BODY.json", help="A dashboard of insightctl, a definition, or any body in a file."
        ),
    ],
    function: o.Function = None,
    local: o.Local = None,
    since: o.Since = None,
    until: o.Until = None,
    around: o.Around = None,
    window: o.Window = None,
    output: Annotated[
        str, typer.Option("--output", "-o", metavar="FORMAT", help="html (one file, opens offline), png or svg.")
    ] = "html",
    out: Annotated[
        str | None, typer.Option("--out", metavar="FILE", help="The file to write. Default: NAME.html (or png, svg).")
    ] = None,
    widget: Annotated[
        str | None, typer.Option("--widget", metavar="N|TITLE", help="Only this widget: its number or its title.")
    ] = None,
    marker: Markers = None,
    theme: Annotated[
        str, typer.Option("--theme", metavar="THEME", help="light, dark, or auto (as the reader's system; html only).")
    ] = "auto",
    images: Annotated[
        bool, typer.Option("--images", help="Metric widgets as CloudWatch itself draws them (GetMetricWidgetImage).")
    ] = False,
    serve: Annotated[
        bool, typer.Option("--serve", help="Show it on 127.0.0.1, and again when a file is saved. Ctrl-C ends it.")
    ] = False,
    port: Annotated[int, typer.Option("--port", min=0, max=65535, help="The port of --serve; 0 picks a free one.")] = 0,
    open_: Annotated[bool, typer.Option("--open", help="Open it in the browser.")] = False,
    profile: o.Profile = None,
    region: o.Region = None,
    max_cost: o.MaxCost = None,
) -> None:
    """Draw a dashboard with real data, laid out as the console does, in one file that opens offline.

    Log widgets run over the files of --local or on CloudWatch; metric widgets are computed from the same logs, or come
    from GetMetricData. A widget that fails says why in its own box.

    Example: insightctl dashboard preview lambda-service -f checkout --local ./logs --open

    Example: insightctl dashboard preview body.json --since 3h --region eu-west-1 -o png --out body.png
    """
    _check(output, theme, serve=serve, images=images, local=local)
    where = Where(tuple(function or ()), (), tuple(local or ()), profile, region, max_cost=max_cost)
    asked = _Asked(dashboard, where, When(since, until, around, window), marker, widget, images)
    page_theme: PageTheme = "dark" if theme == "dark" else "light" if theme == "light" else "auto"
    with terminal.stoppable("nothing was written"):
        if serve:
            _serve(asked, page_theme, port, opened=open_)
            return
        written = _written(_board(asked), output, page_theme)
    target = Path(out or f"{Path(dashboard).stem}.{output}")
    _write(target, written)
    print(f"wrote {target}")
    if open_:
        typer.launch(str(target.resolve()))


def _check(output: str, theme: str, *, serve: bool, images: bool, local: list[str] | None) -> None:
    if output not in _FORMATS:
        raise UsageError(f"dashboard preview has no format '{output}'", remedy=f"-o {', -o '.join(_FORMATS)}")
    if theme not in ("light", "dark", "auto"):
        raise UsageError(f"there is no theme '{theme}'", remedy="--theme light, dark or auto")
    if serve and output != "html":
        raise UsageError(f"--serve shows a page, not {output}", remedy="leave out -o")
    if images and local:
        raise UsageError("--images asks CloudWatch, and the logs are local", remedy="leave out one of the two")


def _written(board: Board, output: str, theme: PageTheme) -> str | bytes:
    if output == "html":
        from insightctl.dashboards.preview.page import page

        return page(board, theme)
    from insightctl.dashboards.preview.drawing import to_png
    from insightctl.dashboards.preview.picture import picture

    one_theme: Literal["light", "dark"] = "dark" if theme == "dark" else "light"
    svg = picture(board, one_theme)
    return to_png(svg, one_theme) if output == "png" else svg


def _write(target: Path, content: str | bytes) -> None:
    if isinstance(content, str):
        terminal.write_file(target, content)
        return
    import os
    import tempfile

    from insightctl.core.errors import InsightctlError

    try:
        handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except OSError as error:
        raise InsightctlError(f"cannot write {target}: {(error.strerror or str(error)).lower()}") from None


def _board(asked: _Asked) -> Board:
    """The dashboard with its data. Raises InsightctlError."""
    from insightctl.dashboards.preview import fill

    # the log groups of a body stand in its queries: -f fills a definition, it does not choose logs
    plain = Where((), (), asked.where.local, asked.where.profile, asked.where.region, max_cost=asked.where.max_cost)
    prepared = prepare(plain, asked.when, names_its_groups=True)
    body, title = _body(asked, prepared)
    time = _time(asked, prepared, body)
    source = _said(prepared, asked.where)
    with prepared.progress:
        return fill(body, title, source, time, _sources(asked, prepared), only=asked.widget)


def _body(asked: _Asked, prepared: Prepared) -> tuple[dict[str, object], str]:
    from insightctl.dashboards import names

    given = asked.given
    if given.endswith(".json") or (Path(given).is_file() and not given.endswith(".toml") and given not in names()):
        return body_of(Path(given)), Path(given).stem
    functions = list(asked.where.function) or _functions_of(prepared)
    if asked.where.on_files:
        built, dashboard = _built_offline(asked, functions)
    else:
        live = live_at(asked.where.profile, asked.where.region)
        built, dashboard = built_of(given, functions, live, asked.markers)
    return built.body, dashboard.title or dashboard.name


def _built_offline(asked: _Asked, functions: list[str]) -> tuple[Built, Dashboard]:
    """The body of a definition without asking AWS for the account and region it stands in."""
    from insightctl.dashboards import Scope, build, find, library_queries
    from insightctl.dashboards.markers import parse_marker

    now = datetime.now(UTC)
    marked = tuple(parse_marker(text, now=now) for text in asked.markers or ())
    region = asked.where.region or _STAND_IN_REGION
    dashboard = find(asked.given)
    return build(dashboard, Scope(tuple(functions), region, marked, _STAND_IN_ACCOUNT), library_queries), dashboard


def _functions_of(prepared: Prepared) -> list[str]:
    """The functions that local logs are of."""
    from insightctl.local import LocalBackend

    if not isinstance(prepared.backend, LocalBackend):
        return []
    groups = [group.name for group in prepared.backend.groups()]
    return [name.removeprefix(_LAMBDA_GROUPS) for name in groups if name.startswith(_LAMBDA_GROUPS)]


def _time(asked: _Asked, prepared: Prepared, body: dict[str, object]) -> TimeRange:
    """What was asked; else the span of local data, or on CloudWatch what the body says."""
    from insightctl.core.job import QueryJob
    from insightctl.dashboards.preview import time_of
    from insightctl.local import LocalBackend

    if isinstance(prepared.backend, LocalBackend):
        span = prepared.time or prepared.backend.span(QueryJob(""))
        if span is None:
            raise UsageError("there are no events in the local logs", remedy="name other files with --local")
        return span
    named = asked.when.since or asked.when.around or asked.when.until
    if named and prepared.time is not None:
        return prepared.time
    return time_of(body, datetime.now(UTC))


def _sources(asked: _Asked, prepared: Prepared) -> Sources:
    from insightctl.cloud.session import Access
    from insightctl.dashboards.preview import Sources
    from insightctl.dashboards.preview.service import alarm_states, widget_image
    from insightctl.metrics import LogMetrics, ServiceMetrics, resolve_all

    if asked.where.on_files:
        source = LogMetrics(prepared.backend)
        return Sources(prepared.backend, lambda graphs, time: resolve_all(graphs, time, source))
    access = Access(asked.where.profile, asked.where.region)
    live = live_at(asked.where.profile, asked.where.region)
    service = ServiceMetrics(access)
    return Sources(
        prepared.backend,
        lambda graphs, time: resolve_all(graphs, time, service),
        widget_image(live) if asked.images else None,
        alarm_states(live),
    )


def _said(prepared: Prepared, where: Where) -> str:
    if where.on_files:
        return f"local logs: {', '.join(where.local)}"
    region = prepared.backend.source().get("region") or where.region
    return f"CloudWatch{f', {region}' if region else ''}"


def _serve(asked: _Asked, theme: PageTheme, port: int, *, opened: bool) -> None:
    from insightctl.dashboards.preview.page import page
    from insightctl.dashboards.preview.serve import PreviewServer

    def write() -> str:
        return page(_board(asked), theme, live=True)

    watched = [Path(asked.given)] if Path(asked.given).is_file() else []
    watched += [Path(path) for path in asked.where.local if Path(path).exists()]
    with PreviewServer(write, watched, port) as server:
        print(f"preview on {server.url} (Ctrl-C ends it)", flush=True)
        if opened:
            typer.launch(server.url)
        try:
            server.watch(terminal.warn)
        except KeyboardInterrupt:
            return
