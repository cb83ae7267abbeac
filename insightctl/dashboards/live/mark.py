"""The tag of a dashboard that says to every machine what insightctl deployed last.

A tag, because the page "Dashboard Body Structure and Syntax" knows no key for remarks, because a widget of ours in
somebody's body would be seen, and because tags of dashboards are read and written with their own permissions
(TagResource, ListTagsForResource). PutDashboard ignores its own `Tags` when the dashboard exists (API reference).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from insightctl.dashboards.body import Body

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch.type_defs import TagTypeDef

TAG = "insightctl:deployed"
_WAY = "sha256-v1"  # a change of `fingerprint` needs another name here: unknown ways are taken as no mark


class TagClient(Protocol):
    """What is needed of boto3's CloudWatch client."""

    def list_tags_for_resource(self, *, ResourceARN: str) -> Mapping[str, object]:
        """ListTagsForResource."""
        ...

    def tag_resource(self, *, ResourceARN: str, Tags: Sequence[TagTypeDef]) -> Mapping[str, object]:
        """TagResource."""
        ...


def fingerprint(body: Body) -> str:
    """The same for bodies that are equal as JSON: order of keys, white space and 6.0 for 6 do not count.

    Not by meaning: what this program takes for the same meaning may change from version to version, a mark must not.
    """
    text = json.dumps(_plain(body), sort_keys=True, separators=(",", ":"))
    return f"{_WAY}:{hashlib.sha256(text.encode()).hexdigest()}"


def _plain(value: object) -> object:
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def read_mark(client: TagClient, arn: str) -> str | None:
    """The fingerprint in the dashboard's tag; None when there is none, or it may not or cannot be read."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        tags = client.list_tags_for_resource(ResourceARN=arn).get("Tags")
    except (ClientError, BotoCoreError):
        return None
    found = [tag.get("Value") for tag in tags if tag.get("Key") == TAG] if isinstance(tags, list) else []
    return str(found[0]) if found and str(found[0]).startswith(f"{_WAY}:") else None


def write_mark(client: TagClient, arn: str, body: Body) -> str | None:
    """Mark a dashboard with what was just deployed. Returns why it could not be done; None when it was."""
    from botocore.exceptions import BotoCoreError, ClientError

    try:
        client.tag_resource(ResourceARN=arn, Tags=[{"Key": TAG, "Value": fingerprint(body)}])
    except ClientError as error:
        return str(error.response.get("Error", {}).get("Code", "unknown"))
    except BotoCoreError as error:
        return " ".join(str(error).split())
    return None
