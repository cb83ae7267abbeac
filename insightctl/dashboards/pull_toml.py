"""Values of JSON as TOML 1.0, laid out so that people can read, edit and compare them."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping, Sequence

from insightctl.render import safe

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")  # what no literal string of TOML may hold, but for tab and line feed
_WIDE, _WIDE_ROW = 100, 260  # characters of an array on one line; a metric row stays on one


class Unsayable(ValueError):
    """TOML has no word for it: null, a number that is none, or half of a surrogate pair."""


def toml(value: object, indent: int = 0, wide: int = _WIDE) -> str:
    """A value; arrays that are long, and arrays of arrays, one item a line. Raises Unsayable."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, float) and math.isfinite(value):
        return repr(value)
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Mapping):
        return _inline_table(value, indent)
    if isinstance(value, Sequence):
        return _array(value, indent, wide)
    raise Unsayable(f"TOML cannot say {value!r}")


def key(name: str) -> str:
    """A key, quoted where it must be. Raises Unsayable."""
    return name if _BARE_KEY.fullmatch(name) else _basic(name)


def json_string(value: object) -> str:
    """A value as JSON in a literal string: what TOML itself cannot say."""
    text = json.dumps(value, indent=2).replace("'''", "\\u0027\\u0027\\u0027").replace("\x7f", "\\u007f")
    return f"'''\n{text}'''"


def _array(items: Sequence[object], indent: int, wide: int) -> str:
    inner = [toml(item, indent + 2, _WIDE_ROW) for item in items]
    flat = f"[{', '.join(inner)}]"
    nested = any(isinstance(item, list) for item in items)
    if not items or (not nested and "\n" not in flat and len(flat) <= wide):
        return flat
    lines = "".join(f"{' ' * (indent + 2)}{item},\n" for item in inner)
    return f"[\n{lines}{' ' * indent}]"


def _inline_table(table: Mapping[str, object], indent: int) -> str:
    if not table:
        return "{}"
    return f"{{ {', '.join(f'{key(str(name))} = {toml(item, indent)}' for name, item in table.items())} }}"


def _string(text: str) -> str:
    if "\n" not in text:
        wants_literal = ("\\" in text or '"' in text) and "'" not in text and _is_plain(text)
        return f"'{_checked(text)}'" if wants_literal else _basic(text)
    if "'''" not in text and not text.endswith("'") and _is_plain(text):
        return f"'''\n{_checked(text)}'''"
    lines = (_basic(line)[1:-1] for line in text.split("\n"))
    return '"""\n' + "\n".join(lines) + '"""'


def _basic(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL, which TOML wants escaped too.

    What a terminal obeys is escaped as well: the text can be shown as it is.
    """
    return safe.json_text(json.dumps(_checked(text), ensure_ascii=False)).replace("\x7f", "\\u007f")


def _is_plain(text: str) -> bool:
    """Whether a literal string may hold it: it has no escapes."""
    return _CONTROL.search(text) is None and safe.json_text(text) == text


def _checked(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise Unsayable("half of a surrogate pair") from None
    return text
