"""What a query file says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from insightctl.core.view import View

ParamType = Literal["string", "regex", "number", "integer", "duration", "field"]
Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True)
class Param:
    """A typed parameter. `default` None means that it may be left out. Bounds hold for numbers."""

    name: str
    type: ParamType
    help: str
    default: str | None = None
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None


@dataclass(frozen=True, slots=True)
class Threshold:
    """`column op number`: when a row meets it, `say` is worth saying."""

    column: str
    op: Literal[">", ">=", "<", "<="]
    limit: float
    severity: Severity
    say: str

    def met(self, value: float) -> bool:
        """Whether a value is beyond the threshold."""
        match self.op:
            case ">":
                return value > self.limit
            case ">=":
                return value >= self.limit
            case "<":
                return value < self.limit
            case "<=":
                return value <= self.limit


@dataclass(frozen=True, slots=True)
class QuerySpec:
    """A query file: what it asks, how to read and draw it, its parameters, and the template of its text."""

    name: str
    group: str
    title: str
    question: str
    template: str
    file: str
    first_line: int
    aliases: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    view: View = field(default_factory=View)
    read: str = ""
    next: tuple[str, ...] = ()
    params: tuple[Param, ...] = ()
    thresholds: tuple[Threshold, ...] = ()

    def param(self, name: str) -> Param | None:
        """The parameter of this name."""
        return next((p for p in self.params if p.name == name), None)
