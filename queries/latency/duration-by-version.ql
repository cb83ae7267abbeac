+++
title = "Duration by version"
question = "Is a version slower than the one before it?"
aliases = ["latency-by-version"]
tags = ["latency", "duration", "versions", "deployments"]
view = { kind = "bar", y = ["p50_ms", "p99_ms"] }
read = "Compare a version with the one before it of the same function: p50_ms that steps up is the code or a dependency of it. A version with few invocations says little about p99_ms. The init phase is not part of the duration."
next = ["deployments", "p99-duration", "slowest"]
+++
{% include "_views/report.ql" %}
| stats count(*) as invocations, avg(duration_ms) as avg_ms, pct(duration_ms, 50) as p50_ms, pct(duration_ms, 90) as p90_ms,
    pct(duration_ms, 99) as p99_ms, max(duration_ms) as max_ms
  by function, version
| sort function asc, version desc
