"""Every diagnostic code: what it means, a query that is wrong, one that is right, and why. `insightctl explain CODE`."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Code:
    """A page of `insightctl explain`."""

    code: str
    title: str
    wrong: str
    right: str
    why: str


_TABLE = (
    Code(
        "QL001",
        "unexpected text",
        "stats count(*) bin(5m)",
        "stats count(*) by bin(5m)",
        "The text is not the language at this place.",
    ),
    Code(
        "QL002",
        "string never ends",
        'filter level = "ERROR',
        'filter level = "ERROR"',
        "A string or a back-ticked name has to be closed.",
    ),
    Code(
        "QL003",
        "regular expression never ends",
        "filter @message like /ERROR",
        "filter @message like /ERROR/",
        "A regular expression stands between two slashes; a slash inside is written \\/.",
    ),
    Code(
        "QL004",
        "unexpected character",
        "filter a = 1 & b = 2",
        "filter a = 1 and b = 2",
        "The language has no such character outside of strings.",
    ),
    Code(
        "QL005",
        "malformed number or period",
        "stats count(*) by bin(5x5)",
        "stats count(*) by bin(5m)",
        "A period is a whole number and a unit: ms, s, m, h, d, w, mo, q, y.",
    ),
    Code(
        "QL006",
        "nested too deep",
        "filter ((((((((...))))))))",
        "filter a = 1",
        "Deep nesting is refused so that no query can exhaust the reader.",
    ),
    Code("QL007", "empty query", "# nothing but a comment", "stats count(*)", "There is nothing to run."),
    Code(
        "QL008",
        "query too long",
        "(more than 10,000 characters)",
        "(at most 10,000 characters)",
        "StartQuery takes at most 10,000 characters.",
    ),
    Code("QL011", "unknown command", "fitler level = 1", "filter level = 1", "The service knows no such command."),
    Code(
        "QL012",
        "unknown function",
        "stats percentile(@duration, 99)",
        "stats pct(@duration, 99)",
        "The service knows no such function.",
    ),
    Code(
        "QL013",
        "wrong number of arguments",
        "stats pct(@duration)",
        "stats pct(@duration, 99)",
        "The function takes another number of arguments.",
    ),
    Code(
        "QL014",
        "aggregate out of place",
        "filter count(*) > 5",
        "stats count(*) as n by level | filter n > 5",
        "Aggregates only stand in stats, and not inside each other.",
    ),
    Code(
        "QL015",
        "field without an aggregate",
        "stats @duration by level",
        "stats avg(@duration) by level",
        "In stats every field is aggregated, or stands after 'by'.",
    ),
    Code("QL016", "limit out of range", "limit 0", "limit 20", "limit takes a whole number from 1 to 10,000."),
    Code(
        "QL017",
        "command after dedup",
        "dedup server | sort @timestamp",
        "sort @timestamp | dedup server",
        "Only limit may follow dedup.",
    ),
    Code(
        "QL018",
        "sort or limit before stats",
        "limit 20 | stats count(*)",
        "stats count(*) | limit 20",
        "sort and limit stand after the last stats.",
    ),
    Code(
        "QL019",
        "field is gone after stats",
        "stats count(*) by level | filter @message like /x/",
        "filter @message like /x/ | stats count(*) by level",
        "After stats there are only the columns that it made.",
    ),
    Code("QL020", "too many stats", "(11 stats commands)", "(at most 10)", "A query has at most 10 stats commands."),
    Code(
        "QL021",
        "regular expression refused",
        "filter @message like /(?=x)/",
        "filter @message like /x/",
        "The engine is RE2-like: no look-around, back-references or possessive quantifiers.",
    ),
    Code(
        "QL022",
        "glob and names do not match",
        'parse @message "* *" as a',
        'parse @message "* *" as a, b',
        "parse wants one name for each * of the glob.",
    ),
    Code(
        "QL023",
        "regular expression captures nothing",
        "parse @message /id=(\\S+)/",
        "parse @message /id=(?<id>\\S+)/",
        "parse takes its fields from named groups.",
    ),
    Code(
        "QL024",
        "period out of place",
        "filter a = 5m",
        "filter a = 300000",
        "A period is an argument of bin, datefloor and dateceil only.",
    ),
    Code(
        "QL025",
        "unknown unit of time",
        "stats count(*) by bin(5x)",
        "stats count(*) by bin(5m)",
        "Units: ms, s, m, h, d, w, mo, q, y and their long forms.",
    ),
    Code(
        "QL026",
        "a regular expression out of place",
        "filter @message = /x/",
        "filter @message like /x/",
        "A regular expression stands after like, =~ or in parse.",
    ),
    Code(
        "QL040",
        "period is capped",
        "stats count(*) by bin(300s)",
        "stats count(*) by bin(5m)",
        "The service caps the amount: ms at 1000, s and m at 60, h at 24. bin(300s) really is bin(60s).",
    ),
)

CODES: dict[str, Code] = {code.code: code for code in _TABLE}


def page(code: Code) -> str:
    """The page of a code, as text."""
    return f"{code.code}: {code.title}\n\n{code.why}\n\nwrong:\n    {code.wrong}\n\nright:\n    {code.right}\n"
