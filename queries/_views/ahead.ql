# Whether nobody waited for an environment's init (1 or 0). Absent times make neither: it began before the range.
| fields case(provisioned = 1, 1, first_request_ms - init_at_ms > env_init_ms + 10000, 1, 0) as ahead
