+++
title = "First errors"
question = "What went wrong first, and what followed?"
aliases = ["first-seen"]
tags = ["errors", "exceptions", "timeline"]
view = { kind = "table" }
read = "One row a kind of failure, the earliest first: read it as a time line. The first row after a deployment or a change downstream is nearest to the cause, what follows often only its consequences. A first_seen at the very start of the range is older than it: ask for a longer one."
next = ["errors", "deployments", "errors-by-version", "request"]
+++
{% include "_views/errors.ql" %}
| fields concat(toMillis(first_at), " ", version) as first_of_version, concat(toMillis(first_at), " ", sample_id) as first_of_request
| stats min(first_at) as first_seen, max(last_at) as last_seen, sum(failures) as failed, sortsFirst(first_of_version) as at_version, sortsFirst(first_of_request) as at_request
  by function, error_type, kind_message as error_message
| parse at_version /^\d+ (?<first_version>.+)/
| parse at_request /^\d+ (?<first_request_id>.+)/
| sort first_seen asc
| display first_seen, function, error_type, error_message, first_version, first_request_id, failed, last_seen
