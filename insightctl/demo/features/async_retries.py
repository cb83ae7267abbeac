"""mailer: an asynchronous function; Lambda tries a failed request again after one and two minutes, with the same id."""

from __future__ import annotations

from insightctl.demo.features.model import Environment, Failure, Function
from insightctl.demo.features.story import Say, Story

_REFUSED = Failure("exception", "SMTPError", "421 service not available, closing connection")
_HANGS = Failure("timeout", None)
_FATES: tuple[tuple[Failure | None, ...], ...] = (
    *((_REFUSED, None),) * 6,
    *((_REFUSED, _REFUSED, _REFUSED),) * 3,
    *((_HANGS, None),) * 2,
    (_HANGS, _REFUSED, None),
)
_WAITS = (0.0, 61.5, 184.0)


def tell(story: Story) -> None:
    """Twelve requests that are tried again among forty that are not."""
    mailer = story.function(Function("mailer", memory_mb=128, timeout_ms=5000, style="node"))
    environments = [
        story.environment(mailer, "5", number * 20.0, runtime="nodejs:22.v44", init_ms=280.5 + number)
        for number in range(2)
    ]
    for number in range(40):
        _attempt(story, environments[number % 2], number * 30 + number % 2 * 20.0, None, None)
    for number, fate in enumerate(_FATES):
        request_id = story.request_id()
        for wait, failure in zip(_WAITS, fate, strict=False):
            environment = environments[number % 2]
            if failure is _HANGS:  # a timeout ends its environment
                environment = story.environment(
                    mailer, "5", 1300 + number * 100 + wait, runtime="nodejs:22.v44", init_ms=301 + number
                )
            _attempt(story, environment, 1300 + number * 100 + wait, request_id, failure)


def _attempt(
    story: Story, environment: Environment, seconds: float, request_id: str | None, failure: Failure | None
) -> None:
    duration_ms = 5000.0 if failure is _HANGS else round(story.rng.uniform(90, 400), 2)
    says = [Say(2, "INFO", "connecting to the mail server")]
    if failure is None:
        says.append(Say(int(duration_ms) - 1, "INFO", "sent template=shipping channel=email"))
    story.invoke(environment, seconds, duration_ms, says=says, used_mb=71, failure=failure, request_id=request_id)
