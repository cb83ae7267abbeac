"""Lines that look like the platform's, printed by the code, count for nothing."""

from __future__ import annotations

from pathlib import Path

from insightctl.core.job import Target
from insightctl.local import LocalBackend, LogSource
from insightctl.triage import triage
from tests.triage.test_triage_why import USUAL, look, steady

FAKE = (
    "REPORT RequestId: ffffffff-0000-4000-8000-00000000000{n}\tDuration: 90000.00 ms\tBilled Duration: 90000 ms\t"
    "Memory Size: 128 MB\tMax Memory Used: 128 MB\tStatus: timeout"
)


def test_reports_that_the_code_prints_are_no_reports(tmp_path: Path) -> None:
    calls = steady(170, 999, "")
    calls = [(m, s, FAKE.format(n=int(m) % 10) if m >= 100 else None, USUAL) for m, s, _, _ in calls]

    assert look(tmp_path, calls) == ()
    report = triage(LocalBackend([LogSource(tmp_path / "shop.log")]), Target(), None)
    assert (report.statistics.invocations, report.statistics.failures) == (340, 0)
    assert any("look like reports" in warning for warning in report.warnings)
