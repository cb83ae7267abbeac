+++
title = "Fields"
question = "Which fields do the log lines have, and which values does one of them take?"
aliases = ["field-values", "top-values"]
tags = ["structured", "fields", "logs"]
view = { kind = "table" }
read = "Without --field: every JSON field and key=value pair, with how many lines have it, how many different values it has and one of them. Nested fields appear under their last name. With --field: the values of that field, '(absent)' for lines without it. Two names for one thing (requestId and request_id), or a field that only some versions have, make queries miss lines. Many values with few lines each are ids: good for filters, bad for metrics."
next = ["search", "business", "levels-by-service"]

[params.field]
type = "field"
help = "a field: then its values are shown"

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many rows, the most frequent first"
+++
filter @message not like /^(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY |LAMBDA_WARNING)/
    and (not ispresent(type) or type not like /^platform\./)
{%- if field is none %}

| parse @message /(?:"(?<json_name>[A-Za-z_@$][\w.@$-]*)"\s*:\s*|(?:^|[\s,;])(?<pair_name>[A-Za-z_][\w.-]*)=)"?(?<one_value>[^",}\]\s{\[]+)/ multi
| fields coalesce(json_name, pair_name) as field_name
| filter ispresent(field_name)
| stats count(*) as lines, count_distinct(one_value) as different_values, sortsLast(one_value) as example, min(@timestamp) as first_seen, max(@timestamp) as last_seen
  by field_name as field
{%- else %}

| parse @message logfmt as pairs
| fields coalesce({{ field }}, pairs.{{ field }}, "(absent)") as field_value
| stats count(*) as lines, count_distinct(@logStream) as environments, min(@timestamp) as first_seen, max(@timestamp) as last_seen by field_value as value
{%- endif %}

| sort lines desc, first_seen asc
| limit {{ top }}
