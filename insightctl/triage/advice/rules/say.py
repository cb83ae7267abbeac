"""Amounts in sentences, and the commands that apply advice."""

from __future__ import annotations

import shlex
from math import floor, log10


def usd(amount: float) -> str:
    """`$12.30`; below ten cents two or three digits that count, never an exponent."""
    size = abs(amount)
    text = f"{size:,.2f}" if size >= 0.1 or size < 1e-9 else f"{size:.{1 - floor(log10(size))}f}"
    return f"{'-' if amount < 0 and float(text.replace(',', '')) else ''}${text}"


def span(ms: float) -> str:
    """`2.0 days`, `3.0 h`."""
    return f"{ms / 86_400_000:.1f} days" if ms >= 86_400_000 else f"{ms / 3_600_000:.1f} h"


def took(ms: float) -> str:
    """`480 ms`, `1.2 s`."""
    return f"{ms / 1000:.1f} s" if ms >= 1000 else f"{ms:.0f} ms"


def configure(function: str, options: str) -> str:
    """`aws lambda update-function-configuration --function-name F ...`."""
    return f"aws lambda update-function-configuration --function-name {shlex.quote(function)} {options}"
