+++
title = "An embedded metric"
question = "What are the values of an embedded metric (EMF) over time?"
aliases = ["metric", "embedded-metric"]
tags = ["structured", "metrics", "emf", "trend"]
view = { kind = "timeSeries", y = ["avg"] }
read = "The values as they were logged, in the metric's own unit: sum for things that are counted, avg and p99 for what is measured. A metric that is a list of values counts each. The log keeps every dimension and property, so --dimension may be any field of the event, also one that is no dimension of the metric. emf-list tells which metrics there are."
next = ["emf-list", "business", "fields"]

[params.metric]
type = "field"
required = true
help = "name of the metric"

[params.namespace]
type = "string"
default = ""
help = "only namespaces that hold this text"

[params.dimension]
type = "field"
default = "service"
help = "one row a value of this field"

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter @message like /"CloudWatchMetrics": ?\[/ and _aws.CloudWatchMetrics.0.Namespace like {{ namespace }}
| fields jsonParse(@message) as event_map
| fields coalesce(jsonStringify(event_map.{{ metric }}), event_map.{{ metric }}) as metric_text
| filter ispresent(metric_text)
| fields jsonParse(concat("[", replace(replace(metric_text, "[", ""), "]", ""), "]")) as metric_values
| unnest metric_values into metric_value
| fields toNumber(metric_value) as one_value
| filter ispresent(one_value)
| stats count(*) as samples, sum(one_value) as sum, avg(one_value) as avg, min(one_value) as min, pct(one_value, 99) as p99, max(one_value) as max
  by coalesce({{ dimension }}, "-") as dimension_value, bin({{ bin }})
