"""audit: a function that logs far too much, with extensions beside it and secrets in its lines (all of them invented)."""

from __future__ import annotations

from insightctl.demo.features.model import Extension, Fact, Function
from insightctl.demo.features.story import Say, Story

_AGENT = Extension("cloudwatch_lambda_agent")
_COLLECTOR = Extension("collector", "Ready", ("SHUTDOWN",))
# AWS's own example key, reserved example domains, and the card numbers that networks publish for tests.
_SECRETS: tuple[tuple[str, str], ...] = (
    ("aws_access_key", "using key AKIAIOSFODNN7EXAMPLE"),
    ("bearer_token", "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJkZW1vIn0.c2lnbmF0dXJlLW9mLW5vdGhpbmc"),
    ("email", "mail for ada.lovelace@example.com"),
    ("email", "mail for grace.hopper@example.org"),
    ("card_number", "card 4111111111111111 charged"),
    ("card_number", "card 5555555555554444 charged"),
)


def tell(story: Story) -> None:
    """Two environments with two extensions, one with one; one line in fifteen holds a secret."""
    audit = story.function(Function("audit", memory_mb=256))
    environments = [
        story.environment(audit, "2", 1.0 + number, init_ms=450.75, extensions=extensions, after_ms=after_ms)
        for number, (extensions, after_ms) in enumerate(
            (([_AGENT, _COLLECTOR], 62.5), ([_AGENT, _COLLECTOR], 40.25), ([_AGENT], 20.5))
        )
    ]
    secrets = 0
    for turn in range(90):
        says = [
            Say(2 + number, "DEBUG", f"cache lookup for item {story.rng.randrange(10**5, 10**6)} took no time at all")
            for number in range(6)
        ]
        if turn % 5 == 2:
            kind, line = _SECRETS[secrets % len(_SECRETS)]
            secrets += 1
            says.append(Say(12, "INFO", line, (Fact("secrets-in-logs", (kind,)),)))
        story.invoke(environments[turn % 3], 8 + turn * 70.0, 25 + turn / 8, says=says, used_mb=140)
