"""The lines of a report."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How a line turned out; PROBLEM is something required that does not work."""

    OK = "ok"
    WARNING = "warning"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Check:
    """One line: where it belongs, what was looked at, how it is, what was found and what to do.

    `found` and `remedy` may hold words of AWS: unsafe for a terminal as they are.
    """

    area: str
    name: str
    state: State
    found: str
    remedy: str | None = None
