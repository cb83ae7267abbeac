"""Any tree: written and read again it is the same, and the layout is stable."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.ql import ast, format_query, parse
from insightctl.ql.spans import Span
from tests.effort import examples

TEXT = st.text(max_size=12) | st.sampled_from(['"', "'", "\\", "\\n", "a\nb", "#", "|", "/", "`", "*", "it's", "\\\\"])
PLAIN = st.from_regex(r"@{0,2}[a-zA-Z_][a-zA-Z0-9_]{0,6}", fullmatch=True)
ODD = st.text(st.characters(exclude_characters="`\n", exclude_categories=["Cs"]), min_size=1, max_size=8)
PART = PLAIN | ODD | st.sampled_from(["and", "by", "true", "desc", "group", "0", "x-y", "a.b", "@"])
RESERVED = {"and", "or", "as", "by", "like", "in", "not", "asc", "desc", "true", "false", "any", "group"}
NAMES = st.sampled_from(["abs", "concat", "count", "strlen", "nosuch", "jsonParse"])

numbers = st.sampled_from(["0", "1", "42", "1.5", ".5", "1.", "1e5", "1.5E-2", "-3", "-0.5", "1795428000123"]).map(
    lambda text: ast.Number(float(text), text)
)
strings = TEXT.map(ast.String)
regexes = st.sampled_from(["", "a", "a/b", "[/]", "[^/]+", r"\d+", r"\\", "(?<x>a|b)", "#", "'", '"', "a\nb", "|"]).map(
    ast.Regex
)
periods = st.builds(ast.Period, st.integers(0, 9999), st.sampled_from(["ms", "s", "m", "h", "d", "w", "mo", "x"]))
booleans = st.booleans().map(ast.Boolean)
fields = st.builds(
    lambda first, rest: ast.Field((first, *rest)),
    PART,
    st.lists(PART | st.integers(0, 999), max_size=3),
)
leaves = numbers | strings | regexes | periods | booleans | fields


def _negative(operand: ast.Expr) -> ast.Expr:
    """What the parser makes of `-x`: a number takes its sign in."""
    return operand if isinstance(operand, ast.Number) else ast.Unary("-", operand)


def _compound(inner: st.SearchStrategy[ast.Expr]) -> st.SearchStrategy[ast.Expr]:
    items = st.lists(inner, max_size=3).map(tuple)
    ops = ["=", "!=", "<", "<=", ">", ">=", "like", "not like", "and", "or", "+", "-", "*", "/", "%", "^"]
    return (
        st.builds(ast.Binary, st.sampled_from(ops), inner, inner)
        | st.builds(lambda x: ast.Unary("not", x), inner)
        | st.builds(_negative, inner)
        | st.builds(ast.Call, NAMES, items)
        | st.builds(lambda n: ast.Call(n, (ast.Star(),)), NAMES)
        | st.builds(ast.In, inner, items, st.booleans())
        | st.builds(
            lambda call, parts: ast.Access(call, tuple(parts)),
            st.builds(ast.Call, NAMES, items),
            st.lists(PART | st.integers(0, 99), min_size=1, max_size=2),
        )
    )


expressions = st.recursive(leaves, _compound, max_leaves=8)
aliases = PLAIN | ODD | st.just("a.b")
items = st.builds(lambda expr, alias: ast.Item(expr, alias, ""), expressions, st.none() | aliases)
lists = st.lists(items, min_size=1, max_size=3).map(tuple)
plain_fields = fields.filter(lambda f: str(f.parts[0]).lower() not in {"where", "as", "into", "maxspan", "output"})
some_fields = st.lists(plain_fields, min_size=1, max_size=3).map(tuple)
word_names = PLAIN.filter(lambda n: n.lower() not in RESERVED)
lengths = st.builds(ast.Period, st.integers(0, 9999), st.sampled_from(["ms", "s", "m", "h", "d", "w"]))
pairs = st.builds(ast.LookupField, aliases, aliases)
texts = st.lists(TEXT, min_size=1, max_size=2).map(tuple)
lags = st.tuples(st.integers(1, 9), st.integers(0, 5)).map(lambda t: (t[0], t[0] + t[1]))
steps = st.one_of(
    st.text(st.characters(exclude_characters="'\"", exclude_categories=["Cs"]), min_size=1, max_size=4),
    st.integers(0, 99),
)
paths = st.builds(ast.JsonPath, st.lists(steps, min_size=1, max_size=3).map(tuple), aliases)
moments = st.none() | st.sampled_from(["now", "-1d", "2026-11-23T10:00:00Z", "1700000000", "a b", "x|y"])
sources = st.one_of(
    st.builds(ast.Source, TEXT, start=moments, end=moments),
    st.builds(
        ast.Source,
        st.none(),
        st.builds(ast.GroupSelector, st.just(()) | texts, st.just(()) | texts, st.just(()) | texts),
        st.just(()) | texts,
        st.lists(st.builds(ast.TagFilter, TEXT.filter(bool), st.just(()) | texts), max_size=2).map(tuple),
    ),
)
dotted = st.builds(lambda a, b: ast.Field((a, b)), PLAIN.filter(lambda n: n.lower() not in RESERVED), PLAIN)
on = st.builds(lambda a, b: ast.Binary("=", a, b), dotted, dotted)
arguments = st.lists(st.builds(ast.Argument, word_names, numbers | strings | booleans), max_size=3).map(tuple)


def _commands(queries: st.SearchStrategy[ast.Query], expressions: st.SearchStrategy[ast.Expr]) -> list[Any]:
    """A strategy for each command; those with a query inside take it from `queries`."""
    return [
        st.builds(ast.Fields, lists),
        st.builds(ast.Display, lists),
        st.builds(ast.Filter, expressions),
        st.builds(ast.FilterIndex, expressions),
        st.builds(ast.Parse, st.none() | leaves | expressions, strings, st.lists(aliases, max_size=3).map(tuple)),
        st.builds(
            ast.Parse, st.none() | leaves, regexes, st.lists(aliases, max_size=3).map(tuple), st.booleans()
        ),
        st.builds(ast.ParseLogfmt, st.none() | fields, aliases),
        st.builds(ast.ParseCsv, st.none() | fields, st.lists(aliases, min_size=1, max_size=3).map(tuple)),
        st.builds(ast.Json, st.none() | fields, st.lists(paths, min_size=1, max_size=2).map(tuple)),
        st.builds(ast.Stats, lists, st.just(())),
        st.builds(ast.Stats, lists, lists, st.none() | lengths),
        st.builds(
            lambda pairs: ast.Sort(tuple(ast.SortKey(e, d, "") for e, d in pairs)),
            st.lists(st.tuples(expressions, st.booleans()), min_size=1, max_size=3),
        ),
        st.builds(ast.Limit, st.integers(0, 99_999), st.booleans()),
        st.builds(ast.Dedup, st.lists(fields, min_size=1, max_size=3).map(tuple)),
        sources,
        st.builds(ast.Unnest, fields | expressions, aliases),
        st.builds(ast.Expand, fields),
        st.builds(ast.FillDown, st.lists(PLAIN | st.sampled_from(["cpu*", "*", "a*b"]), max_size=3).map(tuple)),
        st.builds(
            ast.FillMissing, st.lists(st.builds(ast.Fill, numbers | strings | booleans, aliases), max_size=2).map(tuple)
        ),
        st.builds(ast.Accum, fields, st.none() | aliases),
        st.builds(lambda f, a, p: ast.Autoregress(f, a, *p), fields, st.none() | aliases, lags),
        st.builds(ast.AddTotals, st.just(()) | some_fields, TEXT.filter(bool), st.booleans(), st.booleans()),
        st.builds(
            ast.Outlier, some_fields, st.booleans(), st.floats(0, 1e9, allow_nan=False), st.booleans(), st.booleans()
        ),
        st.builds(ast.Sessionize, some_fields, lengths, aliases),
        st.builds(ast.CountFrequent, some_fields),
        st.builds(ast.Pattern, expressions),
        st.builds(ast.Diff, st.none() | st.sampled_from(["previousDay", "previousWeek", "previousMonth"])),
        st.builds(ast.LogCompare, lengths),
        st.just(ast.Anomaly()),
        st.builds(ast.RelevantFields, st.just(()) | some_fields, expressions),
        st.just(ast.Estimate()),
        st.builds(ast.Unmask, some_fields),
        st.builds(ast.Lookup, aliases, st.lists(pairs, min_size=1, max_size=2).map(tuple), st.lists(pairs, min_size=1, max_size=2).map(tuple), st.booleans()),
        st.builds(ast.CidrLookup, aliases, fields, st.none() | aliases, st.lists(pairs, min_size=1, max_size=2).map(tuple), st.booleans()),
        st.builds(ast.SavedQuery, aliases, arguments),
        st.builds(ast.Join, st.sampled_from(["inner", "left"]), word_names, word_names, on, queries),
        st.builds(ast.AppendCols, queries, st.booleans(), st.integers(1, 100_000)),
    ]  # fmt: skip


simple = st.lists(st.one_of(_commands(st.nothing(), expressions)[:-2]), min_size=1, max_size=3).map(
    lambda c: ast.Query(tuple(c))
)
nested = expressions | st.builds(ast.InQuery, leaves, simple, st.booleans())
commands = st.one_of(_commands(simple, nested))
queries = st.lists(commands, min_size=1, max_size=5).map(lambda c: ast.Query(tuple(c)))


@given(queries)
@settings(max_examples=examples(80, 200), deadline=None)
def test_a_tree_survives_writing_and_reading(query: ast.Query) -> None:
    text = format_query(query)
    again, problems = parse(text)
    assert problems == ()
    assert again == query
    assert format_query(again) == text


@given(queries, st.lists(st.tuples(st.integers(0, 5), st.booleans()), max_size=4))
@settings(max_examples=50, deadline=None)
def test_comments_stay_and_do_not_move_on_the_next_run(query: ast.Query, places: list[tuple[int, bool]]) -> None:
    lines = [format_query(ast.Query((command,))).rstrip("\n") for command in query.commands]
    for at, own_line in places:
        index = min(at, len(lines) - 1)
        lines[index] = f"# above\n{lines[index]}" if own_line else f"{lines[index]} # behind\n"
    first, problems = parse("\n| ".join(lines))
    assert problems == ()
    once = format_query(first)
    second, _ = parse(once)
    assert second == first
    assert once.count("# above") + once.count("# behind") == len(places)
    assert format_query(second) == once


def _subqueries(query: ast.Query) -> Iterator[ast.Query]:
    """The queries inside, each before those inside of it."""
    for command in query.commands:
        for inner in ast.subqueries(command):
            yield inner
            yield from _subqueries(inner)


def _comments(query: ast.Query) -> list[list[str]]:
    return [sorted(comment.text for comment in inner.comments) for inner in _subqueries(query)]


@given(queries, st.lists(st.tuples(st.integers(0, 99), st.booleans()), max_size=4))
@settings(max_examples=examples(40, 100), deadline=None)
def test_comments_stay_in_their_subquery(query: ast.Query, places: list[tuple[int, bool]]) -> None:
    text = format_query(query)
    spots = [
        at
        for inner in _subqueries(parse(text)[0])
        for at in (inner.span.start + 1, *(c.span.start for c in inner.commands), *(c.span.end for c in inner.commands))
    ]
    chosen = sorted({(spots[at % len(spots)], line) for at, line in places}, reverse=True) if spots else []
    for number, (at, own_line) in enumerate(chosen):
        text = f"{text[:at]}{chr(10) if own_line else ' '}# <{number}>\n{text[at:]}"
    first, problems = parse(text)
    assert problems == ()
    assert first == query
    once = format_query(first)
    second, _ = parse(once)
    assert second == query
    assert _comments(second) == _comments(first)
    assert all(once.count(f"# <{number}>") == 1 for number in range(len(chosen)))
    assert format_query(second) == once


def test_comments_in_a_subquery_stay_with_their_commands() -> None:
    text = (
        "fields a\n# out\n| filter x in ( # one\nsource 'g' # two\n# three\n| filter y in (# four\nanomaly # five\n)\n"
        "| fields id\n# six\n) and b = 1 # seven\n"
    )
    assert format_query(parse(text)[0]) == (
        'fields a\n# out\n| filter x in (\n    # one\n    SOURCE "g"  # two\n    # three\n    | filter y in (\n'
        "        # four\n        | anomaly  # five\n    )\n    | fields id\n    # six\n) and b = 1  # seven\n"
    )


def test_spans_do_not_take_part_in_equality() -> None:
    assert ast.Number(5.0, "5", Span(0, 1)) == ast.Number(5.0, "5.0", Span(3, 6))


def test_height_counts_a_chain_of_alternatives_once() -> None:
    query, _ = parse("filter a or b or c and d")
    assert isinstance(query.commands[0], ast.Filter)
    condition = query.commands[0].condition
    assert ast.height(condition) == 3
    assert isinstance(condition, ast.Binary)
    assert [type(side) for side in ast.operands(condition)] == [ast.Field, ast.Field, ast.Binary]
