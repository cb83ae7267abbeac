+++
title = "Cost of cold starts"
question = "How much of what callers wait for, and of what is billed, is the init phase?"
aliases = ["cold-start-cost", "init-cost"]
tags = ["latency", "cold start", "init", "cost"]
view = { kind = "bar", y = ["init_pct_of_wait", "init_pct_of_billed"] }
read = "init_pct_of_wait is the share of all waiting (init, restore and handler) that is init or restore. init_pct_of_billed is the share of the billed time; it is 0 where the init phase was not billed (managed runtimes until August 2025). Under one per cent nothing is to be won by provisioned concurrency: make the handler faster."
next = ["coldstarts-by-version", "duration-cold-vs-warm", "cost"]

[[thresholds]]
when = "init_pct_of_wait > 10"
severity = "warning"
say = "more than a tenth of what callers wait for is start-up"
+++
{% include "_views/report.ql" %}
| fields coalesce(init_ms, 0) + coalesce(restore_ms, 0) as start_ms
| fields case(start_ms > 0, greatest(billed_ms - ceil(duration_ms), 0), 0) as start_billed_ms
| stats count(*) as invocations, count(init_ms) + count(restore_ms) as cold_starts, sum(start_ms) as init_total_ms,
    sum(duration_ms) as handler_total_ms, 100 * init_total_ms / (init_total_ms + handler_total_ms) as init_pct_of_wait,
    sum(billed_ms) as billed_total_ms, sum(start_billed_ms) as init_billed_ms, 100 * init_billed_ms / billed_total_ms as init_pct_of_billed
  by function, version
| sort init_pct_of_wait desc
