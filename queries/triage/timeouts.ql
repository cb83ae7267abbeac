+++
title = "Timeouts"
question = "Which invocations ran into the timeout, at what limit, and what did they log last?"
aliases = ["timed-out"]
tags = ["errors", "timeout", "request"]
view = { kind = "table" }
read = "One row an invocation that was cut off at limit_ms. The same last_line again and again names the call that hangs: give its client a timeout well below the function's. No last_line: it logged nothing with its request id, or hung in its first call."
next = ["near-timeout", "network-errors", "throttled-downstream", "request"]

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many, newest first"
+++
# Application lines are read for the last one before the end; the platform's other lines are left out.
filter @message not like /^(?:START RequestId: |END RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY )/
    and (not ispresent(type) or type = "platform.report" or type not like /^platform\./)
{% include "_views/identity.ql" %}
| parse @message /^\S+Z \S+ Task timed out after (?<line_limit>[\d.]+) seconds/
| parse @message /^REPORT [^\n]*\tStatus: (?<report_timeout>timeout)/
| parse @message /^(?<report_line>REPORT) /
{% include "_views/messages.ql" %}
| fields coalesce(@duration, record.metrics.durationMs) as report_ms,
    ispresent(line_limit) or ispresent(report_timeout) or (type = "platform.report" and record.status = "timeout") as cut_off
| stats max(case(cut_off, @timestamp)) as ended, sortsLast(version) as of_version, max(report_ms) as duration_ms,
    floor(max(coalesce(line_limit * 1000, report_ms)) / 1000) * 1000 as limit_ms,
    latest(case(not ispresent(line_limit) and not ispresent(report_line) and not ispresent(record.requestId), log_message)) as last_line,
    max(case(cut_off, 1, 0)) as timed_out
  by function, request_id, @logStream
| filter timed_out = 1
| sort ended desc
| limit {{ top }}
| display ended, function, of_version as version, request_id, duration_ms, limit_ms, last_line
