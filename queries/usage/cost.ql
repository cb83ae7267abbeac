+++
title = "Cost"
question = "What do the functions cost: compute, requests, billed init, by version, on x86 and on arm64?"
aliases = ["costs", "spend", "bill"]
tags = ["usage", "cost", "memory"]
view = { kind = "bar", y = ["total_x86_usd"] }
read = "USD of the time range at list price, before the free tier, tiers, savings plans and taxes. The log does not tell the architecture: read total_x86_usd or total_arm64_usd, whichever the function has (arm64 is about a fifth cheaper). init_x86_usd is the part of the compute that is billed start-up. Not in the log, so not in it: provisioned concurrency, ephemeral storage above 512 MB, SnapStart caching, and the logs themselves (log-volume)."
next = ["busiest", "right-size", "wasted", "coldstart-cost", "log-volume"]

[params.gb_second_usd]
type = "price"
default_price = "lambda_x86_gb_s"
help = "USD for a GB-second on x86"

[params.arm64_gb_second_usd]
type = "price"
default_price = "lambda_arm64_gb_s"
help = "USD for a GB-second on arm64"

[params.request_usd]
type = "price"
default_price = "lambda_request"
help = "USD for a request"

[[thresholds]]
when = "init_pct > 10"
severity = "warning"
say = "more than a tenth of the compute that is paid for is start-up"
+++
{% include "_views/report.ql" %}
| fields memory_mb / 1024 * billed_ms / 1000 as one_gb_s,
    case(ispresent(init_ms) or ispresent(restore_ms), memory_mb / 1024 * greatest(billed_ms - ceil(duration_ms), 0) / 1000, 0) as init_gb_s
| stats count(*) as invocations, sum(one_gb_s) as gb_s, sum(init_gb_s) * {{ gb_second_usd }} as init_x86_usd, 100 * sum(init_gb_s) / sum(one_gb_s) as init_pct,
    count(*) * {{ request_usd }} as requests_usd, sum(one_gb_s) * {{ gb_second_usd }} as compute_x86_usd,
    sum(one_gb_s) * {{ arm64_gb_second_usd }} as compute_arm64_usd, compute_x86_usd + requests_usd as total_x86_usd,
    compute_arm64_usd + requests_usd as total_arm64_usd
  by function, version
| sort total_x86_usd desc, function asc, version desc
