+++
title = "Silent failures"
question = "Which invocations logged an error and reported success all the same?"
aliases = ["swallowed-errors"]
tags = ["errors", "request"]
view = { kind = "table" }
read = "The code caught an error, logged it and answered as if nothing had happened: no metric or alarm of Lambda counts it. Decide for each message whether the caller has to know. A Python exception that leaves the handler has no request id in text logs, so an invocation that logs an error and then raises is listed too: compare with errors."
next = ["errors", "log-levels", "request"]

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many, newest first"
+++
filter @type = "REPORT" or type = "platform.report" or @message like /ERROR|FATAL|CRITICAL|SEVERE|"level": ?[56]0|(?i)"(?:level|severity|lvl|levelname|@l|log\.level)": ?"(?:error|fatal|critical|err|severe)"/
{% include "_views/identity.ql" %}
{% include "_views/levels.ql" %}
{% include "_views/messages.ql" %}
| parse @message /^REPORT [^\n]*\tStatus: (?<report_status>\w+)/
| parse @message /^\S+\t\S+\tERROR\t(?<left_handler>Invoke Error|Uncaught Exception) /
| fields case(@type = "REPORT" or type = "platform.report", 1, 0) as is_report, case(log_level in ["ERROR", "FATAL"], 1, 0) as is_error
| stats sum(is_report) as reports, sum(is_error) as error_lines, max(case(is_report = 1, @timestamp)) as ended, count(left_handler) as raised,
    max(case(is_report = 1 and coalesce(report_status, record.status, "success") != "success", 1, 0)) as failed,
    sortsLast(version) as of_version, earliest(case(is_error = 1, log_message)) as first_error
  by function, request_id, @logStream
| filter reports > 0 and error_lines > 0 and failed = 0 and raised = 0
| sort ended desc
| limit {{ top }}
| display ended, function, of_version as version, request_id, error_lines, first_error
