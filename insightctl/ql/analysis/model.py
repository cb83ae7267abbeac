"""What the analysis of a query gives."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insightctl.ql import ast
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.scope import Scope


@dataclass(frozen=True, slots=True)
class Step:
    """A command and the scope before it."""

    command: ast.Command
    scope: Scope


@dataclass(frozen=True, slots=True)
class Analysis:
    """A query with the scope before each command and after the last one; `subqueries` by their place in the text."""

    query: ast.Query
    steps: tuple[Step, ...]
    after: Scope
    problems: tuple[Diagnostic, ...]
    subqueries: tuple[Analysis, ...] = ()
    level: int = 0

    def all_steps(self) -> Iterator[Step]:
        """The steps of the query and of every query inside it."""
        yield from self.steps
        for inner in self.subqueries:
            yield from inner.all_steps()
