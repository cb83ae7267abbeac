"""What is said of a command, and what is known where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis
from insightctl.ql.explaining.expressions import Speaker
from insightctl.ql.explaining.flow import Flow
from insightctl.ql.scope import Scope


@dataclass(frozen=True, slots=True)
class Explained:
    """A step of a query in words. `command` is in the canonical layout; `steps` are those of the queries inside."""

    number: int
    command: str
    sentence: str
    notes: tuple[str, ...] = ()
    steps: tuple[Explained, ...] = ()


class Said(NamedTuple):
    """The words for one command: a sentence or two, and what to keep in mind."""

    sentence: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Here:
    """The place of a command: names before and after it, what its rows are, and the query around it."""

    analysis: Analysis
    index: int
    flow: Flow
    scope: Scope
    after: Scope
    inside: tuple[Analysis, ...] = ()

    @property
    def speaker(self) -> Speaker:
        """Says expressions as they are meant here."""
        return Speaker(self.scope, self.flow.noun, tuple(inner.query for inner in self.inside))

    @property
    def rows(self) -> str:
        """What the rows are, as a plural."""
        return f"{self.flow.noun}s"

    @property
    def later(self) -> tuple[tuple[int, ast.Command], ...]:
        """The commands behind this one, with their numbers."""
        steps = self.analysis.steps
        return tuple((n, steps[n - 1].command) for n in range(self.index + 2, len(steps) + 1))
