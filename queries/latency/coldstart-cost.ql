+++
title = "Cost of cold starts"
question = "How much of what callers wait for, and of what is billed, is the init phase?"
aliases = ["cold-start-cost", "init-cost"]
tags = ["latency", "cold start", "init", "cost"]
view = { kind = "bar", y = ["init_pct_of_wait", "init_pct_of_billed"] }
read = "init_pct_of_wait is the share of all waiting (init, restore and handler) that is init or restore; an init that was over 10 s or more before the first request (provisioned concurrency) is no waiting. init_pct_of_billed is the share of the billed time; it is 0 where the init phase was not billed (managed runtimes until August 2025). Under one per cent nothing is to be won by provisioned concurrency: make the handler faster."
next = ["coldstarts-by-version", "duration-cold-vs-warm", "cost"]

[[thresholds]]
when = "init_pct_of_wait > 10"
severity = "warning"
say = "more than a tenth of what callers wait for is start-up"
+++
{% include "_views/environment_lines.ql" %}
| stats min(start_up_ms) as init_at_ms, min(request_ms) as first_request_ms, max(said_ahead) as provisioned, count(duration_ms) as served,
    count(init_ms) as inits, max(init_ms) as env_init_ms, sum(coalesce(init_ms, 0)) as init_sum_ms, count(restore_ms) as restores,
    sum(coalesce(restore_ms, 0)) as restore_sum_ms, sum(duration_ms) as handler_ms, sum(billed_ms) as billed,
    sum(case(ispresent(init_ms) or ispresent(restore_ms), greatest(billed_ms - ceil(duration_ms), 0), 0)) as start_billed_ms,
    sortsLast(line_version) as env_version
  by function, @logStream
| filter served > 0
{% include "_views/ahead.ql" %}
| stats sum(served) as invocations, sum(inits * (1 - ahead)) + sum(restores) as cold_starts,
    sum(init_sum_ms * (1 - ahead)) + sum(restore_sum_ms) as init_total_ms, sum(handler_ms) as handler_total_ms,
    100 * init_total_ms / (init_total_ms + handler_total_ms) as init_pct_of_wait,
    sum(billed) as billed_total_ms, sum(start_billed_ms) as init_billed_ms, 100 * init_billed_ms / billed_total_ms as init_pct_of_billed
  by function, env_version as version
| sort init_pct_of_wait desc
