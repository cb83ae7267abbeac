"""What is rendered, and for which screen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo

from insightctl.core.result import Result
from insightctl.core.time import TimeRange
from insightctl.core.view import View


@dataclass(frozen=True, slots=True)
class Answer:
    """A result with the question it answers: query, source and time range (None: the data's own span, unknown)."""

    result: Result
    text: str = ""
    name: str | None = None
    title: str | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    source: Mapping[str, object] = field(default_factory=dict)
    time: TimeRange | None = None


@dataclass(frozen=True, slots=True)
class RenderOptions:
    """The reader's screen and wishes; render reads no environment itself.

    `width` is the terminal's in cells, None when the text goes to a pipe or a file: then nothing is folded.
    """

    width: int | None = None
    colour: bool = False
    tz: tzinfo = UTC
    footer: bool = False
    empty_hint: str | None = None
    view: View = field(default_factory=View)

    @property
    def on_terminal(self) -> bool:
        """Whether a terminal will interpret what is written."""
        return self.width is not None
