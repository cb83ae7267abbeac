"""orders: Powertools lines with business keys and correlation ids; some orders are handled twice, some errors swallowed."""

from __future__ import annotations

from insightctl.demo.features.model import Fact, Failure, Function
from insightctl.demo.features.story import Say, Story

_TWICE, _THRICE = 6, 2
_SWALLOWED = ("coupon service answered 503", "loyalty points not booked", "coupon service answered 503")


def tell(story: Story) -> None:
    """Eighty orders; eight of them are handled again by another request."""
    orders = story.function(Function("orders", logger="powertools"))
    environments = [
        story.environment(orders, version, number * 6.0, init_ms=515 + number)
        for number, version in enumerate(("7", "7", "8"))
    ]
    numbers = [f"ord-{story.rng.getrandbits(32):08x}" for _ in range(80)]
    handled = numbers + numbers[:_TWICE] + numbers[:_THRICE]
    traced = correlated = ""
    for turn, order in enumerate(handled):
        correlation = f"corr-{order[4:]}"
        fields = {"order_id": order, "correlation_id": correlation}
        received, placed = ({**fields, "event": event} for event in ("OrderReceived", "OrderPlaced"))
        failure = Failure("exception", "KeyError", "'currency'") if turn % 20 == 11 else None
        facts = (Fact("business", ("OrderReceived",)),)
        says = [Say(2, "INFO", "order received", facts, received)]
        if turn % 15 == 4:
            swallowed = _SWALLOWED[turn // 15 % 3]
            says.append(Say(6, "ERROR", swallowed, (), {"correlation_id": correlation}))
        if failure is None:
            done = (Fact("duplicates", (order,)), Fact("business", ("OrderPlaced",)))
            says.append(Say(15, "INFO", "order placed", done, placed))
        made = story.invoke(environments[turn % 3], 5 + turn * 75.0, 40.25 + turn / 2, says=says, failure=failure)
        if turn == 0:
            traced, correlated = made.trace_id, correlation
            story.notes["request"] = {"request_id": made.request_id}
    story.notes["trace"] = {"trace_id": traced}
    story.notes["correlation"] = {"id": correlated}
