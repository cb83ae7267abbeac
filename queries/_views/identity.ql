# Which function, version and request a line belongs to, platform and application lines alike. The log stream names the
# version; a text line carries its request id up front, a JSON line under the name that its logger has for it.
| parse @logStream /\/(?<stream_function>[^\/\[\]]+)\[/
| parse @logStream /\[(?<stream_version>[^\[\]]+)\]/
| parse @log /(?<log_function>[^\/:]+)$/
| parse @message /^(?:(?:START |END |REPORT )?RequestId: |\[[A-Z]+\]\t\S+\t|\S+Z[\t ])?(?<line_request>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/
| parse @message /^START RequestId: \S+ Version: (?<start_version>\S+)/
| fields coalesce(line_request, record.requestId, requestId, function_request_id, awsRequestId, aws_request_id, AWSRequestId) as request_id,
    coalesce(stream_function, log_function) as function,
    coalesce(stream_version, start_version, record.version, record.functionVersion) as version
