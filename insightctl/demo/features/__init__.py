"""What each query of the library can find, told by small features, apart from the day of traffic of insightctl.demo.

    truth = write(Path("features"), "mixed", seed=7, end_ms=1_795_480_000_000)
    truth["queries"]["errors"]["rows"]

A feature is a module with `tell(story)`: it adds functions, environments and invocations to the story. `lines` spells
the story in a log format; `insightctl.demo.expected` computes the rows of each query from the story. To add one, write
the module, name it in FEATURES, and add its reckoner there.
"""

from __future__ import annotations

from collections.abc import Callable
from random import Random

from insightctl.demo.features import (
    async_retries,
    batches,
    downstream,
    insights,
    measurements,
    memory,
    noise,
    orders,
    sizes,
    startup,
)
from insightctl.demo.features.story import Story

FEATURES: dict[str, Callable[[Story], None]] = {
    "async-retries": async_retries.tell,
    "batches": batches.tell,
    "downstream": downstream.tell,
    "insights": insights.tell,
    "measurements": measurements.tell,
    "memory": memory.tell,
    "noise": noise.tell,
    "orders": orders.tell,
    "sizes": sizes.tell,
    "startup": startup.tell,
}
"""Every feature by name."""


def story_of(seed: int, start_ms: int) -> Story:
    """All features in one story of three hours from `start_ms` (UTC ms) on; each draws from a random source of its own."""
    story = Story(start_ms, Random(seed))
    for name, tell in FEATURES.items():
        story.rng = Random(f"{seed}:{name}")
        tell(story)
    return story
