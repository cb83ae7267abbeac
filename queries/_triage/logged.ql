+++
title = "Triage: logged"
question = "Which errors do functions log without failing, and which hosts do their warnings name?"
view = { kind = "table" }
read = "Error lines that are no exceptions leaving the handler, and warnings about connections, by pattern and bin. Triage reads it."
[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter not ispresent(@type) and @message like /ERROR|FATAL|CRITICAL|SEVERE|"error"|"fatal"|"critical"|"err"|"Error"|"level":50|"level":60|"level": 50|"level": 60|ECONN|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|[tT]imed out|Timeout|hrottl|TooManyRequests|navailable|refused|no such host|no answer|timeout of|trying again|eset by peer|nreachable|certificate/
    and @message not like /^(?:START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|EXTENSION|TELEMETRY)\s/
    and @message not like /^(?:\[ERROR\] [\w.]+(?:: |[\r\n])|RequestId: \S+ |\{"errorMessage":|\S+Z \S+ Task timed out after |\S+\t\S+\tERROR\t(?:Invoke Error|Uncaught Exception))/
    and @message not like /\n\tat /
    and (not ispresent(type) or type not like /^platform\./) and not ispresent(errorType) and not ispresent(message.errorType)
{% include "_views/identity.ql" %}
{% include "_views/levels.ql" %}
{% include "_views/messages.ql" %}
{% include "_views/line_patterns.ql" %}
| fields case(log_level in ["ERROR", "FATAL"], 1, 0) as is_error
| stats count(*) as lines, count_distinct(request_id) as requests, min(@timestamp) as first_at, max(@timestamp) as last_at,
    max(substr(log_message, 0, 300)) as sample_message, max(request_id) as sample_request_id
  by function, version, is_error, line_pattern, bin({{ bin }}) as at
| sort lines desc
