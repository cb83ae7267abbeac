+++
title = "Triage: starts"
question = "Which runtime versions do environments start with, and when?"
view = { kind = "table" }
read = "Environments by version and runtime. Triage reads it."
[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter not ispresent(@type) and (@message like /^(?:INIT|RESTORE)_START / or type in ["platform.initStart", "platform.restoreStart"])
{% include "_views/identity.ql" %}
| parse @message /^(?:INIT|RESTORE)_START Runtime Version: (?<text_runtime>[^\t\n]+)/
| parse @message /\tRuntime Version ARN: (?<text_arn>[^\t\n]+)/
| fields coalesce(text_runtime, record.runtimeVersion) as runtime, coalesce(text_arn, record.runtimeVersionArn) as runtime_arn,
    case(record.initializationType = "provisioned-concurrency", 1, 0) as is_ahead
| stats min(@timestamp) as first_at, max(@timestamp) as last_at, count(*) as environments, sum(is_ahead) as ahead by function, version, runtime, runtime_arn
