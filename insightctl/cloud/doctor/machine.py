"""This machine: versions, the terminal, and the folders that are written to. No network."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from insightctl.cloud.doctor.model import Check, State

AREA = "machine"
_NARROW = 80
_PACKAGES = ("duckdb", "boto3", "botocore")


@dataclass(frozen=True, slots=True)
class Screen:
    """What the command line knows of the terminal. `columns` is None when the output is no terminal."""

    columns: int | None
    is_coloured: bool
    encoding: str


def machine(screen: Screen, environ: Mapping[str, str]) -> Iterator[Check]:
    """All of it. Raises nothing."""
    yield _versions()
    yield from _terminal(screen)
    yield _zone(environ)
    yield from _folders(environ)


def _versions() -> Check:
    import platform

    from insightctl import __version__

    found = [f"insightctl {__version__}", f"Python {platform.python_version()}"]
    missing = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        return Check(AREA, "versions", State.PROBLEM, f"{', '.join(missing)} is missing", "install insightctl again")
    return Check(AREA, "versions", State.OK, ", ".join(found))


def _terminal(screen: Screen) -> Iterator[Check]:
    colour = "colour" if screen.is_coloured else "no colour"
    if screen.columns is None:
        yield Check(AREA, "terminal", State.OK, f"the output is no terminal, {colour}")
    elif screen.columns < _NARROW:
        found = f"{screen.columns} columns, {colour}"
        yield Check(AREA, "terminal", State.WARNING, found, "tables are cut: make it wider, or choose with --columns")
    else:
        yield Check(AREA, "terminal", State.OK, f"{screen.columns} columns, {colour}")
    if screen.encoding.lower().replace("-", "") == "utf8":
        yield Check(AREA, "encoding", State.OK, screen.encoding)
    else:
        remedy = "set LANG=C.UTF-8 or PYTHONUTF8=1: charts and names have other letters"
        yield Check(AREA, "encoding", State.WARNING, screen.encoding, remedy)


def _zone(environ: Mapping[str, str]) -> Check:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    name = environ.get("TZ")
    if not name:
        return Check(AREA, "time zone", State.OK, "the system's; TZ is not set")
    try:
        ZoneInfo(name.removeprefix(":"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        remedy = "such as TZ=Europe/Berlin; the system takes an unknown name as UTC without a word"
        return Check(AREA, "time zone", State.WARNING, f"TZ={name}: there is no such zone", remedy)
    return Check(AREA, "time zone", State.OK, f"TZ={name}")


def _folders(environ: Mapping[str, str]) -> Iterator[Check]:
    from insightctl.cloud.cache import cache_folder
    from insightctl.local.stores import home

    finders: tuple[tuple[str, Callable[[], Path], str], ...] = (
        ("results", lambda: cache_folder(environ), "INSIGHTCTL_CACHE"),
        ("stores", home, "INSIGHTCTL_STORES"),
    )
    for name, find, variable in finders:
        try:
            folder = find()
        except RuntimeError as error:  # pathlib's word for a user without a home
            yield Check(AREA, f"folder of {name}", State.WARNING, str(error), f"name a folder in {variable}")
            continue
        if reason := _not_writable(folder):
            remedy = f"make it writable, or name another folder in {variable}"
            yield Check(AREA, f"folder of {name}", State.WARNING, f"{folder}: {reason}", remedy)
        else:
            yield Check(AREA, f"folder of {name}", State.OK, str(folder))


def _not_writable(folder: Path) -> str | None:
    """Why nothing can be written there; None when it can. A folder that is not there yet is not made."""
    try:
        place = next(each for each in (folder, *folder.parents) if each.exists())
        if not place.is_dir():
            return f"{place} is no folder"
        if place == folder:
            with tempfile.TemporaryFile(dir=folder):
                return None
        return None if os.access(place, os.W_OK | os.X_OK) else f"it cannot be made in {place}"
    except OSError as error:
        return (error.strerror or str(error)).lower()
