"""Clients of AWS services from the usual settings: --profile, --region, the environment, ~/.aws/config."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from insightctl.cloud.failures import Place, said_plainly
from insightctl.core.errors import CloudError

if TYPE_CHECKING:
    import boto3
    from botocore.config import Config
    from mypy_boto3_logs.client import CloudWatchLogsClient

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 60
# with the connect timeout: an endpoint that does not answer is given up after 10 s; throttling has patience of its own
ATTEMPTS = 2
SCHEDULED_CONNECTIONS = 20
EMULATOR_REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Access:
    """Which account and region to talk to; None means what the environment and ~/.aws say."""

    profile: str | None = None
    region: str | None = None
    endpoint_url: str | None = None


@dataclass(slots=True)
class Cloud:
    """A session that makes its clients when they are first used. Raises CloudError for settings that cannot work."""

    access: Access = field(default_factory=Access)
    _session: boto3.Session | None = None
    _logs: CloudWatchLogsClient | None = None
    _scheduled: CloudWatchLogsClient | None = None

    @property
    def session(self) -> boto3.Session:
        """The boto3 session."""
        if self._session is None:
            import boto3

            with said_plainly(self._asked):
                self._session = boto3.Session(profile_name=self.access.profile, region_name=_region(self.access))
        return self._session

    @property
    def logs(self) -> CloudWatchLogsClient:
        """The CloudWatch Logs client."""
        if self._logs is None:
            try:
                with said_plainly(self._asked):
                    self._logs = self.session.client("logs", endpoint_url=self.access.endpoint_url, config=_config())
            except ValueError as error:  # botocore's word for an endpoint that is no URL
                raise CloudError(str(error), remedy="write AWS_ENDPOINT_URL like http://127.0.0.1:4577") from error
        return self._logs

    @property
    def scheduled(self) -> CloudWatchLogsClient:
        """A client for a scheduler, which retries by itself: this one does not, and has room for many calls at once."""
        if self._scheduled is None:
            from botocore.config import Config

            once = Config(retries={"total_max_attempts": 1}, max_pool_connections=SCHEDULED_CONNECTIONS)
            config = self.logs.meta.config.merge(once)
            self._scheduled = self.session.client("logs", endpoint_url=self.access.endpoint_url, config=config)
        return self._scheduled

    @property
    def place(self) -> Place:
        """Where the Logs client talks to, for messages."""
        return Place(self.logs.meta.region_name, self.profile, self.logs.meta.endpoint_url)

    @property
    def profile(self) -> str | None:
        """The profile in use; None when credentials come from elsewhere."""
        chosen = self.access.profile or self.session.profile_name
        return None if chosen == "default" and not self.access.profile else chosen

    @property
    def _asked(self) -> Place:
        return Place(self.access.region, self.access.profile, self.access.endpoint_url)


def _region(access: Access) -> str | None:
    """The region asked for; None leaves it to boto3.

    boto3 knows AWS_DEFAULT_REGION only, the other SDKs and the AWS CLI 2 AWS_REGION. An emulator on this machine has
    no region of its own, so there one is as good as another.
    """
    named = access.region or os.environ.get("AWS_REGION")
    if named or os.environ.get("AWS_DEFAULT_REGION"):
        return named
    endpoint = (
        access.endpoint_url or os.environ.get("AWS_ENDPOINT_URL_CLOUDWATCH_LOGS") or os.environ.get("AWS_ENDPOINT_URL")
    )
    return EMULATOR_REGION if is_loopback(endpoint) else None


def is_loopback(endpoint: str | None) -> bool:
    """Whether an endpoint is on this machine: an emulator, which has no region of its own and sends no bill."""
    return endpoint is not None and urlsplit(endpoint).hostname in ("127.0.0.1", "localhost", "::1")


def _config() -> Config:
    from botocore.config import Config

    return Config(
        retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
        connect_timeout=CONNECT_TIMEOUT_S,
        read_timeout=READ_TIMEOUT_S,
        user_agent_extra="insightctl",
    )
