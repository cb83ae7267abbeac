+++
title = "Triage: failures"
question = "In which lines do runtimes and the platform say that an invocation failed, of which type, bin by bin?"
view = { kind = "table" }
read = "Lines, not invocations: a failure may also have a status on its report. Triage reads it beside its reports."
[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter not ispresent(@type) and (@message like /^(?:\[ERROR\] [\w.]+(?:: |[\r\n])|RequestId: \S+ (?:Error: Runtime exited|Process exited)|\S+Z \S+ Task timed out after |\S+\t\S+\t(?:ERROR\t(?:Invoke Error|Uncaught Exception)|fail\t[\w.+`]+: [^\r\n]*[\r\n]+   at ))/
    or @message like /^(?:INIT_REPORT |\{"errorMessage":|(?:[^\n]*\n)?[^\n]*\n\tat )/
    or (level in ["ERROR", "Error"] and (ispresent(errorType) or ispresent(message.errorType))))
{% include "_triage/failure_lines.ql" %}
| stats count(*) as lines, count(line_timeout) as timeout_lines, count(line_crash) as crash_lines, count(line_killed) as killed_lines,
    sum(init_failed) as inits_failed, sum(init_tried) as inits_tried, count(python_init_error) as python_inits,
    count(python_error) as python_lines, count(node_error) + count(java_error) + count(dotnet_error) + count(go_error) as other_lines,
    min(@timestamp) as first_at, max(@timestamp) as last_at, count_distinct(@logStream) as streams, max(@logStream) as sample_stream,
    count_distinct(full_message) as messages, max(full_message) as sample_message,
    count_distinct(sample) as requests, min(sample) as low_request_id, max(sample) as sample_request_id, max(own_frame) as frame
  by function, version, error_type, kind_message, bin({{ bin }}) as at
| sort lines desc
