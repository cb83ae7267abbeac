| parse @logStream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse @logStream /\[(?<stream_version>[^\[\]]+)\]/
| parse @log /(?<log_function>[^\/:]+)$/
| parse @message /^REPORT [^\n]*\tStatus: (?<report_status>\w+)/
| parse @message /^REPORT [^\n]*\tError Type: (?<report_error>[^\s]+)/
| parse @message /^REPORT [^\n]*\tRestore Duration: (?<report_restore>[\d.]+) ms/
{%- if starts is defined %}

| parse @message /^START RequestId: \S+ Version: (?<start_version>\S+)/
{%- endif %}

| fields coalesce(@requestId, record.requestId) as request_id,
    coalesce(stream_function, log_function) as function,
    coalesce(stream_version{% if starts is defined %}, start_version{% endif %}, record.version) as version,
    coalesce(@duration, record.metrics.durationMs) as duration_ms,
    coalesce(@billedDuration, record.metrics.billedDurationMs) as billed_ms,
    coalesce(@initDuration, record.metrics.initDurationMs) as init_ms,
    coalesce(report_restore, record.metrics.restoreDurationMs) as restore_ms,
    coalesce(@memorySize / 1000000, record.metrics.memorySizeMB) as memory_mb,
    coalesce(@maxMemoryUsed / 1000000, record.metrics.maxMemoryUsedMB) as max_memory_mb,
    coalesce(report_status, record.status, "success") as status,
    coalesce(report_error, record.errorType) as error_type
