+++
title = "Cold starts by Powertools"
question = "Which services start cold how often, by what Powertools logs?"
aliases = ["powertools-cold-starts"]
tags = ["structured", "powertools", "cold start"]
view = { kind = "bar", y = ["cold_pct"] }
read = "Requests by the field cold_start of Powertools for AWS Lambda, which names the service rather than the function. It counts requests that logged at least one line. Fewer than coldstarts counts: the first request of some environments logs nothing, or environments were started ahead by provisioned concurrency, whose first request Powertools calls cold in older versions."
next = ["coldstarts", "levels-by-service", "coldstart-cost"]

[[thresholds]]
when = "cold_pct > 10"
severity = "warning"
say = "more than a tenth of the requests start cold"
+++
filter ispresent(cold_start) or ispresent(coldStart)
{% include "_views/identity.ql" %}
| fields case(cold_start = 1 or cold_start = "true" or coldStart = 1 or coldStart = "true", 1, 0) as line_cold
| stats max(line_cold) as request_cold, min(@timestamp) as request_first, max(@timestamp) as request_last, count(*) as request_lines
  by coalesce(service, "-") as of_service, coalesce(function_name, functionName, function) as of_function, request_id
| stats count(*) as requests, sum(request_cold) as cold_starts, 100 * cold_starts / requests as cold_pct, sum(request_lines) as lines,
    min(request_first) as first_seen, max(request_last) as last_seen
  by of_service as service, of_function as function
| sort cold_pct desc, requests desc
