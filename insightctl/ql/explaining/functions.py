"""The functions of the language in words: one row each; `{0}` is the first argument.

`TESTS` are functions that answer yes or no, as a statement and its contrary; `VALUES` name what a function gives, by
the number of arguments; `EVERY` takes any number of them, listed.
"""

from __future__ import annotations

TESTS: dict[tuple[str, int], tuple[str, str]] = {
    ("ispresent", 1): ("{0} is present", "{0} is absent"),
    ("isNumeric", 1): ("{0} is a number", "{0} is no number"),
    ("isempty", 1): ("{0} is absent or empty", "{0} is neither absent nor empty"),
    ("isblank", 1): ("{0} is absent, empty or only white space", "{0} is neither absent nor blank"),
    ("strcontains", 2): ("{0} contains {1}", "{0} does not contain {1}"),
    ("startsWith", 2): ("{0} starts with {1}", "{0} does not start with {1}"),
    ("endsWith", 2): ("{0} ends with {1}", "{0} does not end with {1}"),
    ("jsonArrayContains", 2): ("the JSON array {0} contains {1}", "the JSON array {0} does not contain {1}"),
    ("isValidIp", 1): ("{0} is an IP address", "{0} is no IP address"),
    ("isValidIpV4", 1): ("{0} is an IPv4 address", "{0} is no IPv4 address"),
    ("isValidIpV6", 1): ("{0} is an IPv6 address", "{0} is no IPv6 address"),
    ("isIpInSubnet", 2): ("{0} lies in the network {1}", "{0} does not lie in the network {1}"),
    ("isIpv4InSubnet", 2): ("{0} lies in the IPv4 network {1}", "{0} does not lie in the IPv4 network {1}"),
    ("isIpv6InSubnet", 2): ("{0} lies in the IPv6 network {1}", "{0} does not lie in the IPv6 network {1}"),
    ("isPrivateIP", 1): ("{0} is a private address", "{0} is no private address"),
    ("isPublicIP", 1): ("{0} is a public address", "{0} is no public address"),
    ("isReservedIP", 1): ("{0} is a reserved address", "{0} is no reserved address"),
}
"""By name and number of arguments."""

VALUES: dict[tuple[str, int], str] = {
    ("abs", 1): "the absolute value of {0}",
    ("ceil", 1): "{0} rounded up to a whole number",
    ("floor", 1): "{0} rounded down to a whole number",
    ("round", 1): "{0} rounded to a whole number",
    ("round", 2): "{0} rounded to {1} decimals",
    ("log", 1): "the natural logarithm of {0}",
    ("sqrt", 1): "the square root of {0}",
    ("haversine", 4): "the distance in km from {0}, {1} to {2}, {3} (latitude, longitude)",
    ("toNumber", 1): "{0} as a number",
    ("toInt", 1): "{0} as a whole number of 32 bits",
    ("toLong", 1): "{0} as a whole number of 64 bits",
    ("toDouble", 1): "{0} as a floating-point number",
    ("fromMillis", 1): "the time that is {0} ms since the epoch",
    ("toMillis", 1): "{0} in ms since the epoch",
    ("now", 0): "the time of the run in seconds since the epoch",
    ("parseDate", 2): "the time that {0} spells in the pattern {1}, in ms since the epoch",
    ("parseDate", 3): "the time that {0} spells in the pattern {1} and the time zone {2}, in ms since the epoch",
    ("formatDate", 2): "{0} written as {1}",
    ("formatDate", 3): "{0} written as {1} in the time zone {2}",
    ("queryStartTime", 0): "the start of the query's time range in ms since the epoch",
    ("queryEndTime", 0): "the end of the query's time range in ms since the epoch",
    ("queryTimeRange", 0): "the length of the query's time range in ms",
    ("messageSize", 1): "the length of {0} in bytes",
    ("unmask", 1): "{0} in the clear",
    ("jsonParse", 1): "the JSON in {0}",
    ("jsonStringify", 1): "{0} as JSON text",
    ("jsonArraySize", 1): "the number of elements of the JSON array {0}",
    ("ipv4ToNumber", 1): "the IPv4 address {0} as a number",
    ("ltrim", 1): "{0} without white space on the left",
    ("rtrim", 1): "{0} without white space on the right",
    ("trim", 1): "{0} without white space around it",
    ("ltrim", 2): "{0} without the characters {1} on the left",
    ("rtrim", 2): "{0} without the characters {1} on the right",
    ("trim", 2): "{0} without the characters {1} around it",
    ("strlen", 1): "the length of {0} in characters",
    ("toupper", 1): "{0} in upper case",
    ("tolower", 1): "{0} in lower case",
    ("substr", 2): "the part of {0} from position {1} on, counted from 0",
    ("substr", 3): "the part of {0} from position {1}, counted from 0, of at most {2} characters",
    ("replace", 3): "{0} with every {1} replaced by {2}",
    ("regexReplace", 3): "{0} with every match of the pattern {1} replaced by {2}",
    ("urlencode", 1): "{0} percent-encoded",
    ("urldecode", 1): "{0} with its percent-encoding resolved",
    ("base64encode", 1): "{0} in base64",
    ("base64decode", 1): "{0} decoded from base64",
    ("split", 2): "the list of the parts of {0} between {1}",
    ("hexToAscii", 1): "the text of the hexadecimal bytes {0}",
    ("hexToDec", 1): "the hexadecimal number {0} as a number",
    ("decToHex", 1): "{0} in hexadecimal",
    ("md5", 1): "the MD5 of {0}",
    ("sha256", 1): "the SHA-256 of {0}",
}
"""By name and number of arguments."""

EVERY: dict[str, str] = {
    "concat": "{0} joined into one text",
    "coalesce": "the first of {0} that is present",
    "greatest": "the largest of {0}",
    "least": "the smallest of {0}",
}
"""By name; `{0}` is the list of arguments."""

AGGREGATES: dict[str, str] = {
    "count_distinct": "the number of different values of {0}",
    "sum": "the sum of {0}",
    "avg": "the average of {0}",
    "min": "the smallest value of {0}",
    "max": "the largest value of {0}",
    "median": "the median of {0}",
    "stddev": "the standard deviation of {0}",
    "variance": "the variance of {0}",
    "values": "the list of the different values of {0}",
    "earliest": "the value of {0} in the earliest event that has it",
    "latest": "the value of {0} in the latest event that has it",
    "sortsFirst": "the value of {0} that sorts first",
    "sortsLast": "the value of {0} that sorts last",
    "sumOverTime": "the sum of {0} in each interval",
    "topk": "the list of the {0} most frequent values of {1}",
    "histogram": "how the values of {0} spread over {1} equally wide ranges",
}
"""By name; count, countOverTime, pct, rate and what is said of conditions are `expressions`' own."""
