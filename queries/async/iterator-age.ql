+++
title = "Iterator age"
question = "How far behind its stream does a function read, and is it getting worse?"
aliases = ["stream-lag"]
tags = ["async", "kinesis", "dynamodb", "batch", "trend"]
view = { kind = "timeSeries", y = ["age_max_ms"] }
read = "From what the application logs as iterator age in ms: IteratorAge, iterator_age, iteratorAgeMs and the like, as JSON, embedded metric or text. Rising without end: the function is slower than the stream, or a poison record blocks the shard; raise the parallelization factor, the batch size or the number of shards, or bisect on error. A saw-tooth is bursts that are worked off. Nothing logged? Lambda's own metric IteratorAge knows it too."
next = ["batch-sizes", "p99-duration", "errors", "batch-failures"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"

[[thresholds]]
when = "age_max_ms > 3600000"
severity = "critical"
say = "records wait for more than an hour: a stream that keeps them 24 hours loses them in the end"

[[thresholds]]
when = "age_max_ms > 60000"
severity = "warning"
say = "records wait for more than a minute"
+++
filter @message like /(?i)iterator[ _-]?age/
{% include "_views/identity.ql" %}
| parse @message /(?i)iterator[ _-]?age(?:[ _-]?(?:ms|millis|milliseconds|in[ _-]?millis))?\\?["']?[ :=]+\[?(?<logged_age>\d+(?:\.\d+)?)/
| filter ispresent(logged_age)
| fields toNumber(logged_age) as one_age_ms
| stats count(*) as lines, avg(one_age_ms) as age_avg_ms, pct(one_age_ms, 99) as age_p99_ms, max(one_age_ms) as age_max_ms by function, bin({{ bin }})
