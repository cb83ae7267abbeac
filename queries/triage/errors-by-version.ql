+++
title = "Errors by version"
question = "Which version of which function fails, and how much?"
aliases = ["failures-by-version"]
tags = ["errors", "versions", "deployments"]
view = { kind = "bar", y = ["failure_pct"] }
read = "A version whose failure_pct stands out against the one before it is the deployment to roll back. Failures are timeouts, crashes (out-of-memory, exits, failed inits) and exceptions that left the handler."
next = ["deployments", "health"]

[params.bin]
type = "duration"
help = "bucket size; when given, one row a version and bucket"

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
    100 * failures / invocations as failure_pct, min(@timestamp) as first_seen, max(@timestamp) as last_seen
  by function, version{% if bin is not none %}, bin({{ bin }}){% endif %}

{% if bin is none %}
| sort failure_pct desc, function asc, version desc
{% endif %}
