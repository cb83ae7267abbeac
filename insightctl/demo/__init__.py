"""A scenario generator with known ground truth: five functions, a day of traffic, one bad deployment.

    from insightctl.demo import Scenario, generate

    truth = generate(Scenario(seed=7, end_ms=1_795_000_000_000), Path("demo-data"))
    truth.incident.deployed_at_ms     # the minute the triage has to find

Writes `logs/<function>.log` (as `aws logs tail --format detailed` prints them) and `truth.json`, which is counted
while the lines are made and never read back from them. The same seed and end give the same bytes.
"""

from insightctl.demo.generate import generate
from insightctl.demo.scenario import Scenario
from insightctl.demo.truth import FunctionTruth, Incident, Totals, Truth, VersionTruth

__all__ = ["FunctionTruth", "Incident", "Scenario", "Totals", "Truth", "VersionTruth", "generate"]
