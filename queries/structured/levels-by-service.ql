+++
title = "Levels by service"
question = "Which service logs errors and warnings, and how much else?"
aliases = ["service-levels", "errors-by-service"]
tags = ["structured", "logs", "errors", "powertools"]
view = { kind = "bar", y = ["errors"] }
read = "service is what the logger calls itself (service, service.name, app, or pino's name), else the function. error_pct is the share of lines, not of requests: compare a service with itself over time, not with others. Much DEBUG in production is money: see log-volume. other counts lines without a level: prints and stack traces."
next = ["log-levels", "errors", "search", "log-volume"]

[[thresholds]]
when = "error_pct > 5"
severity = "warning"
say = "more than a twentieth of the lines are errors"
+++
filter @message not like /^(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY |LAMBDA_WARNING)/
    and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
{% include "_views/levels.ql" %}
| fields case(log_level in ["ERROR", "FATAL"], 1, 0) as is_error, case(log_level = "WARN", 1, 0) as is_warning,
    case(log_level = "INFO", 1, 0) as is_info, case(log_level in ["DEBUG", "TRACE"], 1, 0) as is_debug
| stats count(*) as lines, sum(is_error) as errors, sum(is_warning) as warnings, sum(is_info) as infos, sum(is_debug) as debugs,
    lines - errors - warnings - infos - debugs as other, 100 * errors / lines as error_pct,
    count_distinct(request_id) as requests
  by coalesce(service, service.name, serviceName, app, name, function) as service_name
| sort errors desc, lines desc
