+++
title = "Cold starts by runtime version"
question = "Did Lambda update the managed runtime, and does it start slower or faster than the one before?"
aliases = ["cold-starts-by-runtime", "init-by-runtime"]
tags = ["latency", "cold start", "init", "runtime"]
view = { kind = "bar", y = ["init_avg_ms"] }
read = "One row a function and runtime version, as INIT_START names it. A second version of the same runtime is an update that AWS rolled out: compare init_avg_ms of both before you blame your own code. Inits that were over 10 s or more before the first request (provisioned concurrency, proactive starts) are no cold starts here. Rows without a runtime are environments that started before the range."
next = ["runtime-updates", "coldstarts-by-version", "coldstarts"]
+++
{% include "_views/environments.ql" %}
| stats sum(env_invocations) as invocations, sum(env_inits * (1 - ahead)) as cold_starts,
    sum(env_init_sum_ms * (1 - ahead)) / cold_starts as init_avg_ms,
    pct(case(ahead = 0, env_init_ms), 50) as init_p50_ms, pct(case(ahead = 0, env_init_ms), 90) as init_p90_ms,
    max(case(ahead = 0, env_init_ms)) as init_max_ms, sum(env_restores) as restores,
    min(env_first) as first_seen, max(env_last) as last_seen
  by function, env_runtime as runtime
| sort function asc, first_seen asc
