"""Expressions: precedence climbing over `or < and < not < comparison < + - < * / % < ^ < unary`."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import NoReturn

from insightctl.ql import ast
from insightctl.ql.commands import COMMANDS
from insightctl.ql.cursor import Cursor
from insightctl.ql.functions import Function, find
from insightctl.ql.lexer import Kind, Token
from insightctl.ql.periods import unit_of
from insightctl.ql.spans import Span

MAX_DEPTH = 50
"""Nesting that is read; deeper is refused, so that no input can exhaust the stack."""

MAX_HEIGHT = 200
"""Levels of one expression's tree: `1 + 1 + 1 + ...` makes one a term without any parenthesis."""

_COMPARISONS = {"=": "=", "==": "=", "!=": "!=", "<>": "!=", "<": "<", "<=": "<=", ">": ">", ">=": ">="}
_RESERVED = frozenset({"and", "or", "as", "by", "like", "in", "not", "asc", "desc"})


class ExpressionParser(Cursor, ABC):
    """Expressions and names over a cursor; `depth` counts what is open around the next token."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.depth = 0

    @abstractmethod
    def subquery(self) -> ast.Query:
        """The commands between the parenthesis standing next and the one that closes it."""

    def name(self, what: str) -> str:
        """Takes a name (of an alias), dotted parts and back-ticks resolved."""
        if self.token.kind is not Kind.NAME:
            found = "the end of the query" if self.token.kind is Kind.END else f"'{self.token.value}'"
            hint = "put names with other characters than letters, digits, '_', '.' and '@' in back-ticks: `a-b`"
            self.fail("QL001", f"expected {what}, found {found}", self.token.span, hint)
        start = self.token.span
        name = self.field().name
        if (
            self.at("-")
            and self.token.span.start == self.previous.end
            and not self.text[self.previous.end + 1 :][:1].isspace()
        ):
            self._dashed(name, start)
        return name

    def _dashed(self, name: str, start: Span) -> NoReturn:
        """Refuses `as my-name`: a dash ends a name that has no back-ticks."""
        while self.at("-") or self.token.kind in (Kind.NAME, Kind.NUMBER, Kind.PERIOD):
            if self.token.span.start != self.previous.end:
                break
            name += self.token.value
            self.advance()
        span = self.span_from(start)
        self.fail("QL027", f"the name {name} wants back-ticks", span, f"write `{name}`")

    def expression(self) -> ast.Expr:
        """A whole expression."""
        start = self.token.span
        outermost = self.depth == 0
        expr = self._or()
        if outermost and ast.height(expr) > MAX_HEIGHT:
            hint = "split the expression with fields ... as; write many alternatives as: field in [...]"
            self.fail("QL006", f"this expression has more than {MAX_HEIGHT} levels", self.span_from(start), hint)
        return expr

    def _or(self) -> ast.Expr:
        self._deeper()
        start = self.token.span
        left = self._and()
        while self.keyword("or"):
            left = ast.Binary("or", left, self._and(), self.span_from(start))
        self.depth -= 1
        return left

    def _deeper(self) -> None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.depth = 0
            self.fail("QL006", f"nested more than {MAX_DEPTH} levels deep", self.token.span, "split the expression")

    def _and(self) -> ast.Expr:
        start = self.token.span
        left = self._not()
        while self.keyword("and"):
            left = ast.Binary("and", left, self._not(), self.span_from(start))
        return left

    def _not(self) -> ast.Expr:
        start = self.token.span
        if not self.keyword("not"):
            return self._comparison()
        self._deeper()
        operand = self._not()
        self.depth -= 1
        return ast.Unary("not", operand, self.span_from(start))

    def _comparison(self) -> ast.Expr:
        start = self.token.span
        left = self._sum()
        while True:
            if self.token.kind is Kind.OP and self.token.value in _COMPARISONS:
                op = _COMPARISONS[self.token.value]
                self.advance()
                left = ast.Binary(op, left, self._sum(), self.span_from(start))
            elif self.at("=~") or self.at("~="):
                self.advance()
                left = ast.Binary("like", left, self._pattern(), self.span_from(start))
            elif self.keyword("like"):
                left = ast.Binary("like", left, self._pattern(), self.span_from(start))
            elif self.keyword("in"):
                left = self._in(left, start, negated=False)
            elif self.is_word("not"):
                left = self._negated(left, start)
            else:
                return left

    def _negated(self, left: ast.Expr, start: Span) -> ast.Expr:
        self.advance()
        if self.keyword("like") or self.accept("=~") or self.accept("~="):
            return ast.Binary("not like", left, self._pattern(), self.span_from(start))
        if self.keyword("in"):
            return self._in(left, start, negated=True)
        self.fail("QL001", "expected 'like' or 'in' after 'not'", self.token.span, "write: not (condition)")

    def _pattern(self) -> ast.Expr:
        if self.at("/"):
            return self.regex()
        return self._sum()

    def _in(self, operand: ast.Expr, start: Span, *, negated: bool) -> ast.In | ast.InQuery:
        opened = self.token.span
        if self.at("(") and self._opens_subquery():
            query = self.subquery()
            return ast.InQuery(operand, query, negated, self.span_from(start))
        closer = {"[": "]", "(": ")"}.get(self.token.value if self.token.kind is Kind.OP else "")
        if closer is None:
            self.fail("QL001", "expected a list after 'in'", opened, 'write: level in ["ERROR", "WARN"]')
        self.advance()
        items: list[ast.Expr] = []
        while not self.at(closer):
            items.append(self._sum())
            if not self.accept(","):
                break
        self.expect(closer, opened)
        return ast.In(operand, tuple(items), negated, self.span_from(start))

    def _opens_subquery(self) -> bool:
        """Whether the parenthesis standing next opens a query: a command's keyword, and no list goes on behind it."""
        word = self.peek()
        if word is None or word.kind is Kind.PIPE:
            return word is not None
        if word.kind is not Kind.NAME or word.quoted or word.value.lower() not in COMMANDS:
            return word.value == "$"
        rest = self.text[word.span.end :].lstrip()
        return not rest.startswith((",", ")", "]"))

    def _sum(self) -> ast.Expr:
        start = self.token.span
        left = self._product()
        while self.at("+") or self.at("-"):
            op = self.token.value
            self.advance()
            left = ast.Binary(op, left, self._product(), self.span_from(start))
        return left

    def _product(self) -> ast.Expr:
        start = self.token.span
        left = self._power()
        while self.at("*") or self.at("/") or self.at("%"):
            op = self.token.value
            self.advance()
            left = ast.Binary(op, left, self._power(), self.span_from(start))
        return left

    def _power(self) -> ast.Expr:
        start = self.token.span
        base = self._unary()
        if not self.at("^"):
            return base
        self._deeper()
        self.advance()
        exponent = self._power()
        self.depth -= 1
        return ast.Binary("^", base, exponent, self.span_from(start))

    def _unary(self) -> ast.Expr:
        start = self.token.span
        if self.accept("-"):
            self._deeper()
            operand = self._unary()
            self.depth -= 1
            if isinstance(operand, ast.Number):
                return ast.Number(-operand.value, f"-{operand.text}", self.span_from(start))
            return ast.Unary("-", operand, self.span_from(start))
        if self.accept("!"):
            self._deeper()
            operand = self._unary()
            self.depth -= 1
            return ast.Unary("not", operand, self.span_from(start))
        if self.at("+"):
            self.advance()
        return self.postfix()

    def postfix(self) -> ast.Expr:
        """A literal, a call, a field with its accesses, or a parenthesis."""
        token = self.token
        match token.kind:
            case Kind.NUMBER:
                self.advance()
                return ast.Number(float(token.value), token.value, token.span)
            case Kind.PERIOD:
                return self._period()
            case Kind.STRING:
                self.advance()
                return ast.String(token.value, token.span)
            case Kind.NAME:
                return self._named()
            case Kind.OP if token.value == "(":
                self.advance()
                inner = self.expression()
                self.expect(")", token.span)
                return inner
            case Kind.OP if token.value == "/":
                return self.regex()
            case _:
                found = "the end of the query" if token.kind is Kind.END else f"'{token.value}'"
                self.fail("QL001", f"expected a value, found {found}", token.span)

    def regex(self) -> ast.Regex:
        """The regular expression that starts at the `/` standing next."""
        token = self.lexer.regex_at(self.token)
        self.token = token
        self.advance()
        return ast.Regex(token.value, token.span)

    def _period(self) -> ast.Period:
        token = self.token
        digits = token.value.rstrip("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
        unit = token.value[len(digits) :]
        if not digits.isdigit() or not unit or len(digits) > 15:
            self.fail("QL005", f"'{token.value}' is neither a number nor a period", token.span, "periods: 30s, 5m, 1h")
        self.advance()
        return ast.Period(int(digits), unit, token.span)

    def _named(self) -> ast.Expr:
        token = self.token
        if not token.quoted:
            lowered = token.value.lower()
            if lowered in ("true", "false"):
                self.advance()
                return ast.Boolean(lowered == "true", token.span)
            if lowered in _RESERVED:
                self.fail("QL001", f"expected a value, found '{token.value}'", token.span)
        field = self.field()
        if self.at("(") and not token.quoted and len(field.parts) == 1:
            call = self._call(token)
            parts = self._accesses(token)
            return ast.Access(call, parts, self.span_from(token.span)) if parts else call
        return field

    def field(self) -> ast.Field:
        """A field: `a.b`, `` a.`b-c` ``, `a[0].b`."""
        token = self.token
        if token.kind is not Kind.NAME:
            found = "the end of the query" if token.kind is Kind.END else f"'{token.value}'"
            self.fail("QL001", f"expected a field, found {found}", token.span)
        self.advance()
        first: tuple[str | int, ...] = (token.value,) if token.quoted else tuple(token.value.split("."))
        parts = first + self._accesses(token)
        return ast.Field(parts, self.span_from(token.span))

    def _accesses(self, opened: Token) -> tuple[str | int, ...]:
        """The `.name` and `[0]` that follow directly."""
        parts: list[str | int] = []
        while True:
            if self.previous.end == self.token.span.start and self.text.startswith(".", self.previous.end):
                self.token = self.lexer.part_at(self.previous.end + 1)
                if self.token.kind is not Kind.NAME:
                    self.fail("QL001", "expected a name after '.'", self.token.span)
                parts += [self.token.value] if self.token.quoted else self.token.value.split(".")
                self.advance()
            elif self.at("[") and self.token.span.start == self.previous.end:
                self.advance()
                if self.token.kind is not Kind.NUMBER or not self.token.value.isdigit():
                    self.fail("QL001", "expected a position, such as [0]", self.token.span)
                parts.append(int(self.token.value[:9]))
                self.advance()
                self.expect("]", opened.span)
            else:
                return tuple(parts)

    def _call(self, name: Token) -> ast.Call:
        opened = self.token.span
        self.advance()
        known = find(name.value)
        args: list[ast.Expr] = []
        while not self.at(")"):
            if self.at("*") and not args:
                args.append(ast.Star(self.token.span))
                self.advance()
            else:
                args.append(self._spaced_period(known) or self.expression())
            if not self.accept(","):
                break
        self.expect(")", opened)
        return ast.Call(known.name if known else name.value, tuple(args), name.span, self.span_from(name.span))

    def _spaced_period(self, function: Function | None) -> ast.Period | None:
        """A period with white space before its unit, `5 min`, where a function wants a period."""
        amount = self.token
        if function is None or amount.kind is not Kind.NUMBER or not amount.value.isdigit():
            return None
        unit = self.peek() if any(p.type == "period" for p in function.parameters) else None
        if unit is None or unit.kind is not Kind.NAME or unit.quoted:
            return None
        period = ast.Period(int(amount.value[:15]), unit.value, amount.span.to(unit.span))
        if unit_of(period) is None:
            return None
        self.advance()
        self.advance()
        return period
