"""Words for the commands that choose, show, order and limit rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from insightctl.ql import ast
from insightctl.ql.explaining.cautions import absences, cautions
from insightctl.ql.explaining.flow import NEWEST_FIRST, NO_ORDER, key_words, sorts_nothing
from insightctl.ql.explaining.phrases import counted, listed
from insightctl.ql.explaining.step import Here, Said
from insightctl.ql.fields import SYSTEM_FIELDS
from insightctl.ql.formatting import expression_text
from insightctl.ql.rules.looking import guarded

_CLOSING = ast.Stats | ast.Pattern | ast.Diff | ast.RelevantFields | ast.CountFrequent | ast.Estimate


def fields(c: ast.Fields, here: Here) -> Said:
    """`fields a, b as c`"""
    chosen = _Chosen.of(c.items, here)
    notes = cautions(*(item.expr for item in c.items))
    hidden = _hidden_by(here)
    if hidden is not None:
        return Said(" ".join(chosen.hidden(hidden)), notes)
    if here.scope.closed and chosen.plain and not chosen.made and not chosen.renamed:
        notes = (*notes, "The other columns stay, too: fields only adds, display chooses.")
    shown = [f"{name} as {alias}" if alias else name for name, alias in chosen.named]
    verbs = [f"shows {listed(shown)}"] if shown else []
    verbs += [f"computes and shows {listed(chosen.made)}"] if chosen.made else []
    return Said(_capital(f"{'; '.join(verbs)}."), notes)


def display(c: ast.Display, here: Here) -> Said:
    """`display a, b`"""
    chosen = _Chosen.of(c.items, here)
    notes = cautions(*(item.expr for item in c.items))
    hidden = _hidden_by(here)
    if hidden is not None:
        return Said(" ".join(chosen.hidden(hidden)), notes)
    shown = [f"{name} as {alias}" if alias else name for name, alias in chosen.named]
    return Said(f"Shows only {listed([*shown, *chosen.made])}.", notes)


@dataclass(frozen=True, slots=True)
class _Chosen:
    """What fields and display name: fields, with their new names, and words for what is computed."""

    named: tuple[tuple[str, str | None], ...]
    made: tuple[str, ...]

    @staticmethod
    def of(items: tuple[ast.Item, ...], here: Here) -> _Chosen:
        """The items of a command in words."""
        named: list[tuple[str, str | None]] = []
        made: list[str] = []
        for item in items:
            if isinstance(item.expr, ast.Field) or here.scope.is_column(item.expr):
                named.append((expression_text(item.expr), item.alias))
            else:
                value = here.speaker.value(item.expr)
                made.append(value if item.alias is None else f"{item.alias} ({value})")
        return _Chosen(tuple(named), tuple(made))

    @property
    def plain(self) -> list[str]:
        """Fields that keep their names."""
        return [name for name, alias in self.named if alias is None]

    @property
    def renamed(self) -> list[str]:
        """New names of fields."""
        return [f"{alias} ({name})" for name, alias in self.named if alias is not None]

    def hidden(self, why: str) -> Iterator[str]:
        """Sentences for a command whose choice of columns does not count."""
        computed = [*self.renamed, *self.made]
        if computed:
            yield f"Computes {listed(computed)} for the steps below{'' if self.plain else f'; {why}'}."
        if self.plain:
            yield f"Naming {listed(self.plain)} changes nothing: {why}."


def _hidden_by(here: Here) -> str | None:
    """What decides about the columns instead, if anything."""
    steps = here.analysis.steps
    if here.scope.displayed is not None and not isinstance(steps[here.index].command, ast.Display):
        chosen = max(i for i in range(here.index) if isinstance(steps[i].command, ast.Display))
        return f"step {chosen + 1} has chosen the columns of the answer"
    for number, command in here.later:
        if (isinstance(command, ast.AddTotals) and not command.fields) or isinstance(command, ast.FillDown):
            return None  # they work on the columns that are shown
        patterns = isinstance(command, ast.LogCompare | ast.Anomaly) and not here.scope.closed
        if isinstance(command, _CLOSING) or patterns:
            return f"step {number} makes the columns of the answer"
        if isinstance(command, ast.Display):
            return f"step {number} chooses the columns of the answer"
    return None


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def filter_(c: ast.Filter, here: Here) -> Said:
    """`filter condition`"""
    words = here.speaker.condition(c.condition)
    notes = (*absences(c.condition, here), *cautions(c.condition))
    return Said(f"Keeps only the {here.rows} where {words}.", notes)


def filter_index(c: ast.FilterIndex, here: Here) -> Said:
    """`filterIndex field = value`"""
    words = here.speaker.condition(c.condition)
    note = "Log groups without an index on the field are skipped, and so is what came in before the index was made."
    return Said(f"Reads, by the field index, only the {here.rows} where {words}.", (note,))


def sort(c: ast.Sort, here: Here) -> Said:
    """`sort a desc, b`"""
    lost = [expression_text(key.expr) for key in c.keys if sorts_nothing(key, here.scope)]
    keys = [key_words(key, here.scope) for key in c.keys if not sorts_nothing(key, here.scope)]
    notes = [f"There is no column {name} here, so it sorts by nothing." for name in lost]
    first = c.keys[0]
    raw = isinstance(first.expr, ast.Field) and first.expr.name not in SYSTEM_FIELDS and not here.scope.closed
    if raw and not first.descending:
        notes.append(f"{_capital(here.rows)} that have no {expression_text(first.expr)} come first.")
    notes += cautions(*(key.expr for key in c.keys))
    if not keys:
        return Said(f"Leaves the {here.rows} {NO_ORDER}.", tuple(notes))
    return Said(f"Sorts the {here.rows} by {', then by '.join(keys)}.", tuple(notes))


def limit(c: ast.Limit, here: Here) -> Said:
    """`limit n` and `limit any n`"""
    if here.flow.exact and here.flow.most == 1:
        return Said("Changes nothing: there is one row.")
    if c.any:
        are = "is" if c.count == 1 else "are"
        return Said(
            f"Stops as soon as {counted(c.count, here.flow.noun)} {are} found, from anywhere in the time range."
        )
    if here.flow.noun == "event" and here.flow.order == NEWEST_FIRST:
        newest = "newest event" if c.count == 1 else f"{c.count:,} newest events"
        return Said(f"Keeps the {newest}.")
    if not here.flow.sorted:
        rows = counted(c.count, here.flow.noun)
        return Said(f"Keeps {rows}.", (f"Which ones is left open: nothing sorts the {here.rows}.",))
    kept = here.flow.noun if c.count == 1 else f"{c.count:,} {here.rows}"
    return Said(f"Keeps the first {kept}.")


def dedup(c: ast.Dedup, here: Here) -> Said:
    """`dedup a, b`"""
    names = [expression_text(name) for name in c.fields]
    each = f"each value of {names[0]}" if len(names) == 1 else f"each combination of {listed(names)}"
    newest = here.flow.noun == "event" and here.flow.order == NEWEST_FIRST
    which = "the newest" if newest else "the first in the order so far" if here.flow.sorted else "whichever comes first"
    sure = all(
        guarded(here.analysis, name.name) or (name.name in SYSTEM_FIELDS and not here.scope.closed) for name in c.fields
    )
    notes = () if sure else (f"{_capital(here.rows)} that lack {listed(names, 'or')} are all kept.",)
    return Said(f"Keeps one {here.flow.noun} for {each}: {which}.", notes)


def unmask(c: ast.Unmask, here: Here) -> Said:  # noqa: ARG001
    """`unmask(field)`"""
    names = listed([expression_text(name) for name in c.fields])
    note = "This needs the permission logs:Unmask."
    return Said(f"Shows {names} in the clear where a data protection policy masks it.", (note,))


def estimate(c: ast.Estimate, here: Here) -> Said:  # noqa: ARG001
    """`estimate`"""
    return Said(
        "Runs nothing: says how many bytes the query would scan (@estimatedBytesScanned), "
        "in how many log groups (@logGroupsScanned).",
        ("The bytes are approximate.",),
    )


def saved_query(c: ast.SavedQuery, here: Here) -> Said:  # noqa: ARG001
    """`$Name(a = "x")`"""
    given = [f"{a.name} set to {expression_text(a.value)}" for a in c.arguments]
    return Said(f"Stands for the commands of the saved query {c.name}{', with ' if given else ''}{listed(given)}.")
