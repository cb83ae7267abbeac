+++
title = "Deployments"
question = "Which versions went live when, and did they fail more or run slower than the one before?"
aliases = ["deploys"]
tags = ["versions", "deployments", "first screen"]
view = { kind = "table" }
read = "first_seen is the first invocation of a version in the range: the deployment, unless the version was already live when the range starts. failure_pct_change and p99_change_pct hold it against version_before, the version of the same function that was first seen before it: points of failure_pct, and per cent of its p99_ms. A version that has just begun has few invocations and many cold starts: give it some minutes."
next = ["errors-by-version", "p99-duration", "traffic-by-version", "version-overlap"]

[[thresholds]]
when = "failure_pct_change > 5"
severity = "critical"
say = "a version fails more often than the one before it, by more than five points"

[[thresholds]]
when = "failure_pct_change > 1"
severity = "warning"
say = "a version fails more often than the one before it, by more than one point"

[[thresholds]]
when = "p99_change_pct > 50"
severity = "warning"
say = "the p99 of a version is half as long again as that of the one before it"
+++
{% set starts = true %}
{% include "_views/outcomes.ql" %}
| fields case(@type in ["START", "REPORT"] or type in ["platform.start", "platform.report"], @timestamp) as served_at
| stats min(served_at) as first_seen, max(served_at) as last_seen, count(duration_ms) as invocations,
{% include "_views/failure_counts.ql" %},
    100 * failures / invocations as failure_pct, pct(duration_ms, 99) as p99_ms
  by function, version
| sort function asc, first_seen asc, version asc
| autoregress function as function_before p=1
| autoregress version as any_version_before p=1
| autoregress failure_pct as any_pct_before p=1
| autoregress p99_ms as any_p99_before p=1
| fields case(function_before = function, any_version_before) as version_before,
    failure_pct - case(function_before = function, any_pct_before) as failure_pct_change,
    100 * (p99_ms / case(function_before = function, any_p99_before) - 1) as p99_change_pct
| sort first_seen desc
| display function, version, first_seen, last_seen, invocations, timeouts, crashes, exceptions, failures, failure_pct, p99_ms,
    version_before, failure_pct_change, p99_change_pct
