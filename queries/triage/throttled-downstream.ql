+++
title = "Throttled downstream"
question = "Which service calls are throttled, and since when?"
aliases = ["throttling", "throttles"]
tags = ["errors", "throttling", "downstream"]
view = { kind = "table" }
read = "A service that the function calls takes no more. The operation tells which quota or capacity to look at. Few, and the invocations succeed: the client's retries cope, at the price of latency. Many: less concurrency, batching, back-off with jitter, or a higher quota."
next = ["errors", "first-errors", "p99-duration"]

[[thresholds]]
when = "lines > 0"
severity = "warning"
say = "calls to other services are throttled"
+++
filter @message like /Throttl|TooManyRequests|ProvisionedThroughputExceeded|RequestLimitExceeded|SlowDown|Rate [Ee]xceeded|LimitExceededException|PriorRequestNotComplete/
    and @message not like /^(?:INIT_)?REPORT / and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
| parse @message /(?<throttle_code>Throttl(?:ing|ed)\w*|\w*TooManyRequests\w*|ProvisionedThroughputExceeded\w*|RequestLimitExceeded|SlowDown|\w*LimitExceededException|PriorRequestNotComplete|RequestThrottled\w*)/
| parse @message /when calling the (?<throttled_call>\w+) operation/
| stats count(*) as lines, min(@timestamp) as first_seen, max(@timestamp) as last_seen, count_distinct(version) as versions, sortsLast(request_id) as sample_request_id
  by function, coalesce(throttle_code, "Rate exceeded") as error_code, throttled_call as operation
| sort lines desc, first_seen asc
