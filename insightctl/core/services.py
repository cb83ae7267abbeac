"""Services: names for what belongs together, in `insightctl.toml` of this folder or one above.

[services.checkout]
functions = ["checkout", "checkout-worker:prod", "checkout-*"]
log_groups = ["/ecs/checkout"]
stack = "checkout-prod"                  # or a list
tags = { team = "payments", env = "prod" }   # all of them
parameter = "/checkout/functions"        # SSM: names in a String or StringList, or all below a path
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from insightctl.core.errors import UsageError

FILE = "insightctl.toml"
Tag = tuple[str, str | None]
"""A key and its value; None: whatever value."""

_LISTS = ("functions", "log_groups", "stack", "parameter")
_KEYS = (*_LISTS, "tags")
_EXAMPLE = f'write [services.NAME] with functions = ["checkout"] into {FILE}'
_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]\s*(?:#.*)?")
_AT = re.compile(r" \(at line (\d+), column \d+\)")


@dataclass(frozen=True, slots=True)
class Service:
    """What belongs to a service; the union of all of it, but of the tags all have to be there. `where` is its file:line."""

    name: str
    functions: tuple[str, ...] = ()
    log_groups: tuple[str, ...] = ()
    stacks: tuple[str, ...] = ()
    tags: tuple[Tag, ...] = ()
    parameters: tuple[str, ...] = ()
    where: str | None = None

    @property
    def asks_aws(self) -> bool:
        """Whether only AWS knows all of its members."""
        return bool(self.stacks or self.tags or self.parameters)


def find_service(name: str, folder: Path) -> Service:
    """The service of this name: `/a/path` is an SSM parameter, anything else a table of the nearest insightctl.toml.

    Raises UsageError, with file:line for what is wrong in the file.
    """
    if not name.strip():
        raise UsageError("--service: the name is empty", remedy="is a variable unset?")
    if name.startswith("/"):
        return Service(name, parameters=(name,))
    path = settings_file(folder)
    if path is None:
        raise UsageError(f"--service {name}: there is no {FILE} in {folder} or above it", remedy=_EXAMPLE)
    return read_service(name, _text(path), str(path))


def settings_file(folder: Path) -> Path | None:
    """The nearest insightctl.toml: of this folder, else of those above it."""
    for each in (folder, *folder.parents):
        if (path := each / FILE).is_file():
            return path
    return None


def read_service(name: str, text: str, file: str) -> Service:
    """The service of this name in a TOML text; `file` is what errors call it. Raises UsageError."""
    import tomllib

    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        raise UsageError(
            f"not TOML: {_AT.sub('', str(error))}", where=f"{file}:{at[1]}" if at else file, remedy="correct the file"
        ) from None
    services = values.get("services", {})
    if not isinstance(services, dict):
        raise UsageError("'services' is a table", where=_place(text, file, "services"), remedy=_EXAMPLE)
    if name not in services:
        near = _nearest(name, services)
        known = (
            f"did you mean {near[0]}?" if near else f"services there: {', '.join(services)}" if services else _EXAMPLE
        )
        raise UsageError(f"there is no service '{name}'", where=file, remedy=known)
    return _Reader(name, services[name], text, file).service()


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise UsageError(f"{path} cannot be read: {reason}", remedy="correct the file, or its rights") from None


@dataclass(frozen=True, slots=True)
class _Reader:
    """One [services.NAME], read key by key; every mistake has its line."""

    name: str
    values: object
    text: str
    file: str

    def service(self) -> Service:
        if not isinstance(self.values, dict):
            raise self._wrong("it is a table", None, _EXAMPLE)
        values: Mapping[str, object] = self.values
        for key in values:
            if key not in _KEYS:
                near = _nearest(key, _KEYS)
                hint = f"did you mean '{near[0]}'? " if near else ""
                raise self._wrong(f"unknown key '{key}'", key, f"{hint}keys here: {', '.join(_KEYS)}")
        functions, groups, stacks, parameters = (self._names(values, key) for key in _LISTS)
        tags = self._tags(values)
        if not any((functions, groups, stacks, parameters, tags)):
            raise self._wrong("it names nothing", None, f"keys here: {', '.join(_KEYS)}")
        return Service(self.name, functions, groups, stacks, tags, parameters, self._where(None))

    def _names(self, values: Mapping[str, object], key: str) -> tuple[str, ...]:
        value = values.get(key, [])
        names = [value] if isinstance(value, str) else value
        if not isinstance(names, list) or not all(isinstance(name, str) and name.strip() for name in names):
            raise self._wrong(f"'{key}' is a name or a list of names", key, f'such as {key} = ["checkout"]')
        return tuple(dict.fromkeys(names))

    def _tags(self, values: Mapping[str, object]) -> tuple[Tag, ...]:
        value = values.get("tags", {})
        if not isinstance(value, dict) or not all(isinstance(item, str) for item in value.values()):
            raise self._wrong("'tags' is a table of texts", "tags", 'such as tags = { team = "payments" }')
        return tuple(value.items())

    def _wrong(self, what: str, key: str | None, remedy: str) -> UsageError:
        return UsageError(f"service '{self.name}': {what}", where=self._where(key), remedy=remedy)

    def _where(self, key: str | None) -> str:
        return _place(self.text, self.file, "services", self.name, *([key] if key else []))


def _nearest(word: str, known: Iterable[str]) -> list[str]:
    from difflib import get_close_matches

    return get_close_matches(word, list(known), n=1, cutoff=0.5)


def _place(text: str, file: str, *path: str) -> str:
    """file:line of a key, else of the nearest table around it."""
    lines = dict(_lines(text))
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return f"{file}:{lines[path[:length]]}"
    return file


def _lines(text: str) -> Iterator[tuple[tuple[str, ...], int]]:
    """The keys of a TOML text with the line (from 1) of each."""
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.fullmatch(line):
            table = _keys(header[1])
            yield table, number
        elif "=" in line:
            yield (*table, *_keys(line.partition("=")[0])), number


def _keys(dotted: str) -> tuple[str, ...]:
    return tuple(key.strip().strip("\"'") for key in dotted.split("."))
