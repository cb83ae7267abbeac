+++
title = "Log patterns"
question = "Which kinds of lines are there, and which are new or more frequent than in the range before?"
aliases = ["patterns", "whats-new"]
tags = ["structured", "logs", "patterns", "first screen"]
view = { kind = "table" }
read = "Lines of the application grouped by what they have in common; @differenceCount is how many more than in the range just before, of the same length. Read the new ones and the largest increases first: a pattern that begins with the incident often names its cause. Locally the range before has to be in the files too, else all is new."
next = ["search", "chatty", "first-errors", "around"]
see = ["https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/CWL_AnalyzeLogData_Compare.html"]

[params.match]
type = "regex"
default = "."
help = "only lines that match"

[params.top]
type = "integer"
default = "50"
min = 1
max = 10000
help = "how many patterns"
+++
filter @message like {{ match }}
    and @message not like /^(?:(?:START|END|REPORT) RequestId: |(?:INIT|RESTORE)_|EXTENSION\t|TELEMETRY\t|XRAY |LAMBDA_WARNING)/ and (not ispresent(type) or type not like /^platform\./)
{% include "_views/messages.ql" %}
| pattern log_message
| diff
| limit {{ top }}
