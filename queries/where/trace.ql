+++
title = "One trace"
question = "Which requests of which functions belong to this X-Ray trace, and what did they log?"
aliases = ["xray", "trace-id"]
tags = ["request", "trace", "logs", "where"]
view = { kind = "table" }
read = "All lines of every request that names the trace: in its REPORT or platform.start line, as xray_trace_id of Powertools, or anywhere else. Ask over all functions of the call chain (-f may be given several times). The first row of each function is when the call arrived there; the function whose lines end with an error or a long gap is where it went wrong. Not sampled is no obstacle: the id is logged all the same once tracing is on."
next = ["request", "correlation", "around"]

[params.id]
type = "string"
required = true
help = "the trace id: 1-5f84c7a1-..., or Root=1-..."

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many lines at most"
+++
# The id may come as X-Amzn-Trace-Id has it: Root=1-...;Parent=...;Sampled=1. Lines name requests, requests name lines.
filter ispresent(@message)
{% include "_views/lines.ql" %}
| filter strcontains(@message, regexReplace({{ id }}, "^Root=|;.*$", "")) = 1 or request_id in (
    filter strcontains(@message, regexReplace({{ id }}, "^Root=|;.*$", "")) = 1
    {% include "_views/identity.ql" %}
    | stats count(*) as named by request_id | fields request_id)
| sort @timestamp asc, function asc
| limit {{ top }}
| display @timestamp, function, version, request_id, log_level as level, log_message as message
