+++
title = "Search"
question = "Which lines hold this text or pattern, how often, and what else do they say?"
aliases = ["grep", "find"]
tags = ["logs", "patterns", "where"]
view = { kind = "table" }
read = "Matching lines, counted by what they have in common: ids and numbers are <id> and <n>. The first row is the usual case; a rare row with a late first_seen is often the interesting one. Open its sample_request_id with the query request. A regular expression minds case unless it begins with (?i)."
next = ["request", "around", "log-patterns", "errors"]

[params.text]
type = "regex"
default = "(?i)error"
help = "text or regular expression"

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many patterns, the most frequent first"
+++
filter @message like {{ text }}
{% include "_views/lines.ql" %}
{% include "_views/line_patterns.ql" %}
| stats count(*) as lines, count_distinct(request_id) as requests, min(@timestamp) as first_seen, max(@timestamp) as last_seen,
    sortsLast(request_id) as sample_request_id
  by function, log_level as level, line_pattern
| sort lines desc, first_seen asc
| limit {{ top }}
