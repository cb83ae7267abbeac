+++
title = "Environments started"
question = "When are execution environments started, and for which version: scale-out or a deployment?"
aliases = ["scale-out", "environment-starts"]
tags = ["latency", "cold start", "concurrency", "deployments"]
view = { kind = "timeSeries", y = ["environments"], stacked = true }
read = "A burst of a new version is a deployment, a burst of the same version is scale-out: more concurrent requests than environments. A burst on the hour is a schedule, spread or warmed best. Environments that provisioned concurrency starts ahead of need are counted apart where the log says so (JSON); nobody waits for these."
next = ["coldstarts", "concurrency", "deployments", "env-recycling"]

[params.bin]
type = "duration"
default = "1m"
help = "bucket size"
+++
filter @message like /^(?:INIT|RESTORE)_START / or type in ["platform.initStart", "platform.restoreStart"]
{% include "_views/identity.ql" %}
| parse @message /^(?<started_by>INIT|RESTORE)_START /
| fields case(started_by = "RESTORE" or type = "platform.restoreStart", 1, 0) as is_restore,
    case(record.initializationType = "provisioned-concurrency", 1, 0) as is_provisioned
| stats count(*) - sum(is_provisioned) as environments, sum(is_restore) as restored, sum(is_provisioned) as provisioned
  by function, version, bin({{ bin }})
