"""The body of a live dashboard, as CloudWatch has it."""

from __future__ import annotations

from insightctl.dashboards.deploy import DashboardClient

_NOT_FOUND = ("ResourceNotFound", "ResourceNotFoundException", "DashboardNotFoundError")


def body_of(client: DashboardClient, name: str) -> str | None:
    """The text of the body (GetDashboard); None when there is no such dashboard. Raises what botocore raises."""
    from botocore.exceptions import ClientError

    try:
        answer = client.get_dashboard(DashboardName=name)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") in _NOT_FOUND:
            return None
        raise
    return str(answer["DashboardBody"])
