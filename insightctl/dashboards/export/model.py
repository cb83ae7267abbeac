"""What every export is written from: a body and alarms with gaps, and the names of what fills them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from insightctl.dashboards.export.texts import Tree


@dataclass(frozen=True, slots=True)
class Exported:
    """A dashboard ready to be written.

    `name` is its name in CloudWatch, `source` what people call it, `functions` those that a template takes as
    parameters. `alarms` are properties of AWS::CloudWatch::Alarm. `notes` are for the reader.
    """

    name: str
    source: str
    body: Tree
    functions: tuple[str, ...] = ()
    alarms: tuple[Mapping[str, Tree], ...] = ()
    notes: tuple[str, ...] = ()


def said(name: str) -> str:
    """A name of a file as it may stand in a comment of any language."""
    return re.sub(r"[^A-Za-z0-9_. -]", "_", name)


def words(text: str) -> list[str]:
    """The words of a name: `checkout-api` and `checkoutApi` are `checkout` and `api`."""
    return [word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+", text)]


def pascal(text: str) -> str:
    """A name of CloudFormation and of classes; what it has no letters for is left out."""
    joined = "".join(word.capitalize() for word in words(text))
    return joined if joined[:1].isalpha() else f"X{joined}"


def camel(text: str) -> str:
    """A name of TypeScript."""
    made = pascal(text)
    return made[0].lower() + made[1:]


def snake(text: str) -> str:
    """A name of Python and Terraform."""
    joined = "_".join(words(text))
    return joined if joined[:1].isalpha() else f"x_{joined}".rstrip("_")


def of_function(name: str) -> str:
    """What a function's parameter is called: `checkout` is `checkout-function`; `ShipFunction` says so itself."""
    return name if words(name)[-1:] == ["function"] else f"{name}-function"


def unique(names: Iterable[str], taken: Iterable[str] = ()) -> list[str]:
    """The names, with a number after those that are there already."""
    used, found = set(taken), []
    for name in names:
        made, number = name, 2
        while made in used:
            made, number = f"{name}{number}", number + 1
        used.add(made)
        found.append(made)
    return found
