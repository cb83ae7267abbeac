+++
title = "Triage: reports"
question = "What do the platform's reports say of each version, bin by bin?"
view = { kind = "table" }
read = "Invocations, how they ended, latency, cold starts and memory; triage reads it."
[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
# Numbers stay numbers (+ 0) and only failed reports have an outcome: a coalesce of both formats is text otherwise.
filter @type = "REPORT" or type = "platform.report"
| parse @logStream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse @logStream /\[(?<stream_version>[^\[\]]+)\]/
| parse @log /(?<log_function>[^\/:]+)$/
| parse @message /^REPORT [^\n]*\tStatus: (?<text_status>\w+)/
| parse @message /^REPORT [^\n]*\tError Type: (?<text_error>[^\s]+)/
| parse @message /^REPORT [^\n]*\tRestore Duration: (?<text_restore>[\d.]+) ms/
| fields coalesce(stream_function, log_function) as function, coalesce(stream_version, record.version) as version,
    coalesce(@requestId, record.requestId) as request_id, coalesce(@duration + 0, record.metrics.durationMs + 0) as duration_ms,
    coalesce(@initDuration + 0, record.metrics.initDurationMs + 0) as init_ms, coalesce(text_restore, record.metrics.restoreDurationMs) as restore_ms,
    coalesce(@memorySize / 1000000, record.metrics.memorySizeMB + 0) as memory_mb, coalesce(@maxMemoryUsed / 1000000, record.metrics.maxMemoryUsedMB + 0) as max_memory_mb,
    toMillis(@timestamp) as ended_ms
| fields case(not ispresent(init_ms), duration_ms) as warm_ms,
    case(text_status != "success", "text", record.status != "success", "json") as failed_by
| fields case(failed_by = "text", replace(concat(text_status, ":", coalesce(text_error, "")), "failure:", "error:")) as text_outcome,
    case(failed_by = "json", replace(concat(record.status, ":", coalesce(record.errorType, "")), "failure:", "error:")) as json_outcome,
    case(ispresent(failed_by), request_id) as failed_request, case(ispresent(failed_by), @logStream) as failed_in,
    case(ispresent(failed_by), ended_ms) as failed_ms, case(ispresent(failed_by), coalesce(text_error, record.errorType)) as failed_kind
| fields case(failed_kind like /^(?:Extension|Runtime)\./ and failed_kind not in ["Runtime.OutOfMemory", "Runtime.ExitError"], failed_kind) as platform_kind
| stats count(duration_ms) as invocations, count_distinct(request_id) as requests,
    sum(strcontains(text_outcome, "timeout:")) as text_timeouts, sum(strcontains(text_outcome, "error:")) as text_errors,
    sum(strcontains(text_outcome, "error:Runtime.")) as text_runtime,
    sum(strcontains(text_outcome, "error:Runtime.OutOfMemory")) as text_killed, sum(strcontains(text_outcome, "error:Runtime.ExitError")) as text_exit,
    sum(strcontains(json_outcome, "timeout:")) as json_timeouts, sum(strcontains(json_outcome, "error:")) as json_errors,
    sum(strcontains(json_outcome, "error:Runtime.OutOfMemory")) as json_killed, sum(strcontains(json_outcome, "error:Runtime.ExitError")) as json_exit,
    pct(warm_ms, 50) as p50_ms, pct(warm_ms, 90) as p90_ms, pct(duration_ms, 99) as p99_ms,
    count(init_ms) as cold_starts, pct(init_ms, 50) as init_p50_ms, count(restore_ms) as restores,
    pct(max_memory_mb, 50) as used_p50_mb, max(max_memory_mb) as used_max_mb, min(memory_mb) as memory_min_mb, max(memory_mb) as memory_max_mb,
    min(ended_ms - duration_ms) as first_ms, max(ended_ms) as last_ms, count_distinct(@logStream) as environments, min(@logStream) as low_stream, max(@logStream) as high_stream,
    max(failed_request) as sample_request_id, count_distinct(failed_in) as failed_streams, max(failed_in) as failed_stream,
    max(platform_kind) as platform_type, count(platform_kind) as platform_errors, min(failed_ms) as first_failed_ms, max(failed_ms) as last_failed_ms
  by function, version, bin({{ bin }}) as at
