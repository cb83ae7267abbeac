"""No parameter value can end its literal or start a command, whatever somebody passes."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from insightctl.core.errors import UsageError
from insightctl.library import Param, QuerySpec, render
from insightctl.library.literals import literal
from insightctl.library.spec import ParamType
from insightctl.ql import ast, parse

HOSTILE = st.text(max_size=25) | st.lists(
    st.sampled_from(['"', "'", "\\", "/", "[", "]", "`", "|", "#", "\n", "*", "a", " ", "{{", "}}", "{%", "(", ")", "^", "\\Q"]),
    max_size=10,
).map("".join)  # fmt: skip


def spec(kind: ParamType, template: str, **bounds: float) -> QuerySpec:
    param = Param("v", kind, "a value", min=bounds.get("min"), max=bounds.get("max"))
    return QuerySpec(
        "q", "g", "T", "Q?", template + "\n| filter tail like /x]/ | limit 7", "queries/g/q.ql", 1, params=(param,)
    )


def condition(text: str) -> ast.Expr:
    """The right side of the first command's comparison; the two commands behind it have to be there."""
    query, problems = parse(text)
    assert problems == ()
    first, second, third = query.commands
    assert second == ast.Filter(ast.Binary("like", ast.Field(("tail",)), ast.Regex("x]")))
    assert third == ast.Limit(7, False)
    assert isinstance(first, ast.Filter)
    assert isinstance(first.condition, ast.Binary)
    assert first.condition.left == ast.Field(("a",))
    return first.condition.right


def squeezed(text: str) -> str:
    """What the renderer does to blank lines and to spaces at the end of lines."""
    return re.sub(r"\n{2,}", "\n", "\n".join(line.rstrip() for line in text.split("\n")))


@given(HOSTILE)
@settings(max_examples=300, deadline=None)
def test_strings(value: str) -> None:
    assert condition(render(spec("string", "filter a = {{ v }}"), {"v": value})) == ast.String(value)


@given(HOSTILE)
@settings(max_examples=300, deadline=None)
def test_regular_expressions(value: str) -> None:
    try:
        text = render(spec("regex", "filter a like {{ v }}"), {"v": value})
    except UsageError:
        return
    found = condition(text)
    assert isinstance(found, ast.Regex)
    meant = re.sub(r"\\(.)", lambda m: "/" if m[1] == "/" else m[0], value, flags=re.S)
    assert squeezed(found.pattern) == squeezed(meant)


@given(HOSTILE)
@settings(max_examples=200, deadline=None)
def test_fields(value: str) -> None:
    try:
        text = render(spec("field", "filter a = {{ v }}"), {"v": value})
    except UsageError:
        return
    found = condition(text)
    assert isinstance(found, ast.Field)
    assert squeezed(found.name) == squeezed(value)


@given(HOSTILE | st.from_regex(r"-?[0-9]{1,4}(\.[0-9]{1,3})?(e[0-9])?", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_numbers(value: str) -> None:
    try:
        text = render(spec("number", "filter a = {{ v }}"), {"v": value})
    except UsageError:
        return
    assert condition(text) == ast.Number(float(value), value)


@given(HOSTILE | st.from_regex(r"[0-9]{1,4}(ms|s|m|h|d|w|mo|x|M)", fullmatch=True))
@settings(max_examples=200, deadline=None)
def test_durations(value: str) -> None:
    try:
        text = literal(Param("v", "duration", ""), value).text
    except UsageError:
        return
    query, problems = parse(f"stats count(*) by bin({text})")
    assert problems == ()
    (command,) = query.commands
    assert isinstance(command, ast.Stats)
    (key,) = command.by
    assert isinstance(key.expr, ast.Call)
    assert [type(arg) for arg in key.expr.args] == [ast.Period]


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        ("number", "x", "--v: 'x' is not a number"),
        ("number", "1; drop", "--v: '1; drop' is not a number"),
        ("number", "101", "--v: '101' is not a number from 0 to 100"),
        ("integer", "1.5", "--v: '1.5' is not a whole number"),
        ("duration", "5", "--v: '5' is not a duration such as 30s, 5m or 1h"),
        ("duration", "0m", "--v: '0m' is not a duration such as 30s, 5m or 1h"),
        ("duration", "5m) | limit 1", "--v: '5m) | limit 1' is not a duration such as 30s, 5m or 1h"),
        ("regex", "(a", "--v: '(a' is not a regular expression that the service runs: a '(' is never closed"),
        ("field", "a`b", "--v: 'a`b' is not a field name"),
        ("field", " ", "--v: ' ' is not a field name"),
    ],
)
def test_wrong_values(kind: ParamType, value: str, message: str) -> None:
    with pytest.raises(UsageError) as error:
        render(spec(kind, "filter a = {{ v }}", min=0, max=100), {"v": value})
    assert error.value.what == message


def test_a_capped_duration_is_written_in_a_larger_unit() -> None:
    assert literal(Param("bin", "duration", ""), "300s").text == "5m"


def test_choices() -> None:
    param = Param("by", "field", "how", choices=("function", "version"))
    assert literal(param, "version").text == "version"
    with pytest.raises(UsageError, match="'x' is not one of function, version"):
        literal(param, "x")


def test_only_parameters_get_into_a_query() -> None:
    with pytest.raises(UsageError, match="a template may insert parameters only"):
        render(spec("string", "filter a = {{ 'x' }} or b = {{ v }}"), {"v": "y"})


@pytest.mark.parametrize("template", ["{{ nosuch }}", "{% include '../secret.ql' %}", "{% if %}", "{{ v.__class__ }}"])
def test_broken_templates_name_their_place(template: str) -> None:
    with pytest.raises(UsageError) as error:
        render(spec("string", template), {"v": "x"})
    assert "queries/g/q.ql" in (error.value.where or "") or "parameters only" in error.value.what
