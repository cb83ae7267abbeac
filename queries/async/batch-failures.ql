+++
title = "Batch failures"
question = "How many records of batches are handed back as failed (partial batch responses)?"
aliases = ["partial-batch", "batch-item-failures"]
tags = ["async", "batch", "sqs", "kinesis", "errors"]
view = { kind = "bar", y = ["failed_items"] }
read = "Counted where the function logs its answer with batchItemFailures (Lambda itself does not log it). An invocation that returns them succeeds for all metrics and alarms, so this is the only trace of the failed records. A few are retried and done with; the same ones again and again are poison: see sqs-poison. An answer with an empty list is a batch that went well; one that names all its records tells nothing of a single bad one."
next = ["sqs-poison", "batch-sizes", "silent-failures", "errors"]

[[thresholds]]
when = "partial_pct > 10"
severity = "warning"
say = "more than a tenth of the batches hand records back"
+++
filter @message like "batchItemFailures"
{% include "_views/identity.ql" %}
| parse @message /batchItemFailures\\?["']?\s*[:=]\s*\[(?<items>[^\]]*)\]/
| filter ispresent(items)
| fields (strlen(items) - strlen(replace(items, "itemIdentifier", ""))) / 14 as failed_of_batch
| stats count(*) as responses, sum(case(failed_of_batch > 0, 1, 0)) as partial, 100 * partial / responses as partial_pct, sum(failed_of_batch) as failed_items,
    max(failed_of_batch) as failed_max, min(@timestamp) as first_seen, max(@timestamp) as last_seen,
    sortsLast(case(failed_of_batch > 0, request_id)) as sample_request_id
  by function, version
| sort failed_items desc, function asc, version desc
