+++
title = "Duration percentiles"
question = "How slow are invocations, and since when?"
aliases = ["p99", "duration"]
tags = ["latency", "duration", "percentile"]
view = { kind = "timeSeries", y = ["p50_ms", "p99_ms"] }
read = "p50 tells what most callers feel, p99 the slow tail. Both rising together points at the code or a dependency; the tail alone at cold starts, retries or one slow customer."
next = ["slowest", "duration-by-version", "duration-histogram", "coldstarts", "errors-by-version"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"

[params.pct]
type = "number"
min = 0
max = 100
help = "one more percentile, as column pct_ms (such as 99.5)"
+++
{% include "_views/report.ql" %}
| stats count(*) as invocations, pct(duration_ms, 50) as p50_ms, pct(duration_ms, 90) as p90_ms, pct(duration_ms, 95) as p95_ms,
    pct(duration_ms, 99) as p99_ms, pct(duration_ms, 99.9) as p999_ms, max(duration_ms) as max_ms
    {%- if pct is not none %}, pct(duration_ms, {{ pct }}) as pct_ms{% endif %}

  by bin({{ bin }})
