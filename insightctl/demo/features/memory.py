"""thumbnails: memory that grows with the age of an environment, kills, timeouts with a last line, lost reports."""

from __future__ import annotations

from insightctl.demo.features.model import Environment, Fact, Failure, Function
from insightctl.demo.features.story import Say, Story

_KILLED = Failure("killed", "Runtime.OutOfMemory", "signal: killed")
_HANGS = Failure("timeout", None)
_RUNTIME = "nodejs:22.v44"
_LAST_LINES = (
    "fetching original from the bucket",
    "converting page 7",
    "fetching original from the bucket",
    "waiting for a lock",
)


def tell(story: Story) -> None:
    """Version 9 leaks 3 MB an invocation, version 8 does not."""
    thumbnails = story.function(Function("thumbnails", memory_mb=512, timeout_ms=6000, style="node"))

    def start(version: str, seconds: float) -> Environment:
        return story.environment(thumbnails, version, seconds, runtime=_RUNTIME, init_ms=350 + seconds / 8)

    for number, (version, growth) in enumerate((("8", 0), ("8", 0), ("9", 3), ("9", 3))):
        environment = start(version, number * 4.0)
        for turn in range(30):
            says = [Say(1, "INFO", "resizing an image")]
            story.invoke(
                environment,
                number * 7 + turn * 60.0,
                round(story.rng.uniform(200, 900), 2),
                says=says,
                used_mb=150 + number + growth * turn,
            )
    for number in range(3):
        environment = start("9", 2000 + number * 300.0)
        story.invoke(environment, 2000 + number * 300.0, 1800.5 + number, failure=_KILLED, used_mb=512)
    story.invoke(start("9", 3100), 3100, 1200.25, used_mb=512)  # used all of it and got away with it
    for number, last_line in enumerate(_LAST_LINES):
        seconds = 3200 + number * 120.0
        says = [Say(2, "INFO", "resizing an image"), Say(40, "DEBUG", last_line, (Fact("timeouts", (last_line,)),))]
        story.invoke(start("8", seconds), seconds, 6000.0, says=says, failure=_HANGS, used_mb=160)
    for number, duration_ms in enumerate((5999.5, 5000.25, 4801.0, 4799.0)):
        story.invoke(start("8", 3800 + number * 60.0), 3800 + number * 60.0, duration_ms, used_mb=161)
    for number in range(2):
        story.invoke(start("9", 4200 + number * 50.0), 4200 + number * 50.0, 700.0, reported=False)
    story.notes["near-timeout"] = {"timeout_ms": "6000"}
