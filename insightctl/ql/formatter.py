"""One canonical layout: a command a line, each but the first after `| `; comments are kept, meaning is kept.

Strings are written with double quotes, keywords in lower case, `where` as `filter`, `=~` as `like`.
"""

from __future__ import annotations

import re

from insightctl.ql import ast

_LEVEL = {"or": 1, "and": 2, "=": 4, "!=": 4, "<": 4, "<=": 4, ">": 4, ">=": 4, "like": 4, "not like": 4}
_LEVEL |= {"+": 5, "-": 5, "*": 6, "/": 6, "%": 6, "^": 7}
_NOT, _IN, _UNARY, _ATOM = 3, 4, 8, 9
_PLAIN_NAME = re.compile(r"@*[^\W]\w*")
_RESERVED = frozenset({"and", "or", "as", "by", "like", "in", "not", "asc", "desc", "true", "false", "any", "group"})
_WIDTH = 100


def format_query(query: ast.Query) -> str:
    """The query in the canonical layout, ending with a newline."""
    lines: list[str] = []
    comments = list(query.comments)
    for index, command in enumerate(query.commands):
        while comments and comments[0].span.start < command.span.start:
            lines.append(comments.pop(0).text)
        text = command_text(command)
        inner = [c for c in comments if c.span.start < command.span.end]
        lines.extend(c.text for c in inner)
        comments = comments[len(inner) :]
        line = f"| {text}" if index else text
        following = query.commands[index + 1].span.start if index + 1 < len(query.commands) else len(query.text)
        if comments and comments[0].span.start < following and _same_line(query, command, comments[0]):
            line += f"  {comments.pop(0).text}"
        lines.append(line)
    lines.extend(comment.text for comment in comments)
    return "\n".join(lines) + "\n"


def _same_line(query: ast.Query, command: ast.Command, comment: ast.Comment) -> bool:
    return "\n" not in query.text[command.span.end : comment.span.start]


def command_text(command: ast.Command) -> str:
    """One command in the canonical layout, without its pipe."""
    match command:
        case ast.Fields(items=items):
            return _listed("fields", [_item(i) for i in items])
        case ast.Display(items=items):
            return _listed("display", [_item(i) for i in items])
        case ast.Filter(condition=condition):
            return f"filter {expression_text(condition)}"
        case ast.Parse(source=source, pattern=pattern, aliases=aliases):
            parts = ["parse"]
            if source is not None:
                text = _at(source, _ATOM)
                parts.append(f"({text})" if isinstance(source, ast.String | ast.Regex) else text)
            parts.append(expression_text(pattern))
            if aliases:
                parts.append("as " + ", ".join(name_text(a) for a in aliases))
            return " ".join(parts)
        case ast.Stats(items=items, by=by):
            text = _listed("stats", [_item(i) for i in items])
            if not by:
                return text
            keys = ", ".join(_item(i) for i in by)
            return f"{text}\n  by {keys}" if "\n" in text or len(text) + len(keys) > _WIDTH else f"{text} by {keys}"
        case ast.Sort(keys=keys):
            return "sort " + ", ".join(expression_text(k.expr) + (" desc" if k.descending else " asc") for k in keys)
        case ast.Limit(count=count, any=any_rows):
            return f"limit any {count}" if any_rows else f"limit {count}"
        case ast.Dedup(fields=fields):
            return "dedup " + ", ".join(expression_text(f) for f in fields)
        case ast.Source(log_group=group):
            return f"SOURCE {_quoted(group)}"
        case ast.Opaque(text=text):
            return text


def _listed(keyword: str, items: list[str]) -> str:
    one_line = f"{keyword} {', '.join(items)}"
    if len(one_line) <= _WIDTH:
        return one_line
    return f"{keyword}\n    " + ",\n    ".join(items)


def _item(item: ast.Item) -> str:
    text = expression_text(item.expr)
    return text if item.alias is None else f"{text} as {name_text(item.alias)}"


def name_text(name: str) -> str:
    """A dotted name, in back-ticks where it needs them."""
    return ".".join(_part(part) for part in name.split(".")) if _plain_dotted(name) else f"`{name}`"


def _plain_dotted(name: str) -> bool:
    parts = name.split(".")
    first_ok = _PLAIN_NAME.fullmatch(parts[0]) and not parts[0][0].isdigit() and parts[0].lower() not in _RESERVED
    return bool(first_ok) and all(re.fullmatch(r"@*\w+", part) for part in parts)


def _part(part: str) -> str:
    return part


def _field(node: ast.Field) -> str:
    out = ""
    for index, part in enumerate(node.parts):
        if isinstance(part, int):
            out += f"[{part}]"
        elif index == 0:
            plain = _PLAIN_NAME.fullmatch(part) and not part[0].isdigit() and part.lower() not in _RESERVED
            out += part if plain else f"`{part}`"
        else:
            out += "." + (part if re.fullmatch(r"@*\w+", part) else f"`{part}`")
    return out


def expression_text(expr: ast.Expr) -> str:
    """An expression in the canonical layout, with the parentheses it needs."""
    return _at(expr, 0)


def _at(expr: ast.Expr, level: int) -> str:
    text, own = _render(expr)
    return f"({text})" if own < level else text


def _render(expr: ast.Expr) -> tuple[str, int]:
    match expr:
        case ast.Number(text=text, value=value):
            return (text or repr(value)), (_UNARY if (text or "").startswith("-") else _ATOM)
        case ast.String(value=value):
            return _quoted(value), _ATOM
        case ast.Regex(pattern=pattern):
            return "/" + _slashed(pattern) + "/", _ATOM
        case ast.Period(amount=amount, unit=unit):
            return f"{amount}{unit}", _ATOM
        case ast.Boolean(value=value):
            return ("true" if value else "false"), _ATOM
        case ast.Star():
            return "*", _ATOM
        case ast.Field():
            return _field(expr), _ATOM
        case ast.Call(name=name, args=args):
            return f"{name}({', '.join(expression_text(a) for a in args)})", _ATOM
        case ast.Unary(op="not", operand=operand):
            return f"not {_at(operand, _NOT)}", _NOT
        case ast.Unary(operand=operand):
            return f"-{_at(operand, _UNARY)}", _UNARY
        case ast.In(operand=operand, items=items, negated=negated):
            word = "not in" if negated else "in"
            return f"{_at(operand, _IN)} {word} [{', '.join(_at(i, 5) for i in items)}]", _IN
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


def _quoted(value: str) -> str:
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + escaped.replace("\n", "\\n").replace("\t", "\\t").replace("\r", "\\r") + '"'


def _slashed(pattern: str) -> str:
    return re.sub(r"\\.|/", lambda m: "\\/" if m[0] == "/" else m[0], pattern, flags=re.S)
