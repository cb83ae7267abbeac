"""Commands that take values out of texts, maps and lists: the names that they make."""

from __future__ import annotations

from dataclasses import replace

from insightctl.ql import ast
from insightctl.ql.analysis.analyst import Analyst
from insightctl.ql.expression_rules import check_regex
from insightctl.ql.regex import RegexRefused, translate
from insightctl.ql.types import FieldType


def parse(a: Analyst, command: ast.Parse) -> None:
    a.expression(command.source or ast.Field(("@message",), command.pattern.span))
    names = command.aliases
    if isinstance(command.pattern, ast.Regex):
        a.problems.extend(check_regex(command.pattern))
        try:
            groups = translate(command.pattern.pattern)
        except RegexRefused:
            return
        names = _captured(a, command, groups.names, len(groups.groups))
    else:
        stars = command.pattern.value.count("*")
        if stars != len(names) and not (stars == 0 and len(names) == 1):
            message = f"the glob has {stars} '*' and there are {len(names)} names"
            a.error("QL022", message, command.pattern.span, "give one name for each '*'")
    _extracted(a, names)


def _captured(a: Analyst, command: ast.Parse, named: tuple[str, ...], groups: int) -> tuple[str, ...]:
    """The fields that a regular expression makes."""
    names = command.aliases
    if not groups:
        hint = "name a group: (?<name>...)"
        a.error("QL023", "this regular expression captures nothing", command.pattern.span, hint)
    elif not named and not names:
        a.error("QL023", "the groups have no names", command.pattern.span, "write (?<name>...)")
    elif not named and len(names) > groups:
        message = f"there are {groups} groups and {len(names)} names"
        a.error("QL022", message, command.pattern.span, "give one name for each group")
    return tuple(dict.fromkeys((*named, *names)))


def _extracted(a: Analyst, names: tuple[str, ...], kind: FieldType = "string") -> None:
    scope = a.scope
    a.ephemeral |= set(names)
    columns = dict.fromkeys(names, False)
    scope = replace(scope.define(dict.fromkeys(names, kind)), parsed={**scope.parsed, **columns})
    a.scope = replace(scope, shown={**scope.shown, **columns}) if scope.closed else scope


def parse_logfmt(a: Analyst, command: ast.ParseLogfmt) -> None:
    a.expression(command.source or ast.Field(("@message",), command.span))
    _extracted(a, (command.alias,), "json")


def parse_csv(a: Analyst, command: ast.ParseCsv) -> None:
    a.expression(command.source or ast.Field(("@message",), command.span))
    _extracted(a, command.aliases)


def json(a: Analyst, command: ast.Json) -> None:
    a.expression(command.source or ast.Field(("@message",), command.span))
    _extracted(a, tuple(path.alias for path in command.paths), "any")


def unnest(a: Analyst, command: ast.Unnest) -> None:
    a.expression(command.source)
    a.scope = a.scope.make({command.alias: "any"})


def expand(a: Analyst, command: ast.Expand) -> None:
    a.expression(command.source)
    a.scope = a.scope.make({command.source.name: "any"})
