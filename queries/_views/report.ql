# One row a finished invocation, the same columns for text and JSON logs:
# request_id, function, version, duration_ms, billed_ms, init_ms, restore_ms, memory_mb, max_memory_mb, status, error_type
filter @type = "REPORT" or type = "platform.report"
{% include "_views/report_fields.ql" %}
