+++
title = "Advice: sizes"
question = "What did each function do with each memory size that it ran with?"
view = { kind = "table" }
read = "One row a function and memory size; lines that tell of timeouts make a row without a size. insightctl advise reads it."
+++
filter @type = "REPORT" or type = "platform.report" or (not ispresent(@type) and @message like /^\S+Z \S+ Task timed out after /)
{% include "_views/report_fields.ql" %}
| parse @message /^\S+Z \S+ Task timed out after (?<said_limit_s>[\d.]+) seconds/
| fields case(status = "timeout", duration_ms) as timed_out_ms,
    case(ispresent(init_ms) or ispresent(restore_ms), greatest(billed_ms - ceil(duration_ms), 0), 0) as start_billed_ms
| stats count(duration_ms) as invocations, sum(billed_ms) as all_billed_ms, sum(duration_ms) as busy_ms, sum(start_billed_ms) as all_start_billed_ms,
    pct(duration_ms, 50) as p50_ms, pct(duration_ms, 99) as p99_ms, pct(duration_ms, 99.9) as p999_ms, max(duration_ms) as max_ms,
    max(max_memory_mb) as used_max_mb, pct(max_memory_mb, 99) as used_p99_mb, count(timed_out_ms) as timeouts, max(timed_out_ms) as longest_timeout_ms,
    count(said_limit_s) as timeout_lines, max(said_limit_s) as limit_s, min(@timestamp) as first_at, max(@timestamp) as last_at
  by function, memory_mb
