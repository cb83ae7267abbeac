"""What log groups of a class refuse, said before a query costs anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from insightctl.cloud.targets.model import LogGroup
from insightctl.core.errors import UsageError
from insightctl.ql import CheckedQuery, ast
from insightctl.ql.commands import COMMANDS
from insightctl.ql.placing import keyword

INFREQUENT, DELIVERY = "INFREQUENT_ACCESS", "DELIVERY"


def commands_refused(log_class: str | None) -> frozenset[str]:
    """The commands and functions of the language that log groups of this class refuse.

    Infrequent Access refuses pattern, diff, filterIndex and unmask (CloudWatch Logs User Guide, "Logs Insights QL
    commands supported in log classes"); Delivery has no queries at all ("Log classes").
    """
    if log_class == DELIVERY:
        return frozenset(command.name for command in COMMANDS.values())
    if log_class == INFREQUENT:
        return frozenset(command.name for command in COMMANDS.values() if command.standard_only)
    return frozenset()


def check_classes(checked: CheckedQuery, groups: Sequence[LogGroup]) -> None:
    """Raises UsageError when a group's class is known and refuses something of the query, with the group's name."""
    used = list(_used(checked.query))
    for group in groups:
        if group.log_class == DELIVERY:
            raise UsageError(
                f"log group '{group.name}' is of the Delivery class, which takes no queries",
                remedy="query where its logs are delivered to (S3), or leave the group out",
            )
        refused = commands_refused(group.log_class)
        if word := next((word for word in used if word in refused), None):
            raise UsageError(
                f"log group '{group.name}' is of the Infrequent Access class, which refuses {word}",
                remedy=f"leave out {word}, or the group",
            )


def _used(query: ast.Query) -> Iterator[str]:
    for command in query.commands:
        yield COMMANDS[keyword(command).lower()].name
        for expression in ast.expressions(command):
            for node in ast.walk(expression):
                if isinstance(node, ast.Call):
                    yield node.name
