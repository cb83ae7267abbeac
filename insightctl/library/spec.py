"""What a query file says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib.resources.abc import Traversable
from typing import Literal

from insightctl.core.prices import Item
from insightctl.core.view import View

ParamType = Literal["string", "regex", "number", "integer", "duration", "field", "choice", "price"]
Severity = Literal["info", "warning", "critical"]


@dataclass(frozen=True, slots=True)
class Param:
    """A typed parameter. `default` None means that it may be left out, unless it is `required`. Bounds hold for numbers.

    `follows_range`: without a value it is a sixtieth of the time range that is asked for, where one is known.
    `item`: the price that it is, of `core.prices`; `default` is then what that costs in us-east-1.
    `place` is where its file defines it, as `file:line`.
    """

    name: str
    type: ParamType
    help: str
    default: str | None = None
    choices: tuple[str, ...] = ()
    min: float | None = None
    max: float | None = None
    required: bool = False
    follows_range: bool = False
    item: Item | None = None
    place: str | None = field(default=None, compare=False)

    @property
    def option(self) -> str:
        """The option of the command line: `--min-ms`."""
        return f"--{self.name.replace('_', '-')}"


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
    """A query file: what it asks, how to read and draw it, its parameters, and the template of its text.

    `see` are links to read on. `root` is the library whose `_views` its template includes; None: the shipped one.
    """

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
    see: tuple[str, ...] = ()
    root: Traversable | None = field(default=None, compare=False, repr=False)

    def param(self, name: str) -> Param | None:
        """The parameter of this name."""
        return next((p for p in self.params if p.name == name), None)
