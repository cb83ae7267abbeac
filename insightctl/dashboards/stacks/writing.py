"""A proposal as a definition: TOML with comments, ready to be read, linted and changed."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping

from insightctl.dashboards.pull_toml import key, toml
from insightctl.dashboards.stacks.proposal import Proposal, Row

_WIDE = 118


def definition(proposal: Proposal, *, file: str = "FILE.toml") -> str:
    """The text of the definition; `file` is what its comments call it."""
    lines = [
        f"# Proposed by insightctl from {_one_line(proposal.source)}. It is yours: change what does not fit.",
        f"#   insightctl dashboard lint {file}",
        f"#   insightctl dashboard preview {file}",
    ]
    for note in proposal.notes:
        lines += textwrap.wrap(_one_line(note), _WIDE, initial_indent="# Note: ", subsequent_indent="#   ")
    lines += [f"title = {toml(proposal.title)}", 'start = "-PT3H"']
    if proposal.functions:
        lines += [
            "# Another stage or stack: -f NAME on the command line instead of these.",
            f"functions = {toml(list(proposal.functions))}",
        ]
    if len(proposal.functions) == 1:
        lines += ["", "[[variable]] # a drop-down of functions", 'id = "function"']
    for row in proposal.rows:
        lines += ["", *_row(row)]
    if proposal.alarms:
        lines += [
            "",
            "# First guesses: set thresholds to what the service promises. insightctl dashboard export makes the alarms.",
        ]
    for alarm in proposal.alarms:
        lines += ["", "[[alarm]]", *_pairs(alarm)]
    return "\n".join(lines) + "\n"


def _row(row: Row) -> Iterator[str]:
    yield "[[row]]"
    yield from (f"{name} = {toml(value)}" for name, value in (("title", row.title), ("text", row.text)) if value)
    for widget in row.widgets:
        yield "[[row.widget]]"
        yield from _pairs(widget)


def _pairs(values: Mapping[str, object]) -> Iterator[str]:
    yield from (f"{key(name)} = {toml(value)}" for name, value in values.items())


def _one_line(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)
