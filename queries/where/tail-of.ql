+++
title = "Before the failure"
question = "What were the last lines before each failure?"
aliases = ["last-lines", "before-failure"]
tags = ["errors", "logs", "request", "where"]
view = { kind = "table" }
read = "For each failure its last lines of the application in the same log stream, up to --before; lines_before 0 is the failure itself. The same last line before every failure names the step that fails. The lines may reach back into the request before: look at request_id."
next = ["request", "errors", "timeouts", "around"]

[params.before]
type = "integer"
default = "5"
min = 0
max = 1000
help = "how many lines before each failure"

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many rows, the newest failure first"
+++
# From the newest line of a stream back: a failure is carried down to the lines before it, with its place in the count of lines.
filter @message not like /^(?:(?:START|END) RequestId: |REPORT |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY |LAMBDA_WARNING)/
    and (not ispresent(type) or type not like /^platform\./ or (type = "platform.report" and record.status = "timeout"))
{% include "_views/lines.ql" %}
| parse @message /^(?<raise_line>\[ERROR\] [\w.]+(?:: |[\r\n])|(?:RequestId: \S+ )?(?:Error: Runtime exited|Process exited)|\S+Z \S+ Task timed out after |\S+\t\S+\tERROR\t(?:Invoke Error|Uncaught Exception)|\{"errorMessage":|(?:[^\n]*: [\w.$]+\n)?[a-z][\w$]*(?:\.[\w$]+)+(?::[^\n]*)?\n\tat )/
| fields @logStream as stream, 1 as one,
    ispresent(raise_line) or type = "platform.report" or message like /^RequestId: \S+ Error: Runtime exited/
      or (level = "ERROR" and (ispresent(errorType) or ispresent(message.errorType))) as failed_here,
    case(type = "platform.report" or @message like /^\S+Z \S+ Task timed out after /, "Task timed out", log_message) as line_text
| sort @log asc, @logStream asc, @timestamp desc
| accum one as line_number
| fields case(failed_here, line_number) as failure_number, case(failed_here, toMillis(@timestamp)) as failure_ms, case(failed_here, stream) as failure_stream
| filldown failure_number failure_ms failure_stream
| filter failure_stream = stream and line_number - failure_number <= {{ before }}
| fields fromMillis(failure_ms) as failed_at, line_number - failure_number as lines_before
| sort failure_ms desc, stream asc, lines_before desc
| limit {{ top }}
| display failed_at, function, version, request_id, lines_before, @timestamp, log_level as level, line_text as message
