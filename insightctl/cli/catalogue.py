"""The list of the library: grouped, a line each, or JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence

from insightctl.library import Library, Param, QuerySpec
from insightctl.library.headings import grouped, heading
from insightctl.render import safe

_HOW = "Run one: insightctl query NAME -f FUNCTION --since 3h   (or --local FILE); NAME --help shows its options"


def chosen(library: Library, search: str | None) -> tuple[QuerySpec, ...]:
    """The queries about some words, the likeliest first; all of them without."""
    if search is None:
        return library.specs()
    from insightctl.library.search import found

    return found(library.specs(), search)


def listing(specs: Sequence[QuerySpec], search: str | None, *, width: int | None, colour: bool) -> str:
    """The list as text, a line each; cut to the terminal's `width`, if there is one."""
    if not specs:
        return f"no query about '{search}'; 'insightctl query' lists all"
    wide = max(len(spec.name) for spec in specs)
    lines: list[str] = []
    for title, members in [(None, specs)] if search else _grouped(specs):
        if title is not None:
            lines += ["", f"\x1b[1m{title}\x1b[0m" if colour else title]
        lines += [_cut(f"  {spec.name:<{wide}}  {safe.line(spec.question)}", width) for spec in members]
    return "\n".join([*(lines if search else lines[1:]), "", _HOW])


def _grouped(specs: Sequence[QuerySpec]) -> list[tuple[str | None, list[QuerySpec]]]:
    """Heading and members of each group, with the word that runs the group: `Is it slow?  (@latency)`."""
    return [(safe.line(f"{heading(group)}  @{group}"), members) for group, members in grouped(specs)]


def _cut(line: str, width: int | None) -> str:
    """The line within the width, at the end of a word."""
    if width is None or len(line) <= width:
        return line
    return f"{line[: width - 1].rsplit(' ', 1)[0].rstrip(' ,;:')}…"


def listing_json(specs: Sequence[QuerySpec]) -> str:
    """The list as JSON: `{"queries": [...]}`."""
    queries = [
        {
            "name": spec.name,
            "title": spec.title,
            "question": spec.question,
            "group": spec.group,
            "tags": list(spec.tags),
            "params": [_param(param) for param in spec.params],
        }
        for spec in specs
    ]
    return safe.json_text(json.dumps({"schema": 1, "queries": queries}, indent=2, ensure_ascii=False))


def _param(param: Param) -> dict[str, object]:
    known = {"name": param.name, "type": param.type, "default": param.default, "help": param.help}
    return {**known, "choices": list(param.choices), "min": param.min, "max": param.max, "required": param.required}
