+++
title = "Health"
question = "Is it working? Invocations, errors, latency and cold starts of each function."
aliases = ["overview"]
tags = ["errors", "latency", "first screen"]
view = { kind = "table" }
read = "The first screen. Look for the function whose error_pct or p99_ms stands out, then ask errors-by-version and deployments about it. cold_pct takes every Init Duration: where provisioned concurrency starts environments ahead of need, coldstarts tells how many a caller felt."
next = ["errors-by-version", "errors", "timeouts", "out-of-memory", "deployments", "coldstarts"]

[[thresholds]]
when = "error_pct > 5"
severity = "critical"
say = "more than one invocation in twenty fails"

[[thresholds]]
when = "error_pct > 1"
severity = "warning"
say = "more than one invocation in a hundred fails"

[[thresholds]]
when = "out_of_memory > 0"
severity = "warning"
say = "invocations are killed for lack of memory"
+++
{% set throttles = true %}
{% include "_views/outcomes.ql" %}
| stats count(duration_ms) as invocations,
{% include "_views/failure_counts.ql" %},
    100 * failures / invocations as error_pct,
    greatest(sum(status_killed), count(line_killed)) + sum(json_killed) as out_of_memory,
    count(throttle) as throttles,
    pct(duration_ms, 50) as p50_ms, pct(duration_ms, 99) as p99_ms, 100 * count(init_ms) / invocations as cold_pct
  by function
| sort error_pct desc
