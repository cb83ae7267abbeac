+++
title = "One correlation id"
question = "Which functions handled this order, user or correlation id, and what did they log?"
aliases = ["correlation-id", "by-id"]
tags = ["request", "logs", "where", "powertools"]
view = { kind = "table" }
read = "All lines of every request that logs the id, in order of time over all functions that are asked: the way of one order, user or message through the system. With --field only lines count that hold it in that JSON field (correlation_id is where Powertools puts it); without, any mention counts, in text logs too. A function that is missing did not get it, or does not log it."
next = ["request", "trace", "duplicates"]

[params.id]
type = "string"
required = true
help = "the id"

[params.field]
type = "field"
help = "the JSON field that holds it, such as correlation_id"

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many lines at most"
+++
filter ispresent(@message)
{% include "_views/lines.ql" %}
| filter {% if field is not none %}{{ field }} = {{ id }}{% else %}@message like {{ id }}{% endif %} or request_id in (
    filter {% if field is not none %}{{ field }} = {{ id }}{% else %}@message like {{ id }}{% endif %}

    {% include "_views/identity.ql" %}
    | stats count(*) as named by request_id | fields request_id)
| sort @timestamp asc, function asc
| limit {{ top }}
| display @timestamp, function, version, request_id, log_level as level, log_message as message
