"""The CloudWatch client for dashboards, and its errors in plain words."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from insightctl.cloud.failures import Place, said_plainly
from insightctl.cloud.session import ATTEMPTS, CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Access, Cloud
from insightctl.core.errors import UsageError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient

    from insightctl.dashboards.deploy import DashboardClient

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Live:
    """CloudWatch in one account and region."""

    access: Access

    def client(self) -> CloudWatchClient:
        """A CloudWatch client of boto3. Raises CloudError for settings that cannot work."""
        from botocore.config import Config

        config = Config(
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            user_agent_extra="insightctl",
        )
        session = Cloud(self.access).session
        with said_plainly(Place(self.access.region, self.access.profile, self.access.endpoint_url)):
            return session.client("cloudwatch", endpoint_url=self.access.endpoint_url, config=config)

    def ask(self, question: Callable[[DashboardClient], T]) -> T:
        """The answer of a function that talks to CloudWatch. Raises CloudError for what botocore raises."""
        client = self.client()
        with said_plainly(Place(client.meta.region_name, self.access.profile, client.meta.endpoint_url)):
            return question(client)

    def region(self) -> str:
        """The region in use: asked for, or of the environment or profile. Raises UsageError when there is none."""
        region = self.access.region or Cloud(self.access).session.region_name
        if region is None:
            raise UsageError("no AWS region is set", remedy="pass --region eu-west-1, or set AWS_REGION")
        return region


def console_url(name: str, region: str) -> str:
    """Where the console shows a dashboard."""
    from urllib.parse import quote

    return f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{quote(name)}"
