"""How hard the tests look: the fast run takes fewer examples of what Hypothesis makes, `make test-all` all of them."""

from __future__ import annotations

import os

FULL = os.environ.get("HYPOTHESIS_PROFILE", "fast") == "full"


def examples(fast: int, full: int) -> int:
    """The number of examples of one test."""
    return full if FULL else fast
