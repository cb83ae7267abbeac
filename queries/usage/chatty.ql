+++
title = "Chatty lines"
question = "Which log lines take the most bytes?"
aliases = ["noisy-logs", "top-log-lines"]
tags = ["usage", "logs", "cost", "patterns"]
view = { kind = "table" }
read = "Lines of the application that differ only in ids and numbers are one pattern (<id>, <n>; the first 160 characters count). The top rows are what log-volume is paid for: lower their level, sample them, or log once an invocation instead of once a record. A large avg_bytes is a payload or a whole response that is logged. lines_per_request well above 1 is a line in a loop."
next = ["log-volume", "log-patterns", "log-levels", "search"]

[params.top]
type = "integer"
default = "20"
min = 1
max = 10000
help = "how many patterns, most bytes first"
+++
filter @message not like /^(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY |LAMBDA_WARNING)/
    and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
{% include "_views/levels.ql" %}
{% include "_views/messages.ql" %}
{% include "_views/line_patterns.ql" %}
| fields messageSize(@message) as line_bytes
| stats count(*) as lines, sum(line_bytes) / 1000000 as mb, avg(line_bytes) as avg_bytes, count(*) / count_distinct(request_id) as lines_per_request,
    sortsLast(request_id) as sample_request_id
  by function, coalesce(log_level, "NONE") as level, line_pattern
| sort mb desc, lines desc
| limit {{ top }}
