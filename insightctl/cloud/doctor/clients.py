"""Clients that give up soon: a check-up ends within seconds, whatever answers or does not."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import Any

from insightctl.cloud.failures import Place
from insightctl.cloud.session import Access, Cloud, is_loopback

CONNECT_TIMEOUT_S = 2
READ_TIMEOUT_S = 4
_NOT_EMULATED = frozenset({"service-quotas"})
_CONNECTIONS = 32  # all probes of a service at once


class OtherPlace(Exception):
    """An emulator stands in for CloudWatch, and the service would be the account's own or is not there at all."""


@dataclass(slots=True)
class Clients:
    """The clients of one account and region, made when they are first used; threads may share it."""

    access: Access = field(default_factory=Access)
    _cloud: Cloud | None = None
    _made: dict[str, Any] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    @property
    def cloud(self) -> Cloud:
        """The session, and the settings of all clients. Raises CloudError."""
        with self._lock:  # boto3 sessions are not for several threads
            if self._cloud is None:
                self._cloud = Cloud(self.access)
            _ = self._cloud.session
            return self._cloud

    @property
    def place(self) -> Place:
        """Where is talked to, for messages. Raises CloudError."""
        with self._lock:
            return self.cloud.place

    def get(self, service: str) -> Any:
        """A client by boto3's name. Raises OtherPlace, CloudError, and what botocore raises for unusable settings."""
        from botocore.config import Config

        with self._lock:
            logs = self.cloud.logs.meta
            emulated = is_loopback(logs.endpoint_url)
            if emulated and service in _NOT_EMULATED:
                raise OtherPlace(service)
            if service not in self._made:
                config = logs.config.merge(
                    Config(
                        connect_timeout=CONNECT_TIMEOUT_S,
                        read_timeout=READ_TIMEOUT_S,
                        max_pool_connections=_CONNECTIONS,
                        retries={"mode": "standard", "total_max_attempts": 1},
                        # StartLiveTail is sent to the host stream-logs...; an emulator has one host only
                        inject_host_prefix=not emulated,
                    )
                )
                made = self.cloud.session.client(
                    service,  # type: ignore[call-overload]
                    region_name=logs.region_name,
                    endpoint_url=self.access.endpoint_url,
                    config=config,
                )
                self._made[service] = made
            client = self._made[service]
            if emulated and not is_loopback(client.meta.endpoint_url):
                raise OtherPlace(service)
            return client
