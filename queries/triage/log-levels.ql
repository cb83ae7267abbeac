+++
title = "Log levels"
question = "How many lines of each level does the application write, and since when more?"
aliases = ["levels"]
tags = ["logs", "errors", "trend"]
view = { kind = "timeSeries", y = ["lines"], stacked = true }
read = "ERROR that steps up at a deployment came with it. A level NONE counts lines without one: prints and stack traces. Much DEBUG in production is money: see log-volume. Platform lines (START, REPORT ...) are left out."
next = ["errors", "first-errors", "log-volume"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter @message not like /^(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY |LAMBDA_WARNING)/
    and (not ispresent(type) or type not like /^platform\./)
{% include "_views/levels.ql" %}
| stats count(*) as lines by coalesce(log_level, "NONE") as level, bin({{ bin }})
