+++
title = "Lambda Insights"
question = "What do CPU, memory, network, /tmp and file descriptors look like for each function?"
aliases = ["lambda-insights", "cpu", "network"]
tags = ["structured", "memory", "cpu", "network", "extensions"]
view = { kind = "table" }
read = "From the events of the Lambda Insights extension (log group /aws/lambda-insights; name that group). cpu_pct is CPU time by wall time: about 100 is one vCPU in full use, where more memory means more CPU and a shorter run; a low one waits for the network, and more memory buys nothing. tmp_max_pct and fd_max_pct near 100 end in 'no space left' and 'too many open files'."
next = ["memory", "right-size", "extensions", "network-errors"]

[[thresholds]]
when = "memory_max_pct > 90"
severity = "warning"
say = "memory was nearly full"

[[thresholds]]
when = "tmp_max_pct > 90"
severity = "warning"
say = "/tmp was nearly full: raise ephemeral storage, or clean up"

[[thresholds]]
when = "fd_max_pct > 80"
severity = "warning"
say = "file descriptors run out: connections or files are not closed"
+++
filter event_type = "performance" and ispresent(cpu_total_time)
| fields 100 * cpu_total_time / duration as one_cpu_pct, 100 * tmp_used / tmp_max as one_tmp_pct, 100 * fd_use / fd_max as one_fd_pct,
    case(cold_start = 1 or cold_start = "true", 1, 0) as one_cold
| stats count(*) as invocations, sum(one_cold) as cold_starts, pct(duration, 99) as p99_ms, avg(one_cpu_pct) as cpu_pct, pct(one_cpu_pct, 99) as cpu_p99_pct,
    avg(memory_utilization) as memory_avg_pct, max(memory_utilization) as memory_max_pct, max(used_memory_max) as used_max_mb,
    sum(rx_bytes) / 1000000 as received_mb, sum(tx_bytes) / 1000000 as sent_mb, max(one_tmp_pct) as tmp_max_pct, max(one_fd_pct) as fd_max_pct,
    max(threads_max) as threads
  by function_name as function
| sort cpu_pct desc
