"""A CloudWatch endpoint on loopback for tests, demos and offline work: moto's server, our engine behind the queries.

    from insightctl.emulator.server import Emulator
    with Emulator() as emulator:          # or Emulator(sources=(LogSource(path),)), port=4577
        boto3.client("logs", endpoint_url=emulator.url).create_log_group(logGroupName="/aws/lambda/checkout")

What goes wrong on purpose is said by `adversity` and drawn by `faults`; `adversary` stands before the router and lets a
call suffer it. A request passes `router` to the one who answers it: `queries` (StartQuery and what follows),
`query_definitions`, `lookup_tables`, `log_groups`, `log_events`, `log_fields`, `live_tail`, `metrics` and `dashboards` are
ours; everything else is moto's. What clients put is kept by `spool` and read back by `engine`; `pointers` name events.
"""
