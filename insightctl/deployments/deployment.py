"""What a deployment is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

Source = Literal["logs"]


@dataclass(frozen=True, slots=True)
class Deployment:
    """A version of a function went live at a moment (UTC); `source` says who told."""

    function: str
    version: str
    at: datetime
    source: Source = "logs"
