"""The list of the library: grouped, a line each, or JSON."""

from __future__ import annotations

import json

from insightctl.library import QuerySpec, load_all

_GROUPS = {
    "triage": "Is it working?",
    "latency": "Is it slow?",
    "usage": "How much?",
    "changes": "What changed?",
    "trace": "Where?",
    "async": "Asynchronous and event sources",
    "structured": "Structured logs and metrics inside them",
}


def _about(spec: QuerySpec, word: str) -> bool:
    texts = (spec.name, spec.title, spec.question, spec.read, *spec.tags, *spec.aliases)
    return any(word.lower() in text.lower() for text in texts)


def chosen(search: str | None) -> tuple[QuerySpec, ...]:
    """The queries about a word; all of them without one."""
    return tuple(spec for spec in load_all() if search is None or _about(spec, search))


def listing(search: str | None, *, colour: bool) -> str:
    """The list as text."""
    specs = chosen(search)
    if not specs:
        return f"no query about '{search}'; 'insightctl query' lists all"
    wide = max(len(spec.name) for spec in specs)
    lines: list[str] = []
    for group in dict.fromkeys([*_GROUPS, *(spec.group for spec in specs)]):
        members = [spec for spec in specs if spec.group == group]
        if members:
            heading = _GROUPS.get(group, group)
            lines += ["", f"\x1b[1m{heading}\x1b[0m" if colour else heading]
            lines += [f"  {spec.name:<{wide}}  {spec.question}" for spec in members]
    lines += [
        "",
        "Run one: insightctl query NAME -f FUNCTION --since 3h   (or --local FILE); NAME --help shows its options",
    ]
    return "\n".join(lines[1:])


def listing_json(search: str | None) -> str:
    """The list as JSON: `{"queries": [...]}`."""
    queries = [
        {
            "name": spec.name,
            "title": spec.title,
            "question": spec.question,
            "group": spec.group,
            "tags": list(spec.tags),
            "params": [
                {"name": p.name, "type": p.type, "default": p.default, "help": p.help, "choices": list(p.choices)}
                for p in spec.params
            ],
        }
        for spec in chosen(search)
    ]
    return json.dumps({"schema": 1, "queries": queries}, indent=2, ensure_ascii=False)
