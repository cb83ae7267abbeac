+++
title = "Embedded metrics there are"
question = "Which embedded metrics (EMF) do the logs hold?"
aliases = ["metrics-list", "emf-metrics"]
tags = ["structured", "metrics", "emf"]
view = { kind = "table" }
read = "One row a namespace and metric that was written in the embedded metric format; give both to emf for its values. Many rows that differ only in a part of the name are ids in metric names: each is a custom metric that is paid for. Of an event with metrics for several namespaces the first one is named."
next = ["emf", "fields", "business"]

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many metrics"
+++
filter @message like /"CloudWatchMetrics": ?\[/
{% include "_views/identity.ql" %}
| parse @message /"Metrics": ?\[(?<metric_definitions>[^\]]*)\]/ multi
| parse @message /"Dimensions": ?\[(?<dimension_sets>\[[^\]]*\])/
| parse metric_definitions /\{(?<one_definition>[^}]*)\}/ multi
| parse one_definition /"Name": ?"(?<metric_name>[^"]+)"/
| parse one_definition /"Unit": ?"(?<metric_unit>[^"]+)"/
| stats count(*) as events, count_distinct(function) as functions, sortsLast(replace(dimension_sets, "\"", "")) as dimensions, min(@timestamp) as first_seen,
    max(@timestamp) as last_seen
  by _aws.CloudWatchMetrics.0.Namespace as namespace, metric_name as metric, coalesce(metric_unit, "None") as unit
| sort namespace asc, metric asc
| limit {{ top }}
