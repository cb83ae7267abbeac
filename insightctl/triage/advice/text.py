"""Advice for the terminal and as Markdown: risks first, then what saves most; what saves little is counted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insightctl.render import RenderOptions, safe
from insightctl.render.footer import cost_text
from insightctl.render.markdown import cell
from insightctl.render.table import fold
from insightctl.triage.advice.model import Advice, Advised
from insightctl.triage.advice.rules.say import usd

_BOLD, _DIM, _RED, _PLAIN = "\x1b[1m", "\x1b[2m", "\x1b[1;31m", "\x1b[0m"
_INDENT = 4


@dataclass(frozen=True, slots=True)
class Shown:
    """What is shown: advice that saves `least` USD a month or more, at best; `everything`: what is fine as well."""

    least: float = 1.0
    everything: bool = False

    def picks(self, advice: Advice) -> bool:
        """Whether it is shown: risks, thin data and what costs money to gain time always are."""
        if self.everything or advice.risk or advice.action == "thin":
            return True
        best = advice.saved_high
        return advice.action != "nothing" and (best is None or best < 0 or best >= self.least)


def advice_text(advised: Advised, shown: Shown, options: RenderOptions) -> str:
    """The advice, one paragraph each; text that comes from logs is made safe."""
    lines: list[str] = []
    for number, advice in enumerate(filter(shown.picks, advised.advices), 1):
        lines += _paragraph(number, advice, options)
    if not lines:
        lines += [_nothing(advised), ""]
    for sentence in (*_left_out(advised, shown), _looked_at(advised)):
        lines += _folded(sentence, 0, options)
    return "\n".join(lines)


def advice_markdown(advised: Advised, shown: Shown) -> str:
    """A table of the advice, and the commands that apply it."""
    picked = [advice for advice in advised.advices if shown.picks(advice)]
    lines = ["| function | advice | what | USD a month | confidence |", "| --- | --- | --- | ---: | --- |"]
    for each in picked:
        cells = (each.function, f"{each.kind}: {each.action}", each.sentence, _money(each), each.confidence)
        lines.append(f"| {' | '.join(cell(safe.line(text)) for text in cells)} |")
    commands = [advice.command for advice in picked if advice.command]
    text = "\n".join(lines) if picked else cell(_nothing(advised))
    if commands:
        text += "\n\n```sh\n" + "\n".join(safe.line(command) for command in commands) + "\n```"
    rest = [cell(safe.line(sentence)) for sentence in (*_left_out(advised, shown), _looked_at(advised))]
    return "\n\n".join((text, *rest))


def _paragraph(number: int, advice: Advice, options: RenderOptions) -> Iterator[str]:
    head = f"{number}. {safe.line(advice.function)}: {advice.kind}"
    colour = (_RED if advice.risk else _BOLD, _PLAIN) if options.colour else ("", "")
    facts = [advice.action, *([money] if (money := _money(advice)) else []), f"confidence {advice.confidence}"]
    yield f"{colour[0]}{head}{colour[1]}  {' · '.join(facts)}"
    yield from _folded(advice.sentence, _INDENT, options)
    if advice.unknown and advice.action != "nothing":
        yield from _folded(f"not known: {advice.unknown}", _INDENT, options)
    if advice.command:
        command = safe.line(advice.command)  # is copied, so it is never folded
        yield f"{'':{_INDENT}}{f'{_DIM}{command}{_PLAIN}' if options.colour else command}"
    yield ""


def _money(advice: Advice) -> str:
    saved, high = advice.saved, advice.saved_high
    if saved is None or high is None or advice.action == "nothing":
        return ""
    if saved < 0 and high <= 0:
        return f"costs {usd(-saved)} a month" if high == saved else f"costs {usd(-high)} to {usd(-saved)} a month"
    if high == saved:
        return f"saves {usd(saved)} a month"
    return f"saves {usd(saved)} to {usd(high)} a month"


def _nothing(advised: Advised) -> str:
    return "nothing to change" if advised.functions else "no finished invocations in these logs: nothing can be said"


def _left_out(advised: Advised, shown: Shown) -> Iterator[str]:
    hidden = [advice for advice in advised.advices if not shown.picks(advice)]
    fine = sum(advice.action == "nothing" for advice in hidden)
    if len(hidden) > fine:
        yield f"{len(hidden) - fine} more save less than {usd(shown.least)} a month each (--least 0 shows them)"
    if fine:
        yield f"{fine} looked at and fine (--all shows them)"
    for skipped in advised.skipped:
        lacks = f" (it needs {skipped.permission})" if skipped.permission else ""
        yield f"left out: {skipped.probe}: {skipped.reason}{lacks}"


def _looked_at(advised: Advised) -> str:
    parts = [f"{len(advised.functions):,} function{'' if len(advised.functions) == 1 else 's'}"]
    if advised.time:
        parts.append(f"{advised.time.start:%Y-%m-%d %H:%M} to {advised.time.end:%Y-%m-%d %H:%M} UTC")
    parts.append(f"list prices of {advised.region}{' (assumed: those of us-east-1)' if advised.assumed else ''}")
    parts.append(f"months of 30 days, before the free tier · {advised.queries} queries, {advised.seconds:.1f} s")
    if advised.cost_usd is not None:
        parts.append(cost_text(advised.cost_usd))
    return f"looked at {' · '.join(parts)}"


def _folded(sentence: str, indent: int, options: RenderOptions) -> list[str]:
    text = safe.line(sentence)
    parts = fold(text, max(20, options.width - indent)) if options.width else [text]
    return [f"{'':{indent}}{part}" for part in parts]
