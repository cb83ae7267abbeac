"""The front matter of a query file, checked key by key. Every error names file, line and column, with a caret."""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NoReturn, cast, get_args

from insightctl.core.prices import ITEMS, REFERENCE, Item, plain, price_list
from insightctl.core.view import View, ViewKind
from insightctl.library.places import Path, Places, places
from insightctl.library.spec import Param, ParamType, Severity, Threshold

KEYS = ("title", "question", "aliases", "tags", "view", "read", "next", "params", "thresholds", "see")
PARAM_KEYS = ("type", "default", "help", "choices", "min", "max", "required", "follows_range", "default_price")
THRESHOLD_KEYS = ("when", "severity", "say")
VIEW_KEYS = ("kind", "y", "stacked")

_WHEN = re.compile(r"(.+?)\s*(>=|<=|>|<)\s*(-?\d+(?:\.\d+)?)")
_NAME = re.compile(r"[a-z_][a-z0-9_]*")
_AT = re.compile(r" \(at (?:line (\d+), column (\d+)|end of document)\)")


@dataclass(frozen=True, slots=True)
class Front:
    """A front matter: its values as read, each known to be of its type, and where they stand."""

    file: str
    values: Mapping[str, Any]
    places: Places

    def text(self, key: str) -> str:
        """A text; "" when it is left out."""
        return str(self.values.get(key, ""))

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty when it is left out."""
        return tuple(self.values.get(key, ()))

    def refuse(self, path: Path, message: str, remedy: str | None = None, *, word: str = "") -> NoReturn:
        """Raises FrontMatterError at a key, or at a word of its value."""
        refuse(self.file, self.places.text, self.places.value(path, word), message, remedy)


def refuse(file: str, text: str, span: tuple[int, int], message: str, remedy: str | None) -> NoReturn:
    """Raises FrontMatterError at a span of a file's text."""
    from insightctl.library.front_errors import FrontMatterError  # it needs the language, which lists do without

    raise FrontMatterError(file, text, span, message, remedy)


def read_front(text: str, end: int, file: str) -> Front:
    """The front matter that ends at an offset of the file's text. Raises FrontMatterError."""
    start = text.index("\n") + 1
    try:
        values = tomllib.loads(text[start:end])
    except tomllib.TOMLDecodeError as error:
        at = _AT.search(str(error))
        offset = _offset(text[start:end], int(at[1]), int(at[2])) if at and at[1] else end - start - 1
        message = f"the front matter is not TOML: {_AT.sub('', str(error)).lower()}"
        refuse(file, text, (start + offset, start + offset + 1), message, None)
    front = Front(file, values, places(text))
    _known(front, (), values, KEYS, "the front matter")
    for key in ("title", "question"):
        if not isinstance(values.get(key), str) or not values[key].strip():
            front.refuse((key,), f"the front matter lacks '{key}'", f'{key} = "..."')
    _typed(front)
    return front


def _offset(text: str, line: int, column: int) -> int:
    before = text.split("\n")[: line - 1]
    return min(len(text), sum(len(each) + 1 for each in before) + column - 1)


def _typed(front: Front) -> None:
    values = front.values
    if "read" in values and not isinstance(values["read"], str):
        front.refuse(("read",), "'read' is not a text")
    for key in ("aliases", "tags", "next", "see"):
        _texts(front, (key,), values.get(key, []))
    for key, example in (("params", "[params.bin]"), ("view", 'view = { kind = "table" }')):
        if not isinstance(values.get(key, {}), dict):
            front.refuse((key,), f"'{key}' is not a table", example)
    entries = values.get("thresholds", [])
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        front.refuse(("thresholds",), "'thresholds' is not a list of tables", "[[thresholds]]")


def _texts(front: Front, path: Path, value: object) -> None:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        front.refuse(path, f"'{path[-1]}' is not a list of texts", f'{path[-1]} = ["..."]')


def _known(front: Front, path: Path, entry: Mapping[str, object], keys: Iterable[str], what: str) -> None:
    if unknown := [key for key in entry if key not in keys]:
        import difflib

        near = difflib.get_close_matches(unknown[0], list(keys), n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"keys: {', '.join(keys)}"
        front.refuse((*path, unknown[0]), f"unknown key '{unknown[0]}' in {what}", remedy)


def view(front: Front) -> View:
    """How the answer is drawn. Raises FrontMatterError."""
    entry = front.values.get("view", {})
    _known(front, ("view",), entry, VIEW_KEYS, "the view")
    kind = entry.get("kind", "table")
    if kind not in get_args(ViewKind):
        front.refuse(("view",), f"there is no view '{kind}'", f"kinds: {', '.join(get_args(ViewKind))}", word=str(kind))
    _texts(front, ("view", "y"), entry.get("y", []))
    return View(cast(ViewKind, kind), tuple(entry.get("y", ())), bool(entry.get("stacked", False)))


def params(front: Front) -> tuple[Param, ...]:
    """The parameters. Raises FrontMatterError."""
    return tuple(_param(front, name, entry) for name, entry in front.values.get("params", {}).items())


def _param(front: Front, name: str, entry: object) -> Param:
    path: Path = ("params", name)
    what = f"parameter '{name}'"
    if not isinstance(entry, dict):
        front.refuse(path, f"{what} is not a table", f'[params.{name}]\ntype = "string"')
    if not _NAME.fullmatch(name):
        front.refuse(path, f"{what}: a name has small letters, digits and _", name.lower().replace("-", "_"))
    _known(front, path, entry, PARAM_KEYS, what)
    kind = entry.get("type")
    if kind not in get_args(ParamType):
        wanted = ", ".join(get_args(ParamType))
        front.refuse((*path, "type"), f"{what} has the type '{kind}'", f"types: {wanted}", word=str(kind or ""))
    choices = entry.get("choices", [])
    if not isinstance(choices, list):
        front.refuse((*path, "choices"), f"{what}: 'choices' is not a list", 'choices = ["a", "b"]')
    if kind == "choice" and not choices:
        front.refuse((*path, "type"), f"{what} has no choices", 'choices = ["a", "b"]')
    low, high = (_bound(front, path, entry, key) for key in ("min", "max"))
    if low is not None and high is not None and low > high:
        front.refuse((*path, "max"), f"{what}: no number is from {low:g} to {high:g}")
    item = _item(front, path, entry, kind)
    default = entry.get("default")
    if default is None and item is not None:
        default = plain(price_list().price(item, REFERENCE).usd)
    follows = entry.get("follows_range", name == "bin" and kind == "duration" and default is not None)
    if follows and kind != "duration":
        front.refuse((*path, "follows_range"), f"{what}: only a duration can follow the time range")
    return Param(
        name,
        cast(ParamType, kind),
        str(entry.get("help", "")),
        None if default is None else str(default),
        tuple(str(choice) for choice in choices),
        0.0 if low is None and kind == "price" else low,
        high,
        required=bool(entry.get("required", False)),
        follows_range=bool(follows),
        item=item,
        place=f"{front.file}:{front.places.line(*path)}",
    )


def _bound(front: Front, path: Path, entry: Mapping[str, object], key: str) -> float | None:
    value = entry.get(key)
    if value is None:
        return None
    if not isinstance(value, int | float) or isinstance(value, bool) or not math.isfinite(value):
        front.refuse((*path, key), f"parameter '{path[-1]}': '{key}' is not a number", f"{key} = 1")
    return float(value)


def _item(front: Front, path: Path, entry: Mapping[str, object], kind: object) -> Item | None:
    item = entry.get("default_price")
    if item is None:
        if kind == "price" and "default" not in entry:
            front.refuse((*path, "type"), f"parameter '{path[-1]}' names no price", f'default_price = "{ITEMS[0]}"')
        return None
    if kind not in ("price", "number"):
        front.refuse((*path, "default_price"), f"parameter '{path[-1]}' is no number", 'type = "price"')
    if item not in ITEMS:
        import difflib

        near = difflib.get_close_matches(str(item), ITEMS, n=1)
        remedy = f"did you mean '{near[0]}'?" if near else f"prices: {', '.join(ITEMS)}"
        front.refuse((*path, "default_price"), f"there is no price '{item}'", remedy, word=str(item))
    return item


def thresholds(front: Front) -> tuple[Threshold, ...]:
    """What is worth saying about an answer. Raises FrontMatterError."""
    return tuple(_threshold(front, number, entry) for number, entry in enumerate(front.values.get("thresholds", ())))


def _threshold(front: Front, number: int, entry: Mapping[str, object]) -> Threshold:
    path: Path = ("thresholds", number)
    _known(front, path, entry, THRESHOLD_KEYS, "a threshold")
    when, severity = str(entry.get("when", "")).strip(), entry.get("severity", "warning")
    match = _WHEN.fullmatch(when)
    if not match:
        front.refuse(
            (*path, "when"), f"the threshold '{when}' is not 'column > number'", 'when = "failure_pct > 5"', word=when
        )
    if severity not in get_args(Severity):
        wanted = ", ".join(get_args(Severity))
        front.refuse((*path, "severity"), f"there is no severity '{severity}'", f"severities: {wanted}")
    op = cast(Literal[">", ">=", "<", "<="], match[2])
    return Threshold(match[1], op, float(match[3]), cast(Severity, severity), str(entry.get("say", "")))
