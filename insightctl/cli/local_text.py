"""What the commands of `insightctl local` print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.core.errors import SourceError
from insightctl.core.result import Column, ColumnType, Result, Row
from insightctl.core.sizes import size_text
from insightctl.core.time import from_ms, iso

if TYPE_CHECKING:
    from insightctl.local.fields import Fields
    from insightctl.local.stores import Store
    from insightctl.local.stores.listing import Summary
    from insightctl.local.stores.upkeep import Verdict


def no_store(name: str) -> SourceError:
    """What to say of a name that means no store, with the nearest one."""
    import difflib

    from insightctl.local.stores.layout import home
    from insightctl.local.stores.listing import stores

    known = [store.path.name for store in stores()[0]]
    near = difflib.get_close_matches(name, known, n=1)
    if near:
        return SourceError(f"there is no store '{name}'", remedy=f"did you mean {near[0]}?")
    listed = f"there are {', '.join(known[:8])}" if known else f"{home()} has none"
    return SourceError(
        f"there is no store '{name}'", remedy=f"{listed}; insightctl local import PATH --store NAME makes one"
    )


def show_stores(stores: Sequence[Store], output: str, place: str) -> None:
    """The stores and their numbers."""
    from insightctl.local.stores.listing import summary

    found = [(store.path.name, store, summary(store)) for store in stores]
    if output == "json":
        _json({"stores": [{"name": name, "path": str(store.path), **_record(one)} for name, store, one in found]})
        return
    if not found:
        print(f"no stores in {place}\ninsightctl local import PATH --store NAME makes one")
        return
    head: list[tuple[str, ColumnType]] = [("store", "string"), ("log groups", "number"), ("days", "number")]
    _table([*head, *_NUMBERS], [(name, one.log_groups, one.days, *_numbers(one)) for name, _, one in found])


def show_days(days: Sequence[tuple[str, str, Summary]], output: str) -> None:
    """The log groups and days of a store."""
    if output == "json":
        _json({"days": [{"log_group": group, "day": day, **_record(one)} for group, day, one in days]})
        return
    head: list[tuple[str, ColumnType]] = [("log group", "string"), ("day", "string"), ("parts", "number")]
    _table([*head, *_NUMBERS], [(group, day, one.parts, *_numbers(one)) for group, day, one in days])


def show_fields(found: Fields, output: str) -> None:
    """The fields, and of how many events they were read."""
    if output == "json":
        fields = [
            {"name": f.name, "types": list(f.types), "events": f.events, "example": f.example} for f in found.fields
        ]
        _json({"events": found.events, "sampled": found.sampled, "fields": fields, "warnings": list(found.notes)})
        return
    head: list[tuple[str, ColumnType]] = [
        ("field", "string"),
        ("type", "string"),
        ("of events", "string"),
        ("example", "string"),
    ]
    rows: list[Row] = [
        (f.name, ", ".join(f.types), f"{100 * f.events / max(found.events, 1):5.1f} %", _short(f.example))
        for f in found.fields
    ]
    _table(head, rows)
    seen = f"{found.events:,} events"
    print(f"\n{len(found.fields)} fields in {f'a sample of {seen}' if found.sampled else seen}")


def show_verdict(name: str, verdict: Verdict, output: str) -> None:
    """What a check of a store found."""
    if output == "json":
        problems = [{"part": p.part, "log_group": p.log_group, "problem": p.what} for p in verdict.problems]
        _json(
            {
                "ok": not problems,
                "parts": verdict.parts,
                "events": verdict.events,
                "problems": problems,
                "orphans": list(verdict.orphans),
            }
        )
        return
    for orphan in verdict.orphans:
        terminal.warn(f"{orphan}: store.json does not name this file, so no query reads it")
    if not verdict.problems:
        print(f"{name}: all is well: {verdict.parts:,} parts with {verdict.events:,} events")
        return
    for problem in verdict.problems:
        print(f"{problem.part}: {problem.what}")
    groups = list(dict.fromkeys(problem.log_group for problem in verdict.problems))
    terminal.show_error(
        SourceError(
            f"{len({p.part for p in verdict.problems})} of {verdict.parts} parts of {name} are damaged",
            remedy="drop what is damaged and import it again: "
            + "; ".join(f"insightctl local drop {name} -g {group} --yes" for group in groups),
        )
    )


_NUMBERS: tuple[tuple[str, ColumnType], ...] = (
    ("events", "number"),
    ("first event", "timestamp"),
    ("last event", "timestamp"),
    ("on disk", "string"),
)


def _numbers(one: Summary) -> Row:
    first, last = (None if ms is None else from_ms(ms) for ms in (one.first_ms, one.last_ms))
    return (one.events, first, last, size_text(one.bytes))


def _record(one: Summary) -> dict[str, object]:
    first, last = (None if ms is None else iso(from_ms(ms)) for ms in (one.first_ms, one.last_ms))
    return {
        "log_groups": one.log_groups,
        "days": one.days,
        "parts": one.parts,
        "events": one.events,
        "first": first,
        "last": last,
        "bytes": one.bytes,
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 48 else f"{line[:47]}…"


def _json(document: dict[str, object]) -> None:
    print(json.dumps({"schema": 1, **document}, indent=2, ensure_ascii=False))


def _table(columns: Sequence[tuple[str, ColumnType]], rows: Sequence[Row]) -> None:
    from insightctl.render import Answer, RenderOptions, render

    result = Result(tuple(Column(name, kind) for name, kind in columns), tuple(rows))
    width = terminal.width()
    print(render(Answer(result), "table", RenderOptions(width=width, colour=terminal.colour(width is not None))))
