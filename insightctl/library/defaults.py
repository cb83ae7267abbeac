"""Values of parameters that nobody gave: bins that follow the time range, prices that follow the region."""

from __future__ import annotations

from insightctl.core.prices import PriceList, plain, price_list
from insightctl.library.spec import QuerySpec

PARTS = 60
"""How many bins a range has about: as many as a chart in a terminal shows apart."""

# What bin() can express and people can read: 300s would be capped to 60 s on the service, 1h is 60m.
_STEPS = (("s", 1_000, (1, 2, 5, 10, 15, 20, 30)), ("m", 60_000, (1, 2, 5, 10, 15, 20, 30)))
_HOURS = ("h", 3_600_000, (1, 2, 3, 4, 6, 8, 12))
_DAY_MS = 86_400_000
_BINS = [(n * ms, f"{n}{unit}") for unit, ms, amounts in (*_STEPS, _HOURS) for n in amounts]


def bin_of(range_ms: int) -> str:
    """The bin of a range: a sixtieth of it, rounded up to a second, minute or hour that divides the next unit."""
    wanted = range_ms / PARTS
    for size, text in _BINS:
        if size >= wanted:
            return text
    return f"{-(-int(wanted) // _DAY_MS)}d"


def defaults(
    spec: QuerySpec, *, range_ms: int | None = None, region: str | None = None, prices: PriceList | None = None
) -> dict[str, str]:
    """The values that depend on the question, by parameter; the others have their default in the file.

    `range_ms` None: it is not known. `prices` None: the list prices.
    """
    found: dict[str, str] = {}
    for param in spec.params:
        if param.follows_range and range_ms is not None:
            found[param.name] = bin_of(range_ms)
        if param.item is not None and region is not None:
            found[param.name] = plain((prices or price_list()).price(param.item, region).usd)
    return found
