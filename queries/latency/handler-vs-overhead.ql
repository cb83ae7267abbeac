+++
title = "Handler against overhead"
question = "Where does the time of an invocation go: the handler, sending the response, the runtime or extensions?"
aliases = ["overhead", "response-latency"]
tags = ["latency", "duration", "overhead", "extensions"]
view = { kind = "bar", y = ["response_latency_p50_ms", "response_duration_p50_ms", "runtime_overhead_p50_ms", "extensions_p50_ms"] }
read = "response_latency: from the request to the first byte of the response, which is the handler; response_duration: sending it (large payloads, streaming); runtime_overhead: the runtime until it asks for the next request; extensions: what still runs after the runtime is done, and is billed. Only the JSON log format tells these: a function with text logs has no row."
next = ["extensions", "slowest", "p99-duration"]

[[thresholds]]
when = "extensions_p99_ms > 100"
severity = "warning"
say = "extensions hold one invocation in a hundred for more than a tenth of a second after the handler"

[[thresholds]]
when = "runtime_overhead_p99_ms > 100"
severity = "warning"
say = "the runtime takes more than a tenth of a second after one response in a hundred"
+++
# One row an attempt. Retries of a request that come to the same environment have one request id: their time after the runtime
# was done is shared out evenly, since a REPORT does not say which of them it belongs to.
filter type = "platform.runtimeDone" or type = "platform.report"
{% include "_views/identity.ql" %}
| parse @message /"name": ?"responseLatency"[^}]*"durationMs": ?(?<latency_span>[\d.]+)/
| parse @message /"name": ?"responseDuration"[^}]*"durationMs": ?(?<response_span>[\d.]+)/
| parse @message /"name": ?"runtimeOverhead"[^}]*"durationMs": ?(?<overhead_span>[\d.]+)/
| fields case(type = "platform.runtimeDone", record.metrics.durationMs) as done_ms,
    case(type = "platform.report", record.metrics.durationMs) as report_ms
| fields case(ispresent(done_ms), concat(toMillis(@timestamp), "|", done_ms, "|", coalesce(latency_span, ""), "|", coalesce(response_span, ""), "|",
    coalesce(overhead_span, ""))) as done_text
| stats sum(report_ms) - sum(done_ms) as all_after_ms, count(report_ms) as reports, count(done_ms) as dones, values(done_text) as attempts
  by function, version, request_id, @logStream
| filter dones > 0
| unnest attempts into attempt
| parse attempt "*|*|*|*|*" as done_at, t_done, t_latency, t_response, t_overhead
| fields case(reports = dones, all_after_ms / dones) as after_ms, toNumber(t_latency) as latency_ms, toNumber(t_response) as response_ms,
    toNumber(t_overhead) as overhead_ms
| fields t_done + after_ms as total_ms
| stats count(*) as invocations, pct(total_ms, 50) as duration_p50_ms,
    pct(latency_ms, 50) as response_latency_p50_ms, pct(latency_ms, 99) as response_latency_p99_ms,
    pct(response_ms, 50) as response_duration_p50_ms, pct(response_ms, 99) as response_duration_p99_ms,
    pct(overhead_ms, 50) as runtime_overhead_p50_ms, pct(overhead_ms, 99) as runtime_overhead_p99_ms,
    pct(after_ms, 50) as extensions_p50_ms, pct(after_ms, 99) as extensions_p99_ms
  by function, version
| sort function asc, version desc
