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
# Only a whole environment tells whether its init was felt, so each is told of once and its buckets come back after that.
{% include "_views/environment_lines.ql" %}
| stats min(start_up_ms) as slot_init_at_ms, min(request_ms) as slot_request_ms, max(said_ahead) as slot_ahead, count(duration_ms) as served,
    count(init_ms) as inits, max(init_ms) as slot_init_ms, count(restore_ms) as restored
  by function, @logStream, datefloor(@timestamp, {{ bin }}) as slot
| stats min(slot_init_at_ms) as init_at_ms, min(slot_request_ms) as first_request_ms, max(slot_ahead) as provisioned, max(slot_init_ms) as env_init_ms,
    values(case(served > 0, concat(toMillis(slot), "|", served, "|", inits, "|", restored))) as slots
  by function, @logStream
{% include "_views/ahead.ql" %}
| unnest slots into one_slot
| parse one_slot "*|*|*|*" as slot_ms, t_served, t_inits, t_restored
| fields fromMillis(toNumber(slot_ms)) as @timestamp, case(ahead = 0, toNumber(t_inits), 0) as felt
| fields case(felt > 0, env_init_ms) as felt_ms
| stats sum(t_served) as invocations, sum(felt) as cold_starts, 100 * cold_starts / invocations as cold_pct,
    sum(t_restored) as restores, pct(felt_ms, 50) as init_p50_ms, pct(felt_ms, 90) as init_p90_ms,
    pct(felt_ms, 99) as init_p99_ms, max(felt_ms) as init_max_ms
  by bin({{ bin }})
