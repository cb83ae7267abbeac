"""Asks the backend: which curated queries run, and what is left out when one cannot."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from insightctl import deployments, library
from insightctl.core.errors import InsightctlError, Interrupted
from insightctl.core.job import Backend, QueryJob, Target
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, to_ms
from insightctl.deployments import Deployment
from insightctl.triage import facts
from insightctl.triage.model import Skipped

_MINUTE, _HOUR = 60_000, 3_600_000
# The longest span for which each bin is used: a few hundred bins see a change to the minute, or near it.
_BINS: tuple[tuple[int, str, int], ...] = (
    (3 * _HOUR, "1m", _MINUTE),
    (26 * _HOUR, "5m", 5 * _MINUTE),
    (97 * _HOUR, "15m", 15 * _MINUTE),
    (21 * 24 * _HOUR, "1h", _HOUR),
)
_LONGEST = ("6h", 6 * _HOUR)
_PERMISSION = re.compile(r"\b(?:logs|cloudwatch|lambda|cloudtrail|sts):[A-Z]\w+\b")


@dataclass(frozen=True, slots=True)
class Bucket:
    """A bin as `bin()` takes it, and its length in ms."""

    text: str
    ms: int


@dataclass(frozen=True, slots=True)
class Observations:
    """All that the probes saw, and what they could not. `span` is from the first to the last invocation."""

    bucket: Bucket
    time: TimeRange | None = None
    span: TimeRange | None = None
    versions: tuple[facts.Version, ...] = ()
    deployments: tuple[Deployment, ...] = ()
    bins: tuple[facts.Bin, ...] = ()
    errors: tuple[facts.Error, ...] = ()
    results: tuple[Result, ...] = ()
    skipped: tuple[Skipped, ...] = ()
    ran: frozenset[str] = frozenset()


def observe(backend: Backend, target: Target, time: TimeRange | None) -> Observations:
    """Runs the probes. One that fails is named in `skipped`; raises its InsightctlError when all of them do."""
    run = _Probes(backend, target, time)
    lives = run.ask("deployments")
    versions = facts.versions(lives) if lives else ()
    span = _span(versions)
    bucket = bucket_for(span or time)
    rates = run.ask("error-rate", {"bin": bucket.text, "by": "version"})
    errors = run.ask("errors")
    if not run.results:
        raise run.failures[0]
    return Observations(
        bucket,
        time or next((result.time for result in run.results if result.time is not None), span),
        span,
        versions,
        deployments.from_result(lives) if lives else (),
        facts.bins(rates) if rates else (),
        facts.errors(errors) if errors else (),
        tuple(run.results),
        tuple(run.skipped),
        frozenset(run.ran),
    )


def bucket_for(span: TimeRange | None) -> Bucket:
    """The bin for a span of data; 5 minutes when it is not known."""
    if span is None:
        return Bucket("5m", 5 * _MINUTE)
    return next((Bucket(text, ms) for longest, text, ms in _BINS if span.duration_ms <= longest), Bucket(*_LONGEST))


def _span(versions: tuple[facts.Version, ...]) -> TimeRange | None:
    if not versions:
        return None
    first, last = min(v.first_seen for v in versions), max(v.last_seen for v in versions)
    return TimeRange(to_ms(first), to_ms(last) + 1)


@dataclass(slots=True)
class _Probes:
    """Runs curated queries one by one and keeps what came of each."""

    backend: Backend
    target: Target
    time: TimeRange | None
    results: list[Result] = field(default_factory=list)
    failures: list[InsightctlError] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    ran: list[str] = field(default_factory=list)

    def ask(self, name: str, params: Mapping[str, str] | None = None) -> Result | None:
        """The answer of a curated query; None, and a note, when it failed. Ctrl-C is no failure: it ends all."""
        text = library.render(library.load(name), params or {})
        job = QueryJob(text, self.target, self.time, name, dict(params or {}))
        try:
            result = self.backend.run(job)
        except Interrupted:
            raise
        except InsightctlError as error:
            self.failures.append(error)
            self.skipped.append(Skipped(name, error.what, _permission(error)))
            return None
        if len(result.rows) >= job.max_rows:
            reason = f"only the first {job.max_rows:,} rows were seen: name one function, or a shorter time"
            self.skipped.append(Skipped(name, reason))
        self.results.append(result)
        self.ran.append(name)
        return result


def _permission(error: InsightctlError) -> str | None:
    """The IAM action that an error's words name."""
    found = _PERMISSION.search(f"{error.what} {error.remedy or ''}")
    return found[0] if found else None
