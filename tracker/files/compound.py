"""Compound files ([MS-CFB]), in which Office up to 2003 and WPS keep a document: the names of their streams."""

from __future__ import annotations

import struct
from typing import BinaryIO

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_HEADER_SIZE = 512
_ENTRY_SIZE = 128
_LAST_SECTOR = 0xFFFFFFFA  # numbers from here on are signs, not sectors
_MOST_SECTORS = 64  # of a directory; Office needs two or three
_MOST_TABLES = 64  # further sectors that list the allocation table: 4 GB and more


def stream_names(file: BinaryIO) -> list[str]:
    """Names in the directory of a compound ``file``; what is damaged ends the list."""
    file.seek(0)
    header = file.read(_HEADER_SIZE)
    if len(header) < _HEADER_SIZE or not header.startswith(MAGIC):
        return []
    (shift,) = struct.unpack_from("<H", header, 30)
    if shift not in (9, 12):
        return []
    try:
        return _Directory(file, header, 1 << shift).names()
    except (struct.error, IndexError):
        return []


class _Directory:
    def __init__(self, file: BinaryIO, header: bytes, size: int) -> None:
        self._file, self._size = file, size
        (self._first,) = struct.unpack_from("<I", header, 48)
        self._tables = list(struct.unpack_from("<109I", header, 76))
        (further,) = struct.unpack_from("<I", header, 68)
        for _ in range(_MOST_TABLES):
            if further >= _LAST_SECTOR:
                break
            *more, further = struct.unpack(f"<{size // 4}I", self._sector(further))
            self._tables += more

    def names(self) -> list[str]:
        found: list[str] = []
        sector = self._first
        for _ in range(_MOST_SECTORS):
            if sector >= _LAST_SECTOR:
                break
            content = self._sector(sector)
            found += [_name(content[at : at + _ENTRY_SIZE]) for at in range(0, self._size, _ENTRY_SIZE)]
            sector = self._after(sector)
        return found

    def _sector(self, number: int) -> bytes:
        self._file.seek((number + 1) * self._size)
        content = self._file.read(self._size)
        if len(content) < self._size:
            raise IndexError("the file ends before this sector")
        return content

    def _after(self, sector: int) -> int:
        """The sector that follows in the allocation table."""
        table, place = divmod(sector, self._size // 4)
        following: int = struct.unpack_from("<I", self._sector(self._tables[table]), place * 4)[0]
        return following


def _name(entry: bytes) -> str:
    (length,) = struct.unpack_from("<H", entry, 64)
    return entry[: max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
