"""`--watch DIR`: the same again for each definition that is saved; a mistake in one does not end it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from insightctl.cli import terminal
from insightctl.core.errors import InsightctlError


def on_save(folder: Path, step: Callable[[Path], None]) -> None:
    """Runs a step for every definition of a folder, then for each that is saved, until Ctrl-C (Interrupted)."""
    from insightctl.dashboards.live.watch import saved

    with terminal.stoppable("what was done stays"):
        for files in saved(folder):
            for file in files:
                try:
                    step(file)
                except InsightctlError as error:
                    terminal.show_error(error)
            print(f"watching {folder} (Ctrl-C ends it)", flush=True)
