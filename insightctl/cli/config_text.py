"""What the commands of `insightctl config` print."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

from insightctl.cli import terminal
from insightctl.core.config import SETTINGS, Config
from insightctl.core.result import Column, ColumnType, Result, Row
from insightctl.core.sizes import size_text
from insightctl.core.time import from_ms, iso

if TYPE_CHECKING:
    from insightctl.cloud.cache import ResultCache
    from insightctl.core.prices import PriceList


def show_settings(config: Config, output: str) -> None:
    """Every setting, its value, where it comes from and what it does; own prices below."""
    rows = [
        (name, getattr(config, name), config.origins.get(name, "default"), setting.help)
        for name, setting in SETTINGS.items()
    ]
    rows += [
        (f"prices.{region}.{item}" if region else f"prices.{item}", usd, "own price", "USD, over the list price.")
        for (item, region), usd in config.own_prices.items()
    ]
    if output == "json":
        _json({"settings": {name: {"value": value, "from": origin} for name, value, origin, _ in rows}})
        return
    shown = [(name, _shown(name, value), origin, text) for name, value, origin, text in rows]
    _table([("setting", "string"), ("value", "string"), ("from", "string"), ("what it does", "string")], shown)


def _shown(name: str, value: object) -> str:
    if name == "cache_size" and isinstance(value, int):
        return size_text(value)
    return "" if value is None else str(value)


def show_prices(prices: PriceList, region: str, output: str) -> None:
    """The prices of a region with their sources; an assumed one, which is us-east-1's, is marked."""
    rows = []
    for item, tariff in prices.tariffs.items():
        found = prices.price(item, region)
        own = (item, region) in prices.own or (item, "") in prices.own
        origin = "own price" if own else f"{tariff.source}, {tariff.date}"
        rows.append((item, found, tariff, "assumed: us-east-1" if found.assumed else "", origin))
    if output == "json":
        document = [
            {
                "item": item,
                "what": tariff.what,
                "unit": tariff.unit,
                "usd": found.usd,
                "assumed": found.assumed,
                "source": origin,
            }
            for item, found, tariff, _, origin in rows
        ]
        _json({"region": region, "prices": document})
        return
    shown = [
        (item, f"{found.usd:.10f}".rstrip("0").rstrip("."), tariff.unit, mark, tariff.what, origin)
        for item, found, tariff, mark, origin in rows
    ]
    names = ("item", "USD", "for a", "note", "what", "source")
    _table([(name, "string") for name in names], shown)


def show_cache(cache: ResultCache, room: int, output: str) -> None:
    """The kept results: when used, how large, over what and when, and the query's beginning."""
    found = [(entry, cache.key_of(entry)) for entry in cache.entries()]
    if output == "json":
        entries = [{"used": iso(from_ms(entry.used_ms)), "bytes": entry.size, **dict(key)} for entry, key in found]
        _json({"folder": str(cache.folder), "room": room, "results": entries})
        return
    total = size_text(sum(entry.size for entry, _ in found))
    print(f"{len(found)} results, {total} of {size_text(room)} in {cache.folder}")
    rows: list[Row] = []
    for entry, key in found:
        groups = key.get("log_groups") or ["?"]
        more = f" and {len(groups) - 1} more" if len(groups) > 1 else ""
        span = f"{iso(from_ms(key.get('start_ms', 0)))} - {iso(from_ms(key.get('end_ms', 0)))}"
        text = " ".join(str(key.get("text", "")).split())
        rows.append((from_ms(entry.used_ms), size_text(entry.size), f"{groups[0]}{more}", span, text[:60]))
    if rows:
        _table(
            [
                ("last used", "timestamp"),
                ("size", "string"),
                ("log groups", "string"),
                ("range", "string"),
                ("query", "string"),
            ],
            rows,
        )


def _table(head: Sequence[tuple[str, ColumnType]], rows: Sequence[Row]) -> None:
    from insightctl.render import Answer, RenderOptions, render

    result = Result(tuple(Column(name, kind) for name, kind in head), tuple(rows))
    width = terminal.width()
    print(render(Answer(result), "table", RenderOptions(width=width, colour=terminal.colour(width is not None))))


def _json(document: object) -> None:
    from insightctl.render import safe

    print(safe.json_text(json.dumps(document, indent=2, ensure_ascii=False)))
