+++
title = "Triage: served"
question = "Which versions do START lines name, and when?"
view = { kind = "table" }
read = "For logs without log streams. Triage reads it."
+++
filter @type = "START"
{% include "_views/identity.ql" %}
| stats min(@timestamp) as first_seen, max(@timestamp) as last_seen by function, version
