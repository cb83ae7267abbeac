"""Commands that bring in other data: log groups, joins, columns of other queries, lookup tables, saved queries."""

from __future__ import annotations

from insightctl.ql import ast
from insightctl.ql.diagnostics import nearest
from insightctl.ql.grammar.reader import Reader, describe
from insightctl.ql.lexer import Kind, Token
from insightctl.ql.spans import Span

_JOIN = "join type=inner left=a right=b where a.requestId = b.requestId (SOURCE '/aws/lambda/b')"
MAX_APPENDED = 100_000  # appendcols, max


def join(r: Reader, start: Span) -> ast.Join:
    """`join type=inner left=a right=b where a.x = b.y (subquery)`"""
    options = r.options("join", ("type", "left", "right"))
    for side in ("left", "right"):
        if side not in options:
            r.fail("QL028", f"join wants a name for its {side} side: {side}=...", start, _JOIN)
    kind = options.get("type")
    if kind is not None and kind.value.lower() not in ("inner", "left"):
        r.fail("QL028", f"join has no type '{kind.value}'", kind.span, "type=inner or type=left")
    r.want("where", _JOIN)
    condition = r.expression()
    if not r.at("("):
        r.fail("QL001", f"expected '(' and the other query, found {describe(r.token)}", r.token.span, _JOIN)
    query = r.subquery()
    return ast.Join(
        kind.value.lower() if kind else "inner",
        options["left"].value,
        options["right"].value,
        condition,
        query,
        r.span_from(start),
    )


def appendcols(r: Reader, start: Span) -> ast.AppendCols:
    """`appendcols [override=false] [max=10000] (subquery)`"""
    options = r.options("appendcols", ("override", "max"))
    if not r.at("("):
        hint = "appendcols (stats avg(latency) by service)"
        r.fail("QL001", f"expected '(' and a query, found {describe(r.token)}", r.token.span, hint)
    query = r.subquery()
    most = r.whole(options["max"], 1, MAX_APPENDED, "max") if "max" in options else 10_000
    return ast.AppendCols(query, r.flag(options.get("override"), False), most, r.span_from(start))


_LOOKUP = "lookup users id as userId OUTPUT name, email"


def lookup(r: Reader, start: Span) -> ast.Lookup:
    """`lookup table column as field, ... OUTPUT column, ...`"""
    table = r.name("a lookup table")
    keys = [_lookup_field(r)]
    while r.accept(","):
        keys.append(_lookup_field(r))
    keep, outputs = _outputs(r, _LOOKUP)
    return ast.Lookup(table, tuple(keys), outputs, keep, r.span_from(start))


def cidrlookup(r: Reader, start: Span) -> ast.CidrLookup:
    """`cidrlookup table field [as column] OUTPUT column, ...`"""
    table = r.name("a lookup table")
    address = r.field()
    column = r.alias()
    keep, outputs = _outputs(r, "cidrlookup networks srcAddr OUTPUT region, owner")
    return ast.CidrLookup(table, address, column, outputs, keep, r.span_from(start))


def _outputs(r: Reader, help: str) -> tuple[bool, tuple[ast.LookupField, ...]]:
    keep = r.keyword("outputnew")
    if not keep:
        r.want("output", help)
    outputs = [_lookup_field(r)]
    while r.accept(","):
        outputs.append(_lookup_field(r))
    return keep, tuple(outputs)


def _lookup_field(r: Reader) -> ast.LookupField:
    column = r.name("a column of the table")
    return ast.LookupField(column, r.alias() or column)


def saved_query(r: Reader, start: Span) -> ast.SavedQuery:
    """`$Name(a = "x", b = 5)`; the `$` is already taken."""
    name = r.name("the name of a saved query")
    opened = r.token.span
    if not r.accept("("):
        r.fail("QL001", f"expected '(', found {describe(r.token)}", r.token.span, f"${name}() runs the saved query")
    arguments: list[ast.Argument] = []
    while not r.at(")"):
        arguments.append(_argument(r))
        if not r.accept(","):
            break
    r.expect(")", opened)
    return ast.SavedQuery(name, tuple(arguments), r.span_from(start))


def _argument(r: Reader) -> ast.Argument:
    name = r.name("a parameter")
    if not r.accept("="):
        r.fail("QL001", f"expected '=', found {describe(r.token)}", r.token.span, f'{name} = "value"')
    value = r.token
    parsed = r.regex() if r.at("/") else r.expression()
    if not isinstance(parsed, ast.Number | ast.String | ast.Boolean | ast.Period | ast.Regex | ast.Field):
        r.fail("QL028", f"the parameter '{name}' wants one value", value.span, f'{name} = "value"')
    return ast.Argument(name, parsed)


_SELECTORS = ("logGroups", "dataSource", "logGroupTags")


def source(r: Reader, start: Span) -> ast.Source:
    """`SOURCE 'group' [start=-1d] [end=now]` or selectors, one after the other."""
    group: str | None = None
    groups: ast.GroupSelector | None = None
    sources: tuple[str, ...] = ()
    tags: tuple[ast.TagFilter, ...] = ()
    if not _at_selector(r):
        group = _group_name(r)
    while _at_selector(r):
        word = r.token
        r.lexer.punctuation = ":{}"
        try:
            r.advance()
            match word.value.lower():
                case "loggroups":
                    groups = _log_groups(r)
                case "datasource":
                    sources = _in_parentheses(r)
                case _:
                    tags = _tags(r)
        finally:
            r.lexer.punctuation = ""
    times = {}
    while r.is_word("start") or r.is_word("end"):
        name = r.token.value.lower()
        r.advance()
        times[name] = _moment(r)
    return ast.Source(group, groups, sources, tags, times.get("start"), times.get("end"), r.span_from(start))


def _at_selector(r: Reader) -> bool:
    if r.token.kind is not Kind.NAME or r.token.value.lower() not in [s.lower() for s in _SELECTORS]:
        return False
    following = r.peek()
    return following is not None and following.value == "("


def _group_name(r: Reader) -> str:
    token = r.token
    if token.kind is Kind.STRING:
        r.advance()
        return token.value
    word = None if token.kind in (Kind.PIPE, Kind.END) else r.lexer.word_at(token.span.start)
    if word is None:
        r.fail("QL001", f"expected a log group, found {describe(token)}", token.span, "SOURCE '/aws/lambda/checkout'")
    r.token = word
    r.advance()
    if r.at("("):
        meant = nearest(word.value, _SELECTORS)
        hint = f"did you mean '{meant}'?" if meant else f"SOURCE takes {', '.join(_SELECTORS)}, or a log group's name"
        r.fail("QL028", f"SOURCE cannot select by '{word.value}'", word.span, hint)
    return word.value


def _moment(r: Reader) -> str:
    """A time such as `-1d`, `now` or `2026-11-23T10:00:00Z`, as written."""
    if not r.at("="):
        r.fail("QL001", f"expected '=', found {describe(r.token)}", r.token.span, "start=-1d end=now")
    following = r.peek()
    if following is not None and following.kind is Kind.STRING:
        r.advance()
        r.advance()
        return following.value
    offset = r.token.span.end
    offset += len(r.text[offset:]) - len(r.text[offset:].lstrip())
    word = r.lexer.word_at(offset)
    if word is None:
        r.fail("QL001", "expected a time", r.token.span, "start=-1d end=now")
    r.token = word
    r.advance()
    return word.value


_LISTS = {
    "nameprefix": "namePrefix",
    "accountidentifier": "accountIdentifiers",
    "accountidentifiers": "accountIdentifiers",
    "class": "class",
    "loggroupclass": "class",
}


def _log_groups(r: Reader) -> ast.GroupSelector:
    opened = r.token.span
    r.expect("(", opened)
    found: dict[str, tuple[str, ...]] = {}
    while not r.at(")"):
        word = r.token
        option = _LISTS.get(word.value.lower())
        if word.kind is not Kind.NAME or option is None:
            meant = nearest(word.value, list(set(_LISTS.values())))
            hint = f"did you mean '{meant}'?" if meant else "namePrefix, accountIdentifiers, class"
            r.fail("QL028", f"logGroups cannot select by {describe(word)}", word.span, hint)
        r.advance()
        r.expect(":", word.span)
        found[option] = _strings(r)
        if not r.accept(","):
            break
    if r.token.kind is not Kind.END and r.token.kind is not Kind.PIPE:  # the manual itself forgets to close it once
        r.expect(")", opened)
    return ast.GroupSelector(found.get("namePrefix", ()), found.get("accountIdentifiers", ()), found.get("class", ()))


def _in_parentheses(r: Reader) -> tuple[str, ...]:
    opened = r.token.span
    r.expect("(", opened)
    found = _strings(r)
    r.expect(")", opened)
    return found


def _strings(r: Reader) -> tuple[str, ...]:
    """`['a', 'b']`; `'accountId' = 'x'` inside, as one page writes it, counts as its value."""
    opened = r.token.span
    if r.token.kind is Kind.STRING:  # the console writes class: "STANDARD", without brackets
        return (_string(r).value,)
    r.expect("[", opened)
    found: list[str] = []
    while not r.at("]"):
        token = _string(r)
        if r.accept("="):
            token = _string(r)
        found.append(token.value)
        if not r.accept(","):
            break
    r.expect("]", opened)
    return tuple(found)


def _string(r: Reader) -> Token:
    token = r.token
    if token.kind is not Kind.STRING:
        r.fail("QL001", f"expected a text in quotes, found {describe(token)}", token.span, "['/aws/lambda/']")
    r.advance()
    return token


def _tags(r: Reader) -> tuple[ast.TagFilter, ...]:
    opened = r.token.span
    r.expect("(", opened)
    r.expect("[", opened)
    found: list[ast.TagFilter] = []
    while r.at("{"):
        found.append(_tag(r))
        if not r.accept(","):
            break
    r.expect("]", opened)
    r.expect(")", opened)
    return tuple(found)


def _tag(r: Reader) -> ast.TagFilter:
    opened = r.token.span
    r.expect("{", opened)
    key, values = "", tuple[str, ...]()
    while not r.at("}"):
        name = _string(r)
        r.expect(":", name.span)
        if name.value == "key":
            key = _string(r).value
        elif name.value == "values":
            values = _strings(r)
        else:
            r.fail("QL028", f"a tag filter has no '{name.value}'", name.span, '{"key": "team", "values": ["a"]}')
        if not r.accept(","):
            break
    r.expect("}", opened)
    if not key:
        r.fail("QL028", "a tag filter wants a key", opened, '{"key": "team", "values": ["a"]}')
    return ast.TagFilter(key, values)
