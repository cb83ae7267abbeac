"""A body with its data: each widget asked for what it shows, and what fails is said in its own box."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.job import Backend, QueryJob
from insightctl.core.time import TimeRange
from insightctl.dashboards.preview import periods, reading
from insightctl.dashboards.preview.annotations import alarm_names
from insightctl.dashboards.preview.log_panel import log_panel
from insightctl.dashboards.preview.metric_panel import metric_panel, notes_of
from insightctl.dashboards.preview.model import (
    Alarms,
    AlarmState,
    Board,
    Drawn,
    Empty,
    Markdown,
    Panel,
    Picture,
    Placeholder,
    Problem,
    Widget,
)
from insightctl.render import safe

if TYPE_CHECKING:
    from insightctl.metrics.model import Series

Metrics = Callable[[Sequence[Mapping[str, object]], TimeRange], "Sequence[Sequence[Series]]"]
"""The series of several metric widgets, from their properties. May raise InsightctlError."""
Image = Callable[[Mapping[str, object], TimeRange], bytes]
"""A metric widget as a PNG drawn by CloudWatch. May raise InsightctlError."""
States = Callable[[Sequence[str]], Mapping[str, str]]
"""The states of alarms by ARN or name. May raise InsightctlError."""
AlarmGraph = Callable[[str], "Mapping[str, object] | None"]
"""The properties of a graph of an alarm by ARN or name; None for one that has none. May raise InsightctlError."""
Answer = tuple[Panel, tuple[str, ...]]

ALARM_STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
_BLOCKED = "AWS resources: the console looks for them on each refresh"


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the data of a preview come from; None: there is no such source, and the widgets say so.

    `at_once` is how many widgets are asked side by side.
    """

    backend: Backend
    metrics: Metrics | None = None
    image: Image | None = None
    states: States | None = None
    alarm_graph: AlarmGraph | None = None
    at_once: int = 1


def fill(
    body: Mapping[str, object], title: str, source: str, time: TimeRange, sources: Sources, *, only: str | None = None
) -> Board:
    """A body with its data. `only`: the number or the title of the one widget to fill.

    Raises UsageError for an unknown widget, Interrupted; what else goes wrong stands in the box of its widget.
    """
    widgets, moved = reading.without_overlaps(reading.widgets(body))
    if only is not None:
        widgets = (reading.one(widgets, only),)
    override = body.get("periodOverride")
    widgets = tuple(
        replace(each, properties=periods.fitted(each.properties, time, override)) if each.kind == "metric" else each
        for each in widgets
    )
    sources = _asked_together(widgets, time, sources)
    notes = (f"{moved} widgets lay over others and were moved down",) if moved else ()
    if sources.at_once > 1:
        with ThreadPoolExecutor(sources.at_once, thread_name_prefix="preview") as pool:
            drawn = tuple(pool.map(lambda widget: _drawn(widget, time, sources), widgets))
    else:
        drawn = tuple(_drawn(widget, time, sources) for widget in widgets)
    return Board(safe.line(title), safe.line(source), time, drawn, reading.variables(body), notes)


def _asked_together(widgets: Sequence[Widget], time: TimeRange, sources: Sources) -> Sources:
    """Sources whose metrics were asked for in one go. When that fails each widget asks, and says what went wrong."""
    graphs = [widget.properties for widget in widgets if widget.kind == "metric" and widget.properties.get("metrics")]
    if sources.metrics is None or sources.image is not None or len(graphs) < 2:
        return sources
    ask = sources.metrics
    try:
        known = {id(graph): series for graph, series in zip(graphs, ask(graphs, time), strict=True)}
    except Interrupted:
        raise
    except InsightctlError:
        return sources
    return replace(
        sources,
        metrics=lambda wanted, when: [
            known[id(each)] if id(each) in known else ask((each,), when)[0] for each in wanted
        ],
    )


def _drawn(widget: Widget, time: TimeRange, sources: Sources) -> Drawn:
    try:
        panel, notes = _KINDS.get(widget.kind, _unknown)(widget, time, sources)
    except Interrupted:
        raise
    except InsightctlError as error:
        where = "" if error.where is None else f" ({error.where})"
        panel, notes = Problem(safe.text(f"{error.what}{where}"), safe.text(error.remedy or "")), ()
    return Drawn(widget, panel, tuple(safe.line(note) for note in notes))


def _text(widget: Widget, _time: TimeRange, _sources: Sources) -> Answer:
    markdown = widget.properties.get("markdown")
    transparent = widget.properties.get("background") == "transparent"
    return Markdown(safe.text(markdown) if isinstance(markdown, str) else "", transparent), ()


def _metric(widget: Widget, time: TimeRange, sources: Sources) -> Answer:
    named = alarm_names(widget.properties)
    if sources.image is not None:
        return Picture(sources.image(widget.properties, time)), ()
    if named and not reading.listed(widget.properties.get("metrics")):
        return _alarm_graph(widget, named[0], time, sources)
    return _graph(widget.properties, time, sources)


def _graph(properties: Mapping[str, object], time: TimeRange, sources: Sources) -> Answer:
    if sources.metrics is None:
        return Problem("there is no source of metrics here"), ()
    series = sources.metrics((properties,), time)[0]
    panel = metric_panel(properties, series, time)
    return panel, () if isinstance(panel, Empty) else notes_of(series)


def _alarm_graph(widget: Widget, arn: str, time: TimeRange, sources: Sources) -> Answer:
    """A metric widget that names an alarm only: the console draws the alarm's metric, and its threshold."""
    graph = sources.alarm_graph(arn) if sources.alarm_graph else None
    if graph is None:
        return _alarm(widget, time, sources)
    return _graph(
        {**graph, **{key: widget.properties[key] for key in ("yAxis", "stacked") if key in widget.properties}},
        time,
        sources,
    )


def _log(widget: Widget, time: TimeRange, sources: Sources) -> Answer:
    query = widget.properties.get("query")
    if not isinstance(query, str) or not query.strip():
        return Problem("this widget has no query"), ()
    language = str(widget.properties.get("queryLanguage") or "CWLI").upper()
    if language not in ("CWLI", "LOGSQL_CWLI"):
        return Placeholder(f"a query in {'SQL' if 'SQL' in language else 'PPL'}", ("only Insights QL runs here",)), ()
    # both backends know SOURCE, so the query is run as it stands
    result = sources.backend.run(QueryJob(query, time=time, name=widget.title or f"widget {widget.number}", span=False))
    panel, notes = log_panel(widget.properties, result, time)
    return panel, (*notes, *result.warnings)


def _alarm(widget: Widget, _time: TimeRange, sources: Sources) -> Answer:
    arns = alarm_names(widget.properties)
    states = sources.states(arns) if sources.states and arns else {}
    wanted = [str(state) for state in reading.listed(widget.properties.get("states"))]
    found = tuple(AlarmState(_alarm_name(arn), _state(states.get(arn, ""))) for arn in arns)
    shown = tuple(each for each in found if not wanted or not each.state or each.state in wanted)
    note = () if sources.states else ("local logs do not tell the states of alarms",)
    return Alarms(shown), note


def _alarm_name(arn: str) -> str:
    return safe.line(arn.partition(":alarm:")[2] or arn)


def _state(text: str) -> str:
    return text if text in ALARM_STATES else ""


def _explorer(widget: Widget, _time: TimeRange, _sources: Sources) -> Answer:
    metrics = [reading.table(each) for each in reading.listed(widget.properties.get("metrics"))]
    labels = [reading.table(each) for each in reading.listed(widget.properties.get("labels"))]
    facts = [
        *(f"{each.get('metricName')} of {each.get('resourceType')} ({each.get('stat')})" for each in metrics[:6]),
        *(f"tagged {each.get('key')}={each.get('value') or '*'}" for each in labels[:6]),
    ]
    return Placeholder(f"a metrics explorer over {_BLOCKED}", tuple(map(safe.line, facts))), ()


def _custom(widget: Widget, _time: TimeRange, _sources: Sources) -> Answer:
    endpoint = safe.line(str(widget.properties.get("endpoint") or "no endpoint"))
    facts = (f"{endpoint}", *(f"parameter {safe.line(str(key))}" for key in _parameters(widget)))
    return Placeholder("a custom widget: the console calls a Lambda function and shows the HTML it returns", facts), ()


def _parameters(widget: Widget) -> Sequence[str]:
    return list(reading.table(widget.properties.get("params")))[:6]


def _unknown(widget: Widget, _time: TimeRange, _sources: Sources) -> Answer:
    return Placeholder(
        f"a widget of the type '{widget.kind}', which only the console draws" if widget.kind else "?"
    ), ()


_KINDS: Mapping[str, Callable[[Widget, TimeRange, Sources], Answer]] = {
    "text": _text,
    "metric": _metric,
    "log": _log,
    "alarm": _alarm,
    "explorer": _explorer,
    "custom": _custom,
}
