# The lines that tell of an execution environment: when its init began (start_up_ms), its first request (request_ms), its REPORTs.
{% set starts = true %}
filter @type in ["REPORT", "START"] or type in ["platform.report", "platform.start", "platform.initStart", "platform.restoreStart"]
    or @message like /^(?:INIT|RESTORE)_START /
{% include "_views/report_fields.ql" %}
| parse @message /^(?<text_init>INIT|RESTORE)_START /
| parse @message /^(?:INIT|RESTORE)_START Runtime Version: (?<text_runtime>[^\t\n]+)/
| fields coalesce(text_runtime, record.runtimeVersion) as line_runtime, coalesce(version, record.functionVersion) as line_version,
    ispresent(text_init) or type in ["platform.initStart", "platform.restoreStart"] as starts_up
| fields case(starts_up, toMillis(@timestamp)) as start_up_ms,
    case(@type = "START" or type = "platform.start", toMillis(@timestamp)) as request_ms,
    case(record.initializationType = "provisioned-concurrency", 1, 0) as said_ahead
