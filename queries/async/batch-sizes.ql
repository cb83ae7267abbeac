+++
title = "Batch sizes"
question = "How many records does an invocation get?"
aliases = ["records-per-invocation", "batches"]
tags = ["async", "batch", "sqs", "kinesis", "trend"]
view = { kind = "timeSeries", y = ["records_avg"] }
read = "From what the application logs: fields such as batch_size, recordCount or records, or text such as 'processing 10 records'; the largest number of an invocation counts. An average near 1 pays one request and one start for each record: a batch window fills batches. Always at the maximum means that the queue or the stream has a backlog: see iterator-age."
next = ["iterator-age", "batch-failures", "p99-duration", "cost"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter @message like /(?i)batch|record|messages|message[ _-]?count/ and @message not like /^(?:(?:START|END|REPORT) RequestId: |EXTENSION\t|TELEMETRY\t)/
    and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
| parse @message /(?i)(?:batch[ _-]?size|(?:num(?:ber[ _]of)?[ _]?|total[ _]?)?(?:records?|messages?)(?:[ _-]?(?:count|received|in[ _]batch))?)\\?["']?[ ]?[:=] ?(?<named_size>\d+)\b/
| parse @message /(?i)\b(?<counted_size>\d+) (?:[a-z]+ )?(?:records|messages)\b/
| parse @message /(?i)\bbatch of (?<batch_of>\d+)\b/
| fields toNumber(coalesce(named_size, batch_of, counted_size)) as logged_size
| filter ispresent(logged_size)
| stats max(logged_size) as batch_records, min(bin({{ bin }})) as bucket by function, @logStream, coalesce(request_id, concat("at ", toMillis(@timestamp))) as batch_request
| stats count(*) as invocations, sum(batch_records) as records, avg(batch_records) as records_avg, pct(batch_records, 50) as records_p50, max(batch_records) as records_max
  by function, bucket
| sort bucket desc, function asc
