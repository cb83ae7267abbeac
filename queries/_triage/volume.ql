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
parse @logStream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse @logStream /\[(?<stream_version>[^\[\]]+)\]/
| parse @log /(?<log_function>[^\/:]+)$/
| stats count(*) as lines, sum(strlen(@message)) as characters, sum(startsWith(@message, "END RequestId: ")) as ends, sum(startsWith(@message, "REPORT RequestId: ")) as reports
  by coalesce(stream_function, log_function) as function, stream_version as version, bin({{ bin }}) as at
