"""meter: embedded metrics, durations that the application logs itself, and the loggers that teams use."""

from __future__ import annotations

import json

from insightctl.demo.features.model import Fact, Function, Logger
from insightctl.demo.features.story import Say, Story

_LOGGERS: tuple[Logger, ...] = ("pino", "winston", "structlog", "powertools", "lambda")
_LEVELS = ("INFO", "INFO", "INFO", "DEBUG", "WARN", "ERROR")
_SEGMENTS = (("load-profile", 12.5), ("price-basket", 40.25), ("reserve-stock", 88.75))


def tell(story: Story) -> None:
    """Sixty invocations, each with a metric, a segment and one line of some logger."""
    meter = story.function(Function("meter"))
    environments = [story.environment(meter, "15", 2.0 + number * 9, init_ms=333.25) for number in range(2)]
    for turn in range(60):
        seconds = 12 + turn * 100.0
        placed, basket = 1 + turn % 3, round(20 + 1.5 * turn, 2)
        metrics = [{"Name": "OrderPlaced", "Unit": "Count"}, {"Name": "BasketValue", "Unit": "None"}]
        emf = {
            "_aws": {
                "Timestamp": story.at(seconds) + 5,
                "CloudWatchMetrics": [{"Namespace": "shop", "Dimensions": [["service"]], "Metrics": metrics}],
            },
            "service": "meter",
            "OrderPlaced": placed,
            "BasketValue": basket,
        }
        segment, base_ms = _SEGMENTS[turn % 3]
        took_ms = round(base_ms + turn / 4, 2)
        says = [
            Say(
                5,
                "",
                "",
                (Fact("emf", ("shop", "OrderPlaced", placed)), Fact("emf", ("shop", "BasketValue", basket))),
                raw=json.dumps(emf, separators=(",", ":")),
            ),
            Say(
                6,
                "INFO",
                "segment done",
                (Fact("slow-segments", (segment, took_ms)),),
                {"segment": segment, "duration_ms": took_ms},
                "powertools",
            ),
            Say(7, _LEVELS[turn % 6], "basket checked", logger=_LOGGERS[turn % 5]),
        ]
        story.invoke(environments[turn % 2], seconds, 100.5 + turn, says=says, used_mb=77)
