"""How an answer wants to be drawn: the same value serves charts in the terminal and widgets on a dashboard."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

ViewKind = Literal["table", "timeSeries", "bar", "pie"]


@dataclass(frozen=True, slots=True)
class View:
    """The `kind` of picture, the columns `y` it draws (none: every number column), and whether they are stacked."""

    kind: ViewKind = "table"
    y: tuple[str, ...] = ()
    stacked: bool = False
