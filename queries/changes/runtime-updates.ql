+++
title = "Runtime updates"
question = "When did AWS change the runtime version under a function?"
aliases = ["runtime-changes", "runtime-versions"]
tags = ["versions", "runtime", "init", "deployments"]
view = { kind = "table" }
read = "One row a runtime version and function, from the lines in which environments start. A row with a runtime_before is an update: by AWS (runtime management mode auto), by a deployment (function update), or by changing the runtime. Errors or cold starts that begin at first_seen without a deployment of yours came with it: roll back with the runtime management mode manual and the ARN of runtime_before. Both in use at once is the roll-out itself."
next = ["coldstarts-by-runtime", "deployments", "first-errors", "import-errors"]
see = ["https://docs.aws.amazon.com/lambda/latest/dg/runtimes-update.html"]
+++
filter @message like /^(?:INIT|RESTORE)_START / or type in ["platform.initStart", "platform.restoreStart"]
{% include "_views/identity.ql" %}
| parse @message /^(?:INIT|RESTORE)_START Runtime Version: (?<text_runtime>[^\t\n]+)/
| parse @message /\tRuntime Version ARN: (?<text_arn>[^\t\n]+)/
| fields coalesce(text_runtime, record.runtimeVersion) as runtime, coalesce(text_arn, record.runtimeVersionArn) as runtime_arn
| stats min(@timestamp) as first_seen, max(@timestamp) as last_seen, count(*) as environments, count_distinct(version) as versions by function, runtime, runtime_arn
| fields concat(function, "|", runtime) as this_one
| sort function asc, first_seen asc
| autoregress this_one as one_before p=1
| parse one_before "*|*" as function_before, any_before
| fields case(function_before = function, any_before) as runtime_before
| sort first_seen desc, function asc
| display first_seen, function, runtime, runtime_before, last_seen, environments, versions, runtime_arn
