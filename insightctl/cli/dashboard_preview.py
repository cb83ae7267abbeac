"""`insightctl dashboard preview`: a dashboard with real data, before anybody deploys it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from insightctl.cli import options as o
from insightctl.cli import terminal
from insightctl.cli.dashboard_board import Asked, board_of
from insightctl.cli.dashboard_setup import Markers, Marking
from insightctl.cli.markers_option import DeploymentMarkers
from insightctl.cli.setup import When, Where
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from insightctl.dashboards.preview import Board

_FORMATS = ("html", "png", "svg")
PageTheme = Literal["light", "dark", "auto"]


def preview(
    dashboard: Annotated[
        str | None,
        typer.Argument(
            metavar="NAME|FILE.toml|BODY.json", help="A dashboard of insightctl, a definition, or any body in a file."
        ),
    ] = None,
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
    live: Annotated[
        str | None, typer.Option("--live", metavar="NAME", help="A dashboard as it stands in CloudWatch, by its name.")
    ] = None,
    marker: Markers = None,
    markers: DeploymentMarkers = None,
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

    Example: insightctl dashboard preview --live prod --since 3h --region eu-west-1

    Example: insightctl dashboard preview body.json --since 3h --region eu-west-1 -o png --out body.png
    """
    _check(output, theme, serve=serve, images=images, local=local)
    where = Where(tuple(function or ()), (), tuple(local or ()), profile, region, max_cost=max_cost)
    marking = Marking(tuple(marker or ()), markers)
    given = _given(dashboard, live, marking)
    asked = Asked(given, where, When(since, until, around, window), marking, widget, images, live=bool(live))
    page_theme: PageTheme = "dark" if theme == "dark" else "light" if theme == "light" else "auto"
    with terminal.stoppable("nothing was written"):
        if serve:
            _serve(asked, page_theme, port, opened=open_)
            return
        written = _written(board_of(asked), output, page_theme)
    target = Path(out or f"{_stem(given)}.{output}")
    _write(target, written)
    print(f"wrote {target}")
    if open_:
        typer.launch(str(target.resolve()))


def _given(dashboard: str | None, live: str | None, marking: Marking) -> str:
    if live is None and dashboard is None:
        raise UsageError("which dashboard?", remedy="name one (insightctl dashboard list), a file, or --live NAME")
    if live is not None and dashboard is not None:
        raise UsageError(f"--live {live} and {dashboard}: which of the two?", remedy="leave out one")
    is_body = live is not None or (dashboard or "").endswith(".json")
    if is_body and any(marking):
        raise UsageError("a body has its vertical lines in it: --marker and --markers go with definitions")
    return dashboard if live is None and dashboard is not None else live or ""


def _stem(given: str) -> str:
    return given.removesuffix(".json").removesuffix(".toml").rpartition("/")[2]


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
    return to_png(svg) if output == "png" else svg


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


def _serve(asked: Asked, theme: PageTheme, port: int, *, opened: bool) -> None:
    from insightctl.dashboards.preview.page import page
    from insightctl.dashboards.preview.serve import PreviewServer

    def write() -> str:
        return page(board_of(asked), theme, live=True)

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
