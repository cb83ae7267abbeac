+++
title = "Invocations"
question = "How much traffic does each function get, and when did it change?"
aliases = ["traffic", "requests-over-time"]
tags = ["usage", "traffic", "trend", "first screen"]
view = { kind = "timeSeries", y = ["invocations"], stacked = true }
read = "Finished invocations; one that is still running is not counted yet. A step down at the time of a deployment or an error is a caller that gave up, a step up is more callers or retries. environments is how many execution environments served them: when it grows faster than invocations, requests overlap more or run longer."
next = ["traffic-by-version", "busiest", "concurrency", "error-rate"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
{% include "_views/report.ql" %}
| stats count(*) as invocations, count(init_ms) + count(restore_ms) as cold_starts, count_distinct(@logStream) as environments,
    avg(duration_ms) as avg_ms
  by function, bin({{ bin }})
