"""Walks over trees: every node inside an expression, and how deep it goes."""

from __future__ import annotations

from collections.abc import Iterator

from insightctl.ql.ast.expressions import Access, Binary, Call, Expr, In, InQuery, Unary


def operands(expr: Binary) -> tuple[Expr, ...]:
    """What an `and` or `or` joins, left to right: `a or b or c` is one list, however long the chain is."""
    rights: list[Expr] = []
    node: Expr = expr
    while isinstance(node, Binary) and node.op == expr.op:
        rights.append(node.right)
        node = node.left
    return (node, *reversed(rights))


def height(expr: Expr) -> int:
    """How many levels lie inside each other; a chain of `and` or of `or` is one level."""
    highest = 0
    stack: list[tuple[Expr, int]] = [(expr, 1)]
    while stack:
        node, level = stack.pop()
        highest = max(highest, level)
        inner: tuple[Expr, ...] = ()
        match node:
            case Call(args=args):
                inner = args
            case Access(base=base):
                inner = (base,)
            case Unary(operand=operand):
                inner = (operand,)
            case Binary(op="and" | "or"):
                inner = operands(node)
            case Binary(left=left, right=right):
                inner = (left, right)
            case In(operand=operand, items=items):
                inner = (operand, *items)
            case InQuery(operand=operand):
                inner = (operand,)
            case _:
                pass
        stack.extend((child, level + 1) for child in inner)
    return highest


def walk(expr: Expr) -> Iterator[Expr]:
    """The expression and everything inside it, outermost first; a subquery is a world of its own and left out."""
    stack: list[Expr] = [expr]
    while stack:
        node = stack.pop()
        yield node
        match node:
            case Call(args=args):
                stack.extend(reversed(args))
            case Access(base=base):
                stack.append(base)
            case Unary(operand=operand):
                stack.append(operand)
            case Binary(left=left, right=right):
                stack.extend((right, left))
            case In(operand=operand, items=items):
                stack.extend((*reversed(items), operand))
            case InQuery(operand=operand):
                stack.append(operand)
            case _:
                pass
