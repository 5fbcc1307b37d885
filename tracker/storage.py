"""Files kept by what they contain: evidence, source documents; named by their sha256, written once, never changed."""

from __future__ import annotations

import errno
import os
import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import file_digest, sha256
from pathlib import Path
from typing import BinaryIO, Protocol

from tracker.errors import Invalid, NotFound, StorageFull

EVIDENCE_LIMIT = 50 * 1024 * 1024  # bytes a file

_CHUNK = 1 << 20
_STALE = 24 * 3600  # seconds
_NAME = re.compile(r"[0-9a-f]{64}")
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}  # the disk, the quota, the largest file there may be
NO_ROOM = "存储空间已满，没有存上；以前的内容和材料都在。请告诉系统管理员清理空间后再试。"


@dataclass(frozen=True)
class Stored:
    """What was taken: ``sha256`` in hex, by which it is asked for, and ``size`` in bytes."""

    sha256: str
    size: int


class Store(Protocol):
    """A place for files. Nothing in it is ever changed or removed."""

    def put(self, stream: BinaryIO, limit: int = EVIDENCE_LIMIT) -> Stored:
        """Keep what ``stream`` holds from where it stands; the same content twice is kept once.

        Raises Invalid above ``limit`` bytes and StorageFull when there is no room; either leaves nothing behind.
        """

    def open(self, sha256: str) -> BinaryIO:
        """The content, from its beginning. Raises NotFound."""

    def exists(self, sha256: str) -> bool:
        """Whether it is kept here."""

    def verify(self) -> Iterator[str]:
        """The sha256 of everything whose content is no longer what it was."""

    def clear_incoming(self) -> int:
        """Remove what a process that died left half arrived; gives how many."""


class LocalStore:
    """A folder of this machine: ``ab/cd/abcd…``, and ``incoming`` for what is not yet whole."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._incoming = folder / "incoming"

    def put(self, stream: BinaryIO, limit: int = EVIDENCE_LIMIT) -> Stored:
        with refused_when_full():
            self._incoming.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._incoming)
            arriving = Path(name)
            try:
                with os.fdopen(handle, "wb") as file:
                    stored = copy_hashed(stream, file, limit)
                    file.flush()
                    os.fsync(file.fileno())
                self._move_in(arriving, self.path(stored.sha256))
            finally:
                arriving.unlink(missing_ok=True)
        return stored

    def _move_in(self, arriving: Path, home: Path) -> None:
        """Give the whole file its name in one step, which survives a power cut."""
        if home.exists():
            return
        home.parent.mkdir(parents=True, exist_ok=True)
        arriving.replace(home)
        for folder in (home.parent, home.parent.parent, self._folder):
            _sync_folder(folder)

    def clear_incoming(self) -> int:
        """Remove what a process that died left half arrived; gives how many. Nothing arrives for longer than a day."""
        before = time.time() - _STALE
        left = [file for file in self._incoming.glob("*") if file.stat().st_mtime < before]
        for file in left:
            file.unlink(missing_ok=True)
        return len(left)

    def path(self, sha256: str) -> Path:
        """Where the content is or would be. Raises NotFound for what is no sha256."""
        return self._folder / key_of(sha256)

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self.path(sha256).open("rb")
        except FileNotFoundError as missing:
            raise NotFound("这份材料的文件不在存储里，请告诉系统管理员。") from missing

    def exists(self, sha256: str) -> bool:
        return bool(_NAME.fullmatch(sha256)) and self.path(sha256).is_file()

    def verify(self) -> Iterator[str]:
        for path in sorted(self._folder.glob("??/??/*")):
            with path.open("rb") as file:
                if file_digest(file, sha256).hexdigest() != path.name:
                    yield path.name


def key_of(sha256: str) -> str:
    """Where a store keeps ``sha256``: ``ab/cd/abcd…``. Raises NotFound for what is no sha256."""
    if not _NAME.fullmatch(sha256):
        raise NotFound("没有这份材料。")
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"


def is_full(problem: OSError) -> bool:
    """Whether it says that there is no room, and not that something else is wrong."""
    return problem.errno in _FULL


@contextmanager
def refused_when_full() -> Iterator[None]:
    """A full disk becomes StorageFull; every other error stays what it is."""
    try:
        yield
    except OSError as problem:
        if not is_full(problem):
            raise
        raise StorageFull(
            "存储空间已满，这个文件没有收下；以前的材料都在。请告诉系统管理员清理空间后再传。"
        ) from problem


def copy_hashed(stream: BinaryIO, file: BinaryIO, limit: int) -> Stored:
    """Copy ``stream`` into ``file`` and name it. Raises Invalid as soon as there is more than ``limit`` bytes."""
    digest, size = sha256(), 0
    while chunk := stream.read(_CHUNK):
        size += len(chunk)
        if size > limit:
            raise Invalid(f"文件超过 {limit / 2**20:g} MB，没有收下。请压缩后重传，或分成几个文件。")
        digest.update(chunk)
        file.write(chunk)
    return Stored(digest.hexdigest(), size)


def _sync_folder(folder: Path) -> None:
    if os.name == "nt":
        return  # Windows keeps names by itself and opens no folders
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
