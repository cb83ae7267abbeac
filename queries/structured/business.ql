+++
title = "Business events"
question = "How often does each business event happen, and when did that change?"
aliases = ["events", "event-counts"]
tags = ["structured", "business", "trend"]
view = { kind = "timeSeries", y = ["events"], stacked = true }
read = "Lines by the name of their event: the JSON field event, eventName, event_name, eventType or action, or event=... in text. The count that matters most when an incident is judged: orders placed went from 40 a minute to none says more than any error rate. Compare with the same hour of the day before (--compare 1d)."
next = ["emf", "levels-by-service", "error-rate", "fields"]

[params.event]
type = "regex"
default = "."
help = "only events whose name matches"

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter @message like /(?i)event|action/ and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
| parse @message /(?i)\b(?:event(?:_?(?:name|type))?|action)=["']?(?<text_event>[\w.:\/-]+)/
| fields coalesce(eventName, event_name, eventType, event_type, event, action, text_event) as event_of_line
| filter event_of_line like {{ event }}
| stats count(*) as events, count_distinct(request_id) as requests by event_of_line as happened, bin({{ bin }})
