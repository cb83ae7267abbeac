+++
title = "Errors"
question = "What fails: which errors, how often, since when, in which versions?"
aliases = ["top-errors"]
tags = ["errors", "exceptions", "first screen"]
view = { kind = "table" }
read = "Failed invocations by error type and message; request ids and long numbers in a message are masked as <id>, so that one fault is one row. An error whose first_seen lies just after a deployment came with it."
next = ["first-errors", "errors-by-version", "error-rate", "deployments"]
+++
{% include "_views/errors.ql" %}
| stats sum(failures) as failed, min(first_at) as first_seen, max(last_at) as last_seen, count_distinct(version) as versions,
    sortsFirst(version) as first_version, sortsLast(version) as last_version, sortsLast(sample_id) as sample_request_id
  by function, error_type, kind_message as error_message
| sort failed desc, first_seen asc
