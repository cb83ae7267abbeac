"""Units of the metrics that Lambda and Logs publish. Source: "Types of metrics for Lambda functions"."""

from __future__ import annotations

_MS = ("Duration", "PostRuntimeExtensionsDuration", "IteratorAge", "AsyncEventAge")
_LAMBDA_INSIGHTS = {
    "cpu_total_time": "Milliseconds",
    "cpu_user_time": "Milliseconds",
    "cpu_system_time": "Milliseconds",
    "init_duration": "Milliseconds",
    "duration": "Milliseconds",
    "memory_utilization": "Percent",
    "total_memory": "Megabytes",
    "used_memory_max": "Megabytes",
    "rx_bytes": "Bytes",
    "tx_bytes": "Bytes",
    "total_network": "Bytes",
    "tmp_used": "Bytes",
    "tmp_free": "Bytes",
    "tmp_max": "Bytes",
}


def unit_of(namespace: str, name: str, stat: str = "") -> str | None:
    """The unit of a metric; None where it is not known here."""
    if stat == "SampleCount":
        return "Count"
    if namespace == "AWS/Lambda":
        return "Milliseconds" if name in _MS else "Percent" if name.endswith("Utilization") else "Count"
    if namespace == "AWS/Logs":
        return "Bytes" if name.endswith("Bytes") else "Count"
    if namespace == "LambdaInsights":
        return _LAMBDA_INSIGHTS.get(name, "Count")
    return None
