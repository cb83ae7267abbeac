+++
title = "Silent failures"
question = "Which invocations logged an error and reported success all the same?"
aliases = ["swallowed-errors"]
tags = ["errors", "request"]
view = { kind = "table" }
read = "The code caught an error, logged it and answered as if nothing had happened: no metric or alarm of Lambda counts it. Decide for each message whether the caller has to know. An invocation that logs an error and then raises is not listed: errors has it."
next = ["errors", "log-levels", "request"]

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many, newest first"
+++
# A text line of an exception that left the handler has no request id (Python, Java, Go): its time lies within the invocation
# that it ended, of the same environment. So the candidates of each log stream are held against its exceptions.
filter @type = "REPORT" or type = "platform.report" or @message like /ERROR|FATAL|CRITICAL|SEVERE|"level": ?[56]0|(?i)"(?:level|severity|lvl|levelname|@l|log\.level)": ?"(?:error|fatal|critical|err|severe)"/
    or @message like /^(?:\{"errorMessage":|(?:[^\n]*\n)?[^\n]*\n\tat )/
{% include "_views/identity.ql" %}
{% include "_views/levels.ql" %}
{% include "_views/messages.ql" %}
| parse @message /^REPORT [^\n]*\tStatus: (?<report_status>\w+)/
| parse @message /^\S+\t\S+\tERROR\t(?<node_raise>Invoke Error|Uncaught Exception) /
| parse @message /^(?<text_raise>\[ERROR\] [\w.]+(?:: |[\r\n])|\{"errorMessage":|(?:[^\n]*: [\w.$]+\n)?[a-z][\w$]*(?:\.[\w$]+)+(?::[^\n]*)?\n\tat )/
| fields case(@type = "REPORT" or type = "platform.report", 1, 0) as is_report, case(log_level in ["ERROR", "FATAL"], 1, 0) as is_error,
    toMillis(@timestamp) as at_ms, case(ispresent(text_raise) and not ispresent(request_id), at_ms) as raise_at_ms
| stats sum(is_report) as reports, sum(is_error) as errors, max(case(is_report = 1, at_ms)) as end_ms,
    max(coalesce(@duration, record.metrics.durationMs)) as took_ms, count(node_raise) as raised, max(raise_at_ms) as raise_ms,
    max(case(is_report = 1 and coalesce(report_status, record.status, "success") != "success", 1, 0)) as failed,
    sortsLast(version) as of_version, earliest(case(is_error = 1, log_message)) as first_message
  by function, @logStream, coalesce(request_id, concat("at ", at_ms)) as line_of
| fields case(reports > 0 and errors > 0 and failed = 0 and raised = 0,
    concat(line_of, "|", end_ms, "|", took_ms, "|", errors, "|", of_version, "|", first_message)) as candidate
| stats values(candidate) as candidates, values(coalesce(raise_ms, 0)) as raises by function, @logStream
| unnest candidates into one
| unnest raises into left_handler_ms
| parse one /(?s)^(?<of_request>[^|]*)\|(?<ended_ms>[^|]*)\|(?<lasted_ms>[^|]*)\|(?<error_count>[^|]*)\|(?<in_version>[^|]*)\|(?<first_error>.*)$/
| fields case(left_handler_ms >= ended_ms - lasted_ms - 5 and left_handler_ms <= ended_ms + 5, 1, 0) as left_handler
| stats max(left_handler) as left_it, max(ended_ms) as last_ms, max(error_count) as error_lines by function, in_version, of_request, first_error
| filter left_it = 0
| fields fromMillis(last_ms) as ended
| sort ended desc
| limit {{ top }}
| display ended, function, in_version as version, of_request as request_id, error_lines, first_error
