"""Reading the terminal and the environment, writing answers and errors: the rim of the program."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from insightctl.core.errors import InsightctlError, Interrupted


def colour(stream_is_tty: bool) -> bool:
    """Whether to colour: a terminal, and neither NO_COLOR (no-color.org) nor a dumb terminal."""
    return stream_is_tty and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def width() -> int | None:
    """The terminal's width; None when the output is no terminal."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


def warn(sentence: str) -> None:
    """A warning on stderr."""
    from insightctl.render import safe

    mark = "\x1b[33mwarning\x1b[0m" if colour(sys.stderr.isatty()) else "warning"
    print(f"{mark}: {safe.line(sentence)}", file=sys.stderr)


def show_error(error: InsightctlError) -> None:
    """An error on stderr: what, where, what to do; a query's diagnostics with carets."""
    from insightctl.ql.diagnostics import QueryError
    from insightctl.render import safe

    if isinstance(error, QueryError):
        print(safe.text(str(error)), file=sys.stderr)
        return
    mark = "\x1b[1;31merror\x1b[0m" if colour(sys.stderr.isatty()) else "error"
    place = f" ({safe.line(error.where)})" if error.where else ""
    print(f"{mark}: {safe.line(error.what)}{place}", file=sys.stderr)
    if error.remedy:
        print(f"help: {safe.line(error.remedy)}", file=sys.stderr)


def write_file(path: Path, text: str) -> None:
    """Writes a file whole or not at all, with the line ends of the text. Raises InsightctlError when it cannot be written."""
    if path.is_dir():
        raise InsightctlError(f"cannot write {path}: it is a folder", remedy="name a file in it")
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise InsightctlError(
            f"cannot write {path}: {(error.strerror or str(error)).lower()}", remedy="check the folder and its rights"
        ) from None
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError as error:
        Path(name).unlink(missing_ok=True)
        raise InsightctlError(f"cannot write {path}: {(error.strerror or str(error)).lower()}") from None


@contextmanager
def stoppable(left: str) -> Iterator[None]:
    """Turns Ctrl-C inside the block into Interrupted, which says what is `left`."""
    try:
        yield
    except (KeyboardInterrupt, RuntimeError) as stop:
        # DuckDB turns a Ctrl-C that reaches it while it works into a RuntimeError
        if isinstance(stop, RuntimeError) and "interrupted" not in str(stop).lower():
            raise
        raise Interrupted(f"interrupted; {left}") from None
