+++
title = "Cold against warm"
question = "How much slower is an invocation that starts cold, with and without its init phase?"
aliases = ["cold-vs-warm"]
tags = ["latency", "duration", "cold start"]
view = { kind = "bar", y = ["p50_ms", "felt_p50_ms"] }
read = "p50_ms to p99_ms are the handler alone, felt_* what the caller waits for: init or restore and handler. A handler that is slow only when cold opens connections or loads code at its first call: move that to the init phase, which gets more CPU."
next = ["coldstarts", "coldstart-cost", "slowest"]
+++
{% include "_views/report.ql" %}
| fields if(ispresent(init_ms), "cold", if(ispresent(restore_ms), "restored", "warm")) as start,
    duration_ms + coalesce(init_ms, 0) + coalesce(restore_ms, 0) as felt_ms
| stats count(*) as invocations, pct(duration_ms, 50) as p50_ms, pct(duration_ms, 90) as p90_ms, pct(duration_ms, 99) as p99_ms,
    pct(felt_ms, 50) as felt_p50_ms, pct(felt_ms, 99) as felt_p99_ms
  by function, start
| sort function asc, start asc
