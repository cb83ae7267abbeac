"""Comparison as the language has it: numbers with numbers, texts with texts, and null matches nothing."""

from __future__ import annotations

from insightctl.local.compiler.values import Val, is_number, number, text
from insightctl.ql import ast

_NUMERIC = ("number", "timestamp", "boolean")
_SQL = {"=": "=", "!=": "<>", "<": "<", "<=": "<=", ">": ">", ">=": ">="}


def compare(op: str, left: Val, right: Val, left_node: ast.Expr, right_node: ast.Expr) -> str:
    """The condition `left op right`; null when either side is."""
    sql = _SQL[op]
    if "json" in (left.type, right.type):
        return "false"
    for value, node in ((left, right_node), (right, left_node)):
        if isinstance(node, ast.Boolean) and value.type in ("any", "string"):
            return _with_boolean(sql, value, node.value)
    if left.type in _NUMERIC or right.type in _NUMERIC:
        return f"({number(left)} {sql} {number(right)})"
    if left.type == "string" and right.type == "string":
        return f"({left.sql} {sql} {right.sql})"
    return _mixed(sql, left, right, left_node, right_node)


def _with_boolean(sql: str, value: Val, wanted: bool) -> str:
    texts = "('1', 'true')" if wanted else "('0', 'false')"
    return f"({'NOT ' if sql == '<>' else ''}lower({text(value)}) IN {texts})"


def _mixed(sql: str, left: Val, right: Val, left_node: ast.Expr, right_node: ast.Expr) -> str:
    """At least one side is a discovered field: text or number only by the data."""
    for value, node in ((left, right_node), (right, left_node)):
        if isinstance(node, ast.String) and value.type == "any" and sql in ("=", "<>"):
            return _with_literal(sql, value, node.value, right.sql if value is left else left.sql)
    texts = f"({text(left)} {sql} {text(right)})"
    numbers = f"({number(left)} {sql} {number(right)})"
    return f"(CASE WHEN {is_number(left)} OR {is_number(right)} THEN {numbers} ELSE {texts} END)"


def _is_truth(value: Val) -> str:
    """Whether a discovered field is true or false in JSON; what was chosen among fields no longer tells them from 1 and 0."""
    return f"left({value.json}, 1) IN ('t', 'f')" if value.json is not None else is_number(value)


def _with_literal(sql: str, value: Val, literal: str, literal_sql: str) -> str:
    """A discovered field against a quoted text: equal as texts, or as numbers when the field is one."""
    if literal.lower() in ("true", "false"):
        spoken = f"({_is_truth(value)} AND {value.sql} = '{int(literal.lower() == 'true')}')"
        return f"({'NOT ' if sql == '<>' else ''}({value.sql} = {literal_sql} OR {spoken}))"
    try:
        spelled = float(literal)
    except ValueError:
        return f"({value.sql} {sql} {literal_sql})"
    if spelled != spelled or spelled in (float("inf"), float("-inf")):
        return f"({value.sql} {sql} {literal_sql})"
    as_number = f"({number(value)} {sql} {spelled!r})"
    return f"(CASE WHEN {is_number(value)} THEN {as_number} ELSE {value.sql} {sql} {literal_sql} END)"
