+++
title = "Cold starts"
question = "How often do functions cold start, how long does it take, and is it getting worse?"
aliases = ["cold-starts"]
tags = ["latency", "cold start", "init"]
view = { kind = "timeSeries", y = ["cold_starts"], stacked = true }
read = "A step up right after a deployment is normal; a steady share above 5 % points at scale-out or idle expiry. SnapStart restores are counted apart. coldstarts-by-runtime also leaves out inits that were over long before the first request (provisioned concurrency): nobody waited for them."
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
{% include "_views/report.ql" %}
| stats count(*) as invocations, count(init_ms) as cold_starts, 100 * cold_starts / invocations as cold_pct,
    count(restore_ms) as restores, pct(init_ms, 50) as init_p50_ms, pct(init_ms, 90) as init_p90_ms,
    pct(init_ms, 99) as init_p99_ms, max(init_ms) as init_max_ms
  by bin({{ bin }})
