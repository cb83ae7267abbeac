"""Saved queries of the account into query files. What somebody changed in a file is never written over unasked."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from insightctl.cloud.definitions import INSIGHTS_QL, Definition
from insightctl.core.errors import InsightctlError
from insightctl.library.definitions.mark import Owner, owner
from insightctl.library.definitions.sources import path_of
from insightctl.library.definitions.wanted import folder
from insightctl.library.definitions.writing import file_text, untouched


class Fate(Enum):
    """What becomes of a definition's file."""

    NEW = "new"
    UPDATE = "changed"
    SAME = "up to date"
    KEPT = "as insightctl wrote them, and left out"
    REFUSED = "the file was changed since it was pulled"
    OTHER_LANGUAGE = "not in Logs Insights QL"
    TAKEN = "another saved query has this file name"


@dataclass(frozen=True, slots=True)
class Pulled:
    """A definition, its file and the file's text; `text` is None where no file is written for it."""

    definition: Definition
    path: Path
    fate: Fate
    text: str | None = None
    notes: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()

    @property
    def is_written(self) -> bool:
        """Whether the file is to be written."""
        return self.fate in (Fate.NEW, Fate.UPDATE)


def pulled(live: Sequence[Definition], out: Path, prefix: str = "", *, force: bool = False) -> tuple[Pulled, ...]:
    """What a pull would write below `out`; names lose the prefix. Reads the files that are there, writes none.

    `force`: files that were changed are written over too.
    """
    return tuple(_each(live, out, folder(prefix), force))


def _each(live: Sequence[Definition], out: Path, prefix: str, force: bool) -> Iterator[Pulled]:
    taken: set[str] = set()
    for definition in live:
        if not definition.name.startswith(prefix):
            continue
        path = out / path_of(definition.name.removeprefix(prefix))
        if definition.language != INSIGHTS_QL:
            yield Pulled(definition, path, Fate.OTHER_LANGUAGE)
        elif owner(definition) is Owner.OURS:
            yield Pulled(definition, path, Fate.KEPT)
        elif (key := str(path).casefold()) in taken:  # one file, where the disk does not tell cases apart
            yield Pulled(definition, path, Fate.TAKEN)
        else:
            taken.add(key)
            yield _file(definition, path, force)


def _file(definition: Definition, path: Path, force: bool) -> Pulled:
    text, notes = file_text(definition)
    there = _there(path)
    if there is None:
        return Pulled(definition, path, Fate.NEW, text, notes)
    if there == text:
        return Pulled(definition, path, Fate.SAME, text, notes)
    changes = tuple(
        difflib.unified_diff(there.split("\n"), text.split("\n"), str(path), f"account: {definition.name}", lineterm="")
    )
    fate = Fate.UPDATE if force or untouched(there) else Fate.REFUSED
    return Pulled(definition, path, fate, text, notes, changes)


def _there(path: Path) -> str | None:
    """What a file says; None when there is none."""
    try:
        return path.read_bytes().decode("utf-8", "replace")
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        raise InsightctlError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
