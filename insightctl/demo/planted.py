"""Writes the features as log files with their truth: the rows that each query of the library has to give."""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.core.time import from_ms, iso
from insightctl.demo.clock import Clock
from insightctl.demo.expected import EXPECTED
from insightctl.demo.expected.reckon import Ground
from insightctl.demo.features import story_of
from insightctl.demo.features.lines import events
from insightctl.demo.features.model import Event, Form

HOURS = 3
_SCHEMA = 1
_HOUR_MS = 3_600_000


class Planted(NamedTuple):
    """What was written: the folder of the logs, truth.json and its content, the range (UTC ms, end exclusive)."""

    logs: Path
    truth_file: Path
    truth: dict[str, object]
    start_ms: int
    end_ms: int


def plant(out: Path, form: Form, *, seed: int = 7, end_ms: int) -> Planted:
    """Write `out/logs/<function>.log` and `out/truth.json` for the three hours before the last full hour of `end_ms`.

    The same seed and end tell the same story in each form. Raises UsageError when the folder has other logs, which
    every question would read along, and InsightctlError when the files cannot be written.
    """
    end_ms = end_ms // _HOUR_MS * _HOUR_MS
    start_ms = end_ms - HOURS * _HOUR_MS
    story = story_of(seed, start_ms)
    ground = Ground(story, form, events(story, form))
    truth: dict[str, object] = {
        "schema": _SCHEMA,
        "seed": seed,
        "form": form,
        "start": iso(from_ms(start_ms)),
        "end": iso(from_ms(end_ms)),
        "events": len(ground.events),
        "queries": {name: reckon(ground).to_json() for name, reckon in EXPECTED.items()},
    }
    others = {path.name for path in (out / "logs").glob("*")} - {f"{event.function}.log" for event in ground.events}
    if others:
        raise UsageError(
            f"the folder has other logs, such as {min(others)}",
            where=str(out / "logs"),
            remedy="choose another folder",
        )
    try:
        (out / "logs").mkdir(parents=True, exist_ok=True)
        _write_logs(out / "logs", ground.events)
        truth_file = out / "truth.json"
        truth_file.write_text(json.dumps(truth, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise InsightctlError(
            f"the scenario cannot be written: {error.strerror or error}",
            where=str(error.filename or out),
            remedy="choose a folder that can be written and has room",
        ) from error
    return Planted(out / "logs", truth_file, truth, start_ms, end_ms)


def _write_logs(folder: Path, found: Iterable[Event]) -> None:
    clock = Clock()
    by_function = sorted(found, key=lambda event: event.function)  # stable: the order of time stays
    for function, of in groupby(by_function, key=lambda event: event.function):
        lines = [f"{clock.stamp(event.at_ms)}000+00:00 {event.stream} {event.message}\n" for event in of]
        (folder / f"{function}.log").write_text("".join(lines), encoding="utf-8")
