"""The one table of functions: name, arguments with types, result, meaning, age. Parser, checker, compiler, completion
and docs read it.

Meanings follow the AWS pages "Boolean, comparison, numeric, datetime, and other functions", "stats", "Hashing
functions" and "Time-series functions"; `since` dates what came after the language of April 2026.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Literal, NamedTuple

Group = Literal["aggregate", "numeric", "datetime", "string", "json", "ip", "general"]
ResultType = Literal["number", "string", "timestamp", "boolean", "json", "same", "any"]
"""`same`: the type of the first argument (of all values to choose from, for coalesce, if and case)."""

UNLIMITED = 255


class Parameter(NamedTuple):
    """An argument of a function: `type` is any, number, text, timestamp, period, json, condition, or `*`'s field."""

    name: str
    type: str


_PARAMETER = re.compile(r"(\w+): (\w+)")


@dataclass(frozen=True)
class Function:
    """One function of the language. `least` and `most` count arguments; `same` says how the local engine differs."""

    name: str
    group: Group
    signature: str
    least: int
    most: int
    result: ResultType
    doc: str
    since: str = ""
    same: str = "yes"
    aliases: tuple[str, ...] = ()

    @property
    def aggregate(self) -> bool:
        """Whether it belongs into `stats`."""
        return self.group == "aggregate"

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """The arguments as the signature names them; the last one stands for all that may follow it."""
        return tuple(Parameter(name, kind) for name, kind in _PARAMETER.findall(self.signature))

    def parameter(self, position: int) -> Parameter | None:
        """What is wanted at a 0-based position; None when the signature does not tell."""
        if not self.parameters:
            return None
        return self.parameters[min(position, len(self.parameters) - 1)]


def _f(
    group: Group,
    signature: str,
    arity: tuple[int, int],
    result: ResultType,
    doc: str,
    *,
    since: str = "",
    same: str = "yes",
    aliases: tuple[str, ...] = (),
) -> Function:
    name = signature.partition("(")[0]
    return Function(name, group, signature, arity[0], arity[1], result, doc, since, same, aliases)


_NEW = "2026"
_AGGREGATES = (
    _f("aggregate", "count([field: any | *])", (0, 1), "number", "Counts events; with a field, those that have it."),
    _f(
        "aggregate",
        "count_distinct(field: any)",
        (1, 1),
        "number",
        "Number of unique values.",
        same="exact to 10 million values here, there to a size that is not said",
        aliases=("countDistinct",),
    ),
    _f("aggregate", "sum(field: number)", (1, 1), "number", "Sum."),
    _f("aggregate", "avg(field: number)", (1, 1), "number", "Average."),
    _f("aggregate", "min(field: any)", (1, 1), "same", "Smallest value."),
    _f("aggregate", "max(field: any)", (1, 1), "same", "Largest value."),
    _f(
        "aggregate",
        "pct(field: number, percent: number)",
        (2, 2),
        "number",
        "Percentile: the observed value at the nearest rank.",
        same="exact here, approximate there for very many values",
    ),
    _f("aggregate", "median(field: number)", (1, 1), "number", "The observed value in the middle: pct(field, 50)."),
    _f("aggregate", "stddev(field: number)", (1, 1), "number", "Standard deviation of a sample."),
    _f("aggregate", "variance(field: number)", (1, 1), "number", "Variance of the population.", since=_NEW),
    _f(
        "aggregate",
        "values(field: any)",
        (1, 1),
        "json",
        "List of the unique values.",
        since=_NEW,
        same="yes; sorted here",
        aliases=("collect_values",),
    ),
    _f(
        "aggregate",
        "topk(k: number, field: any)",
        (2, 2),
        "json",
        "List of the k most frequent values; stands alone in stats.",
        since=_NEW,
        same="exact here",
    ),
    _f("aggregate", "earliest(field: any)", (1, 1), "same", "Value of the event with the earliest timestamp."),
    _f("aggregate", "latest(field: any)", (1, 1), "same", "Value of the event with the latest timestamp."),
    _f("aggregate", "sortsFirst(field: any)", (1, 1), "same", "The value that sorts first."),
    _f("aggregate", "sortsLast(field: any)", (1, 1), "same", "The value that sorts last."),
    _f(
        "aggregate",
        "rate(field: number, interval: period)",
        (2, 2),
        "number",
        "How fast a value changes: from the earliest to the latest event, per interval.",
        since=_NEW,
        same="our reading: the page gives no formula",
    ),
    _f(
        "aggregate",
        "countOverTime([field: any | *])",
        (0, 1),
        "number",
        "Events of each bin; with a field, those that have it.",
        since=_NEW,
    ),
    _f("aggregate", "sumOverTime(field: number)", (1, 1), "number", "Sum of each bin.", since=_NEW),
    _f(
        "aggregate",
        "histogram(field: number, buckets: number)",
        (2, 2),
        "json",
        "Map of equal-wide ranges to how many values lie in them.",
        since=_NEW,
        same="our spelling of the ranges: the page gives none",
    ),
)
_NUMERIC = (
    _f("numeric", "abs(a: number)", (1, 1), "number", "Absolute value."),
    _f("numeric", "ceil(a: number)", (1, 1), "number", "Rounds up to a whole number."),
    _f("numeric", "floor(a: number)", (1, 1), "number", "Rounds down to a whole number."),
    _f(
        "numeric",
        "round(a: number[, digits: number])",
        (1, 2),
        "number",
        "Rounds to a whole number, or to so many decimals.",
        since=_NEW,
    ),
    _f("numeric", "greatest(a: number, ...)", (1, UNLIMITED), "number", "The largest of its arguments."),
    _f("numeric", "least(a: number, ...)", (1, UNLIMITED), "number", "The smallest of its arguments."),
    _f("numeric", "log(a: number)", (1, 1), "number", "Natural logarithm."),
    _f("numeric", "sqrt(a: number)", (1, 1), "number", "Square root."),
    _f(
        "numeric",
        "haversine(lat1: number, lon1: number, lat2: number, lon2: number)",
        (4, 4),
        "number",
        "Great-circle distance in km between two places in degrees.",
        since=_NEW,
    ),
    _f("numeric", "toNumber(text: any)", (1, 1), "number", "The number that a text spells.", since=_NEW),
    _f("numeric", "toInt(value: any)", (1, 1), "number", "As a whole number of 32 bits.", since=_NEW),
    _f("numeric", "toLong(value: any)", (1, 1), "number", "As a whole number of 64 bits.", since=_NEW),
    _f("numeric", "toDouble(value: any)", (1, 1), "number", "As a floating-point number.", since=_NEW),
)
_DATETIME = (
    _f("datetime", "bin(width: period)", (1, 1), "timestamp", "@timestamp truncated to the period."),
    _f(
        "datetime",
        "datefloor(time: timestamp, width: period)",
        (2, 2),
        "timestamp",
        "A timestamp truncated to the period.",
        aliases=("date_floor",),
    ),
    _f(
        "datetime",
        "dateceil(time: timestamp, width: period)",
        (2, 2),
        "timestamp",
        "A timestamp rounded up to the period.",
        aliases=("date_ceil",),
    ),
    _f("datetime", "fromMillis(ms: number)", (1, 1), "timestamp", "Milliseconds since the epoch as a timestamp."),
    _f("datetime", "toMillis(time: timestamp)", (1, 1), "number", "A timestamp as milliseconds since the epoch."),
    _f("datetime", "now()", (0, 0), "number", "When the query started, in seconds since the epoch."),
    _f(
        "datetime",
        "parseDate(text: text, pattern: text[, zone: text])",
        (2, 3),
        "number",
        'A text as milliseconds since the epoch; the pattern is Java\'s: "yyyy-MM-dd HH:mm:ss".',
        since=_NEW,
    ),
    _f(
        "datetime",
        "formatDate(time: timestamp, format: text[, zone: text])",
        (2, 3),
        "string",
        'A timestamp as text; the format is strftime\'s: "%Y-%m-%d".',
        since=_NEW,
        aliases=("strftime",),
    ),
    _f("datetime", "queryStartTime()", (0, 0), "number", "Start of the query's range, ms since the epoch.", since=_NEW),
    _f("datetime", "queryEndTime()", (0, 0), "number", "End of the query's range, ms since the epoch.", since=_NEW),
    _f("datetime", "queryTimeRange()", (0, 0), "number", "Length of the query's range in ms.", since=_NEW),
)
_GENERAL = (
    _f("general", "ispresent(field: any)", (1, 1), "boolean", "True when the field exists."),
    _f("general", "coalesce(field: any, ...)", (1, UNLIMITED), "same", "The first of its arguments that is there."),
    _f(
        "general",
        "if(test: condition, then: any, otherwise: any)",
        (3, 3),
        "same",
        "One of two values, by a condition.",
        since=_NEW,
    ),
    _f(
        "general",
        "case(test: condition, value: any, ...[, otherwise: any])",
        (2, 21),
        "same",
        "The value of the first condition that holds, of up to 10; else the last one, if it has no condition.",
        since=_NEW,
    ),
    _f("general", "isNumeric(field: any)", (1, 1), "boolean", "True when the value is or spells a number.", since=_NEW),
    _f("general", "messageSize(field: text)", (1, 1), "number", "Length of a text in bytes.", since=_NEW),
    _f(
        "general",
        "unmask(field: any)",
        (1, 1),
        "same",
        "Masked data in the clear.",
        same="nothing is masked in files",
    ),
)
_JSON = (
    _f("json", "jsonParse(text: text)", (1, 1), "json", "A JSON object or array as a map or list."),
    _f("json", "jsonStringify(map: json)", (1, 1), "string", "A map or list as JSON text."),
    _f("json", "jsonArraySize(text: any)", (1, 1), "number", "Number of elements of a JSON array.", since=_NEW),
    _f(
        "json",
        "jsonArrayContains(text: any, value: text)",
        (2, 2),
        "boolean",
        "Whether a JSON array holds the value.",
        since=_NEW,
    ),
)
_IP = (
    _f("ip", "isValidIp(text: text)", (1, 1), "boolean", "True for an IPv4 or IPv6 address."),
    _f("ip", "isValidIpV4(text: text)", (1, 1), "boolean", "True for an IPv4 address."),
    _f("ip", "isValidIpV6(text: text)", (1, 1), "boolean", "True for an IPv6 address."),
    _f("ip", "isIpInSubnet(text: text, cidr: text)", (2, 2), "boolean", "True when the address lies in the subnet."),
    _f("ip", "isIpv4InSubnet(text: text, cidr: text)", (2, 2), "boolean", "True when it lies in the IPv4 subnet."),
    _f("ip", "isIpv6InSubnet(text: text, cidr: text)", (2, 2), "boolean", "True when it lies in the IPv6 subnet."),
    _f("ip", "ipv4ToNumber(text: text)", (1, 1), "number", "An IPv4 address as a number.", since=_NEW),
    _f("ip", "isPrivateIP(text: text)", (1, 1), "boolean", "True for a private address (RFC 1918).", since=_NEW),
    _f("ip", "isPublicIP(text: text)", (1, 1), "boolean", "True for a publicly routed address.", since=_NEW),
    _f(
        "ip",
        "isReservedIP(text: text)",
        (1, 1),
        "boolean",
        "True for an address of a reserved range.",
        since=_NEW,
        same="by IANA's registries of special-purpose addresses here",
    ),
)
_STRING = (
    _f("string", "isempty(field: any)", (1, 1), "number", "1 when the field is missing or empty."),
    _f("string", "isblank(field: any)", (1, 1), "number", "1 when the field is missing, empty or only white space."),
    _f("string", "concat(text: text, ...)", (1, UNLIMITED), "string", "Joins texts."),
    _f(
        "string",
        "ltrim(text: text[, chars: text])",
        (1, 2),
        "string",
        "Removes white space, or these characters, on the left.",
    ),
    _f(
        "string",
        "rtrim(text: text[, chars: text])",
        (1, 2),
        "string",
        "Removes white space, or these characters, on the right.",
    ),
    _f(
        "string",
        "trim(text: text[, chars: text])",
        (1, 2),
        "string",
        "Removes white space, or these characters, on both sides.",
    ),
    _f("string", "strlen(text: text)", (1, 1), "number", "Length in code points."),
    _f("string", "toupper(text: text)", (1, 1), "string", "Upper case."),
    _f("string", "tolower(text: text)", (1, 1), "string", "Lower case."),
    _f(
        "string",
        "substr(text: text, start: number[, length: number])",
        (2, 3),
        "string",
        "Part of a text; the first character is 0.",
    ),
    _f(
        "string",
        "replace(text: text, search: text, with: text)",
        (3, 3),
        "string",
        "Replaces every occurrence of a text.",
    ),
    _f(
        "string",
        "regexReplace(text: text, pattern: text, with: text)",
        (3, 3),
        "string",
        "Replaces every match of a regular expression; $1 is its first group.",
        since=_NEW,
    ),
    _f(
        "string",
        "strcontains(text: text, search: text[, ignoreCase: condition])",
        (2, 3),
        "number",
        "1 when the text contains the other, else 0.",
    ),
    _f("string", "startsWith(text: text, search: text)", (2, 2), "number", "1 when the text starts so.", since=_NEW),
    _f("string", "endsWith(text: text, search: text)", (2, 2), "number", "1 when the text ends so.", since=_NEW),
    _f("string", "urlencode(text: text)", (1, 1), "string", "Percent-encodes a text.", since=_NEW),
    _f("string", "urldecode(text: text)", (1, 1), "string", "Resolves percent-encoding.", since=_NEW),
    _f("string", "base64encode(text: text)", (1, 1), "string", "As base64.", since=_NEW),
    _f("string", "base64decode(text: text)", (1, 1), "string", "From base64.", since=_NEW),
    _f("string", "split(text: text, delimiter: text)", (2, 2), "json", "The list of its parts.", since=_NEW),
    _f("string", "hexToAscii(hex: text)", (1, 1), "string", "The text that hexadecimal bytes spell.", since=_NEW),
    _f("string", "hexToDec(hex: text)", (1, 1), "number", "A hexadecimal number as a number.", since=_NEW),
    _f("string", "decToHex(number: number)", (1, 1), "string", 'A whole number as hexadecimal: "0xff".', since=_NEW),
    _f("string", "md5(text: text)", (1, 1), "string", "MD5 of a text, in hexadecimal.", since=_NEW),
    _f("string", "sha256(text: text)", (1, 1), "string", "SHA-256 of a text, in hexadecimal.", since=_NEW),
)

FUNCTIONS: dict[str, Function] = {
    function.name.lower(): function
    for function in (*_AGGREGATES, *_NUMERIC, *_DATETIME, *_GENERAL, *_JSON, *_IP, *_STRING)
}
"""By lower-case name: names are accepted in any case."""

_BY_SPELLING = FUNCTIONS | {alias.lower(): f for f in FUNCTIONS.values() for alias in f.aliases}


def find(name: str) -> Function | None:
    """The function of this name or alias, in any case."""
    return _BY_SPELLING.get(name.lower())
