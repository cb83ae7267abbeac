"""A call while it is compiled: its arguments as SQL values, as conditions, or as they are written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from insightctl.local.compiler.macros import MACROS
from insightctl.local.compiler.values import Val, number, text
from insightctl.ql import ast

if TYPE_CHECKING:
    from insightctl.local.compiler.expressions import Scope


@dataclass(frozen=True, slots=True)
class CallSite:
    """`compiled` and `tested` turn an argument into a value and into a condition that is true or false."""

    node: ast.Call
    scope: Scope
    compiled: Callable[[ast.Expr], Val]
    tested: Callable[[ast.Expr], str]

    def __len__(self) -> int:
        return len(self.node.args)

    def value(self, position: int) -> Val:
        """An argument as a value."""
        return self.compiled(self.node.args[position])

    def values(self) -> tuple[Val, ...]:
        """All arguments as values."""
        return tuple(self.compiled(arg) for arg in self.node.args)

    def number(self, position: int = 0) -> str:
        """An argument as DOUBLE."""
        return number(self.value(position))

    def text(self, position: int = 0) -> str:
        """An argument as VARCHAR."""
        return text(self.value(position))

    def test(self, position: int) -> str:
        """An argument as a condition."""
        return self.tested(self.node.args[position])

    def literal(self, position: int) -> str:
        """The text written at a position; the checker saw to it that one is."""
        arg = self.node.args[position]
        assert isinstance(arg, ast.String | ast.Regex)
        return arg.value if isinstance(arg, ast.String) else arg.pattern

    def param(self, value: object) -> str:
        """The placeholder of a value that is fixed while compiling."""
        return self.scope.params.add(value)

    def macro(self, name: str, *args: str) -> str:
        """A call of one of our own SQL macros, which the run then defines."""
        assert name in MACROS
        self.scope.plan.macros.add(name)
        return f"{name}({', '.join(args)})"


Builder = Callable[[CallSite], Val]


def numeric(pattern: str) -> Builder:
    """A function of one number; `{0}` is its argument."""
    return lambda site: Val(pattern.format(site.number()), "number")


def textual(pattern: str) -> Builder:
    """A function of texts that gives a text; `{0}`, `{1}`, ... are its arguments."""
    return lambda site: Val(pattern.format(*(site.text(i) for i in range(len(site)))), "string")


def tested(pattern: str) -> Builder:
    """A function of texts that gives 1 or 0."""
    return lambda site: Val(
        f"CAST(coalesce({pattern.format(*(site.text(i) for i in range(len(site))))}, false) AS DOUBLE)", "number"
    )
