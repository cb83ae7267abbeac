# One row a log stream, which is one execution environment: its runtime, when its init began, and what its invocations report.
# No caller felt an init that was over well before the first request came: provisioned concurrency says so in JSON logs, and
# in text logs a gap of 10 s between the end of the init and the first START tells (Lambda also starts environments ahead).
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
| stats min(start_up_ms) as init_at_ms, min(request_ms) as first_request_ms, max(said_ahead) as provisioned,
    sortsLast(line_runtime) as env_runtime, sortsLast(line_version) as env_version, min(@timestamp) as env_first, max(@timestamp) as env_last,
    count(duration_ms) as env_invocations, count(init_ms) as env_inits, sum(init_ms) as env_init_sum_ms, max(init_ms) as env_init_ms,
    count(restore_ms) as env_restores, max(restore_ms) as env_restore_ms
  by function, @logStream
| fields case(provisioned = 1, 1, first_request_ms - init_at_ms > env_init_ms + 10000, 1, 0) as ahead
