"""Explained steps as text: the command, its sentence under it, notes and inner steps further in."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql.explaining.step import Explained


def layout(steps: tuple[Explained, ...], answer: str) -> str:
    """The explanation of a query, ending with what comes out."""
    return "\n".join([*_lines(steps, ""), "", answer])


def _lines(steps: tuple[Explained, ...], margin: str) -> Iterator[str]:
    for step in steps:
        number = f"{step.number}. "
        inner = margin + " " * len(number)
        first, *rest = step.command.split("\n")
        yield f"{margin}{number}{first}"
        yield from (inner + line for line in rest)
        yield inner + step.sentence
        yield from (f"{inner}- {note}" for note in step.notes)
        yield from _lines(step.steps, inner)
