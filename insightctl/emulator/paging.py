"""Pages of a list: `nextToken` is where the next one starts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from insightctl.emulator.errors import InvalidParameter
from insightctl.emulator.wire import Call

T = TypeVar("T")


def page(call: Call, items: Sequence[T], *, default: int, most: int) -> tuple[Sequence[T], str | None]:
    """The page that `maxResults` and `nextToken` ask for, and the token of the next one. Raises InvalidParameter."""
    token = call.text("nextToken")
    if token is not None and not token.isdecimal():
        raise InvalidParameter("The specified nextToken is invalid.")
    start = int(token or 0)
    end = start + (call.integer("maxResults", low=1, high=most) or default)
    return items[start:end], str(end) if end < len(items) else None
