+++
title = "Version overlap"
question = "When did more than one version of a function serve at once?"
aliases = ["versions-at-once", "mixed-versions"]
tags = ["versions", "deployments", "canary"]
view = { kind = "timeSeries", y = ["versions"] }
read = "Each row is a time in which a function was served by several versions; newest_pct is the share of the newest. Some minutes at a deployment are normal, hours are a canary or a linear shift, and without end it is a trigger that still names an old version. While versions overlap, both have to read what the other writes: messages, tables, caches. No rows: one version at a time."
next = ["traffic-by-version", "errors-by-version", "deployments"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
{% include "_views/report.ql" %}
| filter ispresent(version)
| stats count(*) as served by function, version, bin({{ bin }}) as bucket
| stats count(*) as versions, sortsFirst(version) as oldest_version, sortsLast(version) as newest_version, sum(served) as invocations,
    values(concat(version, "|", served)) as shares
  by function, bucket
| filter versions > 1
| unnest shares into one_share
| parse one_share "*|*" as of_version, of_served
| filter of_version = newest_version
| fields 100 * of_served / invocations as newest_pct
| sort bucket desc, function asc
| display bucket, function, versions, oldest_version, newest_version, invocations, newest_pct
