"""What the service's own fields are, and their units. Source: the AWS page "Supported logs and discovered fields"."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class FieldNote(NamedTuple):
    """A sentence, and the unit of its numbers."""

    doc: str
    unit: str = ""


FIELD_NOTES: Mapping[str, FieldNote] = {
    "@timestamp": FieldNote("When the event happened, as the log event says.", "UTC, to the millisecond"),
    "@message": FieldNote("The raw text of the log event."),
    "@logStream": FieldNote("The log stream that the event came from."),
    "@log": FieldNote("The log group, as account-id:log-group-name."),
    "@ingestionTime": FieldNote("When CloudWatch Logs received the event.", "UTC, to the millisecond"),
    "@ptr": FieldNote("A pointer that GetLogRecord takes to read the whole event."),
    "@type": FieldNote(
        "Kind of a Lambda platform line: START, END or REPORT; INIT_START and the function's own lines have none."
    ),
    "@requestId": FieldNote("Request id of the invocation, on Lambda's platform lines."),
    "@duration": FieldNote("How long the invocation ran, on REPORT lines.", "milliseconds"),
    "@billedDuration": FieldNote("How long the invocation is billed for, on REPORT lines.", "milliseconds"),
    "@initDuration": FieldNote("How long the cold start took, on REPORT lines of cold starts only.", "milliseconds"),
    "@memorySize": FieldNote(
        "Memory that the function has, on REPORT lines.", "bytes, counted as MB x 1,000,000: 128 MB is 1.28E8"
    ),
    "@maxMemoryUsed": FieldNote(
        "Most memory that the execution environment has used so far, on REPORT lines.",
        "bytes, counted as MB x 1,000,000: 128 MB is 1.28E8",
    ),
    "@xrayTraceId": FieldNote("X-Ray trace id of the invocation, on REPORT lines of traced functions."),
    "@xraySegmentId": FieldNote("X-Ray segment id of the invocation, on REPORT lines of traced functions."),
}
