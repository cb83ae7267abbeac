"""`query @triage` and `query --all`: the queries of a group side by side, a short block each."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from insightctl.cli import terminal
from insightctl.cli.query_params import filled
from insightctl.cli.setup import Prepared, When, Where, prepare
from insightctl.cli.side_by_side import Outcome, run_side_by_side
from insightctl.core.errors import InsightctlError, PartialAnswer, UsageError
from insightctl.core.job import QueryJob
from insightctl.library import QuerySpec, render
from insightctl.library.defaults import PARTS, bin_of
from insightctl.render import Answer, RenderOptions, safe
from insightctl.render import render as rendered

if TYPE_CHECKING:
    from insightctl.cli.ask import Show

ROWS = 5
"""Rows of each block: enough to see whether to ask that query itself."""
FORMATS = ("table", "json", "markdown")


def run_group(name: str, specs: Sequence[QuerySpec], where: Where, when: When, show: Show) -> None:
    """Runs the queries and prints a block each. Raises InsightctlError; PartialAnswer when some of them failed."""
    if show.output not in FORMATS:
        raise UsageError(f"{name} has no format '{show.output}'", remedy=f"-o {', -o '.join(FORMATS)}")
    if show.columns:
        raise UsageError(f"--columns: the queries of {name} have different ones", remedy="leave it out")
    prepared = prepare(where, when)
    asked, skipped = _asked(specs, prepared, where, when)
    if where.dry_run:
        from insightctl.cli.costs import show_plan

        print(f"{len(asked)} queries, each:")
        show_plan(prepared, asked[0][1], show.output)
        return
    outcomes: list[tuple[QuerySpec, Outcome]] = []
    texts: list[str] = []
    answers = run_side_by_side(prepared, where, [job for _, job in asked])
    for (spec, job), outcome in zip(asked, answers, strict=True):
        outcomes.append((spec, outcome))
        if show.output == "json":
            texts.append(_document(spec, job, outcome, prepared))
        else:
            text = "\n".join(_block(spec, outcome, prepared, show))
            texts.append(text)
            if not show.out:
                print(text + "\n")
    _finish(texts, skipped, show)
    _say_failures(outcomes)


def _asked(
    specs: Sequence[QuerySpec], prepared: Prepared, where: Where, when: When
) -> tuple[list[tuple[QuerySpec, QueryJob]], list[str]]:
    """The queries that need no value of their own, as jobs, and the names of the others."""
    asked: list[tuple[QuerySpec, QueryJob]] = []
    skipped: list[str] = []
    for spec in specs:
        values = filled(spec, {}, where, when)
        if prepared.time is not None:  # the few rows of a block are to cover the range
            coarse = bin_of(prepared.time.duration_ms * PARTS // ROWS)
            values |= {param.name: coarse for param in spec.params if param.name in values and param.follows_range}
        try:
            text = render(spec, values)
        except UsageError:
            if all(param.default is not None for param in spec.params):
                raise
            skipped.append(spec.name)  # `request` wants a request id
            continue
        asked.append((spec, QueryJob(text, prepared.target, prepared.time, spec.file, values, where.max_rows, False)))
    if not asked:
        raise UsageError(f"each of these wants a value of its own: {', '.join(skipped)}", remedy="ask for one of them")
    return asked, skipped


def _block(spec: QuerySpec, outcome: Outcome, prepared: Prepared, show: Show) -> Iterator[str]:
    """Heading, the first rows, and what stands out; one line for an answer without rows, or an error."""
    from insightctl.cli.guidance import fired

    width = None if show.out else terminal.width()
    colour = terminal.colour(width is not None)
    heading = safe.line(f"{spec.name}: {spec.question}")
    markdown = show.output == "markdown"
    yield f"## {heading}\n" if markdown else f"\x1b[1m{heading}\x1b[0m" if colour else heading
    if isinstance(outcome, InsightctlError):
        error = safe.line(f"error: {outcome.what}" + (f" ({outcome.where})" if outcome.where else ""))
        yield f"\x1b[31m{error}\x1b[0m" if colour else error
        return
    if not outcome.rows:
        yield "nothing found"
        return
    rows = show.limit or ROWS
    cut = replace(outcome, rows=outcome.rows[:rows])
    yield rendered(Answer(cut), show.output, RenderOptions(width=width, colour=colour, tz=prepared.tz))
    if len(outcome.rows) > rows:
        yield f"({len(outcome.rows) - rows:,} more rows)"
    if not markdown:
        yield from fired(spec, outcome)


def _document(spec: QuerySpec, job: QueryJob, outcome: Outcome, prepared: Prepared) -> str:
    """The JSON of one query: that of the query itself, or `{"query": {"name"}, "error": {...}}`."""
    if isinstance(outcome, InsightctlError):
        error: dict[str, Any] = {"what": outcome.what, "where": outcome.where, "remedy": outcome.remedy}
        return json.dumps({"query": {"name": spec.name}, "error": error}, ensure_ascii=False)
    answer = Answer(
        outcome,
        text=job.text,
        name=spec.name,
        title=spec.title,
        params=job.params,
        source=prepared.backend.source(),
        time=prepared.time or outcome.time,
    )
    return rendered(answer, "json", RenderOptions(tz=prepared.tz))


def _finish(texts: Sequence[str], skipped: Sequence[str], show: Show) -> None:
    note = f"not asked, for each wants a value of its own: {', '.join(skipped)}"
    if show.output == "json":
        document = {"schema": 1, "answers": [json.loads(text) for text in texts], "skipped": list(skipped)}
        whole = safe.json_text(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        whole = "\n\n".join([*texts, *([note] if skipped else [])])
    if show.out:
        terminal.write_file(Path(show.out), whole + "\n")
    elif show.output == "json":
        print(whole)
    elif skipped:
        print(note)


def _say_failures(outcomes: Sequence[tuple[QuerySpec, Outcome]]) -> None:
    """Raises PartialAnswer when some failed; the error itself when all did, and for the same reason."""
    failed = [(spec, outcome) for spec, outcome in outcomes if isinstance(outcome, InsightctlError)]
    if not failed:
        return
    if len(failed) == len(outcomes) and len({error.what for _, error in failed}) == 1:
        raise failed[0][1]
    names = ", ".join(spec.name for spec, _ in failed)
    raise PartialAnswer(
        f"{len(failed)} of {len(outcomes)} queries failed: {names}", remedy="ask for one of them to see it alone"
    )
