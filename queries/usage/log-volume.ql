+++
title = "Log volume"
question = "Who writes how many bytes of logs, and what does that cost a month?"
aliases = ["log-bytes", "log-cost", "ingestion"]
tags = ["usage", "logs", "cost"]
view = { kind = "bar", y = ["mb"] }
read = "source is platform (START, END, REPORT and the like) or application; level NONE has lines without one: prints and stack traces. usd_month is ingestion at list price if the whole month were like this range; for several days or nights ask for a range that holds them. DEBUG and INFO at the top are bought, not needed: chatty shows the lines. Platform lines at the top are a function that logs little: with the JSON format their level can be lowered. --by @logStream names the environment instead of the level."
next = ["chatty", "log-levels", "log-patterns", "busiest"]

[params.by]
type = "field"
default = "log_level"
choices = ["log_level", "@logStream"]
help = "one row a level, or a log stream"

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many rows, most bytes first"

[params.log_gb_usd]
type = "price"
default_price = "logs_lambda_gb"
help = "USD for a GB (10^9 bytes) of logs"

[[thresholds]]
when = "usd_month > 100"
severity = "warning"
say = "these lines cost more than 100 USD a month"
+++
fields messageSize(@message) as line_bytes
{% include "_views/identity.ql" %}
{% include "_views/levels.ql" %}
| parse @message /^(?<platform_line>(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_(?:START|REPORT)|EXTENSION\t|TELEMETRY\t|XRAY |LAMBDA_WARNING)/
| fields if(ispresent(platform_line) or coalesce(type, "") like /^platform\./, "platform", "application") as source
| stats count(*) as lines, sum(line_bytes) / 1000000 as mb, avg(line_bytes) as avg_bytes, max(line_bytes) as max_bytes,
    sum(line_bytes) / 1000000000 * {{ log_gb_usd }} * 2592000000 / queryTimeRange() as usd_month
  by function, source, {{ by }}
| sort mb desc, lines desc
| limit {{ top }}
