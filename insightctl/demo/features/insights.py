"""The records of the Lambda Insights extension, which come to a log group of their own, one an invocation."""

from __future__ import annotations

import json

from insightctl.demo.features.model import Event
from insightctl.demo.features.story import Story

GROUP = "lambda-insights"


def tell(story: Story) -> None:
    """Forty invocations of two functions: one busy, one that waits for others."""
    rng = story.rng
    metrics = [{"Name": name, "Unit": "Count"} for name in ("cpu_total_time", "memory_utilization")]
    for turn in range(40):
        name = ("orders", "reports")[turn % 2]
        duration = 200 + 2 * turn
        record: dict[str, object] = {
            "cpu_total_time": duration // 2 + 10 * turn if name == "reports" else duration // 10,
            "duration": duration,
            "memory_utilization": 30 + turn % 2 * 40 + turn // 4,
            "total_memory": 512,
            "used_memory_max": 150 + turn % 2 * 200 + turn,
            "rx_bytes": 10_000 * (1 + turn),
            "tx_bytes": 5_000 * (1 + turn),
            "tmp_used": 1_000_000 * turn,
            "tmp_max": 536_870_912,
            "fd_use": 20 + turn,
            "fd_max": 1024,
            "threads_max": 11 + turn % 3,
            "cold_start": turn < 2,
        }
        story.records.append((name, record))
        at_ms = story.at(100 + turn * 200.0)
        whole = {
            "event_type": "performance",
            "function_name": name,
            "request_id": story.request_id(),
            "trace_id": f"1-{at_ms // 1000:08x}-{rng.getrandbits(96):024x}",
            "agent_version": "1.0.317.0",
            **record,
            "_aws": {
                "Timestamp": at_ms,
                "CloudWatchMetrics": [
                    {"Namespace": "LambdaInsights", "Dimensions": [["function_name"]], "Metrics": metrics}
                ],
            },
        }
        message = json.dumps(whole, separators=(",", ":"))
        story.bare.append(Event(at_ms, GROUP, f"{name}/insights", message, "", None, False, None))
