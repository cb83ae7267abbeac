"""The CloudWatch client for dashboards, and its errors in plain words."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from insightctl.cloud.failures import Place, said_plainly
from insightctl.cloud.session import ATTEMPTS, CONNECT_TIMEOUT_S, READ_TIMEOUT_S, Access, Cloud, is_loopback
from insightctl.core.errors import CloudError, UsageError

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.client import CloudWatchClient

    from insightctl.dashboards.live.history import History

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Live:
    """CloudWatch in one account and region."""

    access: Access
    _made: list[CloudWatchClient] = field(default_factory=list, repr=False, compare=False)

    def client(self) -> CloudWatchClient:
        """A CloudWatch client of boto3, made once. Raises CloudError for settings that cannot work."""
        if not self._made:
            self._made.append(self._make())
        return self._made[0]

    def _make(self) -> CloudWatchClient:
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

    def ask(self, question: Callable[[CloudWatchClient], T]) -> T:
        """The answer of a function that talks to CloudWatch. Raises CloudError for what botocore raises."""
        return self._asked(self.client(), question)

    def account(self) -> str:
        """Whose dashboards these are, as a name of a folder: `aws-123456789012`, or where an emulator listens.

        Raises CloudError.
        """
        endpoint = self.client().meta.endpoint_url
        if is_loopback(endpoint):
            return "emulator-" + endpoint.partition("://")[2].strip("/").replace(":", "-")
        partition, account = self._identity()
        return f"{partition}-{account}"

    def account_id(self) -> str:
        """The 12 digits of the account. Raises CloudError."""
        return self._identity()[1]

    def _identity(self) -> tuple[str, str]:
        """Partition and account, from STS, which needs no permission ("No permissions are required", API reference)."""
        client = self.client()
        sts = Cloud(self.access).session.client(
            "sts", region_name=client.meta.region_name, endpoint_url=self.access.endpoint_url, config=client.meta.config
        )
        who = self._asked(client, lambda _: sts.get_caller_identity())
        return who["Arn"].split(":")[1], who["Account"]

    def history(self, name: str) -> History:
        """What this machine keeps of a dashboard. Raises UsageError for a wrong name, CloudError."""
        from insightctl.dashboards.live.history import History, check_name, history_folder

        return History.of(self.account(), check_name(name), history_folder(os.environ))

    def _asked(self, client: CloudWatchClient, question: Callable[[CloudWatchClient], T]) -> T:
        with (
            _for_cloudwatch(),
            said_plainly(Place(client.meta.region_name, self.access.profile, client.meta.endpoint_url)),
        ):
            return question(client)

    def region(self) -> str:
        """The region in use: asked for, or of the environment or profile. Raises UsageError when there is none."""
        # what boto3 would say as well, without the time that loading it takes
        known = self.access.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
        region = known or Cloud(self.access).session.region_name
        if region is None:
            raise UsageError("no AWS region is set", remedy="pass --region eu-west-1, or set AWS_REGION")
        return region


@contextmanager
def _for_cloudwatch() -> Iterator[None]:
    """Errors in the words of CloudWatch: the table of failures speaks of its Logs, whose actions begin with `logs:`."""
    try:
        yield
    except CloudError as error:
        operation = getattr(error.__cause__, "operation_name", None)
        service = "sts" if operation == "GetCallerIdentity" else "cloudwatch"

        def told(text: str | None) -> str | None:
            if text is None or operation is None:
                return text
            return text.replace(f"logs:{operation}", f"{service}:{operation}").replace("CloudWatch Logs", "CloudWatch")

        where = error.where and error.where.replace("CloudWatch Logs", "CloudWatch")
        raise CloudError(told(error.what) or "", where=where, remedy=told(error.remedy)) from error.__cause__


def console_url(name: str, region: str) -> str:
    """Where the console shows a dashboard."""
    from urllib.parse import quote

    return f"https://{region}.console.aws.amazon.com/cloudwatch/home?region={region}#dashboards/dashboard/{quote(name)}"
