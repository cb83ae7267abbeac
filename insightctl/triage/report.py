"""The report for the terminal: verdict, what is known with the command that shows it, what to do. One screen."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.render import RenderOptions, safe
from insightctl.render.footer import cost_text
from insightctl.render.table import fold
from insightctl.triage import words
from insightctl.triage.model import Aspect, Finding, Report, Verdict
from insightctl.triage.proportions import Share

LABELS: dict[Aspect, str] = {
    "versions": "numbers",
    "since": "since",
    "deployment": "deployment",
    "error": "error",
    "latency": "latency",
}
_COLOURS: dict[Verdict, str] = {"critical": "\x1b[1;31m", "warning": "\x1b[1;33m", "ok": "\x1b[1;32m"}
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_INDENT = 14
_IN_FULL = 2
_MANY_FAIL = 0.05


def report_text(report: Report, options: RenderOptions) -> str:
    """The whole report; log text in it is made safe."""
    lines = [*_verdict(report, options), ""]
    for number, finding in enumerate(report.findings, 1):
        lines += _finding(number, finding, options) if number <= _IN_FULL else _short(number, finding, options)
    lines += _skipped(report, options)
    lines += _wrapped(looked_at(report), 0, options)
    return "\n".join(lines)


def headline(report: Report) -> str:
    """The verdict in one sentence."""
    if report.findings:
        worst = report.findings[0]
        if worst.started is None or worst.code == "failures-since":
            return worst.title
        return f"{worst.title}, since {words.moment(worst.started)} UTC"
    if not report.statistics.invocations:
        return "no finished invocations in these logs: nothing can be said"
    share = Share(report.statistics.failures, report.statistics.invocations)
    if share.value >= _MANY_FAIL:
        return f"nothing beyond chance: {words.of(share)} invocations failed, too few to tell"
    return "nothing stands out in what could be looked at" if report.skipped else "nothing stands out"


def looked_at(report: Report) -> str:
    """What the verdict rests on."""
    tally, time = report.statistics, report.seen or report.time
    parts = [
        f"{_many(tally.invocations, 'invocation')} ({tally.failures:,} failed) of {_many(tally.functions, 'function')}",
        f"{_many(tally.versions, 'version')}, {_many(len(report.deployments), 'deployment')}",
    ]
    if time:
        parts.append(f"{words.moment(time.start)} to {words.clock(time.end, time.start)} UTC")
    parts.append(f"{_many(tally.queries, 'query', 'queries')}, {tally.seconds:.1f} s")
    if tally.cost_usd is not None:
        parts.append(cost_text(tally.cost_usd))
    return f"looked at {' · '.join(parts)}"


def _many(count: int, one: str, more: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def _verdict(report: Report, options: RenderOptions) -> list[str]:
    mark = report.verdict.upper()
    first, *rest = _wrapped(f"{mark}: {headline(report)}", 0, options)
    coloured = first.replace(mark, f"{_COLOURS[report.verdict]}{mark}{_PLAIN}", 1) if options.colour else first
    return [coloured, *rest]


def _finding(number: int, finding: Finding, options: RenderOptions) -> Iterator[str]:
    yield from _short(number, finding, options)
    for evidence in finding.evidence:
        sentence = evidence.sentence
        if evidence.aspect == "since":
            sentence += f" (confidence: {finding.confidence})"
        yield from _labelled(LABELS[evidence.aspect], sentence, options)
        yield _dim(f"{'':{_INDENT}}{safe.line(evidence.query)}", options)
    for position, step in enumerate(finding.next):
        # a command is copied: it is never folded
        yield f"   {'next' if position == 0 else '':{_INDENT - 3}}{safe.line(step)}"
    yield ""


def _short(number: int, finding: Finding, options: RenderOptions) -> Iterator[str]:
    yield from _wrapped(f"{number}. {finding.title}", 3, options)


def _labelled(label: str, sentence: str, options: RenderOptions) -> Iterator[str]:
    first, *rest = _wrapped(sentence, _INDENT, options, hanging=False)
    yield f"   {label:{_INDENT - 3}}{first.strip()}"
    yield from rest


def _wrapped(sentence: str, indent: int, options: RenderOptions, *, hanging: bool = True) -> list[str]:
    """A safe text, folded to the terminal; the first line starts at the margin when the indent is `hanging`."""
    text = safe.line(sentence)
    parts = fold(text, max(20, options.width - indent)) if options.width else [text]
    return [f"{'' if hanging and not i else ' ' * indent}{part}" for i, part in enumerate(parts)]


def _skipped(report: Report, options: RenderOptions) -> Iterator[str]:
    for skipped in report.skipped:
        lacks = f" (it needs {skipped.permission})" if skipped.permission else ""
        yield from _wrapped(f"left out: {skipped.probe}: {skipped.reason}{lacks}", 2, options)


def _dim(line: str, options: RenderOptions) -> str:
    return f"{_DIM}{line}{_PLAIN}" if options.colour else line
