# One row a finished attempt of a request: function, @logStream, attempt_request, attempt_version, ended_ms, attempt_ms, attempt_gb_s,
# attempt_status and failed (1 or 0). In text logs only the runtime's own line tells that an exception left the handler, often
# without a request id (Python, Java, Go): its time lies within the attempt that it ended, of the same environment. To hold few
# attempts against few such lines, both are cut into windows of 10 s; a line near a window's edge is in both.
filter @type = "REPORT" or type = "platform.report"
    or @message like /^(?:\[ERROR\] [\w.]+(?:: |[\r\n])|RequestId: \S+ (?:Error: Runtime exited|Process exited)|\S+Z \S+ Task timed out after |\S+\t\S+\tERROR\tInvoke Error|\{"errorMessage":|(?:[^\n]*\n)?[^\n]*\n\tat )/
{% include "_views/report_fields.ql" %}
| parse @message /^(?<raise_line>\[ERROR\] [\w.]+(?:: |[\r\n])|RequestId: \S+ (?:Error: Runtime exited|Process exited)|\S+Z \S+ Task timed out after |\S+\t\S+\tERROR\tInvoke Error|\{"errorMessage":|(?:[^\n]*: [\w.$]+\n)?[a-z][\w$]*(?:\.[\w$]+)+(?::[^\n]*)?\n\tat )/
| parse @message /^(?:RequestId: |\S+Z[\t ])(?<raise_request>[0-9a-f-]{36})\b/
| fields toMillis(@timestamp) as line_ms
| fields floor(line_ms / 10000) as window, line_ms % 10000 as into_ms,
    case(ispresent(raise_line), concat(line_ms, "|", raise_request)) as raise_text,
    case(@type = "REPORT" or type = "platform.report", concat(request_id, "|", version, "|", line_ms, "|", duration_ms, "|", memory_mb, "|", billed_ms, "|", status)) as report_text
| fields case(ispresent(report_text), concat(window), into_ms > 7000, concat(window, " ", window + 1), into_ms < 10, concat(window - 1, " ", window), concat(window)) as window_text
| fields split(window_text, " ") as windows
| unnest windows into in_window
| stats values(report_text) as reports, values(coalesce(raise_text, "0|")) as raises by function, @logStream, in_window
| unnest reports into one_report
| unnest raises into one_raise
| parse one_report "*|*|*|*|*|*|*" as attempt_request, attempt_version, t_ended, t_lasted, t_mb, t_billed, attempt_status
| parse one_raise "*|*" as raise_ms, raise_of
| fields toNumber(t_ended) as ended_ms, toNumber(t_lasted) as attempt_ms, t_mb / 1024 * t_billed / 1000 as attempt_gb_s,
    case(attempt_status != "success", 1, raise_of = attempt_request and raise_ms >= t_ended - t_lasted - 5 and raise_ms <= t_ended + 5, 1,
      raise_of = "" and raise_ms >= t_ended - t_lasted - 1 and raise_ms <= t_ended, 1, 0) as raised
| stats max(raised) as failed by function, @logStream, attempt_request, attempt_version, ended_ms, attempt_ms, attempt_gb_s, attempt_status
