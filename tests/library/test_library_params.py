"""Parameters: bins that follow the range, prices of the region, choices, and what is said about wrong or missing ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from insightctl.core.errors import UsageError
from insightctl.core.prices import price_list
from insightctl.library import QuerySpec, render
from insightctl.library.defaults import PARTS, bin_of, defaults
from insightctl.library.load import load_all, parse_file
from insightctl.ql import ast, parse
from insightctl.ql.periods import better, length_ms

MINUTE, HOUR, DAY = 60_000, 3_600_000, 86_400_000


def spec(params: str, template: str) -> QuerySpec:
    text = f'+++\ntitle = "T"\nquestion = "Q?"\n{params}\n+++\n{template}\n'
    return parse_file(text, "g", "n", "queries/g/n.ql")


@pytest.mark.parametrize(
    ("range_ms", "text"),
    [
        (1, "1s"),
        (MINUTE, "1s"),
        (5 * MINUTE, "5s"),
        (10 * MINUTE, "10s"),
        (16 * MINUTE, "20s"),
        (30 * MINUTE, "30s"),
        (HOUR, "1m"),
        (3 * HOUR, "5m"),
        (6 * HOUR, "10m"),
        (DAY, "30m"),
        (2 * DAY, "1h"),
        (7 * DAY, "3h"),
        (30 * DAY, "12h"),
        (60 * DAY, "1d"),
        (90 * DAY, "2d"),
    ],
)
def test_a_bin_follows_the_range(range_ms: int, text: str) -> None:
    assert bin_of(range_ms) == text


@given(st.integers(1, 400 * DAY))
def test_a_bin_says_what_it_is_and_gives_at_most_so_many(range_ms: int) -> None:
    text = bin_of(range_ms)
    query, problems = parse(f"stats count(*) by bin({text})")
    assert problems == ()
    (stats,) = query.commands
    assert isinstance(stats, ast.Stats) and isinstance(stats.by[0].expr, ast.Call)
    (period,) = stats.by[0].expr.args
    assert isinstance(period, ast.Period)
    assert better(period) is None, "the service does not cap it"
    assert range_ms <= PARTS * length_ms(period)


def test_values_that_nobody_gave() -> None:
    made = spec(
        '[params.bin]\ntype = "duration"\ndefault = "5m"\n[params.usd]\ntype = "price"\ndefault_price = "logs_scanned_gb"',
        "stats sum(a) * {{ usd }} by bin({{ bin }})",
    )
    assert defaults(made) == {}
    assert defaults(made, range_ms=DAY) == {"bin": "30m"}
    dear = price_list().price("logs_scanned_gb", "sa-east-1").usd
    assert defaults(made, region="sa-east-1") == {"usd": f"{dear:.15g}"}
    own = price_list().with_own({("logs_scanned_gb", ""): 0.001})
    assert defaults(made, region="sa-east-1", prices=own) == {"usd": "0.001"}
    assert render(made, {"usd": "0.001"}) == "stats sum(a) * 0.001 by bin(5m)\n"


def test_a_wrong_value_names_the_option_and_its_line() -> None:
    made = spec(
        '[params.min_ms]\ntype = "number"\nmin = 0\nmax = 9\nhelp = "ms"\n'
        '[params.by]\ntype = "choice"\nchoices = ["a", "b"]\n[params.usd]\ntype = "price"\ndefault_price = "metric_month"',
        "filter a > 1",
    )
    for values, what, line in (
        ({"min_ms": "x"}, "--min-ms: 'x' is not a number", 4),
        ({"min_ms": "10"}, "--min-ms: '10' is not a number from 0 to 9", 4),
        ({"by": "c"}, "--by: 'c' is not one of a, b", 9),
        ({"usd": "dear"}, "--usd: 'dear' is not a price in USD", 12),
        ({"usd": "-1"}, "--usd: '-1' is not a number from 0", 12),
    ):
        with pytest.raises(UsageError) as error:
            render(made, values)
        assert (error.value.what, error.value.where) == (what, f"queries/g/n.ql:{line}")


def test_a_choice_is_a_text_and_decides() -> None:
    made = spec(
        '[params.by]\ntype = "choice"\nchoices = ["a", "b\\"c"]',
        '{% if by is not none and by.value == "a" %}filter x = {{ by }}{% else %}limit 1{% endif %}',
    )
    assert render(made, {"by": "a"}) == 'filter x = "a"\n'
    assert render(made, {"by": 'b"c'}) == render(made) == "limit 1\n"


@pytest.mark.parametrize("required", ["", "required = true\n"])
def test_a_value_that_is_needed_is_asked_for(required: str) -> None:
    made = spec(
        f'[params.request_id]\ntype = "string"\n{required}help = "of one request"',
        "filter @requestId = {{ request_id }}",
    )
    with pytest.raises(UsageError) as error:
        render(made)
    assert (error.value.what, error.value.where) == ("'n' wants --request-id", "queries/g/n.ql:4")
    assert error.value.remedy == "of one request: insightctl query n --request-id STRING"
    assert render(made, {"request_id": "x"}) == 'filter @requestId = "x"\n'


def test_bins_of_the_library_follow_the_range() -> None:
    bins = [p for s in load_all() for p in s.params if p.name == "bin" and p.default is not None]
    assert bins and all(p.follows_range for p in bins)
