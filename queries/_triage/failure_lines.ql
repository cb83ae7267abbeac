# What a line of a failure says: error_type, full_message (bounded), kind_message with ids and numbers masked, own_frame.
{% include "_views/report_fields.ql" %}
{% include "_views/failure_fields.ql" %}
| parse @message /^\S+Z \S+ (?<timeout_message>Task timed out after [\d.]+ seconds)/
| parse @message /^RequestId: \S+ (?:Error: )?(?<exit_message>(?:Runtime exited|Process exited)[^\r\n]*)/
| parse @message /^RequestId: \S+ [^\n]*[\r\n]+(?<exit_type>Runtime\.\w+)/
| parse @message /(?s)^\[ERROR\] [\w.]+: (?<python_message>.*?)[\r\n]+Traceback \(most recent call last\)/
| parse @message /^(?:[^\n]*: [\w.$]+\n)?[a-z][\w$]*(?:\.[\w$]+)+: ?(?<java_message>[^\n]*)\n\tat /
| parse @message /^\S+\t\S+\tERROR\tUncaught Exception \t\{"errorType": ?"(?<node_uncaught>[^"]+)"/
| parse @message /^\S+Z\t\S+\tfail\t(?<dotnet_error>[\w.+`]+): (?<dotnet_message>[^\r\n]*)[\r\n]+   at /
| parse @message /(?s)^.*(?<own_frame>(?:File "\/var\/task\/[^"]+", line \d+|at [^\n"]*\/var\/task\/[^\n"():]+:\d+))/
| fields substr(coalesce(python_message, java_message, dotnet_message, errorMessage, message.errorMessage), 0, 300) as full_message,
    coalesce(replace(line_killed, "killed", "Runtime.OutOfMemory"), replace(line_timeout, "Task timed out", "timeout"), exit_type, init_error,
      python_init_error, python_error, java_error, dotnet_error, go_error, node_error, node_uncaught, errorType, message.errorType) as error_type,
    coalesce(@requestId, requestId, record.requestId) as sample
| fields coalesce(timeout_message, exit_message, regexReplace(regexReplace(full_message,
      "\b(?:[0-9a-fA-F]{8}-[0-9a-fA-F-]{27}|[0-9]-[0-9a-f]{8}-[0-9a-f]{24}|[0-9a-fA-F]{12,})\b", "<id>"), "\d{4,}", "<n>")) as kind_message
