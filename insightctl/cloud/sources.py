"""`SOURCE 'group'` in a query: the way of dashboard widgets; StartQuery takes the names beside the text."""

from __future__ import annotations

from insightctl.core.errors import UsageError
from insightctl.core.job import QueryJob, Target
from insightctl.ql import CheckedQuery, ast


def without_source(job: QueryJob, checked: CheckedQuery) -> tuple[str, Target]:
    """The query's text without its SOURCE commands, and the target with their log groups.

    Raises UsageError when the job names other log groups beside.
    """
    sources = [command for command in checked.query.commands if isinstance(command, ast.Source)]
    if not sources:
        return job.text, job.target
    if job.target.patterns:
        raise UsageError(
            "the query names its log groups with SOURCE, and the command line names others",
            remedy="leave out SOURCE, or --function and --log-group",
        )
    text = job.text
    for source in reversed(sources):
        text = text[: source.span.start] + text[source.span.end :].lstrip().removeprefix("|").lstrip()
    return text, Target(log_groups=tuple(source.log_group for source in sources))
