"""The CloudWatch backend: checks the query, finds the log groups, runs what is needed, and gives one typed Result."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from insightctl.cloud.estimate import Estimate, GroupSize, estimate, joined
from insightctl.cloud.failures import said_plainly
from insightctl.cloud.keeping import Keeper
from insightctl.cloud.prices import query_cost_usd
from insightctl.cloud.schedule import Lane, Patience, Progress, Scheduler, Task
from insightctl.cloud.schedule.task import Counts
from insightctl.cloud.session import Access, Cloud, is_loopback
from insightctl.cloud.sites import Site, side_by_side, site_of
from insightctl.cloud.slicing import Asked, Cut
from insightctl.cloud.sources import without_source
from insightctl.cloud.targets import LogGroup, NothingFound, check_classes, located, resolve_all
from insightctl.core.errors import CloudError, CostRefused, PartialAnswer, UsageError
from insightctl.core.job import QueryJob
from insightctl.core.prices import PriceList
from insightctl.core.result import Result, Statistics
from insightctl.core.time import TimeRange
from insightctl.ql import CheckedQuery, check
from insightctl.ql.checker import told_with_answer


@dataclass(frozen=True, slots=True)
class Guard:
    """What a run may cost: `max_usd` refuses it before it starts, above `ask_usd` `confirm` is asked; None is no limit.

    `usd_per_gb` stands above the price list, which is the shipped one unless `prices` are given.
    """

    max_usd: float | None = None
    ask_usd: float | None = None
    confirm: Callable[[str], bool] | None = None
    usd_per_gb: float | None = None
    prices: PriceList | None = None

    @property
    def needs_estimate(self) -> bool:
        """Whether the bytes have to be estimated before a run."""
        return self.max_usd is not None or (self.ask_usd is not None and self.confirm is not None)


@dataclass(frozen=True, slots=True)
class _Site:
    cloud: Cloud
    groups: tuple[LogGroup, ...]


class CloudWatchBackend:
    """Runs jobs on CloudWatch Logs Insights. Settings that are None come from the environment and ~/.aws.

    With `sites` the same question goes to several accounts and regions at once. `split_ms` is the length of a slice:
    several queries for one question. `keeper` keeps answers of the past; `watch` is told of progress; `now` is
    monotonic seconds.
    """

    def __init__(
        self,
        profile: str | None = None,
        region: str | None = None,
        endpoint_url: str | None = None,
        *,
        sites: Sequence[Access] = (),
        guard: Guard | None = None,
        keeper: Keeper | None = None,
        split_ms: int | None = None,
        patience: Patience | None = None,
        watch: Callable[[Progress], None] | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clouds = [Cloud(access) for access in sites or (Access(profile, region, endpoint_url),)]
        self._guard = guard or Guard()
        self._keeper = keeper
        self._split_ms = split_ms
        self._patience = patience
        self._watch = watch
        self._now = now
        self._sites: tuple[_Site, ...] = ()

    def run(self, job: QueryJob) -> Result:
        """Run to the end. Raises QueryError, UsageError, CloudError, CostRefused, PartialAnswer.

        On Ctrl-C every query is stopped, and it raises Interrupted.
        """
        checked, range_ = self._prepared(job)
        began = self._now()
        warnings = [] if not self._guard.needs_estimate else self._guarded(job)
        cuts = [
            Cut(Asked(checked, site.groups, range_, job.max_rows, self._split_ms), lane)
            for lane, site in enumerate(self._sites)
        ]
        counts = self._answered(cuts)
        results = [cut.result() for cut in cuts]
        result = results[0] if len(results) == 1 else side_by_side(self._places(), results)
        for cut in cuts:
            warnings += cut.warnings
        if self._keeper is not None and self._keeper.recalled:
            count = sum(len(cut.tasks_done) for cut in cuts)
            what = "the answer" if count == 1 else f"{self._keeper.recalled} of {count} answers"
            warnings.append(f"{what} came from the cache of this machine; --no-cache asks again")
        usd = [c for c in map(self._cost_usd, self._sites, counts) if c is not None]
        total = sum(counts, Counts())
        statistics = Statistics(
            total.records_matched,
            total.records_scanned,
            total.bytes_scanned,
            self._now() - began,
            sum(usd) if usd else None,
        )
        told = (*told_with_answer(checked), *dict.fromkeys(warnings))
        return replace(result, statistics=statistics, warnings=told, time=job.time)

    def _places(self) -> list[Site]:
        """Where the sites are; with several profiles their accounts are asked for."""
        ask = len({site.cloud.profile for site in self._sites}) > 1
        return [site_of(site.cloud, ask=ask) for site in self._sites]

    def estimate(self, job: QueryJob) -> Estimate:
        """What the job would scan and cost; nothing is run. Raises as `run` does."""
        self._prepared(job)
        return self._estimated(job)

    def source(self) -> dict[str, object]:
        """Where results come from; `log_groups` are those of the last run, `sites` tells of several places."""
        sites = [self._told(site) for site in self._sites] or [self._told(_Site(self._clouds[0], ()))]
        groups = [name for site in self._sites for name in (group.identifier for group in site.groups)]
        first = {"kind": "cloudwatch", **sites[0], "log_groups": list(dict.fromkeys(groups))}
        return first if len(sites) == 1 else {**first, "sites": sites}

    def _told(self, site: _Site) -> dict[str, object]:
        listed = [group.identifier for group in site.groups]
        return {"region": site.cloud.place.region, "profile": site.cloud.profile, "log_groups": listed}

    # before

    def _prepared(self, job: QueryJob) -> tuple[CheckedQuery, TimeRange]:
        checked = check(job.text, source=job.name or "<query>")
        if job.time is None:
            raise UsageError("a query on CloudWatch needs a time range", remedy="pass --since, such as --since 3h")
        text, target = without_source(job, checked)
        checked = checked if text == job.text else check(text, source=job.name or "<query>")
        if target.is_empty and text == job.text and checked.query.commands and _names_sources(checked):
            self._sites = tuple(_Site(cloud, ()) for cloud in self._clouds)
        else:
            self._sites = tuple(_Site(*placed) for placed in resolve_all(self._clouds, target))
        for site in self._sites:
            check_classes(checked, site.groups)
        return checked, job.time

    def _guarded(self, job: QueryJob) -> list[str]:
        """Notes about the estimate. Raises CostRefused."""
        guard, found = self._guard, self._estimated(job)
        if guard.max_usd is not None:
            found.refuse_above(guard.max_usd)
        asks = guard.ask_usd is not None and found.usd is not None and found.usd > guard.ask_usd
        if asks and guard.confirm is not None and not guard.confirm(f"this run scans {found}"):
            raise CostRefused("not run", remedy="narrow the time range or the log groups")
        return list(found.notes)

    def _estimated(self, job: QueryJob) -> Estimate:
        assert job.time is not None
        now_ms = time.time_ns() // 1_000_000
        found = []
        for site in self._sites:
            groups = located(site.cloud, site.groups) if site.groups else ()
            sizes = [
                GroupSize(g.name, g.stored_bytes, g.retention_days, g.created_ms, g.account if g.linked else None)
                for g in groups
            ]
            guard = self._guard
            found.append(
                estimate(site.cloud, sizes, job.time, now_ms=now_ms, prices=guard.prices, usd_per_gb=guard.usd_per_gb)
            )
        return joined(found)

    # the run

    def _answered(self, cuts: Sequence[Cut]) -> list[Counts]:
        """Runs everything; what was scanned in each lane."""
        counts = [Counts() for _ in cuts]
        lanes = self._lanes()

        def done(task: Task) -> list[Task]:
            assert task.answer is not None
            counts[task.lane] += task.answer.counts
            if self._keeper is not None:
                self._keeper.keep(self._sites[task.lane].cloud, task)
            return self._still_to_run(cuts[task.lane].done(task), done)

        first = [task for cut in cuts for task in self._still_to_run(cut.tasks(), done)]
        scheduler = Scheduler(lanes, patience=self._patience, now=self._now, watch=self._watch)
        try:
            scheduler.run(first, done, lambda task: cuts[task.lane].timed_out(task))
        except CloudError as error:
            if "ResourceNotFound" not in str(error.__cause__) or isinstance(error, NothingFound):
                raise
            self._say_what_is_missing(error)
            raise
        return counts

    def _lanes(self) -> list[Lane]:
        """A lane for each site; two profiles of one account and region share their quotas."""
        lanes: list[Lane] = []
        known: dict[Site, Lane] = {}
        places = self._places()
        for site, place in zip(self._sites, places, strict=True):
            with said_plainly(site.cloud.place):
                lane = Lane(site.cloud.scheduled, site.cloud.place, self._now)
            if place in known:
                lane.share(known[place])
            known.setdefault(place, lane)
            lanes.append(lane)
        return lanes

    def _say_what_is_missing(self, error: CloudError) -> None:
        """Raises NothingFound for the log group that is not there, if that can be found out; PartialAnswer half way."""
        for site in self._sites:
            try:
                located(site.cloud, site.groups)
            except NothingFound as missing:
                if not isinstance(error, PartialAnswer):
                    raise
                names = ", ".join(group.name for group in site.groups[:3])
                raise PartialAnswer(
                    f"{error.what}: deleted while the run went on ({names}): {missing.what}",
                    where=missing.where,
                    remedy=missing.remedy,
                ) from error
            except CloudError:
                continue

    def _still_to_run(self, tasks: Sequence[Task], done: Callable[[Task], list[Task]]) -> list[Task]:
        """The tasks whose answers are not kept; those that are count as done, at no cost."""
        if self._keeper is None:
            return list(tasks)
        left: list[Task] = []
        for task in tasks:
            if self._keeper.recall(self._sites[task.lane].cloud, task):
                left += done(task)
            else:
                left.append(task)
        return left

    def _cost_usd(self, site: _Site, counts: Counts) -> float | None:
        """None on an emulator: nobody bills what runs on this machine."""
        place = site.cloud.place
        if self._guard.usd_per_gb is not None:
            return counts.bytes_scanned / 1e9 * self._guard.usd_per_gb
        if is_loopback(place.endpoint_url):
            return None
        return query_cost_usd(counts.bytes_scanned, place.region or "", self._guard.prices)


def _names_sources(checked: CheckedQuery) -> bool:
    from insightctl.ql import ast

    return any(isinstance(command, ast.Source) for command in checked.query.commands[:1])
