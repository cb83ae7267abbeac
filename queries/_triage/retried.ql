+++
title = "Triage: retried"
question = "Which requests ran more than once, and from when to when?"
view = { kind = "table" }
read = "Lambda runs an asynchronous request again after 1 and 2 minutes. Triage asks where invocations fail: what fails each time it is tried is at fault itself."
+++
filter @type = "REPORT" or type = "platform.report"
| stats count(*) as runs, min(@timestamp) as first_at, max(@timestamp) as last_at, max(@logStream) as stream
  by coalesce(@requestId, record.requestId) as request, @log as log
| filter runs > 1 and ispresent(request)
| parse stream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse stream /\[(?<version>[^\[\]]+)\]/
| parse log /(?<log_function>[^\/:]+)$/
| fields coalesce(stream_function, log_function) as function
| display function, request, runs, first_at, last_at, version
| limit 10000
