+++
title = "Memory leak"
question = "Does an execution environment use more memory the longer it lives?"
aliases = ["leak", "memory-by-age"]
tags = ["usage", "memory", "environments", "out of memory"]
view = { kind = "bar", y = ["growth_avg_mb"] }
read = "Each row is the environments of one age (age_min: minutes since their first invocation of the range). growth_avg_mb is what they use more than at their beginning. It levels off for caches and pools; when it rises in step with the age, something is kept from request to request, and the end is out-of-memory or slow garbage collection. Rows of one or two environments tell little. Max Memory Used is a peak that never falls within an environment, so a single large request looks like a step, not like a slope."
next = ["out-of-memory", "env-recycling", "memory", "duration-by-version"]

[params.bin]
type = "duration"
default = "10m"
help = "steps of age"

[[thresholds]]
when = "used_max_pct >= 95"
severity = "critical"
say = "environments of this age are about to run out of memory"

[[thresholds]]
when = "growth_avg_mb > 50"
severity = "warning"
say = "environments of this age use 50 MB more than when they began"
+++
{% include "_views/report.ql" %}
| fields toMillis(bin({{ bin }})) as bucket_ms
| stats max(max_memory_mb) as used, max(memory_mb) as size, count(*) as served by function, version, @logStream, bucket_ms
| stats min(bucket_ms) as born_ms, min(used) as used_first, max(size) as env_mb, values(concat(bucket_ms, "|", used, "|", served)) as points
  by function, version, @logStream
| unnest points into point
| parse point "*|*|*" as point_ms, point_used, point_served
| fields (point_ms - born_ms) / 60000 as age_min, toNumber(point_used) as used_mb, point_used - used_first as growth_mb
| stats count(*) as environments, sum(toNumber(point_served)) as invocations, pct(used_mb, 50) as used_p50_mb, max(used_mb) as used_max_mb,
    avg(growth_mb) as growth_avg_mb, 100 * max(used_mb / env_mb) as used_max_pct
  by function, version, age_min
| sort function asc, version desc, age_min asc
