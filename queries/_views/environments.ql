# One row a log stream, which is one execution environment: its runtime, when its init began, and what its invocations report.
# With by_request, a log without Lambda's stream names has a row a request: many environments share its stream.
# No caller felt an init that was over well before the first request came: provisioned concurrency says so in JSON logs, and
# in text logs a gap of 10 s between the end of the init and the first START tells (Lambda also starts environments ahead).
{% include "_views/environment_lines.ql" %}
| stats min(start_up_ms) as init_at_ms, min(request_ms) as first_request_ms, max(said_ahead) as provisioned,
    sortsLast(line_runtime) as env_runtime, sortsLast(line_version) as env_version, min(@timestamp) as env_first, max(@timestamp) as env_last,
    count(duration_ms) as env_invocations, count(init_ms) as env_inits, sum(init_ms) as env_init_sum_ms, max(init_ms) as env_init_ms,
    count(restore_ms) as env_restores, max(restore_ms) as env_restore_ms
  by function, {% if by_request is defined %}case(ispresent(stream_version), @logStream, coalesce(request_id, @logStream)) as environment{% else %}@logStream{% endif %}

{% include "_views/ahead.ql" %}
