# What a line says, for reading: function, version, request_id, level and message (platform lines are INFO of the platform).
{% include "_views/identity.ql" %}
{% include "_views/levels.ql" %}
{% include "_views/messages.ql" %}
| parse @message /^(?<platform_word>START|END|REPORT|INIT_START|INIT_REPORT|RESTORE_START|RESTORE_REPORT|EXTENSION|TELEMETRY)\s/
