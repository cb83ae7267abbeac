+++
title = "Network errors"
question = "Which connections fail, how (refused, reset, timed out, DNS, TLS), and since when?"
aliases = ["connection-errors", "dns-errors", "tls-errors"]
tags = ["errors", "network", "downstream"]
view = { kind = "table" }
read = "dns: the name does not resolve, often a wrong setting or a VPC without a resolver. refused: nothing listens there, the service is down. timeout: packets are dropped: security group, route, no NAT, or a service that hangs. reset: a stale keep-alive connection or an overloaded peer. tls: a certificate that has expired or is not trusted."
next = ["timeouts", "first-errors", "throttled-downstream", "errors"]

[[thresholds]]
when = "lines > 0"
severity = "warning"
say = "connections to other services fail"
+++
filter @message like /ECONN(?:REFUSED|RESET|ABORTED)|E(?:SOCKET)?TIMEDOUT|EHOSTUNREACH|ENETUNREACH|EPIPE|ENOTFOUND|EAI_AGAIN|[Cc]onnection (?:refused|reset|aborted|timed out)|ConnectTimeout|ReadTimeout|(?:Read|connect) timed out|i\/o timeout|socket hang up|EndpointConnectionError|Could not connect to the endpoint|UnknownHostException|no such host|[Nn]ame or service not known|[Nn]ame resolution|ConnectException|SocketTimeoutException|SSLError|SSLHandshakeException|SSL: |CERTIFICATE_VERIFY_FAILED|CERT_HAS_EXPIRED|certificate has expired|UNABLE_TO_VERIFY|SELF_SIGNED_CERT|x509: |[Nn]etwork is unreachable|[Bb]roken pipe/
    and @message not like /^(?:INIT_)?REPORT / and (not ispresent(type) or type not like /^platform\./)
{% include "_views/identity.ql" %}
| fields case(
    @message like /ENOTFOUND|EAI_AGAIN|UnknownHostException|no such host|[Nn]ame or service not known|[Nn]ame resolution/, "dns",
    @message like /SSLError|SSLHandshakeException|SSL: |CERTIFICATE_VERIFY_FAILED|CERT_HAS_EXPIRED|certificate has expired|UNABLE_TO_VERIFY|SELF_SIGNED_CERT|x509: /, "tls",
    @message like /ECONNREFUSED|[Cc]onnection refused/, "refused",
    @message like /ECONN(?:RESET|ABORTED)|EPIPE|[Cc]onnection (?:reset|aborted)|socket hang up|[Bb]roken pipe/, "reset",
    @message like /E(?:SOCKET)?TIMEDOUT|[Tt]imed out|Timeout|i\/o timeout/, "timeout",
    @message like /EHOSTUNREACH|ENETUNREACH|unreachable/, "unreachable", "connect") as failure_kind
| parse @message /(?:E[A-Z]{4,}|EAI_AGAIN|host=\\?'|lookup|dial tcp|UnknownHostException:|endpoint URL: \\?"https?:\/\/|[Cc]onnect(?:ing|ion)? to) ?(?<peer>[\w-]+(?:\.[\w-]+)+(?::\d+)?)/
| stats count(*) as lines, min(@timestamp) as first_seen, max(@timestamp) as last_seen, count_distinct(version) as versions, sortsLast(request_id) as sample_request_id
  by function, failure_kind as kind, peer as target
| sort lines desc, first_seen asc
