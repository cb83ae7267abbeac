"""A board as one HTML file that asks for nothing: styles, scripts and drawings are in it, and its policy forbids the rest."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from insightctl.dashboards.preview import amounts, ink, markdown
from insightctl.dashboards.preview.drawing import Plot, plot
from insightctl.dashboards.preview.measures import plot_size
from insightctl.dashboards.preview.model import (
    BarChart,
    Board,
    Drawn,
    Gauge,
    Line,
    Markdown,
    Numbers,
    PieChart,
    TimeChart,
)
from insightctl.dashboards.preview.spark import spark

if TYPE_CHECKING:
    from jinja2 import Template

PageTheme = Literal["light", "dark", "auto"]


@dataclass(frozen=True, slots=True)
class Part:
    """A widget as the template takes it. `kind` names the panel; HTML and SVG in it are ours and safe."""

    drawn: Drawn
    kind: str
    plot: Plot | None = None
    legend: tuple[Key, ...] = ()
    html: str = ""
    numbers: tuple[Figure, ...] = ()

    @property
    def number(self) -> int:
        """The widget's number."""
        return self.drawn.widget.number


@dataclass(frozen=True, slots=True)
class Key:
    """An entry of a legend."""

    label: str
    css: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Figure:
    """A big number with its course."""

    label: str
    amount: str
    svg: str


def page(board: Board, theme: PageTheme = "auto", *, live: bool = False) -> str:
    """The whole file. `live`: it reloads when the server that shows it says so. Raises InsightctlError."""
    parts = tuple(_part(drawn) for drawn in board.drawn)
    style = _asset("page.css") + _inks(board) + _places(board) + _colours(board)
    script = _asset("page.js") + (_asset("live.js") if live else "")
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(script)}'; img-src data:; "
        f"{'connect-src self; ' if live else ''}base-uri 'none'; form-action 'none'"
    ).replace("connect-src self", "connect-src 'self'")
    html: str = _template().render(
        board=board,
        parts=parts,
        style=style,
        script=script,
        policy=policy,
        theme=theme,
        data=_json([entry for part in parts for entry in _data(part)]),
    )
    return html


def _template() -> Template:
    import jinja2

    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["png"] = lambda png: base64.b64encode(png).decode("ascii")
    environment.filters["inked"] = ink.as_variables
    environment.filters["moment"] = lambda moment: moment.strftime("%Y-%m-%d %H:%M")
    return environment.from_string(_asset("page.html.j2"))


def _asset(name: str) -> str:
    from importlib.resources import files

    return files("insightctl.dashboards.preview").joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")


def _part(drawn: Drawn) -> Part:
    panel = drawn.panel
    kind = type(panel).__name__.lower()
    if isinstance(panel, TimeChart | BarChart | PieChart | Gauge):
        size = plot_size(drawn.widget.box, panel, titled=bool(drawn.widget.title), noted=bool(drawn.notes))
        drawing = plot(panel, *size, key=f"w{drawn.widget.number}")
        return Part(drawn, "chart", plot=drawing, legend=_legend(panel))
    if isinstance(panel, Markdown):
        return Part(drawn, kind, html=markdown.to_html(panel.text))
    if isinstance(panel, Numbers):
        figures = tuple(_figure(line, panel.sparkline) for line in panel.lines)
        return Part(drawn, kind, numbers=figures)
    return Part(drawn, kind)


def _figure(line: Line, sparkline: bool) -> Figure:
    last = line.last
    svg = ink.as_variables(spark(line)) if sparkline and len(line.values) > 1 else ""
    return Figure(line.label, "–" if last is None else amounts.amount(last, line.unit), svg)


def _legend(panel: TimeChart | BarChart | PieChart | Gauge) -> tuple[Key, ...]:
    if isinstance(panel, TimeChart):
        return tuple(Key(line.label, ink.css_name(line.colour)) for line in panel.lines)
    if isinstance(panel, PieChart):
        total = sum(each.value for each in panel.slices) or 1.0
        return tuple(Key(each.label, ink.css_name(each.colour), f"{each.value / total:.0%}") for each in panel.slices)
    if isinstance(panel, Gauge):
        return (Key(panel.label, ink.css_name(panel.colour), amounts.amount(panel.value, panel.unit)),)
    return ()


def _data(part: Part) -> Iterator[dict[str, object]]:
    """What the tooltips of a chart tell."""
    panel, drawing = part.drawn.panel, part.plot
    if drawing is None:
        return
    entry: dict[str, object] = {"w": part.number, "frame": drawing.frame}
    if isinstance(panel, TimeChart):
        entry["time"] = [panel.time.start_ms, panel.time.end_ms]
        entry["lines"] = [
            {"n": line.label, "k": ink.css_name(line.colour), "u": amounts.unit_text(line.unit), "t": line.times_ms,
             "v": [float(f"{value:.6g}") for value in line.values]}
            for line in panel.lines
        ]  # fmt: skip
        entry["marks"] = [{"n": mark.label, "t": mark.at_ms} for mark in panel.marks]
    elif isinstance(panel, BarChart | PieChart):
        entry["slices"] = [
            {"n": each.label, "k": ink.css_name(each.colour), "v": amounts.amount(each.value, panel.unit)}
            for each in panel.slices
        ]
    elif isinstance(panel, Gauge):
        value = amounts.amount(panel.value, panel.unit)
        entry["slices"] = [{"n": panel.label, "k": ink.css_name(panel.colour), "v": value}]
    yield entry


def _json(value: object) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _inks(board: Board) -> str:
    own = sorted({colour for drawn in board.drawn for colour in _all_colours(drawn) if colour.startswith("#")})
    light, dark = ink.css("light", own), ink.css("dark", own)
    return (
        f":root{{{light}}}:root[data-theme=dark]{{{dark}color-scheme:dark}}"
        f"@media (prefers-color-scheme:dark){{:root[data-theme=auto]{{{dark}color-scheme:dark}}}}"
    )


def _places(board: Board) -> str:
    """Where the widgets stand: styles of elements would need a policy that allows any."""
    rules = []
    for drawn in board.drawn:
        box = drawn.widget.box
        if len(board.drawn) == 1:
            box = type(box)(0, 0, box.width, box.height)
        rules.append(f"#w{drawn.widget.number}{{grid-area:{box.y + 1}/{box.x + 1}/span {box.height}/span {box.width}}}")
    return "".join(rules)


def _colours(board: Board) -> str:
    found: dict[str, None] = {f"c{index}": None for index in range(ink.SERIES)}
    for colour in (colour for drawn in board.drawn for colour in _used(drawn)):
        found[colour] = None
    return "".join(f".{ink.css_name(colour)}{{--k:{ink.css_value(colour)}}}" for colour in found)


def _all_colours(drawn: Drawn) -> Iterator[str]:
    """The colours of lines, bars and annotations."""
    yield from _used(drawn)
    panel = drawn.panel
    if isinstance(panel, TimeChart):
        yield from (mark.colour for mark in panel.marks)
    if isinstance(panel, TimeChart | BarChart | Gauge):
        yield from (each.colour for each in panel.thresholds)


def _used(drawn: Drawn) -> Sequence[str]:
    panel = drawn.panel
    if isinstance(panel, TimeChart | Numbers):
        return [line.colour for line in panel.lines]
    if isinstance(panel, BarChart | PieChart):
        return [each.colour for each in panel.slices]
    return [panel.colour] if isinstance(panel, Gauge) else []
