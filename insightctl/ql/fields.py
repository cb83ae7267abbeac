"""Fields that the service makes itself: system fields, and those it discovers in Lambda's platform lines.

Source: the AWS page "Supported logs and discovered fields"; units read off real results: `@duration`,
`@billedDuration` and `@initDuration` are ms, `@memorySize` and `@maxMemoryUsed` are MB x 1,000,000.
"""

from __future__ import annotations

from insightctl.core.result import ColumnType

SYSTEM_FIELDS: dict[str, ColumnType] = {
    "@timestamp": "timestamp",
    "@message": "string",
    "@logStream": "string",
    "@log": "string",
    "@ingestionTime": "timestamp",
    "@ptr": "string",
}

LAMBDA_FIELDS: dict[str, ColumnType] = {
    "@type": "string",
    "@requestId": "string",
    "@duration": "number",
    "@billedDuration": "number",
    "@initDuration": "number",
    "@memorySize": "number",
    "@maxMemoryUsed": "number",
    "@xrayTraceId": "string",
    "@xraySegmentId": "string",
}

KNOWN_FIELDS = SYSTEM_FIELDS | LAMBDA_FIELDS
