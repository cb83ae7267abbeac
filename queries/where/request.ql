+++
title = "One request"
question = "What did this one request do, line by line, in every function that logged its id?"
aliases = ["request-id", "one-request"]
tags = ["request", "logs", "where"]
view = { kind = "table" }
read = "All lines of the request in order of time, attempts of a retry one after the other: START to REPORT, with the lines that carry no id themselves (prints, stack traces) because they stand between its lines in the same log stream. Lines of other functions appear when they log the id. Two STARTs are a retry; a long gap between two lines is where the time went."
next = ["trace", "around", "tail-of", "retries"]

[params.id]
type = "string"
required = true
help = "the request id, or a part of it"

[params.top]
type = "integer"
default = "1000"
min = 1
max = 10000
help = "how many lines at most"
+++
# Only streams that name the id are read on. There, a line without an id belongs to the request of the line before it, unless
# it tells of the environment's start. Of lines of one ms those come first, then START.
filter @logStream in (filter @message like {{ id }} | stats count(*) as named by @logStream | fields @logStream)
{% include "_views/lines.ql" %}
| fields (platform_word in ["INIT_START", "INIT_REPORT", "RESTORE_START", "RESTORE_REPORT", "EXTENSION", "TELEMETRY"] and @message not like "Phase: invoke")
      or (type like /^platform\.(?:init|restore|extension|telemetry)/ and coalesce(record.phase, "") != "invoke") as starts_up
| fields case(starts_up, "none", request_id) as known_request, case(starts_up, 0, platform_word = "START" or type = "platform.start", 1, 2) as line_rank
| sort @log asc, @logStream asc, @timestamp asc, line_rank asc
| filldown known_request
| fields coalesce(request_id, known_request) as of_request
| filter of_request like {{ id }} or @message like {{ id }}
| sort @timestamp asc, line_rank asc
| limit {{ top }}
| display @timestamp, function, version, of_request as request_id, log_level as level, log_message as message, @logStream
