"""`triage --watch`: the report again and again, with what has changed since the look before."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.cli.triage_show import Shown, put, text_of
from insightctl.core.errors import UsageError
from insightctl.core.sizes import size_text
from insightctl.core.time import iso, parse_duration_ms

if TYPE_CHECKING:
    from insightctl.triage import Report
    from insightctl.triage.watching import Look

LEAST_MS = 1_000
_ENTER, _LEAVE = "\x1b[?1049h\x1b[?25l", "\x1b[?25h\x1b[?1049l"
_CLEAR = "\x1b[H\x1b[2J"


def every_s(text: str) -> float:
    """The seconds of --every. Raises UsageError."""
    ms = parse_duration_ms(text)
    if ms < LEAST_MS:
        raise UsageError(f"--every {text}: too often", remedy="a second or more, such as --every 1m")
    return ms / 1000


def watch(look: Callable[[], Report], pace_s: float, max_usd: float | None, shown: Shown) -> None:
    """Shows look after look, on a terminal on a screen of its own, until Ctrl-C. Raises Interrupted, CostRefused.

    What was seen last stays on the terminal. Elsewhere a look is a line, and the report where something changed.
    """
    from insightctl.triage.watching import looks

    on_screen = shown.out is None and terminal.width() is not None and shown.output == "table"
    last: Look | None = None
    try:
        with terminal.stoppable("nothing was left behind"), _screen() if on_screen else _nothing():
            for last in looks(look, pace_s, time.sleep, max_usd):
                if on_screen:
                    _paint(last, pace_s, shown)
                else:
                    _append(last, pace_s, shown)
    finally:
        if on_screen and last is not None:
            put(f"{text_of(last.report, shown)}\n{_status(last, pace_s)}", shown)


def _paint(last: Look, pace_s: float, shown: Shown) -> None:
    """One look on the screen, cut where the screen ends."""
    import shutil

    size = shutil.get_terminal_size()
    lines = [_status(last, pace_s), *(f"  {_line(change)}" for change in _said(last)), ""]
    lines += text_of(last.report, shown).splitlines()
    if len(lines) > size.lines - 1:
        lines = [*lines[: size.lines - 2], "... more: a higher terminal, or without --watch"]
    sys.stdout.write(_CLEAR + "\n".join(lines) + "\n")
    sys.stdout.flush()


def _append(last: Look, pace_s: float, shown: Shown) -> None:
    """One look after the other: JSON lines, or a status line with the report when it says something else."""
    if shown.output == "json":
        from insightctl.render import safe
        from insightctl.triage.document import document

        body = {
            "look": last.number,
            "at": iso(datetime.now(UTC)),
            "changes": list(last.changes),
            "failed": last.failed.what if last.failed else None,
            "spent": {"queries": last.spent.queries, "bytes": last.spent.size, "usd": last.spent.usd},
            "report": document(last.report),
        }
        text = safe.json_text(json.dumps(body, ensure_ascii=False))
        if shown.out:
            put(text, shown)
            text = _status(last, pace_s)
        print(text, flush=True)
        return
    text = text_of(last.report, shown)
    if shown.out:
        put(text, shown)
        print(_status(last, pace_s), flush=True)
    elif last.number == 1 or last.changes:
        print("\n".join([_status(last, pace_s), *(f"  {_line(c)}" for c in _said(last)), "", text, ""]), flush=True)
    else:
        print(_status(last, pace_s), flush=True)


def _status(last: Look, pace_s: float) -> str:
    """`look 3 at 10:02:00 UTC, every 60 s: nothing changed; 18 queries, 1.2 GB, 0.0060 USD so far`."""
    spent = last.spent
    cost = "" if spent.usd is None else f", {spent.usd:.4f} USD"
    if last.failed is not None:
        state = f"this look failed: {last.failed.what}"
    elif last.number == 1:
        state = f"verdict {last.report.verdict}"
    else:
        count = len(last.changes)
        state = f"{count} change{'' if count == 1 else 's'}" if count else "nothing changed"
    so_far = f"{spent.queries} queries, {size_text(spent.size)}{cost} so far"
    return _line(f"look {last.number} at {datetime.now(UTC):%H:%M:%S} UTC, every {pace_s:g} s: {state}; {so_far}")


def _said(last: Look) -> tuple[str, ...]:
    return last.changes


def _line(text: str) -> str:
    from insightctl.render import safe

    return safe.line(text)


@contextmanager
def _screen() -> Iterator[None]:
    sys.stdout.write(_ENTER)
    sys.stdout.flush()
    try:
        yield
    finally:
        sys.stdout.write(_LEAVE)
        sys.stdout.flush()


@contextmanager
def _nothing() -> Iterator[None]:
    yield
