"""Query files as the saved queries that they become: text, parameters, and what the service cannot take of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from insightctl.cloud.definitions import (
    MAX_DEFAULT,
    MAX_DESCRIPTION,
    MAX_NAME,
    MAX_PARAMETER_NAME,
    MAX_TEXT,
    Definition,
    Parameter,
)
from insightctl.core.errors import UsageError
from insightctl.library.definitions.kinds import SAMPLES, filled, kinds
from insightctl.library.definitions.mark import signed
from insightctl.library.definitions.slots import Frozen, default_literal, slotted
from insightctl.library.definitions.sources import QueryFile
from insightctl.library.spec import Param, ParamType


@dataclass(frozen=True, slots=True)
class Wanted:
    """A saved query as it is to be, with its mark, where it comes from, and what is frozen in it."""

    definition: Definition
    source: str
    frozen: tuple[Frozen, ...] = ()

    @property
    def name(self) -> str:
        """The name in the account, folders and all."""
        return self.definition.name


def folder(prefix: str) -> str:
    """A --prefix as the start of names: "" or `team/` with one slash at its end."""
    cleaned = prefix.strip("/")
    return f"{cleaned}/" if cleaned else ""


def wanted(files: Sequence[QueryFile], prefix: str, groups: Sequence[str] = ()) -> tuple[Wanted, ...]:
    """The saved queries of the files, by name. Raises UsageError for what the service would refuse: nothing is written."""
    made = sorted((_made(file, folder(prefix), tuple(groups)) for file in files), key=lambda one: one.name)
    for first, second in pairwise(made):
        if first.name == second.name:
            raise UsageError(
                f"two files become the saved query '{first.name}'", where=second.source, remedy="rename one of them"
            )
    if problems := [(one, problem) for one in made for problem in _problems(one)]:
        one, problem = problems[0]
        more = f" ({len(problems) - 1} more like it)" if len(problems) > 1 else ""
        raise UsageError(f"'{one.name}': {problem}{more}", where=one.source, remedy="nothing was written")
    return tuple(made)


def _made(file: QueryFile, prefix: str, groups: tuple[str, ...]) -> Wanted:
    name = prefix + file.name
    if file.spec is None:
        definition = Definition(name, file.text, _plain_parameters(file.text), groups)
        types = kinds(file.text, ())
        return Wanted(_checked(signed(definition, file.origin), file.path, types), file.path)
    made = slotted(file.spec)
    parameters = tuple(Parameter(p.name, default_literal(p), _description(p)) for p in made.own)
    types = {p.name: p.type for p in made.own}
    definition = signed(Definition(name, made.text, parameters, groups), file.origin)
    return Wanted(_checked(definition, file.path, types), file.path, made.frozen)


def _plain_parameters(text: str) -> tuple[Parameter, ...]:
    from insightctl.ql.saved import placeholders

    return tuple(Parameter(name) for name in placeholders(text))


def _checked(definition: Definition, path: str, types: Mapping[str, ParamType]) -> Definition:
    """The definition itself. Raises QueryError when CloudWatch would not run it, UsageError for another `{{name}}`."""
    from insightctl.ql.checker import check
    from insightctl.ql.saved import placeholders

    known = {p.name: p.default or SAMPLES[types[p.name]] for p in definition.parameters}
    if stray := [name for name in placeholders(definition.text) if name not in known]:
        raise UsageError(
            f"'{definition.name}': the service would take '{{{{{stray[0]}}}}}' in the text for a parameter",
            where=path,
            remedy="write the braces in another way, such as with a regular expression",
        )
    if len(definition.text) <= MAX_TEXT:  # a longer one is told with the other limits
        check(filled(definition.text, known), source=path)
    return definition


def _problems(one: Wanted) -> Iterator[str]:
    from insightctl.ql.saved import MAX_PARAMETERS

    definition = one.definition
    if len(definition.name) > MAX_NAME:
        yield f"the name has {len(definition.name)} characters, and the service takes {MAX_NAME}"
    if len(definition.text) > MAX_TEXT:
        yield f"the text has {len(definition.text):,} characters, and the service takes {MAX_TEXT:,}"
    if len(definition.parameters) > MAX_PARAMETERS:
        yield f"it has {len(definition.parameters)} parameters, and the service takes {MAX_PARAMETERS}"
    for parameter in definition.parameters:
        if len(parameter.name) > MAX_PARAMETER_NAME:
            yield f"the name of the parameter '{parameter.name[:20]}…' is longer than {MAX_PARAMETER_NAME} characters"
        if len(parameter.default or "") > MAX_DEFAULT:
            yield f"the default of '{parameter.name}' is longer than {MAX_DEFAULT:,} characters"


def _description(param: Param) -> str | None:
    """What the console shows beside a parameter: what it is for, and the limits that the service does not check."""
    limits = [f"one of {', '.join(param.choices)}"] if param.choices else []
    limits += [f"from {param.min:g}"] if param.min is not None else []
    limits += [f"up to {param.max:g}"] if param.max is not None else []
    told = " ".join([param.help, *([f"({' '.join(limits)})"] if limits else [])]).strip() or None
    if told is None:
        return None
    return told if len(told) <= MAX_DESCRIPTION else f"{told[: MAX_DESCRIPTION - 1]}…"


def in_place_of(one: Definition, live: Definition, *, keep_groups: bool) -> Definition:
    """The definition with the id of the one that it replaces, and that one's log groups when none were asked for."""
    return replace(one, id=live.id, groups=live.groups if keep_groups else one.groups)
