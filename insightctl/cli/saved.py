"""What `$Name(...)` stands for on the command line: a query of the account, of the library, or of a file here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from insightctl.cli.library_open import opened
from insightctl.cli.setup import Where
from insightctl.core.errors import UsageError
from insightctl.library import QuerySpec
from insightctl.ql import ast
from insightctl.ql.formatting import expression_text
from insightctl.ql.saved import Resolve, SavedText

if TYPE_CHECKING:
    from insightctl.library.literals import WrongValue


_BARE_CALL = re.compile(r"\s*\$([^\s`$()|,\"'=]*[^\w\s`$()|,\"'=][^\s`$()|,\"'=]*)\(")
"""A call at the start whose name wants back-ticks, and has none: the shell has its own use for them."""


def with_ticks(text: str) -> str:
    """A text that starts with `$team/errors(...)`, with the back-ticks that the language wants: $`team/errors`(...)."""
    match = _BARE_CALL.match(text)
    return f"$`{match[1]}`({text[match.end() :]}" if match else text


def resolver(where: Where) -> Resolve:
    """Where the saved queries of a run are looked up: in the account for CloudWatch, in files for local logs.

    It raises UsageError for wrong arguments, with the nearest name for one that is nearly a curated query's.
    """
    look = from_files if where.on_files else _from_account(where)

    def resolve(call: ast.SavedQuery) -> SavedText | str | None:
        found = look(call)
        if found is None and (near := opened().nearest(call.name)):
            raise UsageError(f"there is no saved query '{call.name}'", remedy=f"did you mean ${_ticked(near)}()?")
        return found

    return resolve


def from_files(call: ast.SavedQuery) -> SavedText | str | None:
    """The library's query of the call's name or alias (the user's own before the shipped), else NAME.ql in the current folder.

    Raises UsageError for wrong arguments and for a file that cannot be read.
    """
    spec = opened().find(call.name)
    return _from_file(call) if spec is None else _rendered(spec, call)


def _from_account(where: Where) -> Resolve:
    """A resolver that asks the account first (CloudError when it cannot be asked), then the curated library."""
    from insightctl.cloud.saved import saved_text
    from insightctl.cloud.session import Access, Cloud

    cloud = Cloud(Access(where.profile, where.region))

    @cache
    def in_account(name: str) -> SavedText | None:
        return saved_text(cloud, name)

    def resolve(call: ast.SavedQuery) -> SavedText | str | None:
        saved = in_account(call.name)
        if saved is not None:
            return _as_options(saved, call)
        spec = opened().find(call.name)
        return None if spec is None else _rendered(spec, call)

    return resolve


def _as_options(saved: SavedText, call: ast.SavedQuery) -> SavedText | str:
    """A saved query that `library push` made, with its arguments read as the options of the curated query are.

    The service pastes what a call says: 300s in a bin is 60 s there, and `--bin 300s` is five minutes.
    Raises UsageError for a value of the wrong type, and for a parameter that the saved query could not have.
    """
    from insightctl.library.definitions.kinds import filled
    from insightctl.library.definitions.mark import written_from
    from insightctl.library.definitions.sources import curated
    from insightctl.library.literals import WrongValue, literal
    from insightctl.ql.saved import placeholders

    spec = curated(written_from(saved.text) or "")
    given = {argument.name: argument.value for argument in call.arguments}
    wanted = placeholders(saved.text)
    if spec is None or len(given) < len(call.arguments):
        return saved
    values = {name: default for name, default in saved.defaults.items() if default is not None}
    for name, value in given.items():
        param = spec.param(name)
        if param is None:
            return saved
        if name not in wanted:
            option = f"insightctl query {spec.name} --{name.replace('_', '-')} {_plain(value)}"
            raise UsageError(f"'{name}' is fixed in the saved query '{call.name}'", remedy=f"ask with {option}")
        try:
            values[name] = literal(param, _plain(value)).text
        except WrongValue as wrong:
            raise _in_a_call(wrong, call) from None
    return filled(saved.text, values) if set(wanted) <= set(values) else saved


def _from_file(call: ast.SavedQuery) -> SavedText | str | None:
    path = Path(f"{call.name}.ql")
    if path.is_absolute() or ".." in path.parts:  # a query names queries, not places of the disk
        return None
    try:
        if not path.is_file():
            return None
        text = path.read_text("utf-8")
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text", remedy="name a file with Insights QL") from None
    except ValueError:  # a NUL in the name
        return None
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from None
    if not text.startswith("+++"):
        return SavedText(call.name, text)
    from insightctl.library.load import parse_file

    return _rendered(parse_file(text, path.parent.name, path.stem, str(path)), call)


def _ticked(name: str) -> str:
    return name if name.isidentifier() else f"`{name}`"


def _rendered(spec: QuerySpec, call: ast.SavedQuery) -> str:
    """A curated query with the call's arguments. Raises UsageError for wrong ones, in the words of a call."""
    from insightctl.library.literals import WrongValue
    from insightctl.library.rendering import render

    given = {argument.name: _plain(argument.value) for argument in call.arguments}
    for name in given:
        if spec.param(name) is None:
            known = f"its parameters: {', '.join(p.name for p in spec.params)}" if spec.params else "it has none"
            raise UsageError(f"the saved query '{call.name}' has no parameter '{name}'", remedy=known)
    try:
        return render(spec, given)
    except WrongValue as wrong:
        raise _in_a_call(wrong, call) from None


def _in_a_call(wrong: WrongValue, call: ast.SavedQuery) -> UsageError:
    name = wrong.param.name
    quote = '"' if wrong.param.type in ("string", "regex") else ""
    example = f"${_ticked(call.name)}({name} = {quote}{wrong.example}{quote})"
    return UsageError(f"the parameter '{name}': {wrong.reason}", remedy=f"{wrong.param.help}: such as {example}")


def _plain(value: ast.Expr) -> str:
    """An argument as an option would say it: texts without quotes, periods and numbers as written."""
    match value:
        case ast.String(value=text):
            return text
        case ast.Regex(pattern=pattern):
            return pattern
        case ast.Field(name=name):
            return name
        case _:
            return expression_text(value)
