+++
title = "Error rate"
question = "How many invocations fail, and since when?"
aliases = ["failure-rate"]
tags = ["errors", "trend"]
view = { kind = "timeSeries", y = ["failure_pct"] }
read = "The bin where failure_pct steps up and stays up is when it began. With --by version the lines show which version brought it; a bin with few invocations jumps about."
next = ["errors", "errors-by-version", "deployments"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"

[params.by]
type = "field"
default = "function"
choices = ["function", "version"]
help = "one row a function and bucket, or a function, version and bucket"

[[thresholds]]
when = "failure_pct > 5"
severity = "critical"
say = "more than one invocation in twenty fails"

[[thresholds]]
when = "failure_pct > 1"
severity = "warning"
say = "more than one invocation in a hundred fails"
+++
{% include "_views/outcomes.ql" %}
| stats count(duration_ms) as invocations,
{% include "_views/failure_counts.ql" %},
    100 * failures / invocations as failure_pct
  by function, {% if by|string == "version" %}version, {% endif %}bin({{ bin }})
