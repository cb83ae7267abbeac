+++
title = "Retries"
question = "Which requests ran more than once, how far apart, and did they succeed in the end?"
aliases = ["async-retries", "retried"]
tags = ["async", "retries", "errors", "request"]
view = { kind = "table" }
read = "The same request id again is Lambda's own retry of an asynchronous invocation: twice more, after about one and two minutes. outcome is that of the last attempt: other than success, the event went to the dead-letter queue or the on-failure destination, or is lost where there is none. A retry after a success is a duplicate delivery: the handler has to be idempotent. Callers' own retries, SQS and streams come with new request ids: see duplicates and sqs-poison."
next = ["request", "duplicates", "errors", "wasted"]

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many requests, the newest first"

[[thresholds]]
when = "lost > 0"
severity = "critical"
say = "events failed on the last of their three attempts: look for them in the dead-letter queue or destination"
+++
{% include "_views/attempts.ql" %}
| fields case(failed = 0, "success", attempt_status = "success" or attempt_status = "failure", "error", attempt_status) as attempt_outcome
| fields concat(ended_ms, "|", attempt_outcome) as ended_text
| stats count(*) as attempts, sum(failed) as failures, min(ended_ms) as first_ms, max(ended_ms) as last_ms, sortsLast(ended_text) as last_text,
    sortsLast(attempt_version) as version
  by function, attempt_request
| filter attempts > 1
| parse last_text "*|*" as last_text_ms, outcome
| fields fromMillis(first_ms) as first_ended, fromMillis(last_ms) as last_ended, (last_ms - first_ms) / 1000 / (attempts - 1) as gap_avg_s,
    case(attempts >= 3 and outcome != "success", 1, 0) as lost
| sort last_ended desc, attempt_request asc
| limit {{ top }}
| display function, version, attempt_request as request_id, attempts, failures, outcome, first_ended, last_ended, gap_avg_s, lost
