"""search: Java with SnapStart, text format, log4j2 lines; environments are restored, not initialised."""

from __future__ import annotations

from dataclasses import replace
from random import Random

from insightctl.demo.clock import Clock
from insightctl.demo.runtimes import java_error
from insightctl.demo.spec import Attempt, Fault, FaultKind, FunctionSpec, Line, Release

_WORDS = ("red shoes", "kettle", "crème brûlée torch", "usb-c cable", "rain jacket", "Zürich map", "desk lamp")
_HANDLED = (
    "java.util.concurrent.TimeoutException: suggester did not answer in 150 ms\n"
    "\tat com.example.search.Suggester.await(Suggester.java:61)\n"
    "\tat com.example.search.SearchHandler.suggest(SearchHandler.java:103)"
)


def _logged(attempt: Attempt, rng: Random, _clock: Clock) -> list[Line]:
    words = _WORDS[int(rng.random() * len(_WORDS))]
    page = 1 + int(rng.random() * 4)
    lines = [_log4j(attempt, 0.0, f'INFO SearchHandler:57 - query "{words}" page {page}')]
    chance = rng.random()
    if chance < 0.15:
        lines.append(_log4j(attempt, 0.3, f"DEBUG IndexReader:214 - {1 + int(rng.random() * 8)} shards asked"))
    elif chance < 0.17:
        lines.append(_log4j(attempt, 0.5, "WARN IndexReader:231 - shard 3 is behind, results may be stale"))
    elif chance < 0.176:  # handled: the page is shown without suggestions
        lines.append(_log4j(attempt, 0.6, f"ERROR SearchHandler:108 - no suggestions\n{_HANDLED}"))
    if attempt.fault is None:
        lines.append(_log4j(attempt, 0.95, f"INFO SearchHandler:88 - {int(rng.random() * 400)} hits"))
    return lines


def _log4j(attempt: Attempt, share: float, text: str) -> Line:
    return attempt.at(share), f"{attempt.request_id} {text}"


_FAULTS = (
    Fault(
        FaultKind.EXCEPTION,
        "java.lang.NullPointerException",
        0.0016,
        'Cannot invoke "com.example.search.Facet.name()" because "facet" is null',
        (
            "com.example.search.SearchHandler.facets(SearchHandler.java:131)",
            "com.example.search.SearchHandler.handleRequest(SearchHandler.java:64)",
            "com.example.search.SearchHandler.handleRequest(SearchHandler.java:22)",
        ),
    ),
    Fault(
        FaultKind.EXCEPTION,
        "java.lang.IllegalStateException",
        0.0010,
        "index generation {id} is closed",
        (
            "com.example.search.IndexReader.open(IndexReader.java:77)",
            "com.example.search.SearchHandler.handleRequest(SearchHandler.java:60)",
        ),
    ),
    Fault(FaultKind.TIMEOUT, "timeout", 0.0010),
    Fault(FaultKind.OUT_OF_MEMORY, "Runtime.OutOfMemory", 0.0006),
)

_FIRST = Release("23", 0.0, 0.0, 64.0, 0.60, "java:21.mainline.v82", _FAULTS)

SEARCH = FunctionSpec(
    name="search",
    runtime="java21",
    log_format="text",
    share=0.18,
    typical_bytes=860,
    memory_mb=1024,
    base_memory_mb=215,
    timeout_ms=10_000,
    init_median_ms=620.0,
    releases=(_FIRST, replace(_FIRST, version="24", at=0.18, spread=0.05, runtime_version="java:21.mainline.v83")),
    application=_logged,
    error_text=java_error,
    snap_start=True,
)
