"""Generated days with a planted bad deployment, at most one generation a seed."""

from __future__ import annotations

from pathlib import Path

import pytest

from insightctl.demo import Scenario, Truth, generate
from tests.effort import mostly_slow

END_MS = 1_795_480_000_000
SEEDS = mostly_slow((3, 11, 19, 42, 77, 105), (3, 42))
"""Days that differ by chance only: two of them are read in each run of the tests."""


@pytest.fixture(scope="session", params=SEEDS)
def truth(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Truth:
    seed: int = request.param
    folder = tmp_path_factory.mktemp(f"seed{seed}")
    # every seed ends at another time of the day: the incident meets another hour of the daily rhythm
    return generate(Scenario(seed=seed, end_ms=END_MS + seed * 7_123_000, invocations=4_000), folder)


@pytest.fixture(scope="session")
def logs(truth: Truth) -> Path:
    return truth.truth_file.parent / "logs"
