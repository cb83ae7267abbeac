+++
title = "Out of memory"
question = "Which invocations were killed for lack of memory, or used all of it?"
aliases = ["oom"]
tags = ["errors", "memory", "crash", "request"]
view = { kind = "table" }
read = "killed = 1 is an invocation that Lambda ended; killed = 0 used all of its memory and got away with it. One version only: a leak or a change of that version. Now and then in all versions: large inputs need more memory, or less at once."
next = ["memory", "memory-leak", "right-size", "errors-by-version"]

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many, newest first"

[[thresholds]]
when = "killed > 0"
severity = "critical"
say = "an invocation was killed for lack of memory"
+++
# Older text logs have no status on REPORT: the runtime's own line, of the same request, tells of the kill.
filter @type = "REPORT" or type = "platform.report" or @message like /^RequestId: \S+ Error: Runtime exited with error: signal: killed/
{% include "_views/report_fields.ql" %}
| parse @message /^RequestId: (?<exit_request>\S+) Error: Runtime exited with error: signal: (?<line_killed>killed)/
| fields coalesce(request_id, exit_request) as request
| stats max(@timestamp) as ended, sortsLast(version) as of_version, max(duration_ms) as lasted_ms, max(memory_mb) as size_mb,
    max(max_memory_mb) as used_mb, greatest(max(strcontains(error_type, "OutOfMemory")), count(line_killed)) as kills
  by function, request, @logStream
| filter kills > 0 or used_mb >= size_mb
| sort ended desc
| limit {{ top }}
| display ended, function, of_version as version, request as request_id, kills as killed, lasted_ms as duration_ms, size_mb as memory_mb, used_mb as max_memory_mb
