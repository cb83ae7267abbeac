+++
title = "Busiest functions"
question = "Which functions do most of the work: invocations, GB-seconds, time?"
aliases = ["top-functions", "gb-seconds"]
tags = ["usage", "cost", "traffic", "first screen"]
view = { kind = "bar", y = ["gb_s"] }
read = "gb_s (memory times billed time) is what is paid for: a function at the top that is not at the top of invocations is big or slow, and worth a look at memory and right-size. Many invocations with few gb_s are paid by the request: batching helps there."
next = ["cost", "right-size", "memory", "p99-duration"]
+++
{% include "_views/report.ql" %}
| stats count(*) as invocations, sum(memory_mb / 1024 * billed_ms / 1000) as gb_s, sum(billed_ms) / 1000 as billed_s,
    avg(duration_ms) as avg_ms, count_distinct(@logStream) as environments, count_distinct(version) as versions
  by function
| sort gb_s desc
