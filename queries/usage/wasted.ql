+++
title = "Wasted money"
question = "What is spent on invocations that failed, and on doing the same request again?"
aliases = ["waste", "cost-of-errors"]
tags = ["usage", "cost", "errors", "retries"]
view = { kind = "bar", y = ["wasted_usd"] }
read = "A request needs one attempt that succeeds; all else is wasted: attempts that failed (failed_usd), and attempts that succeeded again after the request was done (repeated_usd). The usual cause of a large failed_usd is a timeout: it is billed to the limit, and an asynchronous caller tries twice more. USD at list price; what the callers' own retries under new request ids cost cannot be told from the log."
next = ["errors", "timeouts", "retries", "cost"]

[params.gb_second_usd]
type = "price"
default_price = "lambda_x86_gb_s"
help = "USD for a GB-second"

[params.request_usd]
type = "price"
default_price = "lambda_request"
help = "USD for a request"

[[thresholds]]
when = "wasted_pct > 5"
severity = "warning"
say = "more than a twentieth of the money goes into attempts that came to nothing"
+++
{% include "_views/attempts.ql" %}
| fields attempt_gb_s * {{ gb_second_usd }} + {{ request_usd }} as usd
| stats count(*) as attempts, sum(failed) as failures, count(*) - sum(failed) as successes, sum(usd) as all_usd,
    sum(usd * failed) as lost_usd, sum(usd * (1 - failed)) * greatest(successes - 1, 0) / greatest(successes, 1) as again_usd
  by function, attempt_version, attempt_request
| stats sum(attempts) as invocations, sum(failures) as failed, sum(greatest(successes - 1, 0)) as repeated, sum(all_usd) as total_usd,
    sum(lost_usd) as failed_usd, sum(again_usd) as repeated_usd, sum(lost_usd) + sum(again_usd) as wasted_usd, 100 * wasted_usd / total_usd as wasted_pct
  by function, attempt_version as version
| sort wasted_usd desc, function asc, version desc
