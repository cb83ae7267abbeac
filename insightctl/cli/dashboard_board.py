"""What `insightctl dashboard preview` draws: which body, of which logs and time, and where its data come from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, NamedTuple

from insightctl.cli import terminal
from insightctl.cli.dashboard_setup import Marking, body_of, built_of, live_at
from insightctl.cli.setup import Prepared, When, Where, prepare
from insightctl.core.errors import UsageError
from insightctl.core.job import Backend, QueryJob
from insightctl.core.result import Result

if TYPE_CHECKING:
    from insightctl.cloud.schedule import Progress
    from insightctl.core.time import TimeRange
    from insightctl.dashboards import Built, Dashboard, Marker
    from insightctl.dashboards.client import Live
    from insightctl.dashboards.preview import Board, Sources

_STAND_IN_REGION, _STAND_IN_ACCOUNT = "us-east-1", "123456789012"
_LAMBDA_GROUPS = "/aws/lambda/"
_SURELY_LATER = timedelta(minutes=1)
_LOCAL_AT_ONCE = 2
"""A query waits for its files now and then, and each uses all processors: two at a time are the fastest."""
_CLOUD_AT_ONCE = 5
"""Log widgets asked at a time: an account runs 30 or 100 queries (CloudWatch Logs quotas), and others want some."""


class Asked(NamedTuple):
    """What is previewed, from where and when. `given` is a name or file; `live` the name of a live dashboard instead."""

    given: str
    where: Where
    when: When
    marking: Marking = Marking()
    widget: str | None = None
    images: bool = False
    live: bool = False


def board_of(asked: Asked) -> Board:
    """The dashboard with its data. Raises InsightctlError."""
    from insightctl.dashboards.preview import fill

    # the log groups of a body stand in its queries: -f fills a definition, it does not choose logs
    where = Where((), (), asked.where.local, asked.where.profile, asked.where.region, max_cost=asked.where.max_cost)
    prepared = prepare(where, asked.when, names_its_groups=True)
    body, title = _body(asked, prepared)
    time = _time(asked, prepared, body)
    source = _said(prepared, asked.where)
    with _sources(asked, prepared, where) as sources, prepared.progress:
        return fill(body, title, source, time, sources, only=asked.widget)


def _body(asked: Asked, prepared: Prepared) -> tuple[dict[str, object], str]:
    from insightctl.dashboards import names

    given = asked.given
    if asked.live:
        return _live_body(given, live_at(asked.where.profile, asked.where.region)), given
    if given.endswith(".json") or (Path(given).is_file() and not given.endswith(".toml") and given not in names()):
        return body_of(Path(given)), Path(given).stem
    functions = list(asked.where.function) or _functions_of(prepared)
    if asked.where.on_files:
        _say_missing(functions, _functions_of(prepared))
    if asked.where.on_files:
        built, dashboard = _built_offline(asked, prepared, functions)
    else:
        live = live_at(asked.where.profile, asked.where.region)
        built, dashboard = built_of(given, functions, live, asked.marking)
    return built.body, dashboard.title or dashboard.name


def _say_missing(functions: list[str], there: list[str]) -> None:
    for name in functions:
        if there and name not in there:
            terminal.warn(f"no logs of function {name} here; there are those of {', '.join(there)}")


def _live_body(name: str, live: Live) -> dict[str, object]:
    from insightctl.dashboards.deploy import read
    from insightctl.dashboards.live.history import check_name

    body = live.ask(lambda client: read(client, check_name(name)))
    if body is None:
        raise UsageError(f"there is no dashboard '{name}' in CloudWatch", remedy="aws cloudwatch list-dashboards")
    return body


def _built_offline(asked: Asked, prepared: Prepared, functions: list[str]) -> tuple[Built, Dashboard]:
    """The body of a definition without asking AWS for the account and region it stands in."""
    from insightctl.cli.dashboard_queries import queries_of
    from insightctl.dashboards import Scope, build, find

    asked.marking.check_since()
    region = asked.where.region or _STAND_IN_REGION
    dashboard = find(asked.given)
    marked = (*asked.marking.typed_markers(), *_told_by_logs(asked.marking.since, prepared.backend, functions))
    return build(dashboard, Scope(tuple(functions), region, marked, _STAND_IN_ACCOUNT), queries_of()), dashboard


def _told_by_logs(since: str | None, backend: Backend, functions: list[str]) -> tuple[Marker, ...]:
    """The deployments of these functions that local logs tell, `since` a time before their end."""
    from insightctl.core.job import Target
    from insightctl.core.time import resolve_range
    from insightctl.dashboards.markers import from_deployments
    from insightctl.deployments.timeline import Sources, timeline

    span = _span(backend)
    if since is None or span is None:
        return ()
    time = resolve_range(since, None, now=span.end, default=since)
    found = timeline(Sources(backend=backend), Target(tuple(functions)), time)
    # what ran when the logs begin was deployed before
    return from_deployments(each for each in found.deployments if each.at > span.start + _SURELY_LATER)


def _span(backend: Backend) -> TimeRange | None:
    from insightctl.local import LocalBackend

    return backend.span(QueryJob("")) if isinstance(backend, LocalBackend) else None


def _functions_of(prepared: Prepared) -> list[str]:
    """The functions that local logs are of."""
    from insightctl.local import LocalBackend

    if not isinstance(prepared.backend, LocalBackend):
        return []
    groups = [group.name for group in prepared.backend.groups()]
    return [name.removeprefix(_LAMBDA_GROUPS) for name in groups if name.startswith(_LAMBDA_GROUPS)]


def _time(asked: Asked, prepared: Prepared, body: dict[str, object]) -> TimeRange:
    """What was asked; else the span of local data, or on CloudWatch what the body says."""
    from insightctl.dashboards.preview import time_of

    if asked.where.on_files:
        span = prepared.time or _span(prepared.backend)
        if span is None:
            raise UsageError("there are no events in the local logs", remedy="name other files with --local")
        return span
    named = asked.when.since or asked.when.around or asked.when.until
    if named and prepared.time is not None:
        return prepared.time
    return time_of(body, datetime.now(UTC))


@contextmanager
def _sources(asked: Asked, prepared: Prepared, where: Where) -> Iterator[Sources]:
    from insightctl.dashboards.preview import Sources
    from insightctl.metrics import LogMetrics, ServiceMetrics, resolve_all

    if where.on_files:
        source = LogMetrics(prepared.backend)
        yield Sources(prepared.backend, lambda graphs, time: resolve_all(graphs, time, source), at_once=_LOCAL_AT_ONCE)
        return
    from insightctl.dashboards.preview.service import alarm_graph, alarm_states, widget_image

    live = live_at(where.profile, where.region)
    service = ServiceMetrics(live.access)
    backend = _OneAQuery(where)
    try:
        yield Sources(
            backend,
            lambda graphs, time: resolve_all(graphs, time, service),
            widget_image(live) if asked.images else None,
            alarm_states(live),
            alarm_graph(live),
            at_once=_CLOUD_AT_ONCE,
        )
    finally:
        backend.stopped.set()


@dataclass(frozen=True, slots=True)
class _OneAQuery:
    """CloudWatch with a backend for each query: they run side by side, and one that is stopped stops no other."""

    where: Where
    stopped: Event = field(default_factory=Event)

    def run(self, job: QueryJob) -> Result:
        """The whole answer. Raises InsightctlError."""
        from insightctl.cli.costs import cloud_backend

        return cloud_backend(replace(self.where, yes=True), self._watch)[0].run(job)

    def source(self) -> dict[str, object]:
        """`{"kind": "cloudwatch"}`."""
        return {"kind": "cloudwatch"}

    def _watch(self, _: Progress) -> None:
        if self.stopped.is_set():
            raise KeyboardInterrupt  # the scheduler then stops its queries, as on a Ctrl-C of its own


def _said(prepared: Prepared, where: Where) -> str:
    if where.on_files:
        return f"local logs: {', '.join(where.local)}"
    region = prepared.backend.source().get("region") or where.region
    return f"CloudWatch{f', {region}' if region else ''}"
