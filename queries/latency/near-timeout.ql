+++
title = "Near the timeout"
question = "Which invocations came close to the timeout without reaching it?"
aliases = ["close-to-timeout"]
tags = ["latency", "timeout", "request"]
view = { kind = "table" }
read = "These are tomorrow's timeouts: used_pct is the share of the limit that an invocation took. REPORT does not tell the limit: give it as --timeout-ms. A used_pct over 100 says that the function's timeout is longer than that."
next = ["timeouts", "slowest", "p99-duration"]

[params.pct]
type = "integer"
default = "80"
min = 1
max = 100
help = "from which share of the limit, in per cent"

[params.timeout_ms]
type = "integer"
default = "3000"
min = 1
max = 900000
help = "the function's timeout in ms (3000 is Lambda's default)"

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many, slowest first"
+++
{% include "_views/report.ql" %}
# Older REPORT lines have no status: one that lasted as long as the limit is a timeout. Far above it, the limit is another one.
| filter duration_ms >= {{ timeout_ms }} * {{ pct }} / 100 and status != "timeout"
| filter duration_ms < {{ timeout_ms }} or duration_ms > {{ timeout_ms }} + 1000
| fields 100 * duration_ms / {{ timeout_ms }} as used_pct
| sort duration_ms desc, @timestamp asc
| limit {{ top }}
| display @timestamp, function, version, request_id, duration_ms, used_pct, status
