+++
title = "Triage: traces"
question = "What do the traces of failures and logged exceptions say, bin by bin?"
view = { kind = "table" }
read = "A line of an exception, bounded, with ids masked; what the platform says comes with is_status 1: form, status and type. Error clusters read it."
[params.bin]
type = "duration"
default = "5m"
help = "bucket size"
+++
filter (not ispresent(@type) and @message not like /^INIT_REPORT / and (@message like /^(?:\[ERROR\] [\w.]+(?:: |[\r\n])|RequestId: \S+ (?:Error: Runtime exited|Process exited)|\S+Z \S+ Task timed out after |\S+\t\S+\tERROR\t(?:Invoke Error|Uncaught Exception))/
      or @message like /^(?:\{"errorMessage":|panic: )|\nTraceback \(most recent call last\)|\ngoroutine \d+ \[|Error raised from handler method/
      or @message like /\n  at \S|\n   at \S|\n    at \S|\n      at \S|\n\tat \S/
      or (level in ["ERROR", "error", "FATAL", "fatal", "CRITICAL"]
          and (ispresent(errorType) or ispresent(message.errorType) or ispresent(exception_name) or ispresent(stack_trace) or ispresent(err.stack)))))
    or (@type = "REPORT" and @message like /^REPORT [^\n]*\tStatus: (?:error|timeout|failure)/)
    or (not ispresent(@type) and (@message like /^INIT_REPORT [^\n]*\tPhase: init\tStatus: error\tError Type: Runtime\./
      or (@message like /"status"\s*:\s*"[^s]/ and type = "platform.report" and record.status != "success")
      or (type = "platform.initReport" and record.phase = "init" and record.status = "error")))
{% include "_views/report_fields.ql" %}
| parse @message /^(?:\[[A-Z]+\]\t\S+\t|\S+Z[\t ]|RequestId: )?(?<line_request>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\b/
| parse @message /^INIT_REPORT [^\n]*\tError Type: (?<text_init_error>\S+)/
| fields coalesce(text_init_error, case(type = "platform.initReport", coalesce(record.errorType, ""))) as init_error
| fields case(@type = "REPORT" or type = "platform.report" or ispresent(init_error), 1, 0) as is_status, strlen(@message) as size
| fields case(ispresent(init_error), concat("init:error:", init_error),
      is_status = 1, concat(case(type = "platform.report", "json:", "text:"), status, ":", coalesce(error_type, "")),
      size <= 2400, @message, concat(substr(@message, 0, 900), " ... ", substr(@message, size - 1500, 1500))) as bounded
| fields regexReplace(regexReplace(bounded,
      "\b(?:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}|[0-9]-[0-9a-f]{8}-[0-9a-f]{24}|[0-9a-fA-F]{12,})\b", "<id>"),
      "\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?Z?|\b\d{5,}\b", "<n>") as trace,
    coalesce(@requestId, requestId, record.requestId, awsRequestId, function_request_id, line_request) as sample
| stats count(*) as lines, min(@timestamp) as first_at, max(@timestamp) as last_at, min(sample) as low_sample, max(sample) as high_sample,
    max(@logStream) as sample_stream
  by function, version, is_status, trace, bin({{ bin }}) as at
| sort lines desc
