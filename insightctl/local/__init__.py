"""The embedded engine: readers of log formats, discovery of fields, QL -> DuckDB SQL, execution.

from insightctl.local import LocalBackend, LogSource
result = LocalBackend([LogSource(Path("app.log"))]).run(QueryJob("stats count(*) by bin(5m)"))
"""

from insightctl.local.backend import GroupInfo, LocalBackend, StreamInfo
from insightctl.local.sources import LogSource

__all__ = ["GroupInfo", "LocalBackend", "LogSource", "StreamInfo"]
