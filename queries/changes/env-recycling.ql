+++
title = "Environment recycling"
question = "How long do execution environments live, and how many requests does each serve?"
aliases = ["environments", "environment-age", "recycling"]
tags = ["environments", "cold start", "concurrency", "deployments"]
view = { kind = "table" }
read = "One row an environment (a log stream): from its first line to its last one in the range. Lambda ends each after some hours, when it is idle, and at a deployment; so many that end at one time are a deployment or a crash of all. Few requests per environment with many environments is bursty traffic: every burst pays cold starts. inits above 1 is an environment that was reset after a failure. An environment that is older than the range begins with it."
next = ["coldstart-timeline", "memory-leak", "concurrency", "crashes"]

[params.top]
type = "integer"
default = "100"
min = 1
max = 10000
help = "how many environments, the last used first"

[[thresholds]]
when = "inits > 1"
severity = "warning"
say = "environments start over: a failure or a timeout resets them"
+++
{% include "_views/environments.ql" %}
| fields (toMillis(env_last) - toMillis(env_first)) / 60000 as age_min, env_inits + env_restores as inits
| sort env_last desc, env_first desc, @logStream asc
| limit {{ top }}
| display function, env_version as version, @logStream, env_first as first_used, env_last as last_used, age_min, env_invocations as requests, inits
