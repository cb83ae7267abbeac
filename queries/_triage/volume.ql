+++
title = "Triage: volume"
question = "How much does each version log, and does each report have its END?"
view = { kind = "table" }
read = "Lines and bytes by version and bin. Triage reads it."
[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
stats count(*) as n, sum(strlen(@message)) as size, sum(case(@type = "END", 1, 0)) as enders, sum(case(@type = "REPORT", 1, 0)) as reporters by @logStream, @log, bin({{ bin }}) as bucket
| parse @logStream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse @logStream /\[(?<stream_version>[^\[\]]+)\]/
| parse @log /(?<log_function>[^\/:]+)$/
| stats sum(n) as lines, sum(size) as characters, sum(enders) as ends, sum(reporters) as reports
  by coalesce(stream_function, log_function) as function, stream_version as version, bucket as at
