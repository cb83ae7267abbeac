"""ingest: a function behind a queue and a stream: poison messages, partial batches, batch sizes, iterator age."""

from __future__ import annotations

import json

from insightctl.demo.features.model import Fact, Function
from insightctl.demo.features.story import Say, Story

_POISON_SEEN = (5, 4, 3, 2)  # the last one is seen too seldom to be called poison


def tell(story: Story) -> None:
    """Sixty batches of a queue; four messages come again and again because their batch reports them as failed."""
    ingest = story.function(Function("ingest", memory_mb=256, timeout_ms=30_000, logger="powertools"))
    environments = [story.environment(ingest, "3", number * 5.0, init_ms=410.25 + number) for number in range(3)]
    poison = [story.request_id() for _ in _POISON_SEEN]
    for batch in range(60):
        size = 1 + story.rng.randrange(10)
        bad = [
            message
            for message, seen in zip(poison, _POISON_SEEN, strict=True)
            if batch % 10 == 3 and batch // 10 < seen
        ]
        messages = bad + [story.request_id() for _ in range(max(0, size - len(bad)))]
        duration_ms = round(20 + 11.25 * len(messages), 2)
        says = [
            Say(
                1,
                "INFO",
                "batch received",
                (Fact("batch-sizes", (len(messages),)),),
                {"batch_size": len(messages)},
            )
        ]
        says += [
            Say(
                3 + number,
                "INFO",
                "processing message",
                (Fact("sqs-poison", (message,)),),
                {"message_id": message},
            )
            for number, message in enumerate(messages)
        ]
        failures = [{"itemIdentifier": message} for message in bad]
        facts = (Fact("batch-failures", (len(bad),)),)
        says.append(Say(int(duration_ms) - 1, "INFO", "batch done", facts, {"batchItemFailures": failures}))
        story.invoke(environments[batch % 3], 20 + batch * 45.0, duration_ms, says=says, used_mb=96)
    _stream(story)


def _stream(story: Story) -> None:
    """A consumer of a stream that falls behind, and writes its lag as an embedded metric."""
    clicks = story.function(Function("clicks", memory_mb=256, timeout_ms=30_000, logger="powertools"))
    environments = [story.environment(clicks, "11", 3.0 + number, init_ms=399.5) for number in range(2)]
    for batch in range(48):
        age_ms = 200 + batch * 150 + story.rng.randrange(40)
        at_ms = story.at(30 + batch * 60.0) + 5
        metric = {
            "_aws": {
                "Timestamp": at_ms,
                "CloudWatchMetrics": [
                    {
                        "Namespace": "shop",
                        "Dimensions": [["service"]],
                        "Metrics": [{"Name": "IteratorAge", "Unit": "Milliseconds"}],
                    }
                ],
            },
            "service": "clicks",
            "IteratorAge": age_ms,
        }
        facts = (Fact("iterator-age", (age_ms,)), Fact("emf", ("shop", "IteratorAge", age_ms)))
        say = Say(5, "", "", facts, raw=json.dumps(metric, separators=(",", ":")))
        story.invoke(environments[batch % 2], 30 + batch * 60.0, 60 + batch / 4, says=[say], used_mb=90)
