"""The commands that a person names: `query`, `logs tail`, `dashboard` for all of its commands, or `all`."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence

from insightctl.cloud.policy.needs import WRITES, commands
from insightctl.core.errors import UsageError


def chosen(words: Sequence[str]) -> tuple[str, ...]:
    """The commands of these words in the order of the table; without words all that only read. Raises UsageError."""
    known = commands()
    if not words:
        return tuple(command for command in known if command not in WRITES)
    named = set(_named(" ".join(words).split(), known))
    return tuple(command for command in known if command in named)


def _named(words: list[str], known: Sequence[str]) -> Iterator[str]:
    """The words, of which two may be one command: `logs tail`."""
    at = 0
    while at < len(words):
        two, one = " ".join(words[at : at + 2]), words[at]
        if two in known and two != one:
            yield two
            at += 2
            continue
        found = known if one == "all" else [each for each in known if each == one or each.startswith(f"{one} ")]
        if not found:
            raise _unknown(two if one in {each.split()[0] for each in known} else one, known)
        yield from found
        at += 1


def _unknown(word: str, known: Sequence[str]) -> UsageError:
    near = difflib.get_close_matches(word, known, n=1, cutoff=0.6)
    remedy = f"did you mean '{near[0]}'?" if near else f"commands: {', '.join(known)}, or all"
    return UsageError(f"no command '{word}' needs permissions", remedy=remedy)
