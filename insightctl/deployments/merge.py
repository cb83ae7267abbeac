"""The same event told by several sources becomes one entry of the timeline."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from insightctl.deployments.deployment import SOURCES, Deployment

_LATEST = "$LATEST"
_SAME_CHANGE = timedelta(minutes=2)  # $LATEST's LastModified beside the call that CloudTrail tells of
_MARKED = timedelta(minutes=30)  # a pipeline marks before or after it deploys, not an hour apart


def merged(found: Iterable[Deployment]) -> tuple[Deployment, ...]:
    """One entry for each event, oldest first.

    A version is one event, whoever tells of it: it went live with its first invocation, where logs know that, else
    when it was published. $LATEST as Lambda knows it joins the nearest change of the function. A mark joins the version
    or alias shift that it is about when that is at most 30 minutes away; a later mark (a rollback) stays itself.
    """
    every = list(found)
    kept = [each for each in every if each.kind in ("alias", "config", "runtime", "tag")]
    versions = [each for each in every if each.kind == "version"]
    kept += _by_version(each for each in versions if each.version != _LATEST)
    latest = [each for each in versions if each.version == _LATEST]
    kept += [each for each in latest if each.source != "lambda"]
    for each in latest:
        if each.source == "lambda":
            kept = _joined(kept, each, _is_same_change)
    for each in sorted((m for m in every if m.kind == "mark"), key=_order):
        kept = _joined(kept, each, _is_meant)
    return tuple(sorted(kept, key=_order))


def _by_version(found: Iterable[Deployment]) -> list[Deployment]:
    by_name: dict[tuple[str, str], list[Deployment]] = {}
    for each in found:
        by_name.setdefault((each.function, each.version), []).append(each)
    return [_one(group) for group in by_name.values()]


def _one(group: Sequence[Deployment]) -> Deployment:
    """The first invocation tells when it went live; CloudTrail tells when it was published, and who did it."""
    by_source = {each.source: each for each in sorted(group, key=_order, reverse=True)}
    told = [by_source[source] for source in SOURCES if source in by_source]
    best = by_source.get("logs") or by_source.get("cloudtrail") or told[0]
    made = by_source.get("cloudtrail") or by_source.get("lambda")
    return replace(
        best,
        sources=tuple(source for source in SOURCES if source in by_source),
        what=_words(told),
        by=next((each.by for each in told if each.by), None),
        before=next((each.before for each in told if each.before), None),
        published=made.published if made else None,
    )


def _words(told: Sequence[Deployment]) -> str:
    """The longest of them: what Lambda and CloudTrail say of the same publication differs in detail only."""
    words = dict.fromkeys(each.what for each in told if each.what)
    first = next((each.what for each in told if each.source == "logs"), "")
    others = max((each for each in words if each != first), key=len, default="")
    return "; ".join(part for part in (first, others) if part)


def _joined(
    kept: Sequence[Deployment], told: Deployment, is_same: Callable[[Deployment, Deployment], timedelta | None]
) -> list[Deployment]:
    """The entries with `told` in the nearest that it is about, or beside them."""
    distances = [(away, index) for index, each in enumerate(kept) if (away := is_same(each, told)) is not None]
    if not distances:
        return [*kept, told]
    index = min(distances)[1]
    entry = kept[index]
    sources = {*entry.sources, *told.sources}
    words = told.what if told.kind == "mark" and told.what != "marked" and told.what not in entry.what else ""
    joined = replace(
        entry,
        sources=tuple(source for source in SOURCES if source in sources),
        what="; ".join(part for part in (entry.what, words) if part),
        by=entry.by or told.by,
    )
    return [*kept[:index], joined, *kept[index + 1 :]]


def _is_same_change(entry: Deployment, told: Deployment) -> timedelta | None:
    if entry.function != told.function or entry.kind not in ("version", "config"):
        return None
    return _away(entry, told, _SAME_CHANGE)


def _is_meant(entry: Deployment, mark: Deployment) -> timedelta | None:
    if (entry.function, entry.version) != (mark.function, mark.version) or entry.kind not in ("version", "alias"):
        return None
    return _away(entry, mark, _MARKED)


def _away(entry: Deployment, told: Deployment, most: timedelta) -> timedelta | None:
    moments: tuple[datetime, ...] = (entry.at, *([entry.published] if entry.published else []))
    away = min(abs(moment - told.at) for moment in moments)
    return away if away <= most else None


def _order(each: Deployment) -> tuple[datetime, str, str, str]:
    return each.at, each.function, each.kind, each.version
