"""The words of each command beside its keyword, read off the tables: `as`, `by`, `maxspan`, `previousDay`, `type=`."""

from __future__ import annotations

import re
from functools import cache

from insightctl.ql.commands import COMMANDS, CommandInfo

OPERATORS = ("and", "or", "not", "like", "in")
"""Operators that are written as words."""

CONSTANTS = ("true", "false")

_LITERAL = re.compile(r"\"[^\"]*\"|'[^']*'|/[^/\s]+/|\[\s*\.\.\.\s*\]")
_WORD = re.compile(r"(?<![\w.'\"])([A-Za-z]\w*)(=?)")
_UPPER_CASE_WORDS = frozenset({"OUTPUT", "OUTPUTNEW"})  # keywords; other capitals stand for what one writes there
_UNSAID = {"stats": ("group",), "sort": ("by",), "source": ("accountIdentifiers", "class")}  # accepted all the same


@cache
def words_of(command: CommandInfo) -> tuple[str, ...]:
    """The keywords of a command but its own, as the table spells them, in order of mention."""
    return tuple(dict.fromkeys((*(word for word, _ in _mentioned(command)), *_UNSAID.get(command.name, ()))))


@cache
def options_of(command: CommandInfo) -> tuple[str, ...]:
    """Those of its words that are options: a `=` and a value follow."""
    return tuple(dict.fromkeys(word for word, sign in _mentioned(command) if sign))


def values_of(command: CommandInfo, option: str) -> tuple[str, ...]:
    """What an option may be, when the table lists it: `type=` is inner or left, a BOOL true or false."""
    found = re.search(rf"\b{re.escape(option)}=([A-Za-z]+(?: \| [A-Za-z]+)*)", command.syntax)
    listed = found[1].split(" | ") if found else []
    return CONSTANTS if listed == ["BOOL"] else tuple(word for word in listed if not word.isupper())


def _mentioned(command: CommandInfo) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = _WORD.findall(_LITERAL.sub(" ", command.syntax))
    return [
        (word, sign)
        for word, sign in found
        if word.lower() != command.name.lower() and (not word.isupper() or word in _UPPER_CASE_WORDS)
    ]


def commands() -> tuple[CommandInfo, ...]:
    """Every command once, in the order of the table."""
    return tuple(dict.fromkeys(COMMANDS.values()))


def all_words() -> tuple[str, ...]:
    """Every keyword of every command but the commands' own, and the operators and constants, sorted."""
    named = {word for command in commands() for word in words_of(command)}
    return tuple(sorted(named | set(OPERATORS) | set(CONSTANTS), key=str.lower))
