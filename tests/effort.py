"""How hard the tests look: the fast run takes fewer examples of what Hypothesis makes, `make test-all` all of them."""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

import pytest

FULL = os.environ.get("HYPOTHESIS_PROFILE", "fast") == "full"


def examples(fast: int, full: int) -> int:
    """The number of examples of one test."""
    return full if FULL else fast


def mostly_slow(values: Iterable[Any], fast: Iterable[Any]) -> list[Any]:
    """The values of a parametrised test, in their order; those that are not in `fast` are left to `make test-all`.

    For values that are more of the same: what the fast ones show holds for the others, which look for rare cases.
    """
    now = list(fast)
    return [value if value in now else pytest.param(value, marks=pytest.mark.slow) for value in values]
