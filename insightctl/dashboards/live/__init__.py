"""Dashboards that are live: what was deployed, who changed it since, what it costs, and the way back.

`history` keeps every body that was deployed or replaced, on this machine; `mark` is a tag of the dashboard that says to
every machine what insightctl put there last; `drift` tells by both whether somebody else changed it; `going_back`
chooses what a rollback returns to; `cost` is what it costs a month; `watch` does it again on save.
"""
