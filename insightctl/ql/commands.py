"""The one table of commands: keyword, syntax, meaning, example. Parser, checker, completion and docs read it.

Meanings follow the AWS pages of each command; `since` dates what came after the language of April 2026, as far as the
stored pages tell.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CommandInfo:
    """A command. `same` says how the local engine differs from the service; "yes" when it does not."""

    name: str
    syntax: str
    doc: str
    example: str
    since: str = ""
    same: str = "yes"
    aliases: tuple[str, ...] = ()
    standard_only: bool = False
    """Refused by log groups of the Infrequent Access class."""


_NEW = "2026"

_TABLE = (
    CommandInfo(
        "fields",
        "fields EXPR [as NAME], ...",
        "Shows fields and makes new ones.",
        "fields @timestamp, @message",
    ),
    CommandInfo(
        "display",
        "display EXPR [as NAME], ...",
        "Shows only these fields; the last display counts.",
        "display @message",
    ),
    CommandInfo(
        "filter",
        "filter CONDITION",
        "Keeps the events that meet a condition.",
        'filter @message like "ERROR"',
        aliases=("where",),
    ),
    CommandInfo(
        "filterIndex",
        'filterIndex FIELD = "x" | FIELD in [...]',
        "Keeps events with this value of an indexed field; the service reads nothing else.",
        'filterIndex requestId = "79b5e81f"',
        same="no index is needed: it filters",
        standard_only=True,
    ),
    CommandInfo(
        "parse",
        'parse [FIELD] "glob *" as A | /(?<a>regex)/ [multi] | logfmt as MAP | csv as A, B',
        "Takes values out of a text by glob, regular expression, key=value pairs or commas.",
        'parse @message "user=* took *" as user, took',
    ),
    CommandInfo(
        "json",
        'json [field=FIELD] "key.subkey" as NAME, ...',
        "Takes values out of JSON text by their path.",
        'json field=body "user.name" as name',
        since=_NEW,
    ),
    CommandInfo(
        "stats",
        "stats AGGREGATE [as NAME], ... [by EXPR, ...] [offset PERIOD]",
        "Aggregates, by groups.",
        "stats count(*) by bin(5m)",
    ),
    CommandInfo("sort", "sort EXPR [asc | desc], ...", "Orders.", "sort @timestamp desc", aliases=("order",)),
    CommandInfo(
        "limit", "limit [any] N", "Keeps the first rows; any: whichever are found first.", "limit 20", aliases=("head",)
    ),
    CommandInfo("dedup", "dedup FIELD, ...", "Keeps the first event of each value.", "dedup server"),
    CommandInfo(
        "pattern",
        "pattern FIELD",
        "Groups texts by what they have in common.",
        "pattern @message",
        same="patterns are mined here, the service's own clusters can differ",
        standard_only=True,
    ),
    CommandInfo(
        "anomaly",
        "anomaly",
        "Says which patterns are unusual, and how.",
        "pattern @message | anomaly",
        same="judged by statistics here, by the service's own models there",
    ),
    CommandInfo(
        "diff",
        "diff [previousDay | previousWeek | previousMonth]",
        "Compares patterns with the time before.",
        "pattern @message | diff previousDay",
        same="patterns are mined here, the service's own clusters can differ",
        standard_only=True,
    ),
    CommandInfo(
        "logcompare",
        "logcompare timeshift PERIOD",
        "Compares with the same range earlier.",
        "stats count(*) as n by level | logcompare timeshift 1d",
        since=_NEW,
        same="columns are our reading: the pages name none",
    ),
    CommandInfo(
        "relevantfields",
        "relevantfields [FIELD, ...] where CONDITION",
        "Ranks fields by how much they tell about a condition.",
        "relevantfields where duration > 5000",
        since=_NEW,
        same="scores are computed here and can differ",
    ),
    CommandInfo("unnest", "unnest FIELD into NAME", "One row an element of a list.", "unnest items into item"),
    CommandInfo(
        "expand",
        "expand FIELD",
        "One row an element of a JSON array; the field becomes the element.",
        "expand items",
        since=_NEW,
    ),
    CommandInfo(
        "filldown",
        "filldown [FIELD | PREFIX*] ...",
        "Carries the last value forward into rows that have none.",
        "filldown host cpu*",
        since=_NEW,
    ),
    CommandInfo(
        "fillmissing",
        "fillmissing [with VALUE for FIELD, ...]",
        "Adds rows for the bins that have none.",
        "stats count(*) as n by bin(5m) | fillmissing with 0 for n",
        since=_NEW,
    ),
    CommandInfo(
        "accum",
        "accum FIELD [as NAME]",
        "Running sum.",
        "sort @timestamp asc | accum bytes as total",
        since=_NEW,
        same="yes; without a name the field itself becomes the sum",
    ),
    CommandInfo(
        "autoregress",
        "autoregress FIELD [as NAME] [p=N[-M]]",
        "Values of the rows before.",
        "sort @timestamp asc | autoregress bytes p=1-4",
        since=_NEW,
    ),
    CommandInfo(
        "addtotals",
        "addtotals [fieldname=NAME] [row=BOOL] [col=BOOL] [FIELD, ...]",
        "Sums of each row, and of each column.",
        "addtotals price, tax",
        since=_NEW,
    ),
    CommandInfo(
        "outlier",
        "outlier [action=remove | transform] [param=N] [uselower=BOOL] [mark=BOOL] FIELD ...",
        "Clamps or removes values far outside the interquartile range.",
        "outlier action=remove latency",
        since=_NEW,
        same="yes; mark adds FIELD_outlier, a name of ours",
    ),
    CommandInfo(
        "sessionize",
        "sessionize FIELD, ... [maxspan PERIOD] [as NAME]",
        "Groups events into sessions that end with a silence.",
        "sessionize userId maxspan 1h",
        since=_NEW,
        same="yes; ids are 1, 2, 3, ... here",
    ),
    CommandInfo(
        "countFrequent",
        "countFrequent FIELD, ...",
        "How often each combination of values occurs, most frequent first.",
        "countFrequent method, status",
        since=_NEW,
        same="exact here, approximate there",
        aliases=("count_frequent",),
    ),
    CommandInfo(
        "join",
        "join [type=inner | left] left=A right=B where A.FIELD = B.FIELD (SOURCE GROUP ...)",
        "Joins with the events of another log group.",
        "join type=inner left=api right=fn where api.requestId = fn.requestId (SOURCE '/aws/lambda/fn')",
        since=_NEW,
        same="yes; the right side may be a whole query here",
    ),
    CommandInfo(
        "appendcols",
        "appendcols [override=BOOL] [max=N] (QUERY)",
        "Puts the columns of another query beside the rows, one by one.",
        "stats count(*) as n by bin(1h) | appendcols (stats avg(latency) as ms by bin(1h))",
        since=_NEW,
    ),
    CommandInfo(
        "lookup",
        "lookup TABLE COLUMN [as FIELD], ... OUTPUT | OUTPUTNEW COLUMN [as FIELD], ...",
        "Adds columns of a lookup table.",
        "lookup users id OUTPUT name, email",
        same="yes; tables are CSV files given with --lookup NAME=FILE",
    ),
    CommandInfo(
        "cidrlookup",
        "cidrlookup TABLE FIELD [as COLUMN] OUTPUT | OUTPUTNEW COLUMN [as FIELD], ...",
        "Adds columns of a lookup table by the network that an address lies in.",
        "cidrlookup networks srcAddr OUTPUT region, owner",
        since=_NEW,
        same="yes; tables are CSV files given with --lookup NAME=FILE",
    ),
    CommandInfo(
        "estimate",
        "estimate",
        "Says how many bytes the query would scan, and runs nothing.",
        "filter level = 'ERROR' | estimate",
        since=_NEW,
        same="the size of the files here",
    ),
    CommandInfo(
        "unmask",
        "unmask(FIELD)",
        "Shows masked data in the clear.",
        "unmask(@message)",
        same="nothing is masked in files",
        standard_only=True,
    ),
    CommandInfo(
        "source",
        "SOURCE 'GROUP' [start=T] [end=T] | logGroups(namePrefix: [...]) | dataSource([...]) | logGroupTags([...])",
        "Names the log groups.",
        "SOURCE logGroups(namePrefix: ['/aws/lambda/'])",
        same="accounts, classes, tags and data sources do not exist in files",
    ),
)

COMMANDS: dict[str, CommandInfo] = {c.name.lower(): c for c in _TABLE} | {
    alias.lower(): c for c in _TABLE for alias in c.aliases
}
"""By lower-case keyword; aliases name the same command."""
