+++
title = "Cold starts by version"
question = "Which version starts cold most often or slowest?"
aliases = ["cold-starts-by-version", "init-by-version"]
tags = ["latency", "cold start", "init", "versions", "deployments"]
view = { kind = "bar", y = ["init_p50_ms"] }
read = "Compare a version with the one before it of the same function: init_p50_ms that steps up came with the code or its dependencies; cold_pct alone is higher for a version that has just gone live. SnapStart restores are counted apart."
next = ["coldstarts", "coldstarts-by-runtime", "coldstart-cost", "deployments"]

[[thresholds]]
when = "init_p99_ms > 5000"
severity = "critical"
say = "one cold start in a hundred takes more than five seconds; an init phase over ten is cut off and started again"

[[thresholds]]
when = "cold_pct > 10"
severity = "warning"
say = "more than a tenth of the invocations start cold"
+++
{% include "_views/report.ql" %}
| stats count(*) as invocations, count(init_ms) as cold_starts, 100 * cold_starts / invocations as cold_pct,
    count(restore_ms) as restores, pct(init_ms, 50) as init_p50_ms, pct(init_ms, 90) as init_p90_ms,
    pct(init_ms, 99) as init_p99_ms, max(init_ms) as init_max_ms
  by function, version
| sort function asc, version desc
