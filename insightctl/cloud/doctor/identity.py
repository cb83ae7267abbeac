"""Who asks, where, with which credentials, and by which clock."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from insightctl.cloud.doctor.clients import Clients
from insightctl.cloud.doctor.model import Check, State
from insightctl.cloud.session import is_loopback
from insightctl.core.time import iso

AREA = "identity"
SKEW_REFUSED_S = 300  # Signature Version 4 takes requests within five minutes of the service's time
_SKEW_SAID_S = 30
_SOON_S = 15 * 60
_SOURCES = {
    "env": "environment variables",
    "shared-credentials-file": "~/.aws/credentials",
    "config-file": "~/.aws/config",
    "assume-role": "a role that the profile assumes",
    "assume-role-with-web-identity": "a role by web identity",
    "sso": "IAM Identity Center",
    "login": "aws login",
    "custom-process": "credential_process of the profile",
    "container-role": "the container's role",
    "iam-role": "the instance's role",
}


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer's Date header against the local clock halfway of the call; seconds the local clock is ahead."""

    ahead_s: float

    @classmethod
    def of(cls, headers: Mapping[str, str], before_s: float, after_s: float) -> Heard | None:
        """None when the answer has no readable date."""
        from email.utils import parsedate_to_datetime

        try:
            told = parsedate_to_datetime(headers.get("date", "")).timestamp()
        except (ValueError, TypeError, OverflowError):
            return None
        # the header has whole seconds: on average it is half of one behind
        return cls((before_s + after_s) / 2 - (told + 0.5))


def settings(clients: Clients) -> Iterator[Check]:
    """Region, profile and endpoint, and where each comes from. Makes no call; raises CloudError."""
    meta = clients.cloud.logs.meta
    yield Check(AREA, "region", State.OK, f"{meta.region_name} (from {_region_from(clients)})")
    profile = clients.cloud.profile
    origin = "--profile" if clients.access.profile else "$AWS_PROFILE" if os.environ.get("AWS_PROFILE") else None
    yield Check(AREA, "profile", State.OK, f"{profile}{f' (from {origin})' if origin else ''}" if profile else "none")
    local = is_loopback(meta.endpoint_url)
    yield Check(AREA, "endpoint", State.OK, f"{meta.endpoint_url}{' (an emulator on this machine)' if local else ''}")


def _region_from(clients: Clients) -> str:
    if clients.access.region:
        return "--region"
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        if os.environ.get(name):
            return f"${name}"
    profile = clients.cloud.profile or "default"
    stated = clients.cloud.session._session.get_scoped_config().get("region")
    return f"profile {profile} in ~/.aws/config" if stated else "the emulator: any region will do"


def credentials(clients: Clients) -> Check:
    """Where the credentials come from and until when they hold. May ask other services; raises what botocore raises."""
    found = clients.cloud.session.get_credentials()
    if found is None:
        return Check(
            AREA,
            "credentials",
            State.PROBLEM,
            "there are none",
            "run 'aws configure' or 'aws sso login', set AWS_PROFILE, or pass --profile",
        )
    found.get_frozen_credentials()
    source = _SOURCES.get(str(found.method), str(found.method))
    expiry = getattr(found, "_expiry_time", None)  # botocore shows it nowhere else
    if not isinstance(expiry, datetime):
        return Check(AREA, "credentials", State.OK, f"from {source}; no end is known")
    left_s = (expiry - datetime.now(UTC)).total_seconds()
    until = f"from {source}; until {iso(expiry)}"
    if left_s <= 0:
        return Check(AREA, "credentials", State.PROBLEM, f"{until}: they have expired", clients.place.login)
    if left_s < _SOON_S and str(found.method) in ("sso", "custom-process"):
        return Check(AREA, "credentials", State.WARNING, f"{until}: soon", clients.place.login)
    return Check(AREA, "credentials", State.OK, until)


def caller(clients: Clients) -> Check:
    """The identity. Makes one call; raises what boto3 raises."""
    answer: dict[str, Any] = clients.get("sts").get_caller_identity()
    return Check(AREA, "identity", State.OK, f"{answer['Arn']} (account {answer['Account']})")


def clock(heard: Heard | None) -> Check:
    """The local clock against that of AWS."""
    if heard is None:
        return Check(AREA, "clock", State.WARNING, "not compared: no answer with a date", None)
    off_s = abs(heard.ahead_s)
    if off_s < 2:  # the header's seconds and the way to AWS
        return Check(AREA, "clock", State.OK, "right to within 2 s of AWS")
    found = f"{off_s:,.0f} s {'ahead of' if heard.ahead_s > 0 else 'behind'} AWS"
    remedy = "set the clock of this machine right (NTP): time ranges are off, and AWS refuses requests past 5 minutes"
    if off_s >= SKEW_REFUSED_S:
        return Check(AREA, "clock", State.PROBLEM, found, remedy)
    return Check(AREA, "clock", State.WARNING if off_s >= _SKEW_SAID_S else State.OK, found, remedy)
