"""Amounts of bytes that people type."""

from __future__ import annotations

import re

from insightctl.core.errors import UsageError

_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(i?)B?", re.IGNORECASE)
_POWERS = {"": 0, "K": 1, "M": 2, "G": 3, "T": 4}


def parse_size(text: str, option: str) -> int:
    """`500MB` and `10G` in powers of 1000, `512MiB` in powers of 1024; bytes. Raises UsageError naming `option`."""
    match = _SIZE.fullmatch(text.strip())
    if not match:
        raise UsageError(f"{option}: '{text}' is not a size", remedy="write a number and a unit: 512MB, 10GB")
    base = 1024 if match[3] else 1000
    return int(float(match[1]) * base ** _POWERS[match[2].upper()])


def size_text(size: int) -> str:
    """Bytes for people: `0.4 MB`, `12.3 MB`, `4.0 GB`."""
    return f"{size / 1e9:,.1f} GB" if size >= 1_000_000_000 else f"{size / 1e6:,.1f} MB"
