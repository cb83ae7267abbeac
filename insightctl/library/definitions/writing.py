"""A saved query of the account as a query file: front matter, then its text as a template that renders to the same.

    text, notes = file_text(Definition("team/top", "limit {{n}}", (Parameter("n", "5"),)))

A line in the front matter tells what was written, so that a later pull knows a file that nobody changed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping

from insightctl.cloud.definitions import Definition, Parameter
from insightctl.core.errors import UsageError
from insightctl.library.definitions.kinds import kinds, plain_default
from insightctl.library.definitions.mark import unsigned
from insightctl.library.definitions.slots import default_literal, slotted
from insightctl.library.spec import ParamType

_PLACEHOLDER = re.compile(r"(\{\{\s*[A-Za-z_]\w*\s*\}\})")
_JINJA = re.compile(r"\{[{%#]")
_MARK = re.compile(r"^# pulled sha256=([0-9a-f]{16}): .*\n", re.M)
_SAYS = "pull writes over this file while nobody has changed it"


def file_text(definition: Definition) -> tuple[str, tuple[str, ...]]:
    """The file of a saved query, and what it says otherwise than the account does."""
    plain = unsigned(definition)
    types = kinds(plain.text, plain.parameters)
    defaults = {p.name: p for p in plain.parameters}
    parameters = [defaults.get(name, Parameter(name)) for name in types]
    front = "\n".join(_front_matter(plain, parameters, types))
    body = f"{front}\n+++\n{_template(plain.text)}\n"
    text = f"+++\n# pulled sha256={_digest(body)}: {_SAYS}\n{body}"
    text = text.encode("utf-8", "replace").decode("utf-8")
    return text, tuple(_differences(text, plain, parameters))


def untouched(text: str) -> bool:
    """Whether a file is as a pull wrote it."""
    match = _MARK.search(text.partition("\n+++")[0] + "\n")
    return match is not None and _digest(text[match.end() :]) == match[1]


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "replace")).hexdigest()[:16]


def _front_matter(plain: Definition, parameters: list[Parameter], types: dict[str, ParamType]) -> Iterator[str]:
    yield f"title = {_toml(plain.name.rpartition('/')[2] or plain.name)}"
    comment = re.match(r"#+[ \t]*(\S[^\r\n]*)", plain.text)
    yield f"question = {_toml(comment[1] if comment else f'The saved query {plain.name} of the account.')}"
    for group in plain.groups:
        yield f"# log group {_toml(group)}"
    for parameter in parameters:
        key = parameter.name if parameter.name.isascii() else _toml(parameter.name)
        yield ""
        yield f"[params.{key}]"
        yield f"type = {_toml(types[parameter.name])}"
        if parameter.default is not None:
            yield f"default = {_toml(plain_default(types[parameter.name], parameter.default))}"
        yield f"help = {_toml(parameter.description or '')}"


def _toml(value: str) -> str:
    """A basic string: JSON's escapes are TOML's, which wants DEL escaped too."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _template(text: str) -> str:
    parts = _PLACEHOLDER.split(text)
    if not _JINJA.search("".join(parts[::2])) and not re.search(r"\{\{\{|\}\}\}", text):
        return text
    return "".join(part if number % 2 else _raw(part) for number, part in enumerate(parts))


def _raw(text: str) -> str:
    """Text that Jinja is to leave alone; the end of a raw block in it is taken apart."""
    pieces = re.sub(r"\{(?=%[-+]?\s*endraw)", "{\0", text).split("\0")
    return "".join("{% raw %}" + piece + "{% endraw %}" if piece else "" for piece in pieces)


def _differences(text: str, plain: Definition, parameters: list[Parameter]) -> Iterator[str]:
    """What the file, read back, says otherwise: rendering leaves out empty lines, a query file has no true and false."""
    from insightctl.library.load import parse_file

    try:
        made = slotted(parse_file(text, "", plain.name, plain.name))
    except UsageError as error:
        yield f"its file cannot be run as it is: {error.what}"
        return
    wanted = re.sub(r"\n{2,}", "\n", _PLACEHOLDER.sub(lambda m: re.sub(r"\s", "", m[0]), plain.text))
    if made.text.strip() != wanted:
        yield "its file renders to another text: compare them before you run it"
    elif re.search(r"/[^/\n]*\n{2,}[^/]*/", plain.text):
        yield "empty lines are left out, in its regular expressions too"
    yield from _other_defaults(parameters, {p.name: default_literal(p) for p in made.own})


def _other_defaults(parameters: list[Parameter], written: Mapping[str, str | None]) -> Iterator[str]:
    for parameter in parameters:
        if parameter.default is not None and parameter.default != written.get(parameter.name):
            yield f"the default of '{parameter.name}' is {parameter.default} there"
