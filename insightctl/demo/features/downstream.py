"""gateway and profile: calls to other services that are refused, throttled, not allowed, or do not connect."""

from __future__ import annotations

from insightctl.demo.features.model import Fact, Failure, Function
from insightctl.demo.features.story import Say, Story
from insightctl.demo.spec import ACCOUNT, REGION

_NETWORK: tuple[tuple[str, str, str | None, int], ...] = (
    ("connect ECONNREFUSED 10.0.3.7:5432", "refused", "10.0.3.7:5432", 7),
    ("connect ETIMEDOUT 10.0.3.9:443", "timeout", "10.0.3.9:443", 5),
    ("getaddrinfo ENOTFOUND stock.internal", "dns", "stock.internal", 4),
    ("getaddrinfo EAI_AGAIN prices.internal", "dns", "prices.internal", 2),
    ("read ECONNRESET", "reset", None, 3),
    ("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired", "tls", None, 2),
)
_TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/profiles"
_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1f2e3d4c-0000-4000-8000-00000000c0de"
_ROLE = f"User: arn:aws:sts::{ACCOUNT}:assumed-role/profile-role/profile is not authorized to perform"
_DENIED: tuple[tuple[str, str, str, str, int], ...] = (
    ("AccessDeniedException", "PutItem", "dynamodb:PutItem", _TABLE, 6),
    ("AccessDeniedException", "Decrypt", "kms:Decrypt", _KEY, 3),
    ("AccessDenied", "GetObject", "s3:GetObject", "arn:aws:s3:::profile-pictures/a.png", 2),
)
_THROTTLED: tuple[tuple[str, str, str, int], ...] = (
    (
        "ProvisionedThroughputExceededException",
        "GetItem",
        "The level of configured provisioned throughput is exceeded",
        8,
    ),
    ("ThrottlingException", "Query", "Rate exceeded", 5),
    ("SlowDown", "PutObject", "Please reduce your request rate", 3),
)
_GATEWAY_ERROR = Failure("exception", "GatewayError", "stock service answered 502")


def tell(story: Story) -> None:
    """Each kind of error in lines of its own, most of them handled."""
    _gateway(story)
    _profile(story)


def _gateway(story: Story) -> None:
    gateway = story.function(Function("gateway", style="node"))
    environments = [
        story.environment(gateway, version, number * 3.0, runtime="nodejs:22.v44", init_ms=220 + number)
        for number, version in enumerate(("20", "20", "21"))
    ]
    lines = [
        Say(4, "ERROR", message, (Fact("network-errors", (kind, target)),))
        for message, kind, target, times in _NETWORK
        for _ in range(times)
    ]
    story.rng.shuffle(lines)
    for turn, line in enumerate(lines):
        environment, seconds = environments[turn % 3], 10 + turn * 90.0
        story.invoke(environment, seconds, 30.5 + turn, says=[line], failure=_GATEWAY_ERROR if turn % 8 == 5 else None)
        story.invoke(environment, seconds + 40, 12.25 + turn, says=[Say(2, "INFO", "stock answered")])


def _profile(story: Story) -> None:
    profile = story.function(Function("profile"))
    environments = [
        story.environment(profile, version, number * 3.0, init_ms=310 + number)
        for number, version in enumerate(("4", "5"))
    ]
    lines = [
        Say(
            3,
            "ERROR",
            f"An error occurred ({code}) when calling the {call} operation: {_ROLE}: {action} on resource: {resource} "
            "because no identity-based policy allows the action",
            (Fact("permission-errors", (action, resource, code)),),
        )
        for code, call, action, resource, times in _DENIED
        for _ in range(times)
    ]
    lines += [
        Say(
            3,
            "ERROR",
            f"An error occurred ({code}) when calling the {call} operation (reached max retries: 4): {why}",
            (Fact("throttled-downstream", (code, call)),),
        )
        for code, call, why, times in _THROTTLED
        for _ in range(times)
    ]
    story.rng.shuffle(lines)
    for turn, line in enumerate(lines):
        failure = None
        if turn % 9 == 4:
            failure = Failure(
                "exception", "ProfileError", f"profile {story.rng.randrange(10**5, 10**6)} cannot be stored"
            )
        story.invoke(environments[turn % 2], 15 + turn * 80.0, 45.75 + turn, says=[line], failure=failure)
