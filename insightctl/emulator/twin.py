"""moto's own record of our log groups, so that the calls we leave to moto (tags, retention, filters) find them.

moto's state is one for a whole process while an emulator's is its own: a group that moto knows already is no error.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from insightctl.emulator.store import ACCOUNT


class Twin:
    """Repeats in moto what happens to our groups."""

    def create_group(self, region: str, name: str, tags: Mapping[str, str]) -> None:
        """A new group with tags; what moto knew under this name is forgotten."""
        self.delete_group(region, name)
        _backend(region).create_log_group(name, dict(tags))

    def create_stream(self, region: str, group: str, name: str) -> None:
        """A stream of a group."""
        found = _backend(region).groups.get(group)
        if found is not None and name not in found.streams:
            found.create_log_stream(name)

    def delete_group(self, region: str, name: str) -> None:
        """Forget a group."""
        backend = _backend(region)
        if name in backend.groups:
            backend.delete_log_group(name)

    def complete(self, region: str, names: Iterable[str]) -> None:
        """Let moto know the groups it has not seen (those that came with the data)."""
        backend = _backend(region)
        for name in names:
            if name not in backend.groups:
                backend.create_log_group(name, {})

    def retention_days(self, region: str, name: str) -> int | None:
        """What PutRetentionPolicy set; None while events never expire."""
        group = _backend(region).groups.get(name)
        days = None if group is None else group.retention_in_days
        return None if days is None else int(days)


def _backend(region: str) -> Any:
    from moto.logs.models import logs_backends

    return logs_backends[ACCOUNT][region]
