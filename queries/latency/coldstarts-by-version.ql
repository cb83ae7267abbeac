+++
title = "Cold starts by version"
question = "Which version starts cold most often or slowest?"
aliases = ["cold-starts-by-version", "init-by-version"]
tags = ["latency", "cold start", "init", "versions", "deployments"]
view = { kind = "bar", y = ["init_p50_ms"] }
read = "Compare a version with the one before it of the same function: init_p50_ms that steps up came with the code or its dependencies; cold_pct alone is higher for a version that has just gone live. SnapStart restores are counted apart. Inits that were over 10 s or more before the first request (provisioned concurrency, proactive starts) are no cold starts here: nobody waited for them."
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
{% set by_request = true %}
{% include "_views/environments.ql" %}
| filter env_invocations > 0
| stats sum(env_invocations) as invocations, sum(env_inits * (1 - ahead)) as cold_starts, 100 * cold_starts / invocations as cold_pct,
    sum(env_restores) as restores, pct(case(ahead = 0, env_init_ms), 50) as init_p50_ms, pct(case(ahead = 0, env_init_ms), 90) as init_p90_ms,
    pct(case(ahead = 0, env_init_ms), 99) as init_p99_ms, max(case(ahead = 0, env_init_ms)) as init_max_ms
  by function, env_version as version
| sort function asc, version desc
