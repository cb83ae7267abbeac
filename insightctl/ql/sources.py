"""The limits of SOURCE, and what log classes refuse."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql import ast
from insightctl.ql.commands import COMMANDS
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.placing import keyword
from insightctl.ql.spans import Span

MAX_PREFIXES, MAX_ACCOUNTS, MAX_DATA_SOURCES, MAX_TAGS, MAX_TAG_VALUES = 5, 20, 10, 5, 5  # the page of SOURCE
CLASSES = ("STANDARD", "INFREQUENT_ACCESS")


def check_source(command: ast.Source) -> Iterator[Diagnostic]:
    """What one SOURCE asks too much."""
    groups = command.groups or ast.GroupSelector()
    for count, most, what in (
        (len(groups.prefixes), MAX_PREFIXES, "prefixes"),
        (len(groups.accounts), MAX_ACCOUNTS, "accounts"),
        (len(command.data_sources), MAX_DATA_SOURCES, "data sources"),
        (len(command.tags), MAX_TAGS, "tag filters"),
        (max((len(tag.values) for tag in command.tags), default=0), MAX_TAG_VALUES, "values of one tag"),
    ):
        if count > most:
            hint = "ask in several queries"
            yield Diagnostic("QL037", f"SOURCE takes at most {most} {what}, not {count}", command.span, hint)
    for name in groups.classes:
        if name.upper() not in CLASSES:
            yield Diagnostic("QL037", f"there is no log class '{name}'", command.span, f"classes: {', '.join(CLASSES)}")


def check_class(query: ast.Query) -> Iterator[Diagnostic]:
    """Commands that log groups of the Infrequent Access class refuse, when SOURCE names that class."""
    asked = [c for c in query.commands if isinstance(c, ast.Source) and c.groups and _infrequent(c.groups)]
    if not asked:
        return
    for command in query.commands:
        for word, span in _standard_only(command):
            hint = "ask log groups of the Standard class only"
            yield Diagnostic("QL038", f"the Infrequent Access class has no {word}", span, hint)


def _standard_only(command: ast.Command) -> Iterator[tuple[str, Span]]:
    if COMMANDS[(word := keyword(command)).lower()].standard_only:
        yield word, Span(command.span.start, min(command.span.end, command.span.start + len(word)))
    for expr in ast.expressions(command):
        for node in ast.walk(expr):
            if isinstance(node, ast.Call) and node.name == "unmask":
                yield "unmask", node.span


def _infrequent(groups: ast.GroupSelector) -> bool:
    return any(name.upper() == "INFREQUENT_ACCESS" for name in groups.classes)
