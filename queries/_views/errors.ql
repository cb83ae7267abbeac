# One row a failure: error_type, kind_message, first_at, last_at, sample_id, failures, by function and version.
# A failure may leave two traces: the line in which the runtime says what went wrong (the message), and a REPORT with a
# status (no message). Per request, or per kind for what the platform itself ends, both fall into one group and the
# counts of _views/failure_counts.ql see one failure.
filter @message like /^REPORT [^\n]*\tStatus: (?:error|timeout|failure)/
    or (type = "platform.report" and record.status != "success")
    or (level = "ERROR" and (ispresent(errorType) or ispresent(message.errorType)))
    or @message like /^(?:\[ERROR\] [\w.]+(?:: |[\r\n])|RequestId: \S+ (?:Error: Runtime exited|Process exited)|INIT_REPORT |\S+Z \S+ Task timed out after |\S+\t\S+\tERROR\t(?:Invoke Error|Uncaught Exception)|\{"errorMessage":|(?:[^\n]*\n)?[^\n]*\n\tat )/
{% include "_views/report_fields.ql" %}
| parse @message /^\S+Z \S+ (?<timeout_message>(?<line_timeout>Task timed out) after [\d.]+ seconds)/
| parse @message /^RequestId: \S+ (?:Error: )?(?<exit_message>(?<line_crash>Runtime exited|Process exited)[^\r\n]*)/
| parse @message /^RequestId: \S+ [^\n]*[\r\n]+(?<exit_type>Runtime\.\w+)/
| parse @message /^RequestId: \S+ Error: Runtime exited with error: signal: (?<line_killed>killed)/
| parse @message /^INIT_REPORT [^\n]*\tPhase: (?<init_phase>\w+)\tStatus: (?<init_status>\w+)/
| parse @message /^INIT_REPORT [^\n]*\tStatus: \w+\tError Type: (?<init_error>\S+)/
| parse @message /(?s)^\[ERROR\] (?<python_error>[\w.]+)(?:: (?<python_message>.*?))?[\r\n]+Traceback \(most recent call last\)/
| parse @message /(?s)^\[ERROR\] (?<python_init_error>Runtime\.\w+)(?:: .*)?[\r\n]+Traceback \(most recent call last\)/
| parse @message /^\S+\t\S+\tERROR\tInvoke Error \t\{"errorType":"(?<node_error>[^"]+)"/
| parse @message /^(?:[^\n]*: [\w.$]+\n)?(?<java_error>[a-z][\w$]*(?:\.[\w$]+)+)(?:: ?(?<java_message>[^\n]*))?\n\tat /
| parse @message /^\{"errorMessage":"(?:[^"\\]|\\.)*","errorType":"(?<go_error>[^"]+)"/
{% include "_views/failure_flags.ql" %}

| fields coalesce(replace(line_killed, "killed", "Runtime.OutOfMemory"), replace(line_timeout, "Task timed out", "timeout"),
      exit_type, init_error, python_error, java_error, errorType, message.errorType, report_error, record.errorType, report_status, record.status) as error_type,
    coalesce(python_message, java_message, errorMessage, message.errorMessage) as full_message
| parse full_message /(?s)\b(?<id1>[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-fA-F]{12,}|\d{1,3}(?:\.\d{1,3}){3}|\d{4,})\b(?<rest1>.*)/
| parse rest1 /(?s)\b(?<id2>[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-fA-F]{12,}|\d{1,3}(?:\.\d{1,3}){3}|\d{4,})\b(?<rest2>.*)/
| parse rest2 /(?s)\b(?<id3>[0-9a-f]{8}-[0-9a-f-]{27}|[0-9a-fA-F]{12,}|\d{1,3}(?:\.\d{1,3}){3}|\d{4,})\b/
| parse error_type /^(?<platform>Runtime\.|timeout$)/
| fields replace(replace(replace(full_message, coalesce(id1, "<id>"), "<id>"), coalesce(id2, "<id>"), "<id>"), coalesce(id3, "<id>"), "<id>") as masked,
    coalesce(@requestId, requestId, record.requestId) as sample
| stats min(@timestamp) as first_at, max(@timestamp) as last_at, sortsLast(sample) as sample_id,
    sortsLast(coalesce(timeout_message, exit_message, masked)) as kind_message,
{% include "_views/failure_counts.ql" %}

  by function, version, error_type, coalesce(platform, requestId, record.requestId, masked) as failure_key
| filter failures > 0
