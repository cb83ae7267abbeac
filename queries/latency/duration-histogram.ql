+++
title = "Histogram of durations"
question = "How are the durations spread: one hump or several?"
aliases = ["histogram", "duration-buckets"]
tags = ["latency", "duration", "distribution"]
view = { kind = "bar", y = ["invocations"] }
read = "Each bucket is twice as wide as the one before: from_ms up to, but without, to_ms. Two humps are two kinds of work (a cache hit and a miss, cold and warm, two routes): ask for each apart. A bucket that stands alone at the far end is a timeout."
next = ["slowest", "duration-cold-vs-warm", "p99-duration"]
+++
{% include "_views/report.ql" %}
| fields floor(log(greatest(duration_ms, 1)) / log(2) + 0.000000001) as power
| stats count(*) as invocations by 2 ^ power as from_ms, 2 ^ (power + 1) as to_ms
| sort from_ms asc
