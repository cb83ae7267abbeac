"""Triage: what broke, since when, and which deployment did it.

    from insightctl.triage import triage

    report = triage(backend, Target(("checkout",)), time)
    report.verdict, report.findings[0].title, report.findings[0].cause

`probes` runs curated queries, `facts` types their rows, `onset` finds when failures began, `attribution` finds whose
they are, `findings` puts both into words, `report`, `markdown` and `document` show them. Only `probes` meets a backend.
"""

from insightctl.triage.commands import Commands
from insightctl.triage.model import Cause, Evidence, Finding, Report, Skipped
from insightctl.triage.run import triage

__all__ = ["Cause", "Commands", "Evidence", "Finding", "Report", "Skipped", "triage"]
