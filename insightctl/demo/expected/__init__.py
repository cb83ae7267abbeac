"""The rows that each query of the library has to give of the features, computed from the story and never from its lines.

    EXPECTED["errors"](Ground(story, "text", events)).rows

A reckoner is written from what the query's columns promise, not from its text. Add one for a query that is new, in the
module of its group.
"""

from __future__ import annotations

from insightctl.demo.expected.changes import CHANGES
from insightctl.demo.expected.latency import LATENCY
from insightctl.demo.expected.reckon import Reckoner
from insightctl.demo.expected.structured import STRUCTURED
from insightctl.demo.expected.triage import TRIAGE
from insightctl.demo.expected.usage import USAGE

EXPECTED: dict[str, Reckoner] = {**TRIAGE, **LATENCY, **USAGE, **CHANGES, **STRUCTURED}
"""By name of the query; what follows a slash tells two questions to one query apart."""
