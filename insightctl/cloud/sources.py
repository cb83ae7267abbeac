"""`SOURCE 'group'` in a query: the way of dashboard widgets; StartQuery takes the names beside the text."""

from __future__ import annotations

from insightctl.core.errors import UsageError
from insightctl.core.job import QueryJob, Target
from insightctl.ql import CheckedQuery, ast


def without_source(job: QueryJob, checked: CheckedQuery) -> tuple[str, Target]:
    """The query's text without its SOURCE commands, and the target with their log groups.

    A SOURCE that selects (by prefix, account, class, tag, data source, time) stays in the text: StartQuery then takes no
    names beside it, and the target is empty.

    Raises UsageError when the job names other log groups beside.
    """
    sources = ast.sources(checked.query)
    if not sources:
        return job.text, job.target
    if not job.target.is_empty:
        raise UsageError(
            "the query names its log groups with SOURCE, and the command line names others",
            remedy="leave out SOURCE, or --function and --log-group",
        )
    names = tuple(source.log_group for source in sources if _only_names(source) and source.log_group is not None)
    if len(names) < len(sources):
        return job.text, Target()
    text = job.text
    for source in reversed(sources):
        text = text[: source.span.start] + text[source.span.end :].lstrip().removeprefix("|").lstrip()
    return text, Target(log_groups=names)


def _only_names(source: ast.Source) -> bool:
    """Whether a SOURCE says no more than a log group's name; anything else only the service resolves."""
    return source == ast.Source(log_group=source.log_group)
