"""Expressions in words: `status >= 500` is "status is at least 500"."""

from __future__ import annotations

import re
from dataclasses import dataclass

from insightctl.ql import ast
from insightctl.ql.explaining.functions import AGGREGATES, EVERY, TESTS, VALUES
from insightctl.ql.explaining.phrases import duration, interval, intervals, listed, moment, ordinal
from insightctl.ql.fields import SYSTEM_FIELDS
from insightctl.ql.formatting import expression_text
from insightctl.ql.functions import find
from insightctl.ql.scope import Scope

_VERBS = {
    "=": ("is", "is not"),
    "!=": ("is not", "is"),
    "<": ("is less than", "is not less than"),
    "<=": ("is at most", "is not at most"),
    ">": ("is more than", "is not more than"),
    ">=": ("is at least", "is not at least"),
}
_OF_TWO_FIELDS = {"=": ("equals", "does not equal"), "!=": ("differs from", "does not differ from")}
_OF_TIMES = {
    "<": ("is before", "is not before"),
    "<=": ("is at or before", "is after"),
    ">": ("is after", "is not after"),
    ">=": ("is at or after", "is before"),
}
_FLIPPED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_ARITHMETIC = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 3}
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')
_JOINING = re.compile(r" (?:and|or) ")
_DEEPEST = 60
"""Levels that are put into words; what lies deeper is shown as written."""

_Literal = ast.Number | ast.String | ast.Boolean


@dataclass(frozen=True, slots=True)
class Speaker:
    """Puts expressions into words at one place of a query. `noun` is what a row is; `queries` are those inside."""

    scope: Scope
    noun: str = "event"
    queries: tuple[ast.Query, ...] = ()

    def condition(self, expr: ast.Expr) -> str:
        """A statement, to stand behind "where"."""
        if ast.height(expr) > _DEEPEST:
            return f"{expression_text(expr)} is true"
        return self._statement(expr, holds=True)

    def value(self, expr: ast.Expr) -> str:
        """What an expression gives, as a noun."""
        return expression_text(expr) if ast.height(expr) > _DEEPEST else self._noun_phrase(expr)

    def item(self, item: ast.Item) -> str:
        """A column that is computed: `p99, the 99th percentile of @duration`."""
        if item.alias is None:
            return self._unnamed(item.expr)
        return f"{item.alias}, {self.value(item.expr)}"

    def _unnamed(self, expr: ast.Expr) -> str:
        if isinstance(expr, ast.Call) and expr.name == "count" and not self.scope.is_column(expr):
            arg = expr.args[0] if expr.args else ast.Star()
            if isinstance(arg, ast.Star):
                return f"how many {self.noun}s"
            if isinstance(arg, ast.Field):
                return f"how many {self.noun}s have {expression_text(arg)}"
        return self.value(expr)

    # statements

    def _statement(self, expr: ast.Expr, *, holds: bool) -> str:
        """The statement, or its contrary: what is true exactly when the expression is not."""
        if self.scope.is_column(expr):
            return f"{expression_text(expr)} {'is true' if holds else 'is not true'}"
        match expr:
            case ast.Binary(op="and" | "or"):
                joined = self._joined(expr)
                return joined if holds else f"it is not true that ({joined})"
            case ast.Binary(op=op) if op in _VERBS:
                return self._or_absent(self._comparison(expr, holds=holds), expr.left, expr.right, holds=holds)
            case ast.Binary(op="like" | "not like", left=left, right=right):
                return self._or_absent(self._like(expr, holds=holds), left, right, holds=holds)
            case ast.In(operand=operand):
                return self._or_absent(self._membership(expr, holds=holds), operand, holds=holds)
            case ast.InQuery(operand=operand):
                return self._or_absent(self._in_query(expr, holds=holds), operand, holds=holds)
            case ast.Unary(op="not", operand=operand):
                return self._statement(operand, holds=not holds)
            case ast.Boolean(value=value):
                return "this is always true" if value is holds else "this is never true"
            case ast.Call(name=name, args=args) if (name, len(args)) in TESTS or name == "strcontains":
                return self._test(expr, holds=holds)
            case _:
                return self._truth(expr, holds=holds)

    def _or_absent(self, statement: str, *sides: ast.Expr, holds: bool) -> str:
        """`not a = 1` is true where there is no `a`: an absent field fails the comparison inside."""
        if holds:
            return statement
        absent = [
            expression_text(side) for side in sides if isinstance(side, ast.Field) and side.name not in SYSTEM_FIELDS
        ]
        return statement + "".join(f" or {name} is absent" for name in absent)

    def _joined(self, expr: ast.Binary) -> str:
        sides = self._ranges(ast.operands(expr)) if expr.op == "and" else ast.operands(expr)
        return f" {expr.op} ".join(side if isinstance(side, str) else self._part(side) for side in sides)

    def _part(self, expr: ast.Expr) -> str:
        """A side of `and` or `or`, in parentheses when its words have an "and" or "or" of their own."""
        statement = self._statement(expr, holds=True)
        return f"({statement})" if _JOINING.search(_QUOTED.sub("", statement)) else statement

    def _ranges(self, sides: tuple[ast.Expr, ...]) -> list[ast.Expr | str]:
        """`a >= 1 and a <= 9` next to each other: "a is from 1 to 9"."""
        found: list[ast.Expr | str] = []
        for side in sides:
            before = found[-1] if found else None
            match before, side:
                case (
                    ast.Binary(op=">=", left=ast.Field() as low, right=ast.Number() as first),
                    ast.Binary(op="<=", left=ast.Field() as high, right=ast.Number() as last),
                ) if low == high and self.scope.infer(low) != "timestamp":
                    found[-1] = (
                        f"{expression_text(low)} is from {self._noun_phrase(first)} to {self._noun_phrase(last)}"
                    )
                case _:
                    found.append(side)
        return found

    def _comparison(self, expr: ast.Binary, *, holds: bool) -> str:
        op, left, right = expr.op, expr.left, expr.right
        if isinstance(left, _Literal) and not isinstance(right, _Literal):
            op, left, right = _FLIPPED.get(op, op), right, left
        answer = _yes_or_no(left, op, right)
        if answer is not None and isinstance(left, ast.Call):
            return self._test(left, holds=answer is holds)
        verbs = _VERBS[op]
        if not isinstance(right, _Literal):
            verbs = _OF_TWO_FIELDS.get(op, verbs)
        if self.scope.infer(left) == "timestamp":
            verbs = _OF_TIMES.get(op, verbs)
        return f"{self._side(left)} {verbs[0 if holds else 1]} {self._compared_with(right, left)}"

    def _side(self, expr: ast.Expr) -> str:
        """A side of a comparison: only what reads as a statement needs parentheses."""
        phrase = self._noun_phrase(expr)
        return f"({phrase})" if phrase.startswith("whether ") else phrase

    def _compared_with(self, expr: ast.Expr, other: ast.Expr) -> str:
        if isinstance(expr, ast.String) and not expr.value:
            return "an empty text"
        text = self._side(expr)
        if isinstance(expr, ast.Number) and self.scope.infer(other) == "timestamp":
            at = moment(expr.value)
            return f"{text} ({at})" if at else text
        return text

    def _like(self, expr: ast.Binary, *, holds: bool) -> str:
        positive = holds is (expr.op == "like")
        if isinstance(expr.right, ast.Regex):
            verb = "matches the pattern" if positive else "does not match the pattern"
        else:
            verb = "contains" if positive else "does not contain"
        return f"{self._noun_phrase(expr.left)} {verb} {self._noun_phrase(expr.right)}"

    def _membership(self, expr: ast.In, *, holds: bool) -> str:
        positive = holds is not expr.negated
        subject, items = self._noun_phrase(expr.operand), [self._noun_phrase(item) for item in expr.items]
        if not items:
            return f"{subject} is one of nothing, which never holds" if positive else f"{subject} is present"
        if len(items) == 1:
            return f"{subject} {'is' if positive else 'is not'} {items[0]}"
        return f"{subject} is {'one' if positive else 'none'} of {listed(items, 'or' if positive else 'and')}"

    def _in_query(self, expr: ast.InQuery, *, holds: bool) -> str:
        positive = holds is not expr.negated
        place = next((i for i, query in enumerate(self.queries) if query is expr.query), 0)
        which = f"query {place + 1} inside" if len(self.queries) > 1 else "the query inside"
        return f"{self._noun_phrase(expr.operand)} is {'one' if positive else 'none'} of the values that {which} gives"

    def _test(self, call: ast.Call, *, holds: bool) -> str:
        args = call.args
        ending = ""
        if call.name == "strcontains" and len(args) == 3:
            last = args[2]
            ignoring = isinstance(last, ast.Boolean | ast.Number) and bool(last.value)
            ending = ", in upper or lower case" if ignoring else ""
            if not isinstance(last, ast.Boolean | ast.Number):
                ending = f", in upper or lower case if {self._part(last)}"
            args = args[:2]
        words = TESTS.get((call.name, len(args)))
        if words is None:
            return self._truth(call, holds=holds)
        return words[0 if holds else 1].format(*(self._operand(arg) for arg in args)) + ending

    def _truth(self, expr: ast.Expr, *, holds: bool) -> str:
        """A value that stands as a condition: true, or a number that is not 0."""
        kind = self.scope.infer(expr)
        is_ = "is" if holds else "is not"
        if kind in ("number", "timestamp"):
            return f"{self._atom(expr)} {is_} a number other than 0"
        if kind == "boolean" or (isinstance(expr, ast.Call) and find(expr.name) is None):
            return f"{self._atom(expr)} {is_} true"
        if kind == "json":
            return f"{self._atom(expr)} {is_} true, {'which' if holds else 'as'} no map or list is"
        return f"{self._atom(expr)} {'is true or' if holds else 'is neither true nor'} a number other than 0"

    # nouns

    def _atom(self, expr: ast.Expr) -> str:
        return expression_text(expr) if isinstance(expr, ast.Regex | ast.Star) else self._noun_phrase(expr)

    def _noun_phrase(self, expr: ast.Expr) -> str:
        if self.scope.is_column(expr):
            return expression_text(expr)
        match expr:
            case ast.Period():
                return duration(expr)
            case ast.Call():
                return self._call(expr)
            case ast.Access(base=base):
                path = expression_text(expr).removeprefix(expression_text(base)).removeprefix(".")
                return f"{path} of {self._operand(base)}"
            case ast.Unary(op="-", operand=operand):
                return f"-{self._operand(operand)}"
            case ast.Binary(op=op) if op in _ARITHMETIC:
                return self._formula(expr)
            case ast.Binary() | ast.Unary() | ast.In() | ast.InQuery():
                return f"whether {self._statement(expr, holds=True)}"
            case _:
                return expression_text(expr)

    def _operand(self, expr: ast.Expr) -> str:
        """A part of a longer phrase, in parentheses when it is more than a name or a literal."""
        phrase = self._noun_phrase(expr)
        composed = isinstance(expr, ast.Call | ast.Access | ast.Unary | ast.Binary | ast.In | ast.InQuery)
        return f"({phrase})" if composed and not self.scope.is_column(expr) and " " in phrase else phrase

    def _formula(self, expr: ast.Binary) -> str:
        own = _ARITHMETIC[expr.op]
        left, right = self._term(expr.left, own, expr.op == "^"), self._term(expr.right, own, expr.op != "^")
        return f"{left} {expr.op} {right}"

    def _term(self, expr: ast.Expr, level: int, strict: bool) -> str:
        if isinstance(expr, ast.Binary) and expr.op in _ARITHMETIC and not self.scope.is_column(expr):
            inner = _ARITHMETIC[expr.op]
            return f"({self._formula(expr)})" if inner < level or (strict and inner == level) else self._formula(expr)
        return self._operand(expr)

    def _call(self, call: ast.Call) -> str:
        name, args = call.name, call.args
        known = find(name)
        if known is not None and known.aggregate:
            return self._aggregate(call)
        if (name, len(args)) in TESTS or (name == "strcontains" and len(args) == 3):
            return f"whether {self._test(call, holds=True)}"
        if name in ("bin", "datefloor", "dateceil"):
            return self._rounded(call)
        if (name == "if" and len(args) == 3) or (name == "case" and len(args) > 1):
            return self._choice(args)
        template = VALUES.get((name, len(args)))
        if template is not None:
            return template.format(*(self._operand(arg) for arg in args))
        if name in EVERY and args:
            return EVERY[name].format(listed([self._operand(arg) for arg in args]))
        return expression_text(call)

    def _choice(self, args: tuple[ast.Expr, ...]) -> str:
        branches = [
            f"{self._operand(value)} if {self._part(test)}" for test, value in zip(args[::2], args[1::2], strict=False)
        ]
        otherwise = self._operand(args[-1]) if len(args) % 2 else "nothing"
        return f"{', '.join(branches)}, else {otherwise}"

    def _rounded(self, call: ast.Call) -> str:
        """bin, datefloor and dateceil: an edge of the interval that a time lies in."""
        *times, width = call.args or (ast.Star(),)
        if not isinstance(width, ast.Period) or len(times) != (0 if call.name == "bin" else 1):
            return expression_text(call)
        time = self._operand(times[0]) if times else "@timestamp"
        if call.name == "dateceil":
            return f"{time} rounded up to {intervals(width).replace(' intervals', ' steps')}"
        return f"the start of the {interval(width)} of {time}"

    # aggregates

    def _aggregate(self, call: ast.Call) -> str:
        name, args = call.name, call.args
        if name in ("count", "countOverTime"):
            ending = " in each interval" if name == "countOverTime" else ""
            return self._count(args) + ending
        if name == "pct" and len(args) == 2:
            return f"the {self._rank(args[1])} percentile of {self._operand(args[0])}"
        if name in ("sum", "avg") and len(args) == 1 and self._is_statement(args[0]):
            what = "the number" if name == "sum" else "the share, from 0 to 1,"
            return f"{what} of {self.noun}s where {self._statement(args[0], holds=True)}"
        if name in ("min", "max") and len(args) == 1 and self.scope.infer(args[0]) == "timestamp":
            return f"the {'earliest' if name == 'min' else 'latest'} {self._operand(args[0])}"
        if name == "rate" and len(args) == 2:
            return f"how fast {self._operand(args[0])} changes per {self._noun_phrase(args[1]).removeprefix('one ')}"
        template = AGGREGATES.get(name)
        try:
            return template.format(*(self._operand(a) for a in args)) if template else expression_text(call)
        except IndexError:  # too few arguments
            return expression_text(call)

    def _count(self, args: tuple[ast.Expr, ...]) -> str:
        if not args or isinstance(args[0], _Literal | ast.Star):
            return f"the number of {self.noun}s"
        if self._is_statement(args[0]):
            return f"the number of {self.noun}s, whether or not {self._statement(args[0], holds=True)}"
        return f"the number of {self.noun}s that have {self._operand(args[0])}"

    def _is_statement(self, expr: ast.Expr) -> bool:
        if isinstance(expr, ast.Field) or self.scope.is_column(expr):
            return False
        test = isinstance(expr, ast.Call) and ((expr.name, len(expr.args)) in TESTS or expr.name == "strcontains")
        return test or (not isinstance(expr, ast.Call) and self.scope.infer(expr) == "boolean")

    def _rank(self, percent: ast.Expr) -> str:
        return ordinal(f"{percent.value:g}") if isinstance(percent, ast.Number) else expression_text(percent)


def _yes_or_no(left: ast.Expr, op: str, right: ast.Expr) -> bool | None:
    """Whether `test(...) = 1` asks for yes or for no; None when it is another comparison."""
    if not isinstance(left, ast.Call) or (left.name, min(len(left.args), 2)) not in TESTS or op != "=":
        return None
    if not isinstance(right, ast.Number | ast.Boolean) or right.value not in (0, 1):
        return None
    return bool(right.value)
