# One row a finished invocation, and one for each line in which a runtime says that an invocation failed: a failed
# Python invocation leaves no status on its REPORT, and no request id on its error line.
filter @type = "REPORT" or type = "platform.report"
    or @message like /^(?:\[ERROR\] [\w.]+(?:: |[\r\n])|RequestId: \S+ (?:Error: Runtime exited|Process exited)|INIT_REPORT |\S+Z \S+ Task timed out after |\S+\t\S+\tERROR\tInvoke Error|\{"errorMessage":|(?:[^\n]*\n)?[^\n]*\n\tat )/
{%- if starts is defined %}

    or @type = "START" or type = "platform.start"
{%- endif %}
{%- if throttles is defined %}

    or @message like /TooManyRequests|Throttling|ProvisionedThroughputExceeded|Rate [Ee]xceeded|SlowDown/
{%- endif %}

{% include "_views/report_fields.ql" %}
{%- if throttles is defined %}

| parse @message /(?<throttle>TooManyRequests|Throttling|ProvisionedThroughputExceeded|Rate [Ee]xceeded|SlowDown)/
{%- endif %}

| parse @message /^\S+Z \S+ (?<line_timeout>Task timed out) after /
| parse @message /^RequestId: \S+ (?:Error: )?(?<line_crash>Runtime exited|Process exited)/
| parse @message /^RequestId: \S+ Error: Runtime exited with error: signal: (?<line_killed>killed)/
| parse @message /^INIT_REPORT [^\n]*\tPhase: invoke\tStatus: (?<line_init_failure>error|timeout)/
| parse @message /(?s)^\[ERROR\] (?<python_error>[\w.]+)(?:: .*)?[\r\n]+Traceback \(most recent call last\)/
| parse @message /(?s)^\[ERROR\] (?<python_init_error>Runtime\.\w+)(?:: .*)?[\r\n]+Traceback \(most recent call last\)/
| parse @message /^\S+\t\S+\tERROR\tInvoke Error \t\{"errorType":"(?<node_error>[^"]+)"/
| parse @message /^(?:[^\n]*: [\w.$]+\n)?(?<java_error>[a-z][\w$]*(?:\.[\w$]+)+)(?::[^\n]*)?\n\tat /
| parse @message /^\{"errorMessage":"(?:[^"\\]|\\.)*","errorType":"(?<go_error>[^"]+)"/
| fields concat(status, ":", coalesce(error_type, "")) as outcome
