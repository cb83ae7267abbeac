"""The report for the terminal: verdict, what is known with the command that shows it, what to do. One screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from insightctl.render import RenderOptions, safe
from insightctl.render.footer import cost_text
from insightctl.render.table import fold
from insightctl.triage import words
from insightctl.triage.model import Finding, Report, Verdict
from insightctl.triage.proportions import Share

if TYPE_CHECKING:
    from insightctl.triage.clusters import Cluster

LABELS: dict[str, str] = {
    "versions": "numbers",
    "since": "since",
    "deployment": "deployment",
    "error": "error",
    "latency": "latency",
    "cause": "why",
    "memory": "memory",
    "traffic": "traffic",
    "log": "logged",
    "metric": "metric",
    "setting": "setting",
    "alarm": "alarm",
}
_COLOURS: dict[Verdict, str] = {"critical": "\x1b[1;31m", "warning": "\x1b[1;33m", "ok": "\x1b[1;32m"}
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_INDENT = 14
_SCREEN = 40  # lines; the report's last two say what was looked at
_BRIEF = 400
_MANY_FAIL = 0.05
_CLUSTERS = 10


def report_text(report: Report, options: RenderOptions, *, details: bool = False) -> str:
    """The report on one screen of 40 lines, or with all `details`; log text in it is made safe.

    The worst finding stands in full, the others as far as there is room, and the rest in a line each.
    """
    head = [*_verdict(report, options), ""]
    foot = [*_skipped(report, options), *_wrapped(looked_at(report), 0, options)]
    full = [list(_finding(number, finding, options)) for number, finding in enumerate(report.findings, 1)]
    if details:
        return "\n".join([*head, *(line for lines in full for line in lines), *_clusters(report, options), *foot])
    room = max(_SCREEN // 2, _SCREEN - len(head) - len(foot))
    body = _fitted(report, full, room, options)
    if len(foot) > _SCREEN // 3:
        foot = [
            *foot[: _SCREEN // 3 - 3],
            _more(len(report.skipped), "probe was left out", "probes were left out"),
            *foot[-2:],
        ]
    return "\n".join([*head, *body, *foot])


def _fitted(report: Report, full: list[list[str]], room: int, options: RenderOptions) -> list[str]:
    """As many findings in full as leave a line for each of the others, and those; none beyond the room."""
    short = [list(_short(number, finding, options)) for number, finding in enumerate(report.findings, 1)]
    count = next(
        (n for n in range(len(full), 1, -1) if _height(full[:n]) + _height(short[n:]) + 1 <= room), min(1, len(full))
    )
    body = [line for lines in full[:count] for line in lines]
    shown = count
    for lines in short[count:]:
        if len(body) + len(lines) + 2 > room:
            break
        body += lines
        shown += 1
    if shown < len(full):
        body.append(_more(len(full) - shown, "more finding", "more findings"))
    elif count < len(full):
        body.append("   evidence and next steps of all: --details")
    return body if not body or body[-1] == "" else [*body, ""]


def _height(blocks: list[list[str]]) -> int:
    return sum(map(len, blocks))


def _more(count: int, one: str, more: str) -> str:
    return f"   and {count:,} {one if count == 1 else more}: --details"


def brief(sentence: str, most: int = _BRIEF) -> str:
    """A text of at most so many characters; the messages of errors can be huge."""
    return sentence if len(sentence) <= most else f"{sentence[: most - 1]}…"


def label(aspect: str) -> str:
    """How a kind of evidence is named."""
    return LABELS.get(aspect, aspect.replace("_", " "))


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
        yield from _labelled(label(evidence.aspect), sentence, options)
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
    text = brief(safe.line(sentence[: _BRIEF * 4]))
    parts = fold(text, max(20, options.width - indent)) if options.width else [text]
    return [f"{'' if hanging and not i else ' ' * indent}{part}" for i, part in enumerate(parts)]


def _clusters(report: Report, options: RenderOptions) -> Iterator[str]:
    """The errors by type and place in the code, most first."""
    if report.clusters:
        yield "errors by type and place in the code:"
    for cluster in report.clusters[:_CLUSTERS]:
        yield from _wrapped(cluster_line(cluster), 3, options)
    if report.clusters:
        yield ""


def cluster_line(cluster: Cluster) -> str:
    """A cluster in one sentence; not yet safe for a terminal."""
    new = f", new since version {cluster.new_since.version}" if cluster.new_since else ""
    trend = f", {cluster.trend}" if cluster.trend in ("growing", "falling") else ""
    share = "handled" if cluster.handled else f"{100 * cluster.share:.0f} % of failures"
    seen = f"{words.moment(cluster.first_seen)} to {words.clock(cluster.last_seen, cluster.first_seen)}"
    samples = (cluster.samples or cluster.streams)[:2]
    sample = f", such as {', '.join(samples)}" if samples else ""
    versions = f", version {', '.join(cluster.versions)}" if cluster.versions else ""
    return (
        f"{cluster.title}: {cluster.message} · {cluster.count:,} times ({share}){trend}{new} · "
        f"{', '.join(cluster.functions)}{versions} · {seen}{sample}"
    )


def _skipped(report: Report, options: RenderOptions) -> Iterator[str]:
    for skipped in report.skipped:
        lacks = f" (it needs {skipped.permission})" if skipped.permission else ""
        yield from _wrapped(f"left out: {skipped.probe}: {skipped.reason}{lacks}", 2, options)


def _dim(line: str, options: RenderOptions) -> str:
    return f"{_DIM}{line}{_PLAIN}" if options.colour else line
