"""The line under a table: how much was found, how much was read, what it cost."""

from __future__ import annotations

from datetime import UTC

from insightctl.render.answer import Answer, RenderOptions

_UNITS = ("B", "kB", "MB", "GB", "TB", "PB")
_DIM, _PLAIN = "\x1b[2m", "\x1b[0m"
_LEAST_USD = 0.0001


def size_text(count: int) -> str:
    """Bytes in decimal units, as the service bills them: `18.2 MB`."""
    size, unit = float(count), 0
    while size >= 999.95 and unit < len(_UNITS) - 1:
        size, unit = size / 1000, unit + 1
    return f"{count} B" if unit == 0 else f"{size:.1f} {_UNITS[unit]}"


def cost_text(usd: float) -> str:
    """`$0.0001`; what is less, yet not nothing, says so."""
    if usd == 0:
        return "$0"
    return f"<${_LEAST_USD}" if usd < _LEAST_USD else f"${usd:.4f}" if usd < 1 else f"${usd:,.2f}"


def footer_lines(answer: Answer, options: RenderOptions) -> list[str]:
    """The footer below an empty line, when it is asked for; nothing otherwise."""
    if not options.footer:
        return []
    text = footer(answer, options)
    return ["", f"{_DIM}{text}{_PLAIN}" if options.colour else text]


def footer(answer: Answer, options: RenderOptions) -> str:
    """`288 rows · 24,310 records matched of 98,120 scanned · 18.2 MB · 0.21 s · $0.0001`."""
    stats, count = answer.result.statistics, len(answer.result.rows)
    parts = [
        f"{count:,} row{'' if count == 1 else 's'}",
        f"{stats.records_matched:,} records matched of {stats.records_scanned:,} scanned",
        size_text(stats.bytes_scanned),
        f"{stats.seconds:.2f} s",
    ]
    if stats.cost_usd is not None:
        parts.append(cost_text(stats.cost_usd))
    if options.tz is not UTC:
        parts.append(f"times in {options.tz}")
    return " · ".join(parts)
