"""Pages of what the service runs and what misleads: warnings, and what is only good to know."""

from __future__ import annotations

from insightctl.ql.codes.page import Code

WARNINGS = (
    Code(
        "QL040",
        "period is capped",
        "stats count(*) by bin(300s)",
        "stats count(*) by bin(5m)",
        "The service caps the amount: ms at 1000, s and m at 60, h at 24. bin(300s) really is bin(60s).",
        "warning",
    ),
    Code(
        "QL041",
        "dash that subtracts",
        "stats count(*) by detail-type",
        "stats count(*) by `detail-type`",
        "Without back-ticks a dash subtracts one field from another. Where there are no such fields the "
        "result is empty.",
        "warning",
    ),
    Code(
        "QL050",
        "functions that log in JSON are not seen",
        'filter @type = "REPORT" | stats avg(@duration)',
        'filter @type = "REPORT" or type = "platform.report" | stats avg(coalesce(@duration, '
        "record.metrics.durationMs))",
        "@type, @duration and the like come from Lambda's text lines. A function with the JSON log format "
        'writes type = "platform.report" and record.metrics.durationMs, so the query says nothing about it.',
        "warning",
    ),
    Code(
        "QL051",
        "text in quotes that looks like a pattern",
        'filter @message like "time.*out"',
        "filter @message like /time.*out/",
        "In quotes like searches a plain text: '.*', '%' and '*' are looked for as they stand. A pattern "
        "stands between slashes.",
        "warning",
    ),
    Code(
        "QL052",
        "number in quotes",
        'filter status > "200"',
        "filter status > 200",
        'Two texts compare character by character: "1000" comes before "200". Without quotes the value counts '
        "as a number.",
        "warning",
    ),
    Code(
        "QL053",
        "sort by a function's name",
        "stats count(*) by level | sort count desc",
        "stats count(*) as n by level | sort n desc",
        "The column is named count(*), not count. The service sorts by a field that does not exist, which "
        "sorts by nothing.",
        "warning",
    ),
    Code(
        "QL054",
        "nothing defines this name",
        "fields @timestamp, @logstream | limit 20",
        "fields @timestamp, @logStream | limit 20",
        "Names are case-sensitive, a text needs quotes, and a field exists only behind the command that makes "
        "it. The service takes an unknown name for a field that no event has.",
        "warning",
    ),
    Code(
        "QL055",
        "no limit",
        'filter level = "ERROR" | sort @timestamp desc',
        'filter level = "ERROR" | sort @timestamp desc | limit 100',
        "Without limit at most 10,000 events come back and the rest is cut without a word. A limit says how "
        "many are wanted, up to 100,000.",
        "info",
    ),
    Code(
        "QL056",
        "glob that cannot match",
        'parse @message "took \\\\d+ ms *" as rest',
        'parse @message "took * ms" as took',
        "In a glob only '*' means something: other signs have to be there as they stand. A glob that matches "
        "nothing leaves its fields absent.",
        "warning",
    ),
    Code(
        "QL058",
        "filter behind parse",
        'parse @message "user=*" as user | filter level = "ERROR"',
        'filter level = "ERROR" | parse @message "user=*" as user',
        "The filter reads nothing that parse makes. Before it, fewer events have to be parsed.",
        "warning",
    ),
    Code(
        "QL059",
        "count of a field",
        "stats count(requestId) by bin(5m)",
        "stats count(*) by bin(5m)",
        "count(field) leaves out events without the field; count(*) counts all. Neither counts different "
        "values: that is count_distinct.",
        "warning",
    ),
    Code(
        "QL060",
        "absent fields do not match",
        'filter level != "DEBUG"',
        'filter not ispresent(level) or level != "DEBUG"',
        "An event without the field matches no comparison, not even '!=', 'not like' and 'not in'. Lines that "
        "are no JSON vanish without a word.",
        "warning",
    ),
    Code(
        "QL061",
        "value that the field never has",
        'filter @duration > "fast"',
        "filter @duration > 1000",
        "Lambda's @duration and its like are numbers, and @type is START, END or REPORT. The comparison holds "
        "for no event.",
        "warning",
    ),
    Code(
        "QL062",
        "memory is not in MB",
        "filter @maxMemoryUsed > 512",
        "filter @maxMemoryUsed / 1000000 > 512",
        "@memorySize and @maxMemoryUsed are MB x 1,000,000: 512 MB is 512000000. Divided by 1024 twice it would "
        "come out as 488.",
        "warning",
    ),
    Code(
        "QL063",
        "time that cannot be compared",
        'filter @timestamp > "2026-11-23 10:00"',
        "filter toMillis(@timestamp) > 1795428000000",
        "@timestamp is milliseconds since the epoch. The service does not filter by readable times: give the "
        "query a time range.",
        "warning",
    ),
    Code(
        "QL064",
        "seconds beside milliseconds",
        "filter toMillis(@timestamp) > now() - 3600",
        "filter toMillis(@timestamp) > (now() - 3600) * 1000",
        "now() is in seconds, toMillis() and @timestamp are in milliseconds.",
        "warning",
    ),
    Code(
        "QL065",
        "wildcard after '='",
        'filter path = "/api/*"',
        'filter path like "/api/"',
        "'=' compares the whole text and takes '*' and '%' for themselves.",
        "warning",
    ),
    Code(
        "QL066",
        "condition that never changes",
        'filter level = "ERROR" or "FATAL"',
        'filter level in ["ERROR", "FATAL"]',
        "A field has one value at a time, and a text alone is no condition. Such a filter lets through all "
        "events, or none.",
        "warning",
    ),
    Code(
        "QL067",
        "not a subnet",
        'filter isIpInSubnet(ip, "10.0.0.0/33")',
        'filter isIpInSubnet(ip, "10.0.0.0/8")',
        "A subnet is an address and a number of bits, up to 32 for IPv4 and 128 for IPv6. No address lies in anything else.",
        "warning",
    ),
    Code(
        "QL068",
        "two columns of one name",
        "stats count(*) as n, avg(duration) as n",
        "stats count(*) as n, avg(duration) as ms",
        "One of them is lost.",
        "warning",
    ),
    Code(
        "QL070",
        "several displays",
        "display @timestamp | display @message",
        "display @timestamp, @message",
        "Only the last display counts.",
        "warning",
    ),
    Code(
        "QL073",
        "'and' and 'or' without parentheses",
        'filter level = "ERROR" or level = "WARN" and service = "api"',
        'filter (level = "ERROR" or level = "WARN") and service = "api"',
        '\'and\' binds before \'or\': the first reads level = "ERROR" or (level = "WARN" and service = "api").',
        "warning",
    ),
    Code(
        "QL074",
        "percentile as a fraction",
        "stats pct(@duration, 0.99)",
        "stats pct(@duration, 99)",
        "pct takes a percentage: 0.99 is the 0.99th percentile of 100, hardly more than the smallest value.",
        "warning",
    ),
    Code(
        "QL076",
        "running values from the newest row back",
        "stats count(*) as n by bin(5m) as t | accum n as total",
        "stats count(*) as n by bin(5m) as t | sort t asc | accum n as total",
        "Without sort rows come newest first, so sums and earlier values run backwards in time.",
        "warning",
    ),
    Code(
        "QL077",
        "sort with limit any",
        "sort @timestamp asc | limit any 20",
        "sort @timestamp asc | limit 20",
        "limit any stops at the first rows that are found, from any part of the time range. The sort does not "
        "choose them.",
        "warning",
    ),
    Code(
        "QL081",
        "each event a group",
        "stats count(*) by @timestamp",
        "stats count(*) by bin(5m)",
        "Times in milliseconds and whole messages hardly ever repeat, so nothing is summed up.",
        "warning",
    ),
)
