# The message of a line without the time, request id and level in front of it; of a JSON line under the names that loggers use.
| parse @message /(?s)^(?:(?:\d{4}-\d\d-\d\d[T ][\d:.,]+(?:Z|[+-]\d\d:?\d\d)?|[0-9a-f]{8}-[0-9a-f-]{27}|undefined|\[?(?:TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL|SEVERE)\]?)[ \t]+)*(?<text_message>[^{\s].*?)\s*$/
| fields coalesce(message, msg, @@m, event, errorMessage, message.errorMessage, text_message, @message) as log_message
