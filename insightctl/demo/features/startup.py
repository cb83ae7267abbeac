"""reports, pricing and catalog: inits that fail, runtimes that exit, provisioned concurrency, SnapStart, runtime updates."""

from __future__ import annotations

from insightctl.demo.features.model import FailedInit, Failure, Function
from insightctl.demo.features.story import Say, Story

_IMPORT = "Runtime.ImportModuleError"
_EXITS = ("exit status 1", "exit status 1", "signal: segmentation fault")


def tell(story: Story) -> None:
    """One function for each way to start."""
    _reports(story)
    _pricing(story)
    _catalog(story)


def _reports(story: Story) -> None:
    """Version 13 lacks a module; a few runtimes end by themselves; one init takes more than ten seconds."""
    reports = story.function(Function("reports", memory_mb=1024, timeout_ms=15_000))
    steady = [story.environment(reports, "12", number * 2.0, init_ms=900.5 + number) for number in range(2)]
    for turn in range(40):
        says = [Say(5, "INFO", f"report {turn} of the day")]
        story.invoke(steady[turn % 2], 10 + turn * 60.0, 300 + 7.5 * turn, says=says, used_mb=420)
    for number, module in enumerate(("orjson", "orjson", "numpy")):
        seconds = 2600 + number * 100.0
        message = f"Unable to import module 'app': No module named '{module}'"
        tries = [
            FailedInit(
                story.at(seconds) + 200 + 200 * turn, 19_000 + turn * 555, phase, "error", _IMPORT, message, module
            )
            for turn, phase in enumerate(("init", "invoke"))
        ]
        broken = story.environment(reports, "13", seconds, failed_inits=tries)
        story.invoke(broken, seconds, 201.5 + number, failure=Failure("init", _IMPORT, message), used_mb=40)
    for number, how in enumerate(_EXITS):
        seconds = 3100 + number * 100.0
        crashing = story.environment(reports, "12", seconds, init_ms=910.0)
        story.invoke(crashing, seconds, 150.25, failure=Failure("exit", "Runtime.ExitError", how), used_mb=430)
    slow = FailedInit(story.at(3600) + 10_010, 1_000_913, "init", "timeout", None, "")
    story.invoke(story.environment(reports, "13", 3600, failed_inits=[slow]), 3600, 400.5, used_mb=400)


def _pricing(story: Story) -> None:
    """Environments that provisioned concurrency starts ahead, some on demand, and a managed runtime that is updated."""
    pricing = story.function(Function("pricing", memory_mb=512))
    for number, runtime in enumerate(("python:3.13.v40", "python:3.13.v40", "python:3.13.v41", "python:3.13.v41")):
        seconds = number * 1500.0
        ahead = story.environment(
            pricing, "6", seconds, runtime=runtime, init_ms=700 + number, kind="provisioned-concurrency"
        )
        demand = story.environment(pricing, "6", seconds + 400, runtime=runtime, init_ms=820.5 + 3 * number)
        for turn in range(12):
            story.invoke(ahead, seconds + 60 + turn * 50, 20 + turn / 4, used_mb=130)
            story.invoke(demand, seconds + 400 + turn * 50, 24 + turn / 4, used_mb=131)


def _catalog(story: Story) -> None:
    """SnapStart: environments are restored; versions 31 and 32 serve side by side for half an hour."""
    catalog = story.function(Function("catalog", memory_mb=1024, timeout_ms=10_000, style="java"))
    plan = (("31", 0.0, 40), ("31", 300.0, 40), ("32", 1800.0, 60), ("32", 1900.0, 60))
    for version, seconds, turns in plan:
        runtime = "java:21.mainline.v82" if version == "31" else "java:21.mainline.v83"
        restored = story.environment(
            catalog, version, seconds, runtime=runtime, init_ms=500.25 + seconds / 10, kind="snap-start"
        )
        for turn in range(turns):
            says = [Say(3, "INFO", f"page {turn % 5} of the catalogue")]
            story.invoke(restored, seconds + turn * 70, 18.5 + turn % 13, says=says, used_mb=240)
