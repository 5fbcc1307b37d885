"""A compound file of given stream names, built by hand from [MS-CFB]."""

from __future__ import annotations

import struct

FREE, END, TABLE = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
SECTOR = 512


def compound_file(*names: str, next_of_last: int = END) -> bytes:
    """Sector 0 is the allocation table, the directory follows, four names a sector."""
    names = ("Root Entry", *names)
    sectors = -(-len(names) // 4)
    chain = [TABLE, *range(2, sectors + 1), next_of_last]
    table = struct.pack(f"<{SECTOR // 4}I", *chain, *[FREE] * (SECTOR // 4 - len(chain)))
    directory = b"".join(entry(name) for name in names).ljust(sectors * SECTOR, b"\0")
    return header() + table + directory


def header() -> bytes:
    fixed = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    counts = bytes(6) + struct.pack("<IIIIIIIII", 0, 1, 1, 0, 0x1000, END, 0, END, 0)
    return fixed + counts + struct.pack("<109I", 0, *[FREE] * 108)


def entry(name: str) -> bytes:
    written = name.encode("utf-16-le") + b"\0\0"
    return written.ljust(64, b"\0") + struct.pack("<H", len(written)) + bytes(62)
