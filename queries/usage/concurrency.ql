+++
title = "Concurrency"
question = "How many invocations run at the same time, at the peak of each minute?"
aliases = ["concurrent-executions", "peak-concurrency"]
tags = ["usage", "concurrency", "scale-out", "throttling", "trend"]
view = { kind = "timeSeries", y = ["peak"] }
read = "The most invocations of a function that overlapped, worked out from the end and the length (init and restore included) of each finished invocation; the busiest minute comes first. Hold it against the function's reserved concurrency and the account's limit (1,000 unless raised). An invocation that has not ended, or ended after the range, is not in it; a minute in which none began or ended has no row."
next = ["coldstart-timeline", "throttled-downstream", "invocations", "slowest"]

[params.bin]
type = "duration"
default = "1m"
help = "bucket size"

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many buckets, the busiest first"

[[thresholds]]
when = "peak > 800"
severity = "warning"
say = "more than 800 at once: the account's default limit of 1,000 is near"
+++
# Each invocation is +1 where it begins and -1 where it ends; the running sum of a function is what runs. It comes back to 0
# at the function's last end, so that the next function starts anew. An end at the same time goes first: its environment is free then.
{% include "_views/report.ql" %}
| fields toMillis(@timestamp) as ended_ms
| fields floor(ended_ms - duration_ms - coalesce(init_ms, 0) - coalesce(restore_ms, 0)) as began_ms
| fields split(concat(began_ms, "|1 ", ended_ms, "|-1"), " ") as edges
| unnest edges into edge
| parse edge "*|*" as edge_ms, edge_step
| fields toNumber(edge_ms) as at_ms, toNumber(edge_step) as step
| sort function asc, at_ms asc, step asc
| accum step as running
| fields greatest(running, running - step) as peak, datefloor(fromMillis(at_ms), {{ bin }}) as bucket, fromMillis(at_ms) as peak_at
| sort peak desc, at_ms asc, function asc
| display bucket, function, peak, peak_at
| dedup function, bucket
| limit {{ top }}
