"""Compiled SQL for people: subqueries on lines of their own, further in."""

from __future__ import annotations

import re

from insightctl.local.compiler.plan import Compiled, Statement

_PIECE = re.compile(r"'(?:[^']|'')*'|\((?=SELECT |WITH )|[()]|[^'()]+")


def laid_out(sql: str) -> str:
    """The statement with each subquery on lines of its own. Text inside quotes stays as it is."""
    out: list[str] = []
    opened: list[bool] = []
    for match in _PIECE.finditer(sql):
        piece = match[0]
        if piece == "(":
            broken = sql.startswith(("SELECT ", "WITH "), match.end())
            opened.append(broken)
            out.append("(" + (_line(opened) if broken else ""))
        elif piece == ")" and opened:
            broken = opened.pop()
            out.append((_line(opened) if broken else "") + ")")
        else:
            out.append(piece)
    return "".join(out)


def _line(opened: list[bool]) -> str:
    return "\n" + "  " * sum(opened)


def script(compiled: Compiled) -> str:
    """Everything that runs, in order: macros, preparations, the statement; each with its values behind it as comments."""
    steps: list[tuple[str, tuple[object, ...]]] = [(sql, ()) for sql in compiled.macros]
    for step in compiled.preparations:
        values = step.params if isinstance(step, Statement) else ()
        steps += [(sql, values) for sql in step.statements]
    steps.append((compiled.sql, compiled.params))
    return "\n".join(_shown(sql, values) for sql, values in steps)


def _shown(sql: str, values: tuple[object, ...]) -> str:
    named = [f"-- ${number} = {value!r}" for number, value in enumerate(values, 1)]
    return "\n".join([f"{laid_out(sql)};", *named])
