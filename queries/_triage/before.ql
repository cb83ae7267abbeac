+++
title = "Triage: before"
question = "How many invocations were there in the range before, and how many failed by their status?"
view = { kind = "table" }
read = "The rhythm of traffic by version and bin. Triage reads it."
[params.bin]
type = "duration"
default = "1h"
help = "bucket size"
+++
{% include "_views/report.ql" %}
| fields replace(concat(coalesce(report_status, ""), ":", coalesce(report_error, "")), "failure:", "error:") as text_outcome,
    replace(concat(coalesce(record.status, ""), ":", coalesce(record.errorType, "")), "failure:", "error:") as json_outcome
| stats count(duration_ms) as invocations, count_distinct(request_id) as requests,
    sum(strcontains(text_outcome, "timeout:")) as text_timeouts, sum(strcontains(text_outcome, "error:")) as text_errors,
    sum(strcontains(text_outcome, "error:Runtime.")) as text_runtime,
    sum(strcontains(text_outcome, "error:Runtime.OutOfMemory")) as text_killed, sum(strcontains(text_outcome, "error:Runtime.ExitError")) as text_exit,
    sum(strcontains(json_outcome, "timeout:")) as json_timeouts, sum(strcontains(json_outcome, "error:")) as json_errors,
    pct(duration_ms, 50) as p50_ms, pct(duration_ms, 90) as p90_ms, count(init_ms) as cold_starts
  by function, version, bin({{ bin }}) as at
