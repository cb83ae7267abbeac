+++
title = "Errors"
question = "What fails: which errors, how often, since when, in which versions?"
aliases = ["top-errors"]
tags = ["errors", "exceptions", "first screen"]
view = { kind = "table" }
read = "Failed invocations by error type and message; request ids and long numbers in a message are masked as <id>, so that one fault is one row. share_pct is its part of all failures here. An error whose first_seen lies just after a deployment came with it."
next = ["first-errors", "errors-by-version", "error-rate", "deployments"]
+++
{% include "_views/errors.ql" %}
| stats sum(failures) as failed, min(first_at) as first_seen, max(last_at) as last_seen, count_distinct(version) as versions,
    sortsFirst(version) as first_version, sortsLast(version) as last_version, sortsLast(sample_id) as sample_request_id
  by function, error_type, kind_message as error_message
# The running sum of the rows, fewest first, is all failures at the most frequent one: from there it goes down to the others.
| sort failed asc, first_seen desc, function desc, error_type desc, error_message desc
| accum failed as so_far
| sort failed desc, first_seen asc, function asc, error_type asc, error_message asc
| autoregress function as function_above p=1
| fields case(not ispresent(function_above), so_far) as all_failed
| filldown all_failed
| fields 100 * failed / all_failed as share_pct
| display function, error_type, error_message, failed, share_pct, first_seen, last_seen, versions, first_version, last_version, sample_request_id
