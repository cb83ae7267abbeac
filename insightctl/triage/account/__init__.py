"""What an AWS account says of functions beside their logs, read side by side: `read` gives one `ServiceFacts`.

    from insightctl.triage.account import read

    facts = read(Cloud(access), ("checkout",), time)
    facts.metric("checkout", "Throttles").total, facts.skipped

One file a probe: metrics, configuration, alarms, changes. Each alone may be refused; it is then named in `skipped` with
the permission that it lacks, and the rest is there.
"""

from insightctl.triage.account.reading import functions_of, read

__all__ = ["functions_of", "read"]
