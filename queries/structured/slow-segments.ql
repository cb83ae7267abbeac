+++
title = "Slow segments"
question = "Which steps of the application take how long, by the durations that it logs?"
aliases = ["segments", "logged-durations"]
tags = ["structured", "latency", "downstream"]
view = { kind = "bar", y = ["total_ms"] }
read = "Lines that tell a duration: JSON fields such as duration_ms, elapsedMs, took_ms or pino's responseTime (in ms), or text such as 'took 120 ms', 'in 1.2 s', 'duration=35ms'. A segment is the line without its ids and numbers, or the JSON field segment, operation or step. total_ms at the top is where the time goes; a p99_ms far above p50_ms is a dependency that is sometimes slow: hold first and last against timeouts."
next = ["handler-vs-overhead", "slowest", "network-errors", "request"]

[params.top]
type = "integer"
default = "50"
min = 1
max = 10000
help = "how many segments, most time first"

[[thresholds]]
when = "p99_ms > 1000"
severity = "warning"
say = "one in a hundred of these steps takes more than a second"
+++
filter @message like /(?i)duration|elapsed|latency|took|responseTime|\bin \d+(?:\.\d+)? ?(?:ms|s|sec)/
    and @message not like /^(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY )|Task timed out after/ and (not ispresent(type) or type not like /^platform\./)
    and not ispresent(_aws.Timestamp)
{% include "_views/identity.ql" %}
{% include "_views/messages.ql" %}
{% include "_views/line_patterns.ql" %}
| parse log_message /(?i)\b(?:took|in|after|duration|elapsed|latency)(?:[_ ]?ms)?["']?[ :=]+(?:of )?(?<text_time>\d+(?:\.\d+)?) ?(?<text_unit>ms|milli|s\b|sec)/
| fields coalesce(duration_ms, durationMs, elapsed_ms, elapsedMs, latency_ms, latencyMs, took_ms, tookMs, responseTime, duration_millis,
    text_time * case(text_unit in ["s", "S", "sec"], 1000, 1)) as logged_ms
| fields toNumber(logged_ms) as segment_ms
| filter ispresent(segment_ms)
| stats count(*) as lines, pct(segment_ms, 50) as p50_ms, pct(segment_ms, 99) as p99_ms, max(segment_ms) as max_ms, sum(segment_ms) as total_ms,
    sortsLast(request_id) as sample_request_id
  by function, coalesce(segment, operation, step, line_pattern) as segment_name
| sort total_ms desc, lines desc
| limit {{ top }}
