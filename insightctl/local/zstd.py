"""Whether a zstd file is whole: DuckDB reads one that ends too early without a word.

Walks the headers of frames and blocks (RFC 8878, section 3.1) and skips what is in them.
"""

from __future__ import annotations

from pathlib import Path
from typing import IO

_FRAME = b"\x28\xb5\x2f\xfd"
_SKIPPABLE = tuple(bytes([low, 0x2A, 0x4D, 0x18]) for low in range(0x50, 0x60))
_RLE, _RESERVED = 1, 3


class _Ended(Exception):
    """The file ends inside of a frame, or is none."""


def is_whole(path: Path) -> bool:
    """Whether the file is zstd frames from its first byte to its last."""
    size = path.stat().st_size
    with path.open("rb") as file:
        try:
            while magic := file.read(4):
                _frame(file, magic)
                if file.tell() > size:
                    return False
        except _Ended:
            return False
    return True


def _frame(file: IO[bytes], magic: bytes) -> None:
    if magic in _SKIPPABLE:
        file.seek(_number(file, 4), 1)
        return
    if magic != _FRAME:
        raise _Ended
    descriptor = _number(file, 1)
    single_segment = descriptor & 0x20
    content_size = (1 if single_segment else 0, 2, 4, 8)[descriptor >> 6]
    file.seek((0 if single_segment else 1) + (0, 1, 2, 4)[descriptor & 3] + content_size, 1)
    last = 0
    while not last:
        header = _number(file, 3)
        last, kind, size = header & 1, header >> 1 & 3, header >> 3
        if kind == _RESERVED:
            raise _Ended
        file.seek(1 if kind == _RLE else size, 1)
    if descriptor & 4:
        file.seek(4, 1)  # the checksum


def _number(file: IO[bytes], size: int) -> int:
    data = file.read(size)
    if len(data) < size:
        raise _Ended
    return int.from_bytes(data, "little")
