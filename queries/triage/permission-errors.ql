+++
title = "Permission errors"
question = "Which action on which resource is the function not allowed?"
aliases = ["access-denied", "iam-errors"]
tags = ["errors", "permissions", "iam"]
view = { kind = "table" }
read = "Give the function's role the action on the resource, or find out who took it away: first_seen says since when. Only one version: the code now calls something new. All at once: a policy, a key or a bucket changed. Without a resource the service did not name it: the action is then the call that failed."
next = ["first-errors", "errors", "deployments", "request"]

[[thresholds]]
when = "lines > 0"
severity = "warning"
say = "calls are refused for lack of permission"
+++
filter @message like /AccessDenied|Access Denied|not authorized to perform|UnauthorizedOperation|AuthorizationError|UnauthorizedAccess|KMS\.DisabledException|InvalidClientTokenId|UnrecognizedClientException|ExpiredToken|InvalidSignatureException/
    and @message not like /^(?:INIT_)?REPORT / and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
| parse @message /not authorized to perform: ?(?<denied_action>[\w-]+:[\w*]+)/
| parse @message /not authorized to perform: ?\S+ on resource: ?\\?"?(?<denied_resource>[^\s"'\\,]*[^\s"'\\,.;)])/
| parse @message /when calling the (?<denied_call>\w+) operation/
| parse @message /(?<denied_code>AccessDenied\w*|UnauthorizedOperation|AuthorizationError\w*|UnauthorizedAccess\w*|InvalidClientTokenId|UnrecognizedClientException|ExpiredToken\w*|InvalidSignatureException)/
| parse @message /arn:aws[\w-]*:(?:sts|iam)::\d*:(?:assumed-role|role|user)\/(?<denied_role>[\w+=,.@-]+)/
| stats count(*) as lines, min(@timestamp) as first_seen, max(@timestamp) as last_seen, count_distinct(version) as versions, sortsLast(request_id) as sample_request_id
  by function, coalesce(denied_action, denied_call) as action, denied_resource as resource, coalesce(denied_code, "AccessDenied") as error_code
| sort lines desc, first_seen asc
