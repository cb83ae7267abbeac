+++
title = "Traffic by version"
question = "Which version gets which share of the traffic, and is an alias shifting it?"
aliases = ["canary", "version-traffic", "alias-shift"]
tags = ["usage", "traffic", "versions", "deployments", "canary"]
view = { kind = "timeSeries", y = ["share_pct"], stacked = true }
read = "share_pct is of the function's invocations in that bucket. A new version that goes to 100 at once is an all-at-once deployment, a small steady share is a canary, growing steps are a linear shift. An old version that keeps a share is still called: by an alias, a version number in a trigger or an event source that was never moved."
next = ["errors-by-version", "duration-by-version", "version-overlap", "deployments"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
{% include "_views/report.ql" %}
| stats count(*) as served by function, version, bin({{ bin }}) as bucket
| stats sum(served) as all_served, values(concat(coalesce(version, "?"), "|", served)) as shares by function, bucket
| unnest shares into one_share
| parse one_share "*|*" as of_version, of_served
| fields toNumber(of_served) as invocations, 100 * of_served / all_served as share_pct
| sort bucket desc, function asc, of_version desc
| display bucket, function, of_version as version, invocations, share_pct
