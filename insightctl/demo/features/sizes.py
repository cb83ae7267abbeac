"""resizer: one function that ran with three memory sizes: more memory is faster up to a point, and then only dearer."""

from __future__ import annotations

from insightctl.demo.features.model import Function
from insightctl.demo.features.story import Story

_SIZES = ((256, 400.0), (512, 190.0), (1024, 185.0))


def tell(story: Story) -> None:
    """Thirty invocations with each size."""
    resizer = story.function(Function("resizer"))
    for number, (memory_mb, base_ms) in enumerate(_SIZES):
        seconds = number * 2400.0
        environment = story.environment(resizer, str(1 + number), seconds, init_ms=290.0, memory_mb=memory_mb)
        for turn in range(30):
            story.invoke(environment, seconds + turn * 75, base_ms + 1.25 * turn, used_mb=190 + turn % 7)
