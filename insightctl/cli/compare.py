"""`query NAME --compare`: the same query over an earlier range beside it, and which changes are more than noise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from insightctl.cli import terminal
from insightctl.cli.setup import Prepared, When, Where, prepare
from insightctl.cli.side_by_side import run_side_by_side
from insightctl.core.errors import InsightctlError, UsageError
from insightctl.core.job import QueryJob
from insightctl.core.result import Result
from insightctl.core.time import TimeRange, iso, parse_duration_ms, to_ms

if TYPE_CHECKING:
    from insightctl.cli.ask import Show
    from insightctl.library import QuerySpec
    from insightctl.library.compare import Comparison

DEPLOY = "deploy"


class Ranges(NamedTuple):
    """The two ranges, and why these."""

    before: TimeRange
    now: TimeRange
    why: str


def compare_query(spec: QuerySpec, given: Mapping[str, str], than: str, where: Where, when: When, show: Show) -> None:
    """Runs a query over two ranges and shows the changes. `than` is a span (1d) or "deploy". Raises InsightctlError."""
    from insightctl.cli.query_params import filled
    from insightctl.library import render
    from insightctl.library.compare import as_result, compare
    from insightctl.library.defaults import bin_of
    from insightctl.library.shares import roles
    from insightctl.ql import check

    shift = None if than == DEPLOY else _shift(than)
    prepared = prepare(where, when)
    ranges = _after_deployment(prepared) if shift is None else _shifted(prepared, shift, than)
    values = filled(spec, given, where, when)
    for param in spec.params:
        if param.follows_range and param.name not in given:
            values[param.name] = bin_of(ranges.now.duration_ms)
    text = render(spec, values)
    found = roles(check(text, source=spec.file).query)
    if found is None:
        raise UsageError(
            f"'{spec.name}' lists events, which cannot be compared",
            remedy="compare a query that counts or measures, such as error-rate or p99-duration",
        )
    jobs = [QueryJob(text, prepared.target, range_, spec.file, dict(values), where.max_rows) for range_ in ranges[:2]]
    if where.dry_run:
        from insightctl.cli.costs import show_plan

        for job in jobs:
            show_plan(prepared, job, show.output)
        return
    before, now = (_answer(outcome) for outcome in run_side_by_side(prepared, where, jobs))
    comparison = compare(before, now, found, ranges.before.duration_ms, ranges.now.duration_ms)
    result = replace(as_result(comparison, now), warnings=(*before.warnings, *now.warnings, *_overlap(ranges)))
    _show(spec, {**values, "compare": than}, comparison, result, ranges, prepared, show)


def _answer(outcome: Result | InsightctlError) -> Result:
    if isinstance(outcome, InsightctlError):
        raise outcome
    return outcome


def _shift(than: str) -> int:
    try:
        shift = parse_duration_ms(than)
    except UsageError:
        raise UsageError(
            f"--compare: '{than}' is neither a span nor 'deploy'", remedy="--compare 1d, or --compare deploy"
        ) from None
    if shift <= 0:
        raise UsageError(f"--compare {than}: that is the same range", remedy="--compare 1d")
    return shift


def _shifted(prepared: Prepared, shift: int, than: str) -> Ranges:
    now = prepared.time
    if now is None:
        raise UsageError(
            f"--compare {than}: which range of these logs?", remedy="name it: --since 2026-11-23T10:00 --until ..."
        )
    return Ranges(TimeRange(now.start_ms - shift, now.end_ms - shift), now, f"{than} before")


def _overlap(ranges: Ranges) -> Iterator[str]:
    if ranges.before.end_ms > ranges.now.start_ms:
        shared = TimeRange(ranges.now.start_ms, ranges.before.end_ms)
        yield f"both ranges have {_words(shared)} in them, counted twice: name --until, or a longer span"


def _after_deployment(prepared: Prepared) -> Ranges:
    """From the newest deployment in the range to its end, and as long before. Raises UsageError when there is none."""
    from insightctl import deployments, library

    text = library.render(library.load("deployments"))
    with terminal.stoppable("nothing was left behind"), prepared.progress:
        result = prepared.backend.run(QueryJob(text, prepared.target, prepared.time, "deployments"))
    found = deployments.from_result(result)
    range_ = prepared.time or result.time
    if not found or range_ is None:
        raise UsageError(
            "--compare deploy: no deployment in this time range", remedy="widen --since, or compare with a span (1d)"
        )
    newest = found[-1]
    at = to_ms(newest.at)
    length = max(1, range_.end_ms - at)
    if prepared.time is None:  # before the data begin there is nothing to compare with
        length = max(1, min(length, at - range_.start_ms))
    why = f"as long before {newest.function} {newest.version} went live"
    return Ranges(TimeRange(at - length, at), TimeRange(at, at + length), why)


def _show(
    spec: QuerySpec,
    params: Mapping[str, str],
    comparison: Comparison,
    result: Result,
    ranges: Ranges,
    prepared: Prepared,
    show: Show,
) -> None:
    from pathlib import Path

    from insightctl.cli.ask import PEOPLE
    from insightctl.library.compare import one_sided, sentences
    from insightctl.render import Answer, RenderOptions, render, safe

    output = "table" if show.output == "chart" else show.output  # a chart of two numbers a line tells nothing
    told = tuple(f"{name}: {_words(range_)}" for name, range_ in zip(("before", "now"), ranges[:2], strict=True))
    people = output in PEOPLE
    if not people:
        result = replace(result, warnings=(*result.warnings, f"{'; '.join(told)} ({ranges.why})"))
    if show.columns or show.limit:
        result = _cut(result, show)
    width = None if show.out else terminal.width()
    colour = terminal.colour(width is not None)
    answer = Answer(
        result, name=spec.name, title=spec.title, params=params, source=prepared.backend.source(), time=ranges.now
    )
    text = render(answer, output, RenderOptions(width=width, colour=colour, tz=prepared.tz))
    if people and output != "markdown":
        heading = f"{spec.title}: {told[0]} ({ranges.why})\n{' ' * len(spec.title)}  {told[1]}"
        rest = [safe.line(line) for line in one_sided(comparison)]
        loud = list(sentences(comparison)) or [f"no{' other' if rest else ''} number changed beyond noise"]
        marks = ("\x1b[33m", "\x1b[0m") if colour and comparison.loud else ("", "")
        marked = [f"{marks[0]}{safe.line(line)}{marks[1]}" for line in loud]
        text = "\n".join([heading, "", text, "", *marked, *rest])
    if show.out:
        terminal.write_file(Path(show.out), text + "\n")
    else:
        print(text)
    for sentence in dict.fromkeys(result.warnings) if people else ():
        terminal.warn(sentence)


def _cut(result: Result, show: Show) -> Result:
    if show.columns:
        names = [name.strip() for name in show.columns.split(",") if name.strip()]
        try:
            result = result.select(names)
        except KeyError as missing:
            raise UsageError(
                f"--columns: there is no column '{missing.args[0]}'", remedy="columns: " + ", ".join(result.names)
            ) from None
    return replace(result, rows=result.rows[: show.limit]) if show.limit else result


def _words(range_: TimeRange) -> str:
    return f"{iso(range_.start)} to {iso(range_.end)}"
