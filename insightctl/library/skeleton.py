"""A query file to start from: it lints clean and answers something already."""

from __future__ import annotations

import re

from insightctl.core.errors import UsageError

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_TEXT = """\
+++
title = "{title}"
question = "How many invocations start cold, and how slow are they?"
tags = ["own"]
view = {{ kind = "timeSeries", y = ["cold_pct"] }}
read = "Say here which values are good and which are bad, and what to look at next."
next = ["coldstarts", "deployments"]

[params.bin]
type = "duration"
default = "5m"
help = "bucket size"

[params.min_ms]
type = "number"
min = 0
help = "only invocations that took at least so long, in ms"

[[thresholds]]
when = "cold_pct > 10"
severity = "warning"
say = "more than a tenth of the invocations start cold"
+++
# One row a finished invocation; `insightctl library show NAME` shows how the other queries begin.
{{% include "_views/report.ql" %}}
{{% if min_ms is not none %}}| filter duration_ms >= {{{{ min_ms }}}}{{% endif %}}
| stats count(*) as invocations, count(init_ms) as cold_starts, 100 * cold_starts / invocations as cold_pct,
    pct(duration_ms, 99) as p99_ms
  by bin({{{{ bin }}}})
"""


def skeleton(name: str) -> str:
    """The text of a new query file. Raises UsageError for what is no name of a query."""
    if not _NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "slow-orders"
        raise UsageError(f"'{name}' is no name of a query", remedy=f"small letters, digits and -: {near}")
    return _TEXT.format(title=name.replace("-", " ").capitalize())
