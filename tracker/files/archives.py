"""Zip files from strangers: what is inside is asked only after the directory was found modest."""

from __future__ import annotations

import os
import struct
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from tracker.errors import UnreadableFile

MOST_ENTRIES = 10_000
MOST_BYTES = 500 << 20  # unpacked, all members together
MOST_RATIO = 200  # unpacked to packed, for archives that unpack to more than SMALL_BYTES
SMALL_BYTES = 10 << 20
MOST_DIRECTORY = 4 << 20  # bytes of the list of members, which zipfile reads whole

_END = b"PK\x05\x06"
_END_SIZE = 22
_LONGEST_COMMENT = 0xFFFF


def members(file: BinaryIO) -> list[ZipInfo]:
    """The members of a zip ``file`` that is safe to unpack. Raises UnreadableFile when it is damaged or a zip bomb."""
    length = file.seek(0, os.SEEK_END)
    if _directory_size(file, length) > MOST_DIRECTORY:
        raise UnreadableFile("压缩内容过多，没有打开。请另存为普通文件后再传。")
    file.seek(0)
    try:
        with ZipFile(file) as archive:
            found = archive.infolist()
    except (BadZipFile, NotImplementedError, ValueError, EOFError, struct.error) as damage:
        raise UnreadableFile("文件已损坏，打不开。请重新导出或另存后再传。") from damage
    if _is_bomb(found, length):
        raise UnreadableFile("文件展开后过大，没有打开。请另存为普通文件后再传。")
    return found


def _directory_size(file: BinaryIO, length: int) -> int:
    """Bytes of the directory as the end record says; 0 where there is none, which zipfile then refuses."""
    file.seek(max(0, length - _END_SIZE - _LONGEST_COMMENT))
    tail = file.read()
    at = tail.rfind(_END)
    if at < 0 or len(tail) - at < _END_SIZE:
        return 0
    size: int = struct.unpack_from("<I", tail, at + 12)[0]
    return size


def _is_bomb(found: list[ZipInfo], length: int) -> bool:
    unpacked, packed = sum(one.file_size for one in found), sum(one.compress_size for one in found)
    return (
        len(found) > MOST_ENTRIES
        or unpacked > MOST_BYTES
        or packed > length  # members that share their bytes
        or (unpacked > SMALL_BYTES and unpacked > MOST_RATIO * packed)
    )
