+++
title = "Duplicates"
question = "Which orders, messages or other business keys were handled more than once?"
aliases = ["idempotency", "handled-twice"]
tags = ["async", "idempotency", "retries", "business"]
view = { kind = "table" }
read = "A key that more than one line says was handled: by several requests, or by several attempts or lines of one (requests is 1 then). Say with --field which JSON field or key=value pair holds it, and with --handled which lines mean that the work was done: 'order placed' twice for one order is a customer charged twice; a key that is only read twice is none. gap_s is the time from the first to the last such line: a minute or two is Lambda's retry, the queue's visibility timeout is SQS."
next = ["retries", "sqs-poison", "correlation", "request"]

[params.field]
type = "field"
default = "order_id"
help = "JSON field, or name of a key=value pair, that holds the key"

[params.handled]
type = "regex"
default = "."
help = "only lines that match: those which say that the work was done"

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many keys, the most often handled first"
+++
filter @message like {{ handled }}
    and @message not like /^(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t)/ and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
{% include "_views/messages.ql" %}
| parse log_message logfmt as pairs
| fields coalesce({{ field }}, pairs.{{ field }}) as business_key
| filter ispresent(business_key)
| stats count(*) as lines, count_distinct(request_id) as requests, min(@timestamp) as first_seen, max(@timestamp) as last_seen,
    sortsFirst(request_id) as one_request_id, sortsLast(request_id) as other_request_id
  by function, business_key
| filter lines > 1
| fields (toMillis(last_seen) - toMillis(first_seen)) / 1000 as gap_s
| sort requests desc, lines desc, first_seen asc
| limit {{ top }}
| display function, business_key, requests, lines, first_seen, last_seen, gap_s, one_request_id, other_request_id
