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

{% include "_views/failure_fields.ql" %}
