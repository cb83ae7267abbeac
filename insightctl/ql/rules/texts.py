"""Texts that look like something else: patterns in quotes, globs that cannot match."""

from __future__ import annotations

import re
from collections.abc import Iterator
from ipaddress import ip_network

from insightctl.ql import ast
from insightctl.ql.analysis import Analysis, Step
from insightctl.ql.diagnostics import Diagnostic
from insightctl.ql.fields import LAMBDA_FIELDS
from insightctl.ql.rules.looking import LINE_TYPES, WILDCARD, is_raw, nodes, warn

_REGEX = re.compile(r"\.\*|\.\+|\\[dwsbDWS]|\(\?|^\^|[^\\]\$$|\[[^\]]+\][+*{]|\w\|\w|\\\.")
_SEARCHES = {"strcontains": "field like /.../ searches a pattern", "replace": "regexReplace(...) replaces a pattern"}


def pattern_in_quotes(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL051: `like "..."` is a plain substring, and so is what strcontains and replace search for."""
    for node, _ in nodes(analysis):
        match node:
            case ast.Binary(op="like" | "not like" as op, right=ast.String(value=text, span=span)):
                wildcard = WILDCARD.search(text)
                if _REGEX.search(text):
                    pattern = text.replace("/", "\\/")
                    yield warn("QL051", "in quotes this is a plain text, not a pattern", span, f"{op} /{pattern}/")
                elif wildcard is not None:
                    hint = f'{op} "{text.strip("%*")}" looks for it anywhere already'
                    yield warn("QL051", f"'{wildcard[0]}' is no wildcard here: it is searched for", span, hint)
            case ast.Call(name=name, args=(_, ast.String(value=text, span=span), *_)) if name in _SEARCHES:
                if _REGEX.search(text):
                    yield warn("QL051", "in quotes this is a plain text, not a pattern", span, _SEARCHES[name])
            case _:
                pass


def glob(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL056: a glob that can never match what it is tried on, or that is a regular expression."""
    for step in analysis.steps:
        command = step.command
        if isinstance(command, ast.Parse) and isinstance(command.pattern, ast.String):
            text, span = command.pattern.value, command.pattern.span
            if "*" not in text:
                message = "this glob has no '*': it takes what follows its text"
                yield warn("QL056", message, span, "put a '*' where the value stands")
            elif re.search(r"\.\*|\(\?<|\\d|\\s|\\w", text):
                hint = "parse ... /(?<name>regex)/"
                yield warn("QL056", "in quotes this is a glob, and only '*' means something in it", span, hint)
            elif re.search(r"%\{\w", text):
                message = "this is a grok pattern, which parse does not know"
                yield warn("QL056", message, span, "a '*' for each value, or parse ... /(?<name>regex)/")
            elif "**" in text:
                message = "between two '*' there is nothing: the first one is always empty"
                yield warn("QL056", message, span, "put what separates them between")
            elif (reason := _impossible(text, command, step)) is not None:
                yield warn("QL056", f"{reason}; this never matches", span, None)


def _impossible(text: str, command: ast.Parse, step: Step) -> str | None:
    """Why no value of one of the service's own fields has this shape."""
    source = command.source
    if not isinstance(source, ast.Field) or not is_raw(source, step.scope):
        return None
    literal = text.replace("*", "")
    if source.name == "@type":
        shape = ".*".join(map(re.escape, text.split("*")))
        return None if any(re.search(shape, word) for word in LINE_TYPES) else f"@type is {', '.join(LINE_TYPES)}"
    if source.name == "@logStream" and ":" in literal:
        return "no log stream's name has ':'"  # CreateLogStream
    if source.name == "@requestId" and re.search(r"[^0-9a-f-]", literal):
        return "@requestId has only 0-9, a-f and '-'"
    if LAMBDA_FIELDS.get(source.name) == "number" and re.search(r"[^0-9.]", literal):
        return f"{source.name} is a number without a unit"
    return None


def network(analysis: Analysis) -> Iterator[Diagnostic]:
    """QL067: a subnet that is none in CIDR notation holds no address."""
    for node, _ in nodes(analysis):
        if not isinstance(node, ast.Call) or not node.name.endswith("InSubnet") or len(node.args) != 2:
            continue
        subnet = node.args[1]
        if isinstance(subnet, ast.String) and not _is_network(subnet.value):
            hint = "such as 192.0.2.0/24 or 2001:db8::/32"
            yield warn("QL067", f"'{subnet.value}' is no subnet, so no address lies in it", subnet.span, hint)


def _is_network(text: str) -> bool:
    try:
        ip_network(text, strict=False)
    except ValueError:
        return False
    return True


RULES = (pattern_in_quotes, glob, network)
