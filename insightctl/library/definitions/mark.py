"""Whose a saved query is: a comment in its first line says that insightctl wrote it, and what it wrote.

    # insightctl: latency/coldstarts sha256=0123456789abcdef

The mark lies in the definition itself, so every machine reads the same. Its digest covers the name, the text and the
parameters: a definition that was changed or renamed since has a mark that does not fit.
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from enum import Enum

from insightctl.cloud.definitions import INSIGHTS_QL, Definition, Parameter
from insightctl.library.definitions.kinds import default_text

_MARK = re.compile(r"\A# insightctl: (?P<source>[^\r\n]*?) sha256=(?P<digest>[0-9a-f]{16})[ \t]*(?:\r?\n|\Z)")


class Owner(Enum):
    """Who wrote a definition last."""

    OURS = "written by insightctl"
    CHANGED = "written by insightctl and changed since"
    FOREIGN = "not written by insightctl"


def signed(definition: Definition, source: str) -> Definition:
    """The definition with its mark; `source` is the query's name where it comes from, such as `latency/coldstarts`."""
    text = _MARK.sub("", definition.text, count=1).strip()
    mark = f"# insightctl: {' '.join(source.split())} sha256={_digest(unsigned(definition))}"
    return replace(definition, text=f"{mark}\n{text}")


def unsigned(definition: Definition) -> Definition:
    """The definition without its mark, line ends and defaults in one spelling: what is compared and shown."""
    text = _MARK.sub("", definition.text, count=1)
    # the console's editor may leave other line ends and trim the end: that is no change
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    parameters = sorted((_spelled(p) for p in definition.parameters), key=lambda parameter: parameter.name)
    return replace(
        definition,
        text="\n".join(lines).strip(),
        parameters=tuple(parameters),
        groups=tuple(sorted(definition.groups)),
    )


def _spelled(parameter: Parameter) -> Parameter:
    return parameter if parameter.default is None else replace(parameter, default=default_text(parameter.default))


def owner(definition: Definition) -> Owner:
    """Who wrote a definition of the account last."""
    match = _MARK.match(definition.text)
    if match is None or definition.language != INSIGHTS_QL:
        return Owner.FOREIGN
    return Owner.OURS if match["digest"] == _digest(unsigned(definition)) else Owner.CHANGED


def written_from(text: str) -> str | None:
    """The query's name that a saved query's text says it was written from, such as `latency/coldstarts`."""
    match = _MARK.match(text)
    return match["source"] if match else None


def _digest(plain: Definition) -> str:
    """Of name, text and parameters; not of the log groups, which may be chosen where the query is used."""
    parameters = [[p.name, p.default, p.description] for p in plain.parameters]
    document = json.dumps([plain.name, plain.text, parameters], ensure_ascii=True)
    return hashlib.sha256(document.encode()).hexdigest()[:16]
