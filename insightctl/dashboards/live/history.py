"""Bodies that were deployed or replaced, kept on this machine: a JSON file each, written whole or not at all.

    history = History.of("aws-123456789012", "prod", history_folder(os.environ))
    with history.locked():
        entry = history.add("deployed", body, at=now, by="ada@laptop")   # before the put
        history.confirm(entry)                                           # after it was read back

The folder is for the user only (0700). Dashboards are global ("not region-specific", API reference of PutDashboard),
so a history belongs to an account and not to a region. The oldest go when there are more than MOST.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Literal, get_args

from insightctl.core.errors import InsightctlError, UsageError
from insightctl.core.time import iso
from insightctl.dashboards.body import Body

MOST = 100
"""Entries of one dashboard. A body has some 10 to 100 KB: a few MB at most."""

Action = Literal["found", "deployed", "rolled back", "deleted"]
"""`found` is a body of somebody else that was there before a deployment."""

_SCHEMA = 1
_NAME = re.compile(r"[A-Za-z0-9_-]{1,255}")  # API reference of PutDashboard
_FILE = re.compile(r"\d{6,}\.json")


@dataclass(frozen=True, slots=True)
class Entry:
    """One state of a dashboard. `body` is None once deleted; `of` is the entry that a rollback went back to.

    `confirmed`: it was read back from CloudWatch; else the process ended between asking and knowing.
    """

    number: int
    at: datetime
    action: Action
    by: str
    body: Body | None
    confirmed: bool = False
    of: int | None = None

    @property
    def is_ours(self) -> bool:
        """Whether insightctl put it there."""
        return self.action in ("deployed", "rolled back")


def history_folder(environ: Mapping[str, str]) -> Path:
    """$INSIGHTCTL_HISTORY, else insightctl/dashboards in $XDG_STATE_HOME or ~/.local/state."""
    if given := environ.get("INSIGHTCTL_HISTORY"):
        return Path(given)
    base = Path(environ.get("XDG_STATE_HOME") or "")
    return (base if base.is_absolute() else Path.home() / ".local" / "state") / "insightctl" / "dashboards"


def check_name(name: str) -> str:
    """The name, when CloudWatch takes it for a dashboard. Raises UsageError otherwise."""
    if not _NAME.fullmatch(name):
        raise UsageError(
            f"'{name}' is no name of a dashboard",
            remedy="letters, digits, - and _ only, at most 255: --name prod-checkout",
        )
    return name


@dataclass(frozen=True, slots=True)
class History:
    """The history of one dashboard, in a folder of its own."""

    folder: Path

    @classmethod
    def of(cls, account: str, name: str, folder: Path) -> History:
        """The history of a dashboard of an account; nothing is made yet. Raises UsageError for a wrong name."""
        return cls(folder / account / check_name(name))

    def entries(self) -> tuple[Entry, ...]:
        """All entries, oldest first. A file that is damaged is left out. Raises InsightctlError when it cannot be read."""
        try:
            files = sorted((file for file in self.folder.iterdir() if _FILE.fullmatch(file.name)), key=_number)
        except FileNotFoundError:
            return ()
        except OSError as error:
            raise self._failed("read", error) from None
        return tuple(entry for file in files if (entry := _read(file)) is not None)

    def add(self, action: Action, body: Body | None, *, at: datetime, by: str, of: int | None = None) -> Entry:
        """Keep a state; what was there before is so for sure, what we put is to be confirmed.

        Only while `locked`. Raises InsightctlError when it cannot be kept.
        """
        number = max((_number(file) for file in self._files()), default=0) + 1
        entry = Entry(number, at, action, by, body, confirmed=action == "found", of=of)
        self._write(entry)
        for file in sorted(self._files(), key=_number)[:-MOST]:
            with suppress(OSError):
                file.unlink()
        return entry

    def confirm(self, entry: Entry) -> Entry:
        """The entry holds: CloudWatch has it."""
        confirmed = replace(entry, confirmed=True)
        self._write(confirmed)
        return confirmed

    def forget(self, entry: Entry) -> None:
        """CloudWatch refused it: it never was."""
        with suppress(OSError):
            self._file(entry.number).unlink()

    @contextmanager
    def locked(self) -> Iterator[None]:
        """While this process changes the dashboard. Raises UsageError when another does, InsightctlError without rights."""
        import fcntl

        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            file = (self.folder / "lock").open("a+")
        except OSError as error:
            raise self._failed("written", error) from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                file.seek(0)
                raise UsageError(
                    f"another process changes dashboard {self.folder.name} ({file.read().strip() or 'unknown'})",
                    remedy="wait until it is done, and look again",
                ) from None
            file.truncate(0)
            file.write(f"pid {os.getpid()}")
            file.flush()
            yield

    def _files(self) -> list[Path]:
        return [file for file in self.folder.iterdir() if _FILE.fullmatch(file.name)]

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:06}.json"

    def _write(self, entry: Entry) -> None:
        document = {
            "schema": _SCHEMA,
            "number": entry.number,
            "at": iso(entry.at),
            "action": entry.action,
            "by": entry.by,
            "confirmed": entry.confirmed,
            "of": entry.of,
            "body": entry.body,
        }
        text = json.dumps(document, indent=1)
        try:
            handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=self.folder)
            try:
                with os.fdopen(handle, "w", encoding="ascii") as file:
                    file.write(text)
                    file.flush()
                    os.fsync(handle)
                Path(name).replace(self._file(entry.number))
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            raise self._failed("written", error) from None

    def _failed(self, what: str, error: OSError) -> InsightctlError:
        return InsightctlError(
            f"the history of dashboards cannot be {what}: {(error.strerror or str(error)).lower()}",
            where=str(self.folder),
            remedy="nothing was changed; check the folder, or name another with INSIGHTCTL_HISTORY",
        )


def _number(file: Path) -> int:
    return int(file.stem)


def _read(file: Path) -> Entry | None:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
        body, of = document["body"], document["of"]
        if document["schema"] != _SCHEMA or document["action"] not in get_args(Action):
            return None
        return Entry(
            _number(file),
            datetime.fromisoformat(document["at"]),
            document["action"],
            str(document["by"]),
            body if isinstance(body, dict) else None,
            confirmed=document["confirmed"] is True,
            of=of if isinstance(of, int) else None,
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None
