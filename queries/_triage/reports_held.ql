+++
title = "Triage: reports held against their ENDs"
question = "What do reports say, without lines that only look like reports?"
view = { kind = "table" }
read = "A report counts when its request has an END in the same log stream, and of several the last one: what the code prints comes before. Triage asks this instead of its reports when there are more REPORT lines than ENDs."
[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter @type in ["REPORT", "END"] or type in ["platform.report", "platform.runtimeDone"]
{% include "_views/report_fields.ql" %}
| fields toMillis(@timestamp) as line_ms, case(@type = "END" or type = "platform.runtimeDone", 1, 0) as is_end
| fields case(is_end = 0, replace(concat(coalesce(report_status, ""), ":", coalesce(report_error, "")), "failure:", "error:")) as text_said,
    case(is_end = 0, replace(concat(coalesce(record.status, ""), ":", coalesce(record.errorType, "")), "failure:", "error:")) as json_said,
    case(is_end = 0, duration_ms) as took, case(is_end = 0, status) as went, case(is_end = 0, error_type) as kind
| stats sum(is_end) as ends, count(took) as reported, latest(took) as lasted_ms, latest(text_said) as text_outcome, latest(json_said) as json_outcome,
    latest(init_ms) as init, latest(restore_ms) as restore, latest(max_memory_mb) as used_mb, latest(memory_mb) as size_mb, max(line_ms) as ended_ms,
    latest(went) as ended_as, latest(kind) as error_kind, max(@timestamp) as ended
  by function, version, @logStream, request_id
| filter ends > 0 and reported > 0
| fields case(not ispresent(init), lasted_ms) as warm_ms, case(ended_as != "success", request_id) as failed_request,
    case(ended_as != "success", @logStream) as failed_in, case(ended_as != "success", ended_ms) as failed_ms, case(ended_as != "success", error_kind) as failed_kind
| fields case(failed_kind like /^(?:Extension|Runtime)\./ and failed_kind not in ["Runtime.OutOfMemory", "Runtime.ExitError"], failed_kind) as platform_kind
| stats count(lasted_ms) as invocations, count_distinct(request_id) as requests,
    sum(strcontains(text_outcome, "timeout:")) as text_timeouts, sum(strcontains(text_outcome, "error:")) as text_errors,
    sum(strcontains(text_outcome, "error:Runtime.")) as text_runtime,
    sum(strcontains(text_outcome, "error:Runtime.OutOfMemory")) as text_killed, sum(strcontains(text_outcome, "error:Runtime.ExitError")) as text_exit,
    sum(strcontains(json_outcome, "timeout:")) as json_timeouts, sum(strcontains(json_outcome, "error:")) as json_errors,
    sum(strcontains(json_outcome, "error:Runtime.OutOfMemory")) as json_killed, sum(strcontains(json_outcome, "error:Runtime.ExitError")) as json_exit,
    pct(warm_ms, 50) as p50_ms, pct(warm_ms, 90) as p90_ms, pct(lasted_ms, 99) as p99_ms,
    count(init) as cold_starts, pct(init, 50) as init_p50_ms, count(restore) as restores,
    pct(used_mb, 50) as used_p50_mb, max(used_mb) as used_max_mb, min(size_mb) as memory_min_mb, max(size_mb) as memory_max_mb,
    min(ended_ms - lasted_ms) as first_ms, max(ended_ms) as last_ms, count_distinct(@logStream) as environments,
    min(@logStream) as low_stream, max(@logStream) as high_stream,
    max(failed_request) as sample_request_id, count_distinct(failed_in) as failed_streams, max(failed_in) as failed_stream,
    max(platform_kind) as platform_type, count(platform_kind) as platform_errors, min(failed_ms) as first_failed_ms, max(failed_ms) as last_failed_ms
  by function, version, datefloor(ended, {{ bin }}) as at
