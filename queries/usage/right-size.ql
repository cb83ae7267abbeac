+++
title = "Right size"
question = "Which of the memory sizes that ran is the cheapest one that keeps the p99?"
aliases = ["power-tuning", "rightsize", "memory-size"]
tags = ["usage", "memory", "cost", "latency"]
view = { kind = "table" }
read = "Power tuning from history: one row a memory size that served in the range, for each function. keeps_p99 is 1 when its p99 is within slower_pct of the best one; of these the cheapest stands first, so the first row of a function is the size to take. With one row only that size was ever tried: change it, let it run, ask again. Compare sizes of the same load: few invocations, or another version's code, mislead. For arm64 give --gb-second-usd 0.0000133334."
next = ["memory", "cost", "duration-by-version", "near-timeout"]

[params.slower_pct]
type = "number"
default = "10"
min = 0
max = 1000
help = "how many per cent above the best p99 still counts as kept"

[params.gb_second_usd]
type = "price"
default_price = "lambda_x86_gb_s"
help = "USD for a GB-second"

[params.request_usd]
type = "price"
default_price = "lambda_request"
help = "USD for a request"
+++
{% include "_views/report.ql" %}
| stats count(*) as ran, pct(duration_ms, 50) as p50, pct(duration_ms, 99) as p99, avg(billed_ms) as billed, max(max_memory_mb) as used,
    1000000 * ({{ request_usd }} + memory_mb / 1024 * billed / 1000 * {{ gb_second_usd }}) as usd
  by function, memory_mb
| stats min(p99) as best_p99, values(concat(memory_mb, "|", ran, "|", p50, "|", p99, "|", billed, "|", used, "|", usd)) as sizes by function
| unnest sizes into one_size
| parse one_size "*|*|*|*|*|*|*" as t_mb, t_ran, t_p50, t_p99, t_billed, t_used, t_usd
| fields toNumber(t_mb) as memory_mb, toNumber(t_ran) as invocations, toNumber(t_p50) as p50_ms, toNumber(t_p99) as p99_ms,
    toNumber(t_billed) as billed_avg_ms, toNumber(t_used) as used_max_mb, toNumber(t_usd) as usd_per_million,
    case(t_p99 <= best_p99 * (1 + {{ slower_pct }} / 100), 1, 0) as keeps_p99
| sort function asc, keeps_p99 desc, usd_per_million asc
| display function, memory_mb, keeps_p99, usd_per_million, p50_ms, p99_ms, billed_avg_ms, used_max_mb, invocations
