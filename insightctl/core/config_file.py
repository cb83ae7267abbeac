"""One TOML file of settings: read with the place of every key, changed with its comments kept."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from insightctl.core.errors import InsightctlError, UsageError

Keys = tuple[str, ...]
"""The way to a value: `("defaults", "max_cost")`."""

_PART = r"""(?:[A-Za-z0-9_-]+|"[^"]*"|'[^']*')"""
_DOTTED = rf"{_PART}(?:[ \t]*\.[ \t]*{_PART})*"
_HEADER = re.compile(rf"[ \t]*\[[ \t]*({_DOTTED})[ \t]*\][ \t]*(?:#.*)?")
_KEY = re.compile(rf"[ \t]*({_DOTTED})[ \t]*=[ \t]*")
_TOML_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)


class Spot(NamedTuple):
    """Where a key and its value begin: line and columns count from 1, in code points."""

    line: int
    key_col: int
    value_col: int


class ConfigError(UsageError):
    """A mistake in a settings file: `where` is `file:line:col`, `excerpt` the line with a caret under the place."""

    def __init__(self, what: str, *, where: str, excerpt: str = "", remedy: str | None = None) -> None:
        super().__init__(what, where=where, remedy=remedy)
        self.excerpt = excerpt


@dataclass(frozen=True, slots=True)
class ConfigFile:
    """A settings file as it was read; a file that is not there has no text and no values."""

    path: Path
    text: str
    values: Mapping[str, Any]

    @staticmethod
    def read(path: Path) -> ConfigFile:
        """Reads it. Raises ConfigError for what is no TOML, InsightctlError when it cannot be read."""
        try:
            text = path.read_bytes().decode("utf-8")
        except FileNotFoundError:
            return ConfigFile(path, "", {})
        except UnicodeDecodeError as error:
            raise ConfigError(f"the file is not UTF-8 (byte {error.start})", where=str(path)) from None
        except OSError as error:
            raise InsightctlError(f"cannot read {path}: {(error.strerror or str(error)).lower()}") from None
        import tomllib

        try:
            return ConfigFile(path, text, tomllib.loads(text))
        except (ValueError, RecursionError) as error:  # a number of 5,000 digits, a list in a list in a list ...
            raise _syntax_error(path, text, str(error)) from None

    def has(self, keys: Keys) -> bool:
        """Whether the file sets this very key."""
        found: Any = self.values
        for key in keys:
            if not isinstance(found, dict) or key not in found:
                return False
            found = found[key]
        return True

    def spot(self, keys: Keys) -> Spot | None:
        """Where a key is set, or the nearest table around it."""
        places = dict(_places(self.text))
        return next((places[keys[:n]] for n in range(len(keys), 0, -1) if keys[:n] in places), None)

    def fail(self, what: str, keys: Keys, remedy: str | None = None, *, at_value: bool = False) -> ConfigError:
        """The error to raise about a key, or its value."""
        spot = self.spot(keys)
        if spot is None:
            return ConfigError(what, where=str(self.path), remedy=remedy)
        return _error_at(self.path, self.text, spot.line, spot.value_col if at_value else spot.key_col, what, remedy)

    def where(self, keys: Keys) -> str:
        """`path:line` of a key."""
        spot = self.spot(keys)
        return str(self.path) if spot is None else f"{self.path}:{spot.line}"

    def changed(self, keys: Keys, value: object | None) -> str:
        """The file's text with a value set, or taken out (None), and everything else as it was.

        tomlkit does it: it keeps comments, order and blank lines, which the standard library cannot write at all.
        """
        import tomlkit

        try:
            document = tomlkit.parse(self.text)
        except tomlkit.exceptions.TOMLKitError as error:
            raise InsightctlError(f"cannot change {self.path}: {error}", remedy="insightctl config edit") from None
        table: Any = document
        for key in keys[:-1]:
            if key not in table:
                if value is None:
                    return self.text
                table[key] = tomlkit.table()
            table = table[key]
        if value is None:
            table.pop(keys[-1], None)
        else:
            table[keys[-1]] = value
        return tomlkit.dumps(document)

    def write(self, text: str) -> None:
        """Puts a text in the file's place, whole or not at all; new files are for the user only (0600).

        A link (dotfiles are often links) stays one. Raises InsightctlError when it cannot be written.
        """
        import tempfile

        target = self.path.resolve()
        name: str | None = None
        try:
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            mode = target.stat().st_mode & 0o777 if target.exists() else 0o600
            handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
            with os.fdopen(handle, "w", encoding="utf-8", newline="") as file:
                file.write(text)
            Path(name).chmod(mode)
            Path(name).replace(target)
        except OSError as error:
            if name is not None:
                Path(name).unlink(missing_ok=True)
            raise InsightctlError(
                f"cannot write {self.path}: {(error.strerror or str(error)).lower()}",
                remedy="check the folder and its rights",
            ) from None


def _places(text: str) -> Iterator[tuple[Keys, Spot]]:
    """The keys that a file sets, with their places; what stands in an inline table is at the table's."""
    table: Keys = ()
    for number, line in enumerate(_lines(text), start=1):
        if header := _HEADER.fullmatch(line):
            table = _parts(header[1])
            yield table, Spot(number, header.start(1) + 1, header.start(1) + 1)
        elif key := _KEY.match(line):
            keys = (*table, *_parts(key[1]))
            yield keys, Spot(number, key.start(1) + 1, key.end() + 1)


def _lines(text: str) -> list[str]:
    """Lines as TOML counts them: other line ends of Unicode are text there."""
    return text.replace("\r\n", "\n").split("\n")


def _parts(dotted: str) -> Keys:
    return tuple(part.strip("\"'") for part in re.findall(_PART, dotted))


def _syntax_error(path: Path, text: str, said: str) -> ConfigError:
    found = _TOML_PLACE.fullmatch(said)
    lines = _lines(text.rstrip("\n"))
    if found is None:
        return ConfigError(f"this is not TOML: {said}", where=str(path))
    # The parser counts a line end as a column of its line; at the end of the document it names no place.
    line, col = (int(found[2]), int(found[3])) if found[2] else (len(lines), len(lines[-1]) + 1)
    what = found[1][:1].lower() + found[1][1:]
    return _error_at(path, text, line, col, f"this is not TOML: {what}", "correct it: insightctl config edit")


def _error_at(path: Path, text: str, line: int, col: int, what: str, remedy: str | None) -> ConfigError:
    lines = _lines(text)
    shown = lines[line - 1] if 0 < line <= len(lines) else ""
    margin = f"{line:>4} | "
    caret = " " * (len(margin) - 2) + "| " + " " * (min(col, len(shown) + 1) - 1) + "^"
    return ConfigError(
        what, where=f"{path}:{line}:{col}", excerpt=f"{margin}{shown.expandtabs(1)}\n{caret}", remedy=remedy
    )
