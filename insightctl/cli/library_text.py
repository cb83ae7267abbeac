"""What `insightctl library` prints: plans, diffs, pulls. Texts of the account were written by others: made safe here."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from insightctl.render import safe

if TYPE_CHECKING:
    from insightctl.cloud.definitions import Definition
    from insightctl.library.definitions.plan import Plan, Step
    from insightctl.library.definitions.pull import Pulled

_COLOURS = {"+": "\x1b[32m", "-": "\x1b[31m", "@": "\x1b[36m"}


def query_text(text: str, *, colour: bool) -> str:
    """A query, coloured on a terminal."""
    if not colour:
        return safe.text(text)
    from insightctl.render import highlight

    return highlight.terminal(text)


def push_text(steps: Plan, *, colour: bool, dry_run: bool) -> str:
    """A line a saved query, with its diff where one that exists changes, and a count at the end."""
    from insightctl.library.definitions.plan import Action

    lines: list[str] = []
    for step in steps.steps:
        if step.action is not Action.NOTHING:
            lines += _step(step, colour)
    return "\n".join([*lines, *([""] if lines else []), _count(steps, dry_run)])


def diff_text(steps: Plan, *, colour: bool, everything: bool) -> str:
    """The diffs of all that a push would change; `everything`: say too what else insightctl once wrote."""
    from insightctl.library.definitions.plan import Action

    lines: list[str] = []
    for step in steps.steps:
        if step.action is not Action.NOTHING:
            lines += [*_heading(step), *_diff(step, colour, whole=True), ""]
    if everything and steps.left:
        lines += ["in the account only, as insightctl once wrote it:", *(f"  {safe.line(n)}" for n in steps.left), ""]
    return "\n".join([*lines, "no changes" if not lines else _summary(steps)])


def diff_json(steps: Plan, *, everything: bool) -> str:
    """`{"schema": 1, "queries": [{"name", "action", "source", "parameters", "fixed", "diff"}], "left": [names]}`."""
    from insightctl.library.definitions.difference import unified

    queries = [
        {
            "name": step.definition.name,
            "action": step.action.name.lower(),
            "source": step.wanted.source,
            "parameters": [{"name": p.name, "default": p.default} for p in step.definition.parameters],
            "fixed": [{"name": f.name, "value": f.value, "reason": f.reason} for f in step.wanted.frozen],
            "diff": unified(step.live, step.definition, step.wanted.source),
        }
        for step in steps.steps
    ]
    document = {"schema": 1, "queries": queries, "left": list(steps.left) if everything else []}
    return safe.json_text(json.dumps(document, indent=2, ensure_ascii=False))


def pull_text(found: Sequence[Pulled], *, colour: bool, dry_run: bool) -> str:
    """A line a file, and a count at the end."""
    from insightctl.library.definitions.pull import Fate

    lines: list[str] = []
    signs = {Fate.NEW: "+", Fate.UPDATE: "~", Fate.REFUSED: "!", Fate.TAKEN: "!", Fate.OTHER_LANGUAGE: "!"}
    for each in found:
        if each.fate not in signs:
            continue
        why = "" if each.fate in (Fate.NEW, Fate.UPDATE) else f": {each.fate.value}"
        lines.append(f"{signs[each.fate]} {safe.line(str(each.path))}  {safe.line(each.definition.name)}{why}")
        lines += [f"    note: {safe.line(note)}" for note in each.notes]
        if each.fate is Fate.REFUSED:
            lines += _coloured(each.changes, colour)
    counts = Counter(each.fate for each in found)
    told = ", ".join(f"{counts[fate]} {fate.value}" for fate in Fate if counts[fate])
    if not found:
        return "there are no saved queries in the account under that name"
    tail = "; dry run: nothing was written" if dry_run else ""
    return "\n".join([*lines, *([""] if lines else []), f"{_queries(len(found))}: {told}{tail}"])


def call_text(definition: Definition) -> str:
    """How a saved query is called, with its parameters: $`insightctl/latency/coldstarts`(bin=5m)."""
    given = ", ".join(f"{p.name}={p.default if p.default is not None else '...'}" for p in definition.parameters)
    return safe.line(f"$`{definition.name}`({given})")


def _step(step: Step, colour: bool) -> Iterator[str]:
    yield from _heading(step)
    if step.live is not None:
        yield from _diff(step, colour, whole=False)


def _heading(step: Step) -> Iterator[str]:
    from insightctl.library.definitions.plan import Action

    sign = {Action.CREATE: "+", Action.UPDATE: "~"}.get(step.action, "!")
    parameters = ", ".join(p.name if p.default is None else f"{p.name}={p.default}" for p in step.definition.parameters)
    why = f": {step.action.value}" if sign == "!" else ""
    yield safe.line(f"{sign} {step.definition.name}({parameters}){why}")
    for frozen in step.wanted.frozen:
        yield f"    note: {safe.line(str(frozen))}"


def _diff(step: Step, colour: bool, *, whole: bool) -> Iterator[str]:
    from insightctl.library.definitions.difference import unified

    lines = unified(step.live, step.definition, step.wanted.source)
    if not lines and step.live is not None:
        yield "    the same text; its mark is written anew"
    elif step.live is not None or whole:
        yield from _coloured(lines, colour)


def _coloured(lines: Sequence[str], colour: bool) -> Iterator[str]:
    for line in lines:
        shown = safe.text(line).rstrip("\n")
        start = _COLOURS.get(line[:1]) if colour else None
        yield f"{start}{shown}\x1b[0m" if start else shown


def _count(steps: Plan, dry_run: bool) -> str:
    if not steps.to_write and not steps.refused:
        return f"nothing to do: {_queries(len(steps.steps))} up to date"
    if steps.refused:
        return _summary(steps)
    return _summary(steps) + ("; dry run: nothing was written" if dry_run else "")


def _summary(steps: Plan) -> str:
    counts = Counter(step.action for step in steps.steps)
    told = ", ".join(f"{count} {action.value}" for action, count in counts.items())
    return f"{_queries(len(steps.steps))}: {told}"


def _queries(count: int) -> str:
    return f"{count:,} saved {'query' if count == 1 else 'queries'}"
