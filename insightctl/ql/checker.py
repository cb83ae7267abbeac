"""Tree to checked query: what the service would refuse, what misleads, and the columns that come out, with types."""

from __future__ import annotations

from dataclasses import dataclass, replace

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, analyse
from insightctl.ql.diagnostics import Diagnostic, QueryError
from insightctl.ql.parser import parse
from insightctl.ql.rules import ADVICE, misleading
from insightctl.ql.scope import OutputColumn
from insightctl.ql.sources import check_class
from insightctl.ql.spans import Span

MAX_CHARACTERS = 10_000  # StartQuery, queryString
HOPELESS = 100_000
"""Characters from which on a text is not read at all: ten times more than any query may have."""
_ABOUT_NAMES = ("QL010", "QL015", "QL017", "QL018", "QL019", "QL029", "QL033", "QL035", "QL036", "QL039")


@dataclass(frozen=True, slots=True)
class CheckedQuery:
    """A query that the service would run. `aggregated` when rows are no events any more."""

    query: ast.Query
    analysis: Analysis
    columns: tuple[OutputColumn, ...]
    aggregated: bool
    warnings: tuple[Diagnostic, ...] = ()


def told_with_answer(checked: CheckedQuery) -> tuple[str, ...]:
    """The warnings that bear on an answer, as sentences; advice on how to write a query is for `ql check`."""
    told = [d for d in checked.warnings if d.code not in ADVICE]
    return tuple(f"{d.code}: {d.message}" + (f" ({d.help})" if d.help else "") for d in told)


def diagnose(text: str) -> tuple[CheckedQuery, tuple[Diagnostic, ...]]:
    """The query as far as it goes, and every finding in order of place."""
    if len(text) > HOPELESS:
        return _checked(ast.Query((), text=text), None, (_too_long(text),)), (_too_long(text),)
    query, problems = parse(text)
    analysis = analyse(query) if len(text) <= MAX_CHARACTERS else None
    found = list(problems)
    if analysis is not None and not problems:
        found += _without_repeats([*analysis.problems, *check_class(query), *misleading(analysis)])
    elif analysis is not None:  # commands that could not be read may have made any name
        found += [d for d in analysis.problems if d.code not in _ABOUT_NAMES]
    if len(text) > MAX_CHARACTERS:
        found.append(_too_long(text))
    found.sort(key=lambda d: d.span.start)
    return _checked(query, analysis, tuple(found)), tuple(found)


def _too_long(text: str) -> Diagnostic:
    message = f"the query has {len(text):,} characters; the service takes {MAX_CHARACTERS:,}"
    return Diagnostic("QL008", message, Span(MAX_CHARACTERS, MAX_CHARACTERS + 1), "shorten the query")


def _checked(query: ast.Query, analysis: Analysis | None, found: tuple[Diagnostic, ...]) -> CheckedQuery:
    analysis = analysis or analyse(replace(query, commands=()))
    warnings = tuple(d for d in found if d.severity == "warning")
    return CheckedQuery(query, analysis, analysis.after.columns(), analysis.after.closed, warnings)


def _without_repeats(found: list[Diagnostic]) -> list[Diagnostic]:
    return list(dict.fromkeys(found))


def check(text: str, *, source: str = "<query>") -> CheckedQuery:
    """The checked query. Raises QueryError with every finding when the service would refuse it."""
    checked, found = diagnose(text)
    if any(d.severity == "error" for d in found):
        raise QueryError(found, text, source)
    return checked
