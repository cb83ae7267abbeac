"""SnapStart: a snapshot instead of an init, for runtimes that have it; free for Java, billed for Python and .NET.

Which runtimes have it: AWS Lambda guide, "Improving startup performance with Lambda SnapStart" (Java 11 and later,
Python 3.12 and later, .NET 8 and later; not with provisioned concurrency, EFS or more than 512 MB of /tmp).
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from insightctl.triage.advice.facts import History
from insightctl.triage.advice.model import Advice, Number
from insightctl.triage.advice.money import Costs
from insightctl.triage.advice.rules import say

_LEAST: dict[str, tuple[int, ...]] = {"java": (11,), "python": (3, 12), "dotnet": (8,)}
_FREE = frozenset(("java",))
_NAMED = re.compile(r"^(java|python|dotnet)[:.]?(?:core)?(\d+(?:\.\d+)?)")
_FEW_MS = 200
_RESTORE = (
    "how long a restore takes here (some hundred ms as a rule, more with large snapshots): insightctl query restores"
)


def advise(history: History, costs: Costs) -> Iterator[Advice]:
    """Nothing for other runtimes, for lack of a cold start, or where there is provisioned concurrency."""
    family = _family(history.runtime)
    restores = sum(each.restores for each in history.environments)
    settings = history.settings
    if restores or (settings and settings.snap_start not in (None, "None")):
        sentence = f"has SnapStart already: {restores:,} restores in the range"
        yield Advice(
            "snapstart", history.function, "nothing", sentence, (Number("restores", restores),), confidence="high"
        )
        return
    if family is None or not history.cold_starts or history.init_avg_ms < _FEW_MS:
        return
    if settings and (settings.provisioned or (settings.storage_mb or 0) > 512):
        return
    yield _break_even(history, family, costs)


def _family(runtime: str | None) -> str | None:
    """The family of a runtime that has SnapStart: of `python:3.12.v36`, `python3.12`, `dotnet8`, `java:21.mainline.v83`."""
    found = _NAMED.match(runtime or "")
    if not found:
        return None
    version = tuple(int(part) for part in found[2].split("."))
    return found[1] if version >= _LEAST[found[1]] else None


def _break_even(history: History, family: str, costs: Costs) -> Advice:
    size, month = history.present, history.month
    cold = history.cold_starts * month
    started_gb_s = sum(s.gb * s.start_billed_ms / 1000 for s in history.sizes)
    init_usd = started_gb_s * month * costs.run(history.architecture)
    cached = 0.0 if family in _FREE else costs.snapshot(size.gb)
    restored = 0.0 if family in _FREE else costs.restores(size.gb, cold)
    numbers = (
        Number("cold_starts_month", cold),
        Number("init_avg_ms", history.init_avg_ms, "ms"),
        Number("init_billed_usd_month", init_usd, "USD"),
        Number("snapshot_usd_month", cached, "USD"),
        Number("restores_usd_month", restored, "USD"),
    )
    what = f"{cold:,.0f} cold starts a month wait {say.took(history.init_avg_ms)} on average"
    if family in _FREE:
        money = f"SnapStart restores a snapshot instead, at no charge for Java; billed init is {say.usd(init_usd)} of a month"
    else:
        money = (
            f"SnapStart restores a snapshot instead: {say.usd(cached)} a month to keep one version's, {say.usd(restored)} for "
            f"restores, against {say.usd(init_usd)} of billed init; {_even(cold, init_usd, cached, restored)}"
        )
    return Advice(
        "snapstart",
        history.function,
        "measure" if cached + restored <= init_usd else "weigh",
        f"{what}. {money}. Code that keeps connections, random seeds or secrets from its init has to be made ready for it",
        numbers,
        init_usd,
        cached + restored,
        None,
        "medium" if history.window_ms >= 3 * 86_400_000 else "low",
        say.configure(history.function, "--snap-start ApplyOn=PublishedVersions")
        + f" && aws lambda publish-version --function-name {shlex.quote(history.function)}",
        _RESTORE,
    )


def _even(cold: float, init_usd: float, cached: float, restored: float) -> str:
    """From how many cold starts a month on money alone pays for the snapshot."""
    gain = (init_usd - restored) / cold
    if gain <= 0:
        more = cached + restored - init_usd
        return f"money alone never pays for it, each spared init costs {say.usd(more / cold)}"
    return f"it pays for itself from {cached / gain:,.0f} cold starts a month on"
