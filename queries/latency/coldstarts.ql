+++
title = "Cold starts"
question = "How often do functions cold start, how long does it take, and is it getting worse?"
aliases = ["cold-starts"]
tags = ["latency", "cold start", "init"]
view = { kind = "timeSeries", y = ["cold_starts"], stacked = true }
read = "A step up right after a deployment is normal; a steady share above 5 % points at scale-out or idle expiry. SnapStart restores are counted apart. Inits that were over 10 s or more before the first request (provisioned concurrency, proactive starts) are no cold starts here: nobody waited for them. A log without Lambda's stream names cannot tell these, so there each Init Duration counts."
next = ["coldstarts-by-version", "coldstart-timeline", "coldstart-cost", "p99-duration", "deployments"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"

[[thresholds]]
when = "cold_pct > 10"
severity = "warning"
say = "more than a tenth of the invocations start cold"
+++
# REPORTs are counted by bucket. Only its environment tells whether an init was felt, so the REPORT with an Init Duration meets
# INIT_START in a row of its log stream (without Lambda's stream names: a row of its request) and takes its bucket from there:
# that of its last one, where a crash made an environment start again.
# bin() in a second stats wants @timestamp handed on by the first: AWS, "CloudWatch Logs Insights query syntax: stats".
filter @type = "REPORT" or type in ["platform.report", "platform.initStart"] or (@message like "INIT_START " and @message like /^INIT_START /)
{% include "_views/report_fields.ql" %}
| fields ispresent(duration_ms) and not ispresent(init_ms) as is_warm
| stats min(case(not ispresent(duration_ms), toMillis(@timestamp))) as init_at_ms, min(toMillis(@timestamp) - duration_ms) as first_request_ms,
    max(case(record.initializationType = "provisioned-concurrency", 1, 0)) as provisioned, max(@timestamp) as @timestamp,
    count(duration_ms) as served, count(init_ms) as inits, max(init_ms) as env_init_ms, count(restore_ms) as restored
  by case(is_warm, "", ispresent(stream_version), @logStream, coalesce(request_id, "")) as environment, case(is_warm, datefloor(@timestamp, {{ bin }})) as slot
| filter served > 0
{% include "_views/ahead.ql" %}
| fields case(inits > 0 and ahead = 0, env_init_ms) as felt_ms
| stats sum(served) as invocations, sum(case(ahead = 0, inits, 0)) as cold_starts, 100 * cold_starts / invocations as cold_pct,
    sum(restored) as restores, pct(felt_ms, 50) as init_p50_ms, pct(felt_ms, 90) as init_p90_ms,
    pct(felt_ms, 99) as init_p99_ms, max(felt_ms) as init_max_ms
  by bin({{ bin }})
