"""What names mean at one place of a query: fields made so far, columns shown, and whether the events' own fields are left."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from insightctl.ql import ast
from insightctl.ql.fields import KNOWN_FIELDS
from insightctl.ql.types import FieldType, infer


@dataclass(frozen=True, slots=True)
class OutputColumn:
    """A column that the query returns. Type "any" is known only from the values; `computed` numbers are rounded."""

    name: str
    type: FieldType
    computed: bool


@dataclass(frozen=True, slots=True)
class Scope:
    """Names before a command. Mappings of columns tell whether their numbers are computed.

    `parsed` fields are shown beside what `fields` names, `made` ones while it names nothing.
    `closed`: after stats and the like only the `defined` names exist. `expressions` are what stats computed, which may
    be named again by their text. `sides` are the names of a join.
    """

    defined: Mapping[str, FieldType] = field(default_factory=dict)
    shown: Mapping[str, bool] = field(default_factory=dict)
    displayed: Mapping[str, bool] | None = None
    parsed: Mapping[str, bool] = field(default_factory=dict)
    made: Mapping[str, bool] = field(default_factory=dict)
    closed: bool = False
    expressions: tuple[ast.Expr, ...] = ()
    sides: tuple[str, ...] = ()

    def type_of(self, name: str) -> FieldType:
        """The type of a field by its flat name."""
        if name in self.defined:
            return self.defined[name]
        return "any" if self.closed else KNOWN_FIELDS.get(name, "any")

    def infer(self, expr: ast.Expr) -> FieldType:
        """The type of an expression here."""
        return infer(expr, self.type_of)

    def knows(self, name: ast.Field) -> bool:
        """Whether the query made this field, or the map or list that it is a part of."""
        return name.name in self.defined or str(name.parts[0]) in self.defined or str(name.parts[0]) in self.sides

    def is_column(self, expr: ast.Expr) -> bool:
        """Whether an expression names a column that stats made, by its text: `sort count(*) desc`."""
        return isinstance(expr, ast.Call | ast.Binary) and expr in self.expressions

    def is_computed(self, item: ast.Item) -> bool:
        """Whether the numbers of an item are computed, or a field's own."""
        if not isinstance(item.expr, ast.Field):
            return True
        name = item.expr.name
        return name in self.defined and {**self.made, **self.parsed, **self.shown}.get(name, False)

    def columns(self) -> tuple[OutputColumn, ...]:
        """What comes out, in order."""
        shown = self.displayed
        if shown is None:
            default = {} if self.closed or self.shown else self._events_own() | dict(self.made)
            shown = default | dict(self.shown) | ({} if self.closed else dict(self.parsed))
        return tuple(OutputColumn(name, self.type_of(name), computed) for name, computed in shown.items())

    def _events_own(self) -> dict[str, bool]:
        names = {"@timestamp": False, "@message": False}
        return names | {f"{self.sides[1]}.@message": False} if self.sides else names

    def define(self, types: Mapping[str, FieldType]) -> Scope:
        """With further fields, which are not shown on their own account."""
        return replace(self, defined={**self.defined, **types})

    def show(self, columns: Mapping[str, bool]) -> Scope:
        """With further columns."""
        if self.displayed is not None:
            return replace(self, displayed={**self.displayed, **columns})
        return replace(self, shown={**self.shown, **columns})

    def add(self, types: Mapping[str, FieldType]) -> Scope:
        """With fields that a command adds to every row: shown beside what is shown."""
        added = dict.fromkeys(types, True)
        grown = self.define(types)
        if self.displayed is None and not self.shown and not self.closed:
            return replace(grown, parsed={**self.parsed, **added})
        return grown.show(added)

    def make(self, types: Mapping[str, FieldType]) -> Scope:
        """With fields that are shown as long as the query names none to show."""
        grown = self.define(types)
        if self.closed:
            return grown.show(dict.fromkeys(types, False))
        return replace(grown, made={**self.made, **dict.fromkeys(types, False)})

    def close(
        self, types: Mapping[str, FieldType], computed: Mapping[str, bool], expressions: Iterable[ast.Expr] = ()
    ) -> Scope:
        """Only these columns exist from here on."""
        return Scope(dict(types), dict(computed), closed=True, expressions=tuple(expressions))
