"""Deployments: which version of which function went live when.

    from insightctl import deployments

    result = backend.run(QueryJob(library.render(library.load("deployments")), target, time, "deployments"))
    deployments.from_result(result)     # (Deployment("checkout", "42", at=..., source="logs"), ...)

A source is one module: `logs` reads the curated query's answer; each gives the same values.
"""

from insightctl.deployments.deployment import Deployment, Source
from insightctl.deployments.logs import from_result

__all__ = ["Deployment", "Source", "from_result"]
