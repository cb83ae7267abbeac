+++
title = "Triage: retried"
question = "Which requests ran more than once, and from when to when?"
view = { kind = "table" }
read = "Lambda runs an asynchronous request again after 1 and 2 minutes. Triage asks where invocations fail: what fails each time it is tried is at fault itself."
+++
filter @type = "REPORT" or type = "platform.report"
| parse @logStream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse @logStream /\[(?<stream_version>[^\[\]]+)\]/
| parse @log /(?<log_function>[^\/:]+)$/
| stats count(*) as runs, min(@timestamp) as first_at, max(@timestamp) as last_at, max(stream_version) as version
  by coalesce(stream_function, log_function) as function, coalesce(@requestId, record.requestId) as request
| filter runs > 1
| limit 10000
