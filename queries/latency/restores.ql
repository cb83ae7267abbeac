+++
title = "SnapStart restores"
question = "How often are environments restored from a snapshot, how long does it take, and does it fail?"
aliases = ["snapstart"]
tags = ["latency", "cold start", "snapstart"]
view = { kind = "timeSeries", y = ["restores"], stacked = true }
read = "A restore is SnapStart's cold start: the caller waits restore_p50_ms to restore_max_ms before the handler begins. Above a second look at what the afterRestore hooks do and at the size of the snapshot; a version that has just been published restores slower until its snapshot is cached."
next = ["coldstarts", "coldstart-cost", "duration-cold-vs-warm"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"

[[thresholds]]
when = "restore_p99_ms > 2000"
severity = "warning"
say = "one restore in a hundred takes more than two seconds"

[[thresholds]]
when = "failed_restores > 0"
severity = "critical"
say = "environments cannot be restored from their snapshot"
+++
filter @type = "REPORT" or type = "platform.report" or @message like /^RESTORE_REPORT [^\n]*\tStatus: (?:error|timeout|failure)/
    or (type = "platform.restoreReport" and record.status != "success")
{% include "_views/report_fields.ql" %}
| fields case(@type = "REPORT" or type = "platform.report", 1, 0) as is_report
| stats sum(is_report) as invocations, count(restore_ms) as restores, 100 * restores / invocations as restore_pct,
    pct(restore_ms, 50) as restore_p50_ms, pct(restore_ms, 90) as restore_p90_ms, pct(restore_ms, 99) as restore_p99_ms,
    max(restore_ms) as restore_max_ms, count(*) - invocations as failed_restores
  by bin({{ bin }})
