"""The one table of functions: name, arguments, result, meaning. Parser, checker, compiler, completion and docs read it.

Meanings follow the AWS pages "Boolean, comparison, numeric, datetime, and other functions" and "stats".
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Group = Literal["aggregate", "numeric", "datetime", "string", "json", "ip", "general"]
ResultType = Literal["number", "string", "timestamp", "boolean", "json", "same", "any"]
"""`same`: the type of the first argument (of all arguments, for coalesce)."""

UNLIMITED = 255


@dataclass(frozen=True, slots=True)
class Function:
    """One function of the language. `signature` is what people read; `least` and `most` count arguments."""

    name: str
    group: Group
    signature: str
    least: int
    most: int
    result: ResultType
    doc: str
    local: bool = True

    @property
    def aggregate(self) -> bool:
        """Whether it belongs into `stats`."""
        return self.group == "aggregate"


def _f(
    group: Group, signature: str, least: int, most: int, result: ResultType, doc: str, *, local: bool = True
) -> Function:
    return Function(signature.partition("(")[0], group, signature, least, most, result, doc, local)


_TABLE: tuple[Function, ...] = (
    _f("aggregate", "count(field | *)", 0, 1, "number", "Counts events; with a field, those that have it."),
    _f("aggregate", "count_distinct(field)", 1, 1, "number", "Number of unique values."),
    _f("aggregate", "sum(number)", 1, 1, "number", "Sum."),
    _f("aggregate", "avg(number)", 1, 1, "number", "Average."),
    _f("aggregate", "min(field)", 1, 1, "same", "Smallest value."),
    _f("aggregate", "max(field)", 1, 1, "same", "Largest value."),
    _f("aggregate", "pct(number, percent)", 2, 2, "number", "Percentile: the observed value at the nearest rank."),
    _f("aggregate", "median(number)", 1, 1, "number", "The observed value in the middle: pct(field, 50)."),
    _f("aggregate", "stddev(number)", 1, 1, "number", "Standard deviation."),
    _f("aggregate", "earliest(field)", 1, 1, "same", "Value of the event with the earliest timestamp."),
    _f("aggregate", "latest(field)", 1, 1, "same", "Value of the event with the latest timestamp."),
    _f("aggregate", "sortsFirst(field)", 1, 1, "same", "The value that sorts first."),
    _f("aggregate", "sortsLast(field)", 1, 1, "same", "The value that sorts last."),
    _f("numeric", "abs(number)", 1, 1, "number", "Absolute value."),
    _f("numeric", "ceil(number)", 1, 1, "number", "Rounds up to a whole number."),
    _f("numeric", "floor(number)", 1, 1, "number", "Rounds down to a whole number."),
    _f("numeric", "greatest(number, ...)", 1, UNLIMITED, "number", "The largest of its arguments."),
    _f("numeric", "least(number, ...)", 1, UNLIMITED, "number", "The smallest of its arguments."),
    _f("numeric", "log(number)", 1, 1, "number", "Natural logarithm."),
    _f("numeric", "sqrt(number)", 1, 1, "number", "Square root."),
    _f("datetime", "bin(period)", 1, 1, "timestamp", "@timestamp truncated to the period."),
    _f("datetime", "datefloor(timestamp, period)", 2, 2, "timestamp", "A timestamp truncated to the period."),
    _f("datetime", "dateceil(timestamp, period)", 2, 2, "timestamp", "A timestamp rounded up to the period."),
    _f("datetime", "fromMillis(number)", 1, 1, "timestamp", "Milliseconds since the epoch as a timestamp."),
    _f("datetime", "toMillis(timestamp)", 1, 1, "number", "A timestamp as milliseconds since the epoch."),
    _f("datetime", "now()", 0, 0, "number", "When the query started, in seconds since the epoch."),
    _f("general", "ispresent(field)", 1, 1, "boolean", "True when the field exists."),
    _f("general", "coalesce(field, ...)", 1, UNLIMITED, "same", "The first of its arguments that is there."),
    _f("json", "jsonParse(text)", 1, 1, "json", "A JSON object or array as a map or list."),
    _f("json", "jsonStringify(map)", 1, 1, "string", "A map or list as JSON text."),
    _f("ip", "isValidIp(text)", 1, 1, "boolean", "True for an IPv4 or IPv6 address.", local=False),
    _f("ip", "isValidIpV4(text)", 1, 1, "boolean", "True for an IPv4 address.", local=False),
    _f("ip", "isValidIpV6(text)", 1, 1, "boolean", "True for an IPv6 address.", local=False),
    _f("ip", "isIpInSubnet(text, cidr)", 2, 2, "boolean", "True when the address lies in the subnet.", local=False),
    _f("ip", "isIpv4InSubnet(text, cidr)", 2, 2, "boolean", "True when it lies in the IPv4 subnet.", local=False),
    _f("ip", "isIpv6InSubnet(text, cidr)", 2, 2, "boolean", "True when it lies in the IPv6 subnet.", local=False),
    _f("string", "isempty(field)", 1, 1, "number", "1 when the field is missing or empty."),
    _f("string", "isblank(field)", 1, 1, "number", "1 when the field is missing, empty or only white space."),
    _f("string", "concat(text, ...)", 1, UNLIMITED, "string", "Joins texts."),
    _f("string", "ltrim(text[, chars])", 1, 2, "string", "Removes white space, or these characters, on the left."),
    _f("string", "rtrim(text[, chars])", 1, 2, "string", "Removes white space, or these characters, on the right."),
    _f("string", "trim(text[, chars])", 1, 2, "string", "Removes white space, or these characters, on both sides."),
    _f("string", "strlen(text)", 1, 1, "number", "Length in code points."),
    _f("string", "toupper(text)", 1, 1, "string", "Upper case."),
    _f("string", "tolower(text)", 1, 1, "string", "Lower case."),
    _f("string", "substr(text, start[, length])", 2, 3, "string", "Part of a text; the first character is 0."),
    _f("string", "replace(text, search, with)", 3, 3, "string", "Replaces every occurrence of a text."),
    _f("string", "strcontains(text, search)", 2, 2, "number", "1 when the text contains the other, else 0."),
)

FUNCTIONS: dict[str, Function] = {function.name.lower(): function for function in _TABLE}
"""By lower-case name: names are accepted in any case."""


def find(name: str) -> Function | None:
    """The function of this name, in any case."""
    return FUNCTIONS.get(name.lower())
