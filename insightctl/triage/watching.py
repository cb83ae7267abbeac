"""One look after the other: what is new since the look before, and what all of them have cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import monotonic

from insightctl.core.errors import CloudError, CostRefused
from insightctl.triage.model import Finding, Report


@dataclass(frozen=True, slots=True)
class Spent:
    """What the looks so far have taken: queries, bytes of log text, USD (None: they cost nothing)."""

    queries: int = 0
    size: int = 0
    usd: float | None = None

    def plus(self, report: Report) -> Spent:
        """With one more look."""
        tally, usd = report.statistics, self.usd
        if tally.cost_usd is not None:
            usd = (usd or 0.0) + tally.cost_usd
        return Spent(self.queries + tally.queries, self.size + tally.bytes_scanned, usd)


@dataclass(frozen=True, slots=True)
class Look:
    """A look: its report, what has changed since the one before (sentences), and the cost of all.

    `failed` says why this look failed; the report is then the one before.
    """

    number: int
    report: Report
    changes: tuple[str, ...]
    spent: Spent
    failed: CloudError | None = None


def looks(
    look: Callable[[], Report],
    every_s: float,
    wait: Callable[[float], None],
    max_usd: float | None = None,
) -> Iterator[Look]:
    """Looks now and then every so many seconds, without end; a look that takes longer is followed by the next at once.

    A refusal or a failure of the service (CloudError) does not end it, but on the first look. Raises CostRefused before
    the look that would cost more than is left of `max_usd`, taking it for as dear as the one before.
    """
    begun = monotonic()
    report = look()
    spent, number = Spent().plus(report), 1
    yield Look(number, report, (), spent)
    while True:
        _refuse_above(max_usd, spent, report.statistics.cost_usd, number)
        wait(max(0.0, every_s - (monotonic() - begun)))
        begun, number = monotonic(), number + 1
        try:
            after = look()
        except CloudError as error:
            yield Look(number, report, (), spent, error)
            continue
        spent = spent.plus(after)
        yield Look(number, after, changes(report, after), spent)
        report = after


def changes(before: Report, after: Report) -> tuple[str, ...]:
    """What the later report says otherwise, in sentences: verdict, findings that came, grew or went, deployments."""
    old, new = _by_key(before), _by_key(after)
    said = [f"the verdict is {after.verdict}, it was {before.verdict}"] if before.verdict != after.verdict else []
    said += [f"new, {finding.severity}: {finding.title}" for key, finding in new.items() if key not in old]
    said += [
        f"now {finding.severity}, was {old[key].severity}: {finding.title}"
        for key, finding in new.items()
        if key in old and old[key].severity != finding.severity
    ]
    said += [f"no longer there: {finding.title}" for key, finding in old.items() if key not in new]
    known = {(d.function, d.version, d.kind) for d in before.deployments}
    said += [
        f"deployed: version {each.version} of {each.function} at {each.at:%H:%M} UTC"
        for each in after.deployments
        if (each.function, each.version, each.kind) not in known
    ]
    return tuple(said)


def _by_key(report: Report) -> dict[tuple[str, str, str | None], Finding]:
    """The same trouble has the same code, function and version; its title counts on."""
    return {(finding.code, finding.function, finding.version): finding for finding in report.findings}


def _refuse_above(max_usd: float | None, spent: Spent, last: float | None, number: int) -> None:
    if max_usd is None or spent.usd is None or spent.usd + (last or 0.0) <= max_usd:
        return
    so_far = "1 look has" if number == 1 else f"{number} looks have"
    raise CostRefused(
        f"{so_far} cost about {spent.usd:.4f} USD, and the next one would pass the limit of {max_usd:g} USD",
        remedy="a shorter time range costs less a look, a longer --every fewer of them; or raise --max-cost",
    )
