+++
title = "Slowest invocations"
question = "Which invocations took longest, and were they cold?"
aliases = ["slow", "top-slow"]
tags = ["latency", "duration", "request"]
view = { kind = "table" }
read = "Open one with 'insightctl query request': its lines tell where the time went. The same duration again and again is a timeout of a client or of the function; slow and cold together is the init phase warming caches. duration_ms does not hold init_ms."
next = ["duration-cold-vs-warm", "near-timeout", "coldstarts"]

[params.top]
type = "integer"
default = "20"
min = 1
max = 10000
help = "how many"

[params.min_ms]
type = "number"
min = 0
help = "only invocations that took at least so many ms"
+++
{% include "_views/report.ql" %}
{%- if min_ms is not none %}

| filter duration_ms >= {{ min_ms }}
{%- endif %}

| fields if(ispresent(init_ms), "cold", if(ispresent(restore_ms), "restored", "warm")) as start
| sort duration_ms desc, @timestamp asc
| limit {{ top }}
| display @timestamp, function, version, request_id, duration_ms, start, init_ms, restore_ms, memory_mb, max_memory_mb, status, @logStream
