"""Blocks of text as lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator


def lines(blocks: Iterable[str]) -> Iterator[tuple[int, str]]:
    """The lines with their numbers from 1, without what ends them."""
    number, rest = 0, ""
    for block in blocks:
        parts = (rest + block).split("\n")
        rest = parts.pop()
        for part in parts:
            number += 1
            yield number, part.removesuffix("\r")
    if rest:
        yield number + 1, rest.removesuffix("\r")
