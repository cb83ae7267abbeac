"""`$Name(...)`: what it expands to, what is wrong with it, and where findings about the expanded text are told."""

from __future__ import annotations

import pytest

from insightctl.core.errors import UsageError
from insightctl.ql import QueryError, ast
from insightctl.ql.saved import Resolve, SavedText, calls, expand, expand_calls
from insightctl.ql.spans import Span

SAVED = {
    "ErrorsByLevel": SavedText(
        "ErrorsByLevel",
        "fields @timestamp, @message\n| filter level = {{logLevel}}\n| filter app = {{ app }}",
        {"logLevel": "ERROR", "app": None},
    ),
    "RecentN": SavedText("RecentN", "sort @timestamp desc | limit {{count}}", {"count": "20"}),
    "ids": SavedText("ids", "SOURCE '/other' | fields id"),
    "noted": SavedText("noted", "limit 5 # enough\n"),
    "typed": SavedText(
        "typed",
        "filter a = {{a}} and b = {{b}} and c = {{c}} and d like {{d}} | stats count(*) by bin({{e}})",
        {"a": "two words", "b": '"quoted"', "c": "-1.5e3", "d": "/x y/", "e": "5m"},
    ),
    "nested": SavedText("nested", "fields a | $RecentN()"),
    "broken": SavedText("broken", "stats percentile({{f}}, 9)"),
    "wide": SavedText(
        "wide", " | ".join(f"filter p{n} = {{{{p{n}}}}}" for n in range(21)), {f"p{n}": "1" for n in range(21)}
    ),
}


def resolve(call: ast.SavedQuery) -> SavedText | str | None:
    if call.name == "typedByLibrary":
        if any(argument.name != "n" for argument in call.arguments):
            raise UsageError("no such parameter", remedy="n")
        return "# a comment first\nfields @message | limit 3\n"
    return SAVED.get(call.name)


@pytest.mark.parametrize(
    ("text", "expanded"),
    [
        ("fields a | limit 1", "fields a | limit 1"),
        ("parse @message /a$/ | limit 1", "parse @message /a$/ | limit 1"),
        ("$RecentN()", "sort @timestamp desc | limit 20"),
        ("fields a\n| $RecentN(count = 10) # why", "fields a\n| sort @timestamp desc | limit 10 # why"),
        (
            '$ErrorsByLevel(logLevel = "WARN", app = "Order")\n| $RecentN(count = 10)',
            'fields @timestamp, @message\n| filter level = "WARN"\n| filter app = "Order"\n| sort @timestamp desc | limit 10',
        ),
        ("filter id in ($ids()) | limit 1", "filter id in (SOURCE '/other' | fields id) | limit 1"),
        ("$noted() | limit 2", "limit 5 # enough\n | limit 2"),
        (
            "$typed()",
            'filter a = "two words" and b = "quoted" and c = -1.5e3 and d like /x y/ | stats count(*) by bin(5m)',
        ),
        (
            "$typed(a = level, b = true, c = 5m, d = /(?i)e/, e = 1h)",
            "filter a = level and b = true and c = 5m and d like /(?i)e/ | stats count(*) by bin(1h)",
        ),
        ("$typedByLibrary(n = 3) | limit 1", "# a comment first\nfields @message | limit 3 | limit 1"),
        ("# $nothing()\nfields a", "# $nothing()\nfields a"),
        ("fields a | fitler $nothing()", "fields a | fitler $nothing()"),
    ],
)
def test_what_a_text_expands_to(text: str, expanded: str) -> None:
    assert expand(text, resolve) == expanded


@pytest.mark.parametrize(
    ("text", "message", "start"),
    [
        ("fields a | $nobody()", "there is no saved query 'nobody'", 11),
        ("$ErrorsByLevel()", "the saved query 'ErrorsByLevel' wants a value for 'app'", 0),
        ("$RecentN(n = 1)", "the saved query 'RecentN' has no parameter 'n'", 0),
        ("$RecentN(count = 1, count = 2)", "the parameter 'count' of the saved query 'RecentN' is given twice", 0),
        ("$nested()", "the saved query 'nested' runs another saved query", 0),
        ("$wide()", "the saved query 'wide' has more than 20 parameters", 0),
        ("fields b | $typedByLibrary(m = 1)", "no such parameter", 11),
    ],
)
def test_what_cannot_be_filled_in(text: str, message: str, start: int) -> None:
    with pytest.raises(QueryError) as caught:
        expand(text, resolve, source="q.ql")
    (problem,) = caught.value.diagnostics
    assert (problem.code, problem.message, problem.span) == ("QL010", message, Span(start, len(text)))
    assert caught.value.where == f"q.ql:1:{start + 1}"


def test_problems_are_told_together_and_in_order() -> None:
    with pytest.raises(QueryError) as caught:
        expand("$nobody() | $RecentN(n = 1)\n| $ErrorsByLevel()", resolve)
    assert [d.span.start for d in caught.value.diagnostics] == [0, 12, 30]


def test_findings_are_told_where_they_come_from() -> None:
    text = "fields a\n| $RecentN()\n| stats percentile(a, 1) | $broken(f = a)\n| fitler x = 1"
    assert expand_calls(text, resolve).text == text, "what cannot be read is not expanded"
    text = text.replace("fitler", "filter")
    found = [(d.code, d.message, text[slice(*d.span)]) for d in expand_calls(text, resolve).diagnose()[1]]
    assert ("QL012", "unknown function 'percentile'", "percentile") in found
    assert ("QL012", "in $broken: unknown function 'percentile'", "$broken(f = a)") in found
    with pytest.raises(QueryError) as caught:
        expand_calls(text, resolve).check("f.ql")
    assert caught.value.text == text
    assert caught.value.where == "f.ql:2:3"  # its sort stands before the last stats


def test_places_go_back() -> None:
    text = "fields a | $RecentN(count = 3) | display a | $noted() | limit 2"
    expansion = expand_calls(text, resolve)
    for word in ("fields a", "display a", "limit 2"):
        at = expansion.text.index(word)
        assert expansion.place(Span(at, at + len(word))) == Span(text.index(word), text.index(word) + len(word))
    at = expansion.text.index("limit 3")
    assert expansion.place(Span(at, at + 5)) == Span(11, 30)
    assert expansion.place(Span(0, len(expansion.text))) == Span(0, len(text))
    assert expansion.place(Span(len(expansion.text), len(expansion.text))) == Span(len(text), len(text))


def test_a_check_without_the_saved_query_says_that_it_cannot_look_inside() -> None:
    _, found = expand_calls("$nobody() | $RecentN(n = 1) | limit 1", resolve).diagnose()
    assert [(d.severity, d.message) for d in found if d.code == "QL010"] == [
        ("info", "what $nobody stands for is known only where it is saved"),
        ("error", "the saved query 'RecentN' has no parameter 'n'"),
    ]


def test_ten_thousand_characters_count_after_filling_in() -> None:
    long: Resolve = lambda call: "fields a # " + "x" * 9_995  # noqa: E731
    with pytest.raises(QueryError) as caught:
        expand_calls("$long()\n| limit 1", long).check()
    (problem,) = caught.value.diagnostics
    assert problem.code == "QL008"
    assert problem.message.startswith("with its saved queries filled in, the query has 10,0")
    assert problem.span == Span(0, 7)


def test_calls_inside_subqueries_are_found() -> None:
    from insightctl.ql import parse

    query, _ = parse("$a() | filter x in ($b() | fields y) | appendcols ($c())")
    assert [call.name for call in calls(query)] == ["a", "b", "c"]
