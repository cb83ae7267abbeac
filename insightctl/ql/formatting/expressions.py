"""Expressions and names in the canonical layout, with the parentheses and back-ticks that they need."""

from __future__ import annotations

import re

from insightctl.ql import ast

_LEVEL = {"or": 1, "and": 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "like": 4, "not like": 4}
_LEVEL |= {"+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "^": 7}
_NOT, _IN, _UNARY, _ATOM = 3, 4, 8, 9
ATOM = _ATOM
_PLAIN_NAME = re.compile(r"@*[^\W]\w*")
_RESERVED = frozenset(
    {
        "and",
        "or",
        "as",
        "by",
        "like",
        "in",
        "not",
        "asc",
        "desc",
        "true",
        "false",
        "any",
        "group",
        "offset",
        "multi",
        "with",
        "for",
        "into",
        "where",
    }
)


def name_text(name: str) -> str:
    """A dotted name, in back-ticks where it needs them."""
    return name if _plain_dotted(name) else _ticked(name)


def _ticked(name: str) -> str:
    """In back-ticks; the sign of a system field stays outside, as the manual has it: @`aws.tag.x:y`."""
    if name.startswith("@") and not name.startswith("@@") and len(name) > 1:
        return f"@`{name[1:]}`"
    return f"`{name}`"


def _plain_dotted(name: str) -> bool:
    parts = name.split(".")
    first_ok = _PLAIN_NAME.fullmatch(parts[0]) and not parts[0][0].isdigit() and parts[0].lower() not in _RESERVED
    return bool(first_ok) and all(re.fullmatch(r"@*\w+", part) for part in parts)


def field_text(node: ast.Field) -> str:
    """A field with its accesses."""
    first = str(node.parts[0])
    plain = _PLAIN_NAME.fullmatch(first) and not first[0].isdigit() and first.lower() not in _RESERVED
    return (first if plain else _ticked(first)) + _accesses(node.parts[1:])


def _accesses(parts: tuple[str | int, ...]) -> str:
    return "".join(
        f"[{part}]" if isinstance(part, int) else "." + (part if re.fullmatch(r"@*\w+", part) else f"`{part}`")
        for part in parts
    )


def expression_text(expr: ast.Expr, level: int = 0) -> str:
    """An expression in the canonical layout; in parentheses when it binds less than `level` (ATOM: most)."""
    return _at(expr, level)


def _at(expr: ast.Expr, level: int) -> str:
    text, own = _render(expr)
    return f"({text})" if own < level else text


def subquery(query: ast.Query) -> str:
    """A query in parentheses, a command a line."""
    from insightctl.ql.formatting.commands import query_lines

    lines = query_lines(query, in_parentheses=True)
    if len(lines) == 1 and "\n" not in lines[0] and not query.comments:
        return f"({lines[0]})"
    body = "\n".join(lines)
    return f"(\n{indented(body, query)}\n)"


def indented(text: str, query: ast.Query) -> str:
    """The text of a query four columns further in; as it is when a regular expression in it goes over several lines."""
    if _breaks_lines(query):
        return text
    return "\n".join(f"    {line}" for line in text.split("\n"))


def _breaks_lines(query: ast.Query) -> bool:
    """Whether some regular expression holds a newline: it cannot be escaped, and space before it would be part of it."""
    for command in query.commands:
        patterns = [command.pattern] if isinstance(command, ast.Parse) else []
        nodes = [node for expr in (*ast.expressions(command), *patterns) for node in ast.walk(expr)]
        if any(isinstance(node, ast.Regex) and "\n" in node.pattern for node in nodes):
            return True
        if any(_breaks_lines(inner) for inner in ast.subqueries(command)):
            return True
    return False


def _render(expr: ast.Expr) -> tuple[str, int]:
    match expr:
        case ast.Number(text=text, value=value):
            return (text or repr(value)), (_UNARY if (text or "").startswith("-") else _ATOM)
        case ast.String(value=value):
            return quoted(value), _ATOM
        case ast.Regex(pattern=pattern):
            return "/" + _slashed(pattern) + "/", _ATOM
        case ast.Period(amount=amount, unit=unit):
            return f"{amount}{unit}", _ATOM
        case ast.Boolean(value=value):
            return ("true" if value else "false"), _ATOM
        case ast.Star():
            return "*", _ATOM
        case ast.Field():
            return field_text(expr), _ATOM
        case ast.Access(base=base, parts=parts):
            return expression_text(base) + _accesses(parts), _ATOM
        case ast.Call(name=name, args=args):
            return f"{name}({', '.join(expression_text(a) for a in args)})", _ATOM
        case ast.Unary(op="not", operand=operand):
            return f"not {_at(operand, _NOT)}", _NOT
        case ast.Unary(operand=operand):
            return f"-{_at(operand, _UNARY)}", _UNARY
        case ast.In(operand=operand, items=items, negated=negated):
            word = "not in" if negated else "in"
            return f"{_at(operand, _IN)} {word} [{', '.join(_at(i, 5) for i in items)}]", _IN
        case ast.InQuery(operand=operand, query=query, negated=negated):
            word = "not in" if negated else "in"
            return f"{_at(operand, _IN)} {word} {subquery(query)}", _IN
        case ast.Binary(op="and" | "or" as op):
            own = _LEVEL[op]
            first, *others = ast.operands(expr)
            return f" {op} ".join([_at(first, own), *(_at(other, own + 1) for other in others)]), own
        case ast.Binary(op="like" | "not like" as op, left=left, right=right):
            pattern = _at(right, _LEVEL[op] + 1)
            if pattern.startswith("/") and not isinstance(right, ast.Regex):
                pattern = f"({pattern})"
            return f"{_at(left, _LEVEL[op])} {op} {pattern}", _LEVEL[op]
        case ast.Binary(op=op, left=left, right=right):
            own = _LEVEL[op]
            if op == "^":  # right-associative
                return f"{_at(left, own + 1)} ^ {_at(right, own)}", own
            return f"{_at(left, own)} {op} {_at(right, own + 1)}", own


def quoted(value: str) -> str:
    """A text in double quotes, with escapes."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _slashed(pattern: str) -> str:
    return re.sub(r"\\.|/", lambda m: "\\/" if m[0] == "/" else m[0], pattern, flags=re.S)
