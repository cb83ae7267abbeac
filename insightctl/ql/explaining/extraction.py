"""Words for the commands that take values out of texts, maps and lists."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.explaining.phrases import listed
from insightctl.ql.explaining.step import Here, Said
from insightctl.ql.formatting import expression_text
from insightctl.ql.regex import RegexRefused, translate


def parse(c: ast.Parse, here: Here) -> Said:
    """`parse source "glob" as a` and `parse source /regex/`"""
    source, pattern = _source(c.source, here), expression_text(c.pattern)
    names = list(c.aliases)
    if isinstance(c.pattern, ast.Regex):
        names = _captured(c.pattern, c.aliases)
        how = f"with the regular expression {pattern}"
    else:
        each = "the *" if len(names) == 1 else "each *, in order"
        place = f"stands at {each}" if "*" in c.pattern.value else "follows it"
        how = f"by the pattern {pattern}: what {place}"
    taken = listed(names) or "nothing"
    left = "this field" if len(names) == 1 else "these fields"
    rows = ": every match makes a row of its own" if c.multi else ""
    note = f"{here.rows.capitalize()} that do not match stay, without {left}."
    return Said(f"Takes {taken} out of {source} {how}{rows}.", (note,))


def _captured(pattern: ast.Regex, aliases: tuple[str, ...]) -> list[str]:
    try:
        named = translate(pattern.pattern).names
    except RegexRefused:
        named = ()
    return list(dict.fromkeys((*named, *aliases)))


def _source(source: ast.Expr | None, here: Here) -> str:
    return "@message" if source is None else here.speaker.value(source)


def parse_logfmt(c: ast.ParseLogfmt, here: Here) -> Said:
    """`parse source logfmt as alias`"""
    source = _source(c.source, here)
    return Said(f"Reads the key=value pairs in {source} into the map {c.alias}: {c.alias}.level is the value of level.")


def parse_csv(c: ast.ParseCsv, here: Here) -> Said:
    """`parse source csv as a, b`"""
    order = ", in this order" if len(c.aliases) > 1 else ""
    return Said(f"Splits {_source(c.source, here)} at its commas, as CSV, into {listed(c.aliases)}{order}.")


def json(c: ast.Json, here: Here) -> Said:
    """`json field=source "key.subkey" as alias`"""
    source = "@message" if c.source is None else expression_text(c.source)
    taken = [_path(path) for path in c.paths]
    note = f"{here.rows.capitalize()} without such a key stay, without the field."
    return Said(f"Takes {listed(taken)} out of the JSON in {source}.", (note,))


def _path(path: ast.JsonPath) -> str:
    text = ""
    for step in path.path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else step
    return path.alias if path.alias == text else f"{path.alias} ({text})"


def unnest(c: ast.Unnest, here: Here) -> Said:
    """`unnest list into alias`"""
    source = here.speaker.value(c.source)
    sentence = (
        f"Makes one row for each element of the list {source}; the element is {c.alias}, the other fields repeat."
    )
    return Said(sentence, ("A value that is no list counts as a list of one.",))


def expand(c: ast.Expand, here: Here) -> Said:  # noqa: ARG001
    """`expand list`"""
    name = expression_text(c.source)
    return Said(
        f"Makes one row for each element of the JSON array {name}; {name} becomes the element, the other fields repeat."
    )
