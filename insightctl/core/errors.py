"""Errors that reach people: what is wrong, where, and what to do. Only `cli` turns them into text and exit codes."""

from __future__ import annotations

import re
from typing import ClassVar

_ACTION = re.compile(r"\b(?:logs|lambda|cloudtrail|cloudwatch|cloudformation|tag|ssm|sts):[A-Z]\w+\b")


class InsightctlError(Exception):
    """Something a person has to know: `what` is wrong, `where` (a file, a place, a service), and the `remedy`."""

    exit_code: ClassVar[int] = 1

    def __init__(self, what: str, *, where: str | None = None, remedy: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.remedy = remedy

    @property
    def permission(self) -> str | None:
        """The IAM action that its words name (`logs:StartQuery`), where it is one of a right that lacks."""
        found = _ACTION.search(f"{self.what} {self.remedy or ''}")
        return found[0] if found else None


class UsageError(InsightctlError):
    """The command line or a query is wrong; nothing was run."""

    exit_code = 2


class SourceError(InsightctlError):
    """Log files that cannot be read."""


class CloudError(InsightctlError):
    """CloudWatch could not be reached, or refused."""


class CostRefused(InsightctlError):
    """A cost guard refused the run before it started."""

    exit_code = 3


class PartialAnswer(CloudError):
    """Some parts of an answer could not be got; what was got is not shown as if it were whole."""

    exit_code = 4


class Interrupted(InsightctlError):
    """The user pressed Ctrl-C; `what` says what was stopped and what is left."""

    exit_code = 130
