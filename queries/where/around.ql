+++
title = "Around a time"
question = "What was logged just before and after this time?"
aliases = ["at-time", "context"]
tags = ["logs", "where"]
view = { kind = "table" }
read = "Every line of the functions that are asked, from --seconds before the time to --seconds after it; offset_s is how far a line is from it. Without --at it is the end of the range. Ask over several functions to see which of them spoke first."
next = ["request", "search", "first-errors"]

[params.at]
type = "string"
default = ""
help = "the time in UTC: 2026-11-23T10:00:00"

[params.seconds]
type = "number"
default = "30"
min = 0
max = 86400
help = "how many seconds to each side"

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many lines at most"
+++
fields coalesce(parseDate(substr(replace({{ at }}, "T", " "), 0, 19), "yyyy-MM-dd HH:mm:ss"), queryEndTime()) as middle_ms
| filter toMillis(@timestamp) >= middle_ms - {{ seconds }} * 1000 and toMillis(@timestamp) <= middle_ms + {{ seconds }} * 1000
{% include "_views/lines.ql" %}
| fields (toMillis(@timestamp) - middle_ms) / 1000 as offset_s
| sort @timestamp asc, function asc
| limit {{ top }}
| display @timestamp, offset_s, function, version, request_id, log_level as level, log_message as message, @logStream
