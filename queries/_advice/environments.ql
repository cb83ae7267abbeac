+++
title = "Advice: environments"
question = "How many environments started on which runtime, and how many callers waited for it?"
view = { kind = "table" }
read = "One row a function and runtime. insightctl advise reads it."
+++
{% include "_views/environments.ql" %}
| stats count(*) as environments, sum(ahead) as started_ahead, sum(env_inits * (1 - ahead)) as cold_starts,
    sum(coalesce(env_init_sum_ms, 0) * (1 - ahead)) as init_sum_ms, pct(case(ahead = 0, env_init_ms), 50) as init_p50_ms,
    max(case(ahead = 0, env_init_ms)) as init_max_ms, sum(env_restores) as restores, max(env_last) as last_at
  by function, env_runtime as runtime
