"""Incidents and quiet days of Lambda services, generated with known truth: the judge of triage.

    truth = generate(Path("case"), Incident(), seed=7)        # a kind by dice
    truth = generate(Path("case"), Incident("downstream: outage"), seed=7)
    truth = generate(Path("case"), Quiet(), seed=8)

Written apart from `insightctl.demo`, and from what triage knows. The folder holds the files of one form
(`aws logs tail`, `sam logs`, events as JSON lines, an export, a console's CSV), readable by the local engine.

The culprit is named first when the first finding (`judge.culprit_named`)
- is about the function (one of those that the incident strikes),
- gives the right kind of cause, and no other version than that of a deployment which is the cause,
- names what is behind it in its title or evidence: a host, a request, an environment, the memory size, the runtime version.
The start is right when `started` is not further than two minutes (or one bin) from the time between the cause
(the deployment) and its first visible effect (the first failure); both are known to a human only from the logs.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random

from bench.incidents.forms import FORMS
from bench.incidents.kinds import KINDS
from bench.incidents.model import HOUR_MS, MINUTE_MS
from bench.incidents.planting import too_much
from bench.incidents.simulate import Play
from bench.incidents.truth import Count, Planted, Truth
from bench.incidents.world import MOST, World, service

LEAST_HITS = 8


@dataclass(frozen=True, slots=True)
class Incident:
    """A day with an incident; its kind by dice where none is named. About `most` invocations at most."""

    kind: str | None = None
    most: int = MOST


@dataclass(frozen=True, slots=True)
class Quiet:
    """A day on which nothing is wrong. About `most` invocations at most."""

    most: int = MOST


def generate(folder: Path, spec: Incident | Quiet, seed: int) -> Truth:
    """Writes logs into the folder (made if need be; beside them `.truth.json`). The same seed writes the same."""
    folder.mkdir(parents=True, exist_ok=True)
    for attempt in range(60):
        rng = Random(f"{seed}:{attempt}")
        world = service(rng, spec.most)
        planted: tuple[Planted, ...] = ()
        if isinstance(spec, Incident):
            kind = spec.kind or rng.choice(list(KINDS))
            planted = KINDS[kind](world)
        if too_much(world):
            continue
        plays = [Play(function, Random(f"{seed}:{attempt}:{function.name}")) for function in world.functions]
        for play in plays:
            play.run(world.start_ms, world.end_ms)
        planted = tuple(_with_hits(one, plays) for one in planted)
        planted = tuple(sorted(planted, key=lambda one: -one.hits))
        if all(one.hits >= LEAST_HITS for one in planted) and _clear(planted):
            return _write(folder, seed, world, plays, planted)
    raise ValueError(f"no case came of seed {seed}")


def _clear(planted: tuple[Planted, ...]) -> bool:
    """Whether it is beyond doubt which incident is the worst."""
    return len(planted) < 2 or planted[0].hits >= 3 * planted[1].hits


def _with_hits(planted: Planted, plays: list[Play]) -> Planted:
    """With what the play made of it."""
    tallies = [play.tally for play in plays if play.function.name in planted.functions]
    firsts = [tally.first_hit_ms for tally in tallies if tally.first_hit_ms is not None]
    words = planted.words
    if planted.told_by == "stream":
        words += tuple(stream.rsplit("]", 1)[1][:8] for tally in tallies for stream in sorted(tally.streams))
    if planted.told_by == "request":
        words += tuple(request for tally in tallies for request in sorted(tally.requests))
    hits = planted.hits or sum(tally.hits for tally in tallies)
    return replace(planted, hits=hits, words=words, first_ms=min(firsts, default=planted.cause_ms))


def _write(folder: Path, seed: int, world: World, plays: list[Play], planted: tuple[Planted, ...]) -> Truth:
    form = world.rng.choice(list(FORMS))
    for play in plays:
        if play.records:
            FORMS[form](folder, play.function.name, play.records)
    truth = Truth(
        seed=seed,
        form=form,
        log_formats=tuple(sorted({function.log_format for function in world.functions})),
        start_ms=world.start_ms,
        asked_ms=world.asked_ms,
        end_ms=world.end_ms,
        bin_ms=MINUTE_MS if world.end_ms - world.asked_ms <= 3 * HOUR_MS else 5 * MINUTE_MS,
        planted=planted,
        counts={p.function.name: Count(p.tally.invocations, p.tally.failures) for p in plays},
    )
    (folder / ".truth.json").write_text(json.dumps(truth.document(), indent=2))
    return truth


__all__ = ["KINDS", "Incident", "Planted", "Quiet", "Truth", "generate"]
