+++
title = "Poison messages"
question = "Which messages come back again and again?"
aliases = ["poison-messages", "poison"]
tags = ["async", "sqs", "retries", "batch", "errors"]
view = { kind = "table" }
read = "Message ids (UUIDs that the application logs as messageId, message_id, itemIdentifier or 'message ...') that more than --more-than requests logged: each receive of a message is a new request. Such a message fails each time, holds up its batch or its group, and is tried until maxReceiveCount sends it to the dead-letter queue; without one it goes round until it expires. receive_count_max is ApproximateReceiveCount, where it is logged. Look at one with the query correlation."
next = ["correlation", "batch-failures", "duplicates", "errors"]

[params.more_than]
type = "integer"
default = "2"
min = 1
max = 10000
help = "how many requests with the same message are still normal"

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many messages, the most often received first"

[[thresholds]]
when = "requests > 10"
severity = "critical"
say = "a message came back more than ten times: the queue has no dead-letter queue, or one that comes too late"
+++
filter @message like /(?i)(?:message|itemIdentifier)[\w .:=#"'\\-]{0,16}[0-9a-f]{8}-[0-9a-f]{4}-/
{% include "_views/identity.ql" %}
| parse @message /(?i)(?:message(?:[ _-]?id)?|itemIdentifier)\\?["']?[ :=#]+\\?["']?(?<message_uuid>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})/ multi
| parse @message /ApproximateReceiveCount\\?["']?[ :=]+\\?["']?(?<receive_count>\d+)/
| filter ispresent(message_uuid)
| stats count_distinct(request_id) as requests, count(*) as lines, max(toNumber(receive_count)) as receive_count_max, min(@timestamp) as first_seen,
    max(@timestamp) as last_seen, sortsLast(request_id) as sample_request_id
  by function, message_uuid as message_id
| filter requests > {{ more_than }}
| sort requests desc, first_seen asc
| limit {{ top }}
