+++
title = "Extensions"
question = "Which extensions run beside the function, and how much time do they add?"
aliases = ["extension-overhead"]
tags = ["latency", "overhead", "extensions"]
view = { kind = "table" }
read = "One row an extension and state, as the platform names it when an environment starts; a state other than Ready did not come up. Extensions share CPU and memory with the handler, lengthen the init phase, and hold the environment after the handler: after_handler_avg_ms is the mean of that time over the environments in which the extension ran (JSON logs only). Several extensions of one environment share it."
next = ["handler-vs-overhead", "coldstarts-by-version", "memory"]

[[thresholds]]
when = "after_handler_avg_ms > 50"
severity = "warning"
say = "extensions hold each invocation for more than a twentieth of a second after the handler"
+++
filter @message like /^EXTENSION\tName: / or type in ["platform.extension", "platform.report", "platform.runtimeDone"]
{% include "_views/identity.ql" %}
| parse @message /^EXTENSION\tName: (?<line_name>[^\t]+)\tState: (?<line_state>\w+)/
| parse @message /^EXTENSION\t[^\n]*\tEvents: \[(?<line_events>[^\]]*)\]/
| parse @message /"events": ?\[(?<json_events>[^\]]*)\]/
| fields coalesce(line_name, record.name) as line_extension,
    replace(replace(coalesce(line_events, json_events), "\"", ""), " ", "") as event_names
| fields case(ispresent(line_extension), concat(line_extension, "|", coalesce(line_state, record.state), "|", event_names)) as entry,
    case(ispresent(line_extension), @timestamp) as entry_at,
    case(type = "platform.report", record.metrics.durationMs) as report_ms,
    case(type = "platform.runtimeDone", record.metrics.durationMs) as done_ms
| stats values(entry) as entries, min(entry_at) as env_start,
    case(count(done_ms) = count(report_ms), sum(report_ms) - sum(done_ms)) as after_ms,
    case(count(done_ms) = count(report_ms), count(report_ms)) as after_count
  by function, version, @logStream
| unnest entries into one
| parse one /^(?<extension>[^|]*)\|(?<state>[^|]*)\|(?<events>[^|]*)$/
| stats count(*) as environments, count_distinct(version) as versions, min(env_start) as first_seen, max(env_start) as last_seen,
    sum(after_ms) / sum(after_count) as after_handler_avg_ms
  by function, extension, state, events
| sort function asc, environments desc
