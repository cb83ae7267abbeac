"""From traces to clusters: by function, type and frame first, then one cluster of what functions share."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import NamedTuple

from insightctl.core.time import from_ms, to_ms
from insightctl.deployments import Deployment
from insightctl.triage.clusters.asking import Trace
from insightctl.triage.clusters.masking import masked
from insightctl.triage.clusters.model import Cluster, Frame, NewSince
from insightctl.triage.clusters.reading import UNTYPED, Said, read, status
from insightctl.triage.clusters.trend import trend

MOST_SAMPLES = 5
_MOST_EXAMPLE = 300
_MOST_BINS = 4_000
_LUCK = 0.05
_TRIED, _JSON = "init:", "json:"
_NO_LINE = frozenset(("timeout", "Runtime.ExitError", "Runtime.OutOfMemory"))
"""What JSON logs tell on the report alone; text logs have a line of it as well."""
_SLACK = timedelta(minutes=1)
"""A deployment's moment is when its version was first seen, and that is to the bin in some sources."""


class _Read(NamedTuple):
    trace: Trace
    said: Said
    message: str


@dataclass(slots=True)
class _Group:
    rows: list[_Read] = field(default_factory=list)

    @property
    def lines(self) -> int:
        return sum(row.trace.lines for row in self.rows)

    def most_told(self) -> _Read:
        told: Counter[str] = Counter()
        for row in self.rows:
            told[row.message] += row.trace.lines
        [(message, _)] = told.most_common(1)
        return max((row for row in self.rows if row.message == message), key=lambda row: row.trace.last)


def clusters(
    traces: Sequence[Trace],
    *,
    bin_ms: int,
    start_ms: int | None = None,
    end_ms: int | None = None,
    deployments: Sequence[Deployment] = (),
    invocations: Mapping[int, int] | None = None,
) -> tuple[Cluster, ...]:
    """The clusters of traces, failures before what was handled, most lines first.

    `start_ms` and `end_ms` are the range that was looked at (UTC ms; default: from the first trace to the last), and
    `invocations` how many there were by bin start, which trends are held against. `deployments` in the range make
    clusters new.
    """
    if not traces:
        return ()
    first = min(t.start_ms for t in traces) if start_ms is None else start_ms - start_ms % bin_ms
    last = max(to_ms(t.last) + 1 for t in traces) if end_ms is None else end_ms
    span = _Span(first, max(last, first + 1), bin_ms)
    found = [_cluster(rows, span, deployments, invocations) for rows in _shared(_by_place(_told(traces)))]
    failures = sum(each.count for each in found if not each.handled)
    shared = (replace(each, share=0.0 if each.handled else each.count / failures) for each in found)
    return tuple(sorted(shared, key=lambda c: (c.handled, -c.count, c.first_seen, c.error_type)))


@dataclass(frozen=True, slots=True)
class _Span:
    start_ms: int
    end_ms: int
    bin_ms: int

    @property
    def bins(self) -> int:
        return min(_MOST_BINS, -(-(self.end_ms - self.start_ms) // self.bin_ms))


def _told(traces: Iterable[Trace]) -> list[_Read]:
    """Every trace read once; reports stand in only where no line told of a failure of their type.

    A failure leaves a line and, where the runtime reports it, a status of the same type; counting both would double it.
    """
    seen: dict[tuple[bool, str], tuple[Said, str]] = {}
    rows = []
    for trace in traces:
        key = trace.is_status, trace.text
        if key not in seen:
            said = status(trace.text) if trace.is_status else read(trace.text)
            seen[key] = said, masked(said.message)
        rows.append(_Read(trace, *seen[key]))
    tried = [row for row in rows if row.trace.text.startswith(_TRIED)]
    lines = _once([row for row in rows if not row.trace.is_status], tried)
    types = {(row.trace.function, row.said.error_type) for row in lines}
    raised = {row.trace.function for row in lines if not row.said.handled and _by_code(row.said.error_type)}
    reports = [row for row in rows if row.trace.is_status and not row.trace.text.startswith(_TRIED)]
    alone = [row for row in reports if not _has_line(row, types, raised)]
    named: dict[tuple[object, ...], dict[str, None]] = defaultdict(dict)
    for row in reports:
        named[_moment(row)].update(dict.fromkeys(row.trace.samples))
    return [*(_with_samples(row, named.get(_moment(row), ())) for row in lines), *alone]


def _once(lines: Sequence[_Read], tried: Sequence[_Read]) -> list[_Read]:
    """Without the lines of first tries: an init that failed is tried again, and both tries write the same line."""
    again: Counter[tuple[object, ...]] = Counter()
    for row in tried:
        again[_moment(row)] += row.trace.lines
    kept = []
    for row in lines:
        less = min(again[_moment(row)], row.trace.lines - 1)
        again[_moment(row)] -= less
        kept.append(row._replace(trace=replace(row.trace, lines=row.trace.lines - less)))
    return kept


def _moment(row: _Read) -> tuple[object, ...]:
    return row.trace.function, row.trace.version, row.said.error_type, row.trace.start_ms


def _by_code(error_type: str) -> bool:
    return error_type != "timeout" and not error_type.startswith("Runtime.")


def _has_line(row: _Read, types: set[tuple[str, str]], raised: set[str]) -> bool:
    function, kind = row.trace.function, row.said.error_type
    if row.trace.text.startswith(_JSON) and kind in _NO_LINE:
        return False
    if kind in ("Runtime.ExitError", "Runtime.OutOfMemory"):  # one crash, two words for it
        return any((function, each) in types for each in ("Runtime.ExitError", "Runtime.OutOfMemory"))
    if kind in (UNTYPED, "Runtime.Unknown", "Runtime.Unhandled", "Unhandled", "Handled"):
        return function in raised
    return (function, kind) in types


def _with_samples(row: _Read, samples: Iterable[str]) -> _Read:
    """With the request ids that reports of the same type name, where the line has none (Python's text lines)."""
    if row.trace.samples or row.said.handled:
        return row
    return row._replace(trace=replace(row.trace, samples=tuple(samples)[:MOST_SAMPLES]))


_Place = tuple[str, bool, str, object]


def _by_place(rows: Iterable[_Read]) -> dict[_Place, _Group]:
    """By function, handled or not, type, and the frame (the masked message where there is none)."""
    groups: dict[_Place, _Group] = defaultdict(_Group)
    for row in rows:
        where: object = row.said.frame.place if row.said.frame else row.message
        groups[row.trace.function, row.said.handled, row.said.error_type, where].rows.append(row)
    return groups


def _shared(groups: Mapping[_Place, _Group]) -> list[list[_Read]]:
    """Clusters of several functions: the same type, frame and message, for the frame alone is often `app.py in handler`.

    Without a frame (timeouts, crashes) functions have nothing in common but the words of the platform.
    """
    merged: dict[tuple[object, ...], list[_Read]] = defaultdict(list)
    for (function, handled, kind, where), group in groups.items():
        told = group.most_told()
        merged[handled, kind, where, told.message, "" if told.said.frame else function].extend(group.rows)
    return list(merged.values())


def _cluster(
    rows: list[_Read], span: _Span, deployments: Sequence[Deployment], invocations: Mapping[int, int] | None
) -> Cluster:
    top = _Group(rows).most_told()
    traces = sorted((row.trace for row in rows), key=lambda trace: trace.last, reverse=True)
    counts = [0] * span.bins
    for trace in traces:
        place = (trace.start_ms - span.start_ms) // span.bin_ms
        if 0 <= place < span.bins:
            counts[place] += trace.lines
    exposure = None
    if invocations:
        exposure = [float(invocations.get(span.start_ms + i * span.bin_ms, 0)) for i in range(span.bins)]
    newest = next((row for row in rows if row.trace is traces[0]), top)
    frame: Frame | None = newest.said.frame if newest.said.frame is not None else top.said.frame
    known = Cluster(
        top.said.error_type,
        frame,
        top.message,
        top.said.message[:_MOST_EXAMPLE],
        len({row.message for row in rows}),
        tuple(sorted({trace.function for trace in traces})),
        tuple(sorted({trace.version for trace in traces if trace.version is not None}, key=_version_order)),
        sum(trace.lines for trace in traces),
        0.0,
        min(trace.first for trace in traces),
        max(trace.last for trace in traces),
        tuple(counts),
        trend(counts, exposure),
        tuple(dict.fromkeys(sample for trace in traces for sample in trace.samples))[:MOST_SAMPLES],
        tuple(dict.fromkeys(trace.stream for trace in traces if trace.stream))[:MOST_SAMPLES],
        top.said.handled,
    )
    return replace(known, new_since=_new_since(known, span, deployments))


def _version_order(version: str) -> tuple[int, str]:
    return int(version) if version.isdecimal() and len(version) < 10 else 1 << 40, version


def _new_since(cluster: Cluster, span: _Span, deployments: Sequence[Deployment]) -> NewSince | None:
    """The last deployment before all of the cluster's lines, when that none came before it is hardly luck.

    Were the cluster older, each line would have fallen before the deployment with the share of the range that lies
    there; that none did has the chance (1 - share) ** lines. Versions that say so themselves need no luck: when older
    ones served beside and the cluster is in none of them.
    """
    before = [
        d
        for d in deployments
        if d.is_release and d.function in cluster.functions and d.at - _SLACK <= cluster.first_seen
    ]
    if not before or len(cluster.functions) != 1:
        return None
    last = max(before, key=lambda deployment: deployment.at)
    if cluster.versions and last.version and set(cluster.versions) != {last.version}:
        return None
    share = max(0.0, (last.at - from_ms(span.start_ms)) / timedelta(milliseconds=span.end_ms - span.start_ms))
    chance = (1.0 - min(1.0, share)) ** cluster.count
    return NewSince(last.function, last.version, last.at, chance) if chance <= _LUCK else None
