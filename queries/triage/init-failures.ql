+++
title = "Failed inits"
question = "Which versions fail or time out before the handler runs, and with what?"
aliases = ["init-errors"]
tags = ["errors", "init", "cold start", "versions"]
view = { kind = "table" }
read = "Code outside of the handler failed: a module that is missing, a secret that cannot be read, or ten seconds of init that were not enough. Lambda tries each init twice (phase init, then phase invoke), so one bad environment often shows as two. A version with many of them serves nobody: roll it back."
next = ["import-errors", "errors-by-version", "deployments", "crashes"]

[[thresholds]]
when = "failures > 0"
severity = "warning"
say = "environments fail to start"
+++
filter @message like /^INIT_REPORT [^\n]*\tStatus: (?:error|timeout)/ or (type = "platform.initReport" and record.status != "success")
{% include "_views/identity.ql" %}
| parse @message /^INIT_REPORT Init Duration: (?<line_init>[\d.]+) ms/
| parse @message /^INIT_REPORT [^\n]*\tPhase: (?<line_phase>\w+)/
| parse @message /^INIT_REPORT [^\n]*\tStatus: (?<line_status>\w+)/
| parse @message /^INIT_REPORT [^\n]*\tError Type: (?<line_error>\S+)/
| fields coalesce(line_phase, record.phase) as init_phase, replace(coalesce(line_status, record.status), "failure", "error") as init_status,
    coalesce(line_error, record.errorType) as init_error, coalesce(line_init, record.metrics.durationMs) as init_took
| stats count(*) as failures, count_distinct(@logStream) as environments, max(init_took) as init_max_ms, min(@timestamp) as first_seen, max(@timestamp) as last_seen
  by function, version, init_status as status, coalesce(init_error, init_status) as error_type
| sort failures desc, function asc, version desc
