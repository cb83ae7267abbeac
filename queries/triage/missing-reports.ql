+++
title = "Missing reports"
question = "Which invocations started and never reported an end?"
aliases = ["unfinished"]
tags = ["errors", "request"]
view = { kind = "table" }
read = "A START without its REPORT: still running, lost with its environment, or cut off by the end of the range. One whose start is longer ago than the function's timeout is not coming back; a burst of them at one time is a crash of many environments or a gap in the logs."
next = ["timeouts", "crashes", "request"]

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many, newest first"
+++
filter @type in ["START", "REPORT"] or type in ["platform.start", "platform.report"]
{% include "_views/identity.ql" %}
| fields case(@type = "START" or type = "platform.start", 1, 0) as is_start
| stats sum(is_start) as starts, count(*) - starts as reports, max(case(is_start = 1, @timestamp)) as started, sortsLast(version) as of_version
  by function, request_id, @logStream
| filter starts > reports
| sort started desc
| limit {{ top }}
| display started, function, of_version as version, request_id, starts, reports, @logStream
