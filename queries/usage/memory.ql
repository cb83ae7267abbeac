+++
title = "Memory"
question = "How much of its memory does each function use, and how much is paid for and never used?"
aliases = ["memory-used", "over-provisioned"]
tags = ["usage", "memory", "cost"]
view = { kind = "bar", y = ["used_max_mb"] }
read = "head_room_pct is what was left at the fullest moment, over_provisioned_mb the same in MB. Under 10 % the next large request may be killed. Much head room is not waste by itself: memory buys CPU in proportion (1,769 MB is one vCPU), so a smaller size may run longer and cost more: right-size tells. Max Memory Used is the peak of the environment since it began, so it never falls within one."
next = ["right-size", "memory-leak", "out-of-memory", "cost"]

[[thresholds]]
when = "head_room_pct <= 0"
severity = "critical"
say = "memory runs full: invocations are or will be killed"

[[thresholds]]
when = "head_room_pct < 10"
severity = "warning"
say = "less than a tenth of the memory was left"

[[thresholds]]
when = "head_room_pct > 60"
severity = "info"
say = "more than half of the memory was never used: see right-size"
+++
{% include "_views/report.ql" %}
| stats count(*) as invocations, pct(max_memory_mb, 50) as used_p50_mb, pct(max_memory_mb, 99) as used_p99_mb,
    max(max_memory_mb) as used_max_mb, 100 * (1 - max(max_memory_mb / memory_mb)) as head_room_pct,
    min(memory_mb - max_memory_mb) as over_provisioned_mb
  by function, version, memory_mb
| sort head_room_pct asc, function asc, version desc
