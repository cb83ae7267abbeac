+++
title = "Crashes"
question = "Which versions' runtimes exit or die by a signal, and how?"
aliases = ["exits", "segfaults"]
tags = ["errors", "crash", "versions"]
view = { kind = "table" }
read = "The process ended instead of answering. signal: killed is memory (see out-of-memory), segmentation fault or aborted comes from native code, exit status N is the code's own exit or a runtime that failed to start. A crash costs the next request of that environment a cold start too."
next = ["out-of-memory", "errors-by-version", "init-failures", "request"]

[[thresholds]]
when = "crashes > 0"
severity = "warning"
say = "runtimes end instead of answering"
+++
# Of one request: the runtime's own line names the cause, the status of REPORT only that there was a crash.
filter @message like /^RequestId: \S+ (?:Error: Runtime exited|Process exited)/ or @message like /^REPORT [^\n]*\tError Type: Runtime\.(?:ExitError|OutOfMemory)/
    or (type = "platform.report" and record.errorType in ["Runtime.ExitError", "Runtime.OutOfMemory"])
    or (ispresent(requestId) and @message like /Runtime exited with error|Process exited before/)
{% include "_views/identity.ql" %}
| parse @message /Runtime exited with error: (?<exit_cause>(?:exit status|signal:) [\w ]+)/
| parse @message /(?<exit_without>Process exited before completing request|Runtime exited without providing a reason)/
| parse @message /^REPORT [^\n]*\tError Type: (?<report_error>\S+)/
| stats max(@timestamp) as crashed, sortsLast(coalesce(exit_cause, exit_without)) as said_cause, sortsLast(coalesce(report_error, record.errorType)) as error_type
  by function, version, request_id, @logStream
| fields coalesce(said_cause, case(error_type = "Runtime.OutOfMemory", "signal: killed"), "not said") as exit
| stats count(*) as crashes, min(crashed) as first_seen, max(crashed) as last_seen, sortsLast(request_id) as sample_request_id
  by function, version, exit as cause
| sort crashes desc, first_seen asc
