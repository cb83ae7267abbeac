"""Many queries at once, inside the service's limits.

pace       how often a call may be made: a sliding second that holds wherever the request arrives
lane       one account and region: its client, its paces, how many of its queries may run at once
task       one query to run, and what became of it
calls      what an error of a call means: wait, ask again, or give up
loop       the event loop: starts, polls, fetches pages, retries, stops everything on Ctrl-C
leftovers  queries whose start was never answered: found by their mark, taken over or stopped
"""

from insightctl.cloud.schedule.lane import Lane
from insightctl.cloud.schedule.loop import Patience, Scheduler
from insightctl.cloud.schedule.task import Progress, RawAnswer, Start, Task

__all__ = ["Lane", "Patience", "Progress", "RawAnswer", "Scheduler", "Start", "Task"]
