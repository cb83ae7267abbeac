"""Error clusters: exceptions of one type that leave the same place of one's own code, with what changed about them.

    traces = read_traces(backend.run(QueryJob(traces_text("5m"), target, time)))
    clusters(traces, bin_ms=300_000, deployments=found)
    # (Cluster(error_type="ValidationError", frame=Frame("discounts.py", "validate", 12), count=42, trend="growing", ...),)

`asking` is the one query and its rows, `reading` finds type, message and frame in a trace of any runtime, `masking`
takes away what differs from request to request, `grouping` makes the clusters, `trend` says where their counts go.
"""

from insightctl.triage.clusters.asking import QUERY, Trace, read_traces, traces_text
from insightctl.triage.clusters.grouping import clusters
from insightctl.triage.clusters.model import Cluster, Frame, NewSince, Trend

__all__ = ["QUERY", "Cluster", "Frame", "NewSince", "Trace", "Trend", "clusters", "read_traces", "traces_text"]
