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
{% include "_views/report.ql" %}
| fields replace(concat(coalesce(report_status, ""), ":", coalesce(report_error, "")), "failure:", "error:") as text_outcome,
    replace(concat(coalesce(record.status, ""), ":", coalesce(record.errorType, "")), "failure:", "error:") as json_outcome,
    toMillis(@timestamp) as ended_ms, case(not ispresent(init_ms), duration_ms) as warm_ms
| fields case(status != "success", request_id) as failed_request, case(status != "success", @logStream) as failed_in,
    case(status != "success", ended_ms) as failed_ms, case(status != "success", error_type) as failed_kind
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
    max(failed_kind) as failed_type, min(failed_ms) as first_failed_ms, max(failed_ms) as last_failed_ms
  by function, version, bin({{ bin }}) as at
