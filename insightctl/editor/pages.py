"""Pages about commands, functions, fields and codes in Markdown: what hover and completion show."""

from __future__ import annotations

from insightctl.editor.field_notes import FIELD_NOTES
from insightctl.library.spec import QuerySpec
from insightctl.ql.codes import Code
from insightctl.ql.commands import CommandInfo
from insightctl.ql.fields import KNOWN_FIELDS
from insightctl.ql.functions import Function


def fenced(text: str) -> str:
    """A query as a block of code."""
    return f"```insights-ql\n{text}\n```"


def _notes(since: str, same: str, aliases: tuple[str, ...]) -> list[str]:
    notes = [f"New in {since}."] if since else []
    notes += [f"Also written {', '.join(f'`{a}`' for a in aliases)}."] if aliases else []
    return notes + ([] if same == "yes" else [f"Local engine: {same.removeprefix('yes; ')}."])


def command_page(info: CommandInfo) -> str:
    """Syntax, meaning, example, age and differences of a command."""
    notes = _notes(info.since, info.same, info.aliases)
    notes += ["Log groups of the Infrequent Access class refuse it."] if info.standard_only else []
    parts = [fenced(info.syntax), info.doc, "Example:\n" + fenced(info.example), *notes]
    return "\n\n".join(parts)


def function_page(function: Function) -> str:
    """Signature, meaning, age and differences of a function."""
    gives = "" if function.result in ("same", "any") else f" -> {function.result}"
    notes = _notes(function.since, function.same, function.aliases)
    notes += ["Stands in `stats` only."] if function.aggregate else []
    return "\n\n".join([fenced(f"{function.signature}{gives}"), function.doc, *notes])


def field_page(name: str) -> str:
    """Type, meaning and unit of one of the service's own fields."""
    note = FIELD_NOTES[name]
    unit = [f"Unit: {note.unit}."] if note.unit else []
    return "\n\n".join([f"`{name}`: {KNOWN_FIELDS[name]}", note.doc, *unit])


def code_page(code: Code) -> str:
    """The page of a diagnostic code."""
    parts = [
        f"**{code.code}: {code.title}**",
        code.why,
        "Wrong:\n" + fenced(code.wrong),
        "Right:\n" + fenced(code.right),
    ]
    return "\n\n".join(parts)


def query_page(spec: QuerySpec) -> str:
    """What a query of the library asks, and its parameters."""
    params = [f"- `{p.name}` ({p.type}, {p.default or 'may be left out'}): {p.help}" for p in spec.params]
    parts = [f"**{spec.title}**", spec.question, "\n".join(params), spec.read]
    return "\n\n".join(part for part in parts if part)
