"""A value inside a body, together with its JSON path."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_PLAIN_KEY = re.compile(r"[A-Za-z_]\w*")


@dataclass(frozen=True, slots=True)
class Node:
    """A JSON value and where it stands. Asking a value for what it has not gives nothing, never an error."""

    value: object
    path: str = "$"

    def has(self, key: str) -> bool:
        """Whether this is an object with the key."""
        return isinstance(self.value, Mapping) and key in self.value

    def get(self, key: str) -> Node:
        """The value of a key; a Node of None when there is none."""
        step = f".{key}" if _PLAIN_KEY.fullmatch(key) else f"[{json.dumps(key)}]"
        value = self.value.get(key) if isinstance(self.value, Mapping) else None
        return Node(value, self.path + step)

    def names(self) -> tuple[str, ...]:
        """The keys of an object; none of anything else."""
        return tuple(map(str, self.value)) if isinstance(self.value, Mapping) else ()

    def items(self) -> Iterator[Node]:
        """The elements of an array; none of anything else."""
        if isinstance(self.value, list):
            for index, item in enumerate(self.value):
                yield Node(item, f"{self.path}[{index}]")

    @property
    def is_object(self) -> bool:
        """Whether this is a JSON object."""
        return isinstance(self.value, Mapping)

    @property
    def is_array(self) -> bool:
        """Whether this is a JSON array."""
        return isinstance(self.value, list)

    @property
    def text(self) -> str | None:
        """The text, None for any other value."""
        return self.value if isinstance(self.value, str) else None

    @property
    def integer(self) -> int | None:
        """The whole number (6.0 counts), None for any other value."""
        if isinstance(self.value, bool):
            return None
        if isinstance(self.value, float) and self.value.is_integer():
            return int(self.value)
        return self.value if isinstance(self.value, int) else None

    @property
    def number(self) -> float | None:
        """The number, None for any other value."""
        return self.value if isinstance(self.value, int | float) and not isinstance(self.value, bool) else None
