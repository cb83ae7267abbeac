+++
title = "Advice: hours"
question = "How busy is each function in each hour, and how often does it start cold?"
view = { kind = "table" }
read = "One row a function and hour. insightctl advise reads it."
+++
{% include "_views/report.ql" %}
| stats count(*) as invocations, sum(duration_ms) as busy_ms, count(init_ms) as inits by function, bin(1h) as at
