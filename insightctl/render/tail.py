"""A tail on the terminal: time, function, version and line, in columns and colours; or JSON, a line an event.

    10:00:01.123 checkout $LATEST  [ERROR] KeyError: 'total'
                                   Traceback (most recent call last):

Lines that go on (of a message, or of a stack trace that was logged line by line) stand below the first.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import NamedTuple

from insightctl.core.time import from_ms, iso
from insightctl.render import safe
from insightctl.render.tail_lines import Seen, Tone, seen

_PLAIN = "\x1b[0m"
_DIM = "\x1b[2m"
_TONES: dict[Tone, str] = {"plain": "", "dim": _DIM, "warning": "\x1b[33m", "error": "\x1b[31m"}
_FUNCTIONS = (36, 35, 32, 34, 96, 95, 92, 94)  # colours of functions; red and yellow stay free for meaning
_MARKED = "\x1b[7m"
_WIDEST = 28
_VERSION = re.compile(r"\[([^\]]*)\]")
_ON = re.compile(r"\s+at |\t|\s{2,}\S|Caused by: |\s+File \"|\s*\.\.\. \d+ (?:more|common)|Traceback \(most recent")
"""Beginnings of lines that go on with the one before in the same stream."""


class TailLine(NamedTuple):
    """One event: times in epoch ms, log group and stream by name, the message as it was logged."""

    time_ms: int
    ingested_ms: int
    group: str
    stream: str
    message: str


def version_of(stream: str) -> str:
    """The version in a Lambda stream's name: `$LATEST`, `12`; nothing for other streams."""
    match = _VERSION.search(stream)
    return match[1] if match else ""


def short_names(groups: Sequence[str]) -> dict[str, str]:
    """Each group's short name: the function's, or the last part of its path; in full when two would be the same."""
    short = {group: group.rstrip("/").rpartition("/")[2] or group for group in groups}
    taken = list(short.values())
    return {group: name if taken.count(name) == 1 else group for group, name in short.items()}


def to_json(line: TailLine, function: str) -> str:
    """One JSON object on one line: `time`, `ingested` (ISO 8601 UTC), `function`, `version`, `log_group`, ..."""
    document = {
        "time": iso(from_ms(line.time_ms)),
        "ingested": iso(from_ms(line.ingested_ms)),
        "function": function,
        "version": version_of(line.stream) or None,
        "log_group": line.group,
        "log_stream": line.stream,
        "message": line.message,
    }
    return safe.json_text(json.dumps(document, ensure_ascii=False))


def kept_together(lines: Sequence[TailLine]) -> list[TailLine]:
    """The lines in their order, but each that goes on right behind the one of its stream that it belongs to."""
    blocks: list[list[TailLine]] = []
    last: dict[tuple[str, str], list[TailLine]] = {}
    for line in lines:
        stream = (line.group, line.stream)
        if stream in last and _ON.match(line.message):
            last[stream].append(line)
            continue
        last[stream] = [line]
        blocks.append(last[stream])
    return [line for block in blocks for line in block]


@dataclass(slots=True)
class TailText:
    """Writes lines for people. `groups` are those followed; `marks` are words to show inverted."""

    groups: Sequence[str]
    tz: tzinfo = UTC
    colour: bool = False
    marks: Sequence[str] = ()
    _names: dict[str, str] = field(init=False)
    _widths: tuple[int, int] = field(init=False)
    _last: tuple[str, str] | None = None
    _mark: re.Pattern[str] | None = field(init=False)

    def __post_init__(self) -> None:
        self._names = short_names(self.groups)
        self._widths = (min(max(map(len, self._names.values()), default=0), _WIDEST), 0)
        words = "|".join(re.escape(word) for word in sorted(self.marks, key=len, reverse=True) if word)
        self._mark = re.compile(words, re.IGNORECASE) if words else None

    def name(self, group: str) -> str:
        """The short name of a group."""
        return self._names.get(group, group)

    def lines(self, events: Sequence[TailLine]) -> Iterator[str]:
        """The lines of events, which come in order of time."""
        for event in kept_together(events):
            stream = (event.group, event.stream)
            goes_on = stream == self._last and _ON.match(event.message) is not None
            self._last = stream
            # the indentation of a line that goes on says what it belongs to
            shown = seen(event.message) if not goes_on else Seen(safe.text(event.message.rstrip()), "error")
            first, *others = shown.text.split("\n")
            prefix, width = self._prefix(event)
            pad = " " * width
            yield (pad if goes_on else prefix) + self._painted(first, shown)
            for line in others:
                yield pad + self._painted(line.rstrip(), shown._replace(level=None))

    def _prefix(self, event: TailLine) -> tuple[str, int]:
        moment = from_ms(event.time_ms).astimezone(self.tz)
        time = f"{moment:%H:%M:%S}.{event.time_ms % 1000:03d}"
        name, version = safe.line(self.name(event.group)), safe.line(version_of(event.stream))
        self._widths = (self._widths[0], max(self._widths[1], min(len(version), _WIDEST)))
        wide, version_wide = self._widths
        name, version = _cut(name, wide).ljust(wide), _cut(version, version_wide).ljust(version_wide)
        width = len(time) + 1 + wide + 1 + (version_wide + 1 if version_wide else 0)
        version = f"{version} " if version_wide else ""
        if not self.colour:
            return f"{time} {name} {version}", width
        return f"{_DIM}{time}{_PLAIN} \x1b[{self._hue(event.group)}m{name}{_PLAIN} {_DIM}{version}{_PLAIN}", width

    def _hue(self, group: str) -> int:
        place = list(self._names).index(group) if group in self._names else 0
        return _FUNCTIONS[place % len(_FUNCTIONS)]

    def _painted(self, text: str, shown: Seen) -> str:
        if not self.colour:
            return text
        tone = _TONES[shown.tone]
        if shown.level and text.startswith(shown.level):  # of a JSON line only the level is in colour
            return f"{tone}{shown.level}{_PLAIN if tone else ''}{self._marked(text[len(shown.level) :], '')}"
        return f"{tone}{self._marked(text, tone)}{_PLAIN if tone else ''}"

    def _marked(self, text: str, tone: str) -> str:
        if self._mark is None:
            return text
        return self._mark.sub(lambda found: f"{_MARKED}{found[0]}{_PLAIN}{tone}", text)


def _cut(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"
