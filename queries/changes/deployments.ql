+++
title = "Deployments"
question = "Which versions went live when, and did they fail more or run slower than the one before?"
aliases = ["deploys"]
tags = ["versions", "deployments"]
view = { kind = "table" }
read = "first_seen is the first invocation of a version in the range: the deployment, unless the version was already live when the range starts. Compare failure_pct and p99_ms with the row below of the same function."
next = ["errors-by-version", "p99-duration"]
+++
{% set starts = true %}
{% include "_views/outcomes.ql" %}
| stats min(@timestamp) as first_seen, max(@timestamp) as last_seen, count(duration_ms) as invocations,
{% include "_views/failure_counts.ql" %},
    100 * failures / invocations as failure_pct, pct(duration_ms, 99) as p99_ms
  by function, version
| sort first_seen desc
