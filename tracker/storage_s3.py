"""Files by what they contain, in an object store that speaks S3 (extra ``s3``), for several machines together."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from hashlib import sha256
from typing import TYPE_CHECKING, BinaryIO, cast

import obstore
from obstore.exceptions import NotFoundError
from obstore.store import ObjectStore
from obstore.store import S3Store as Bucket

from tracker.errors import NotFound
from tracker.storage import EVIDENCE_LIMIT, Stored, copy_hashed, key_of, refused_when_full

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer
    from obstore import ReadableFile

_IN_MEMORY = 4 << 20  # bytes of an arriving file before it goes to a temporary file


class S3Store:
    """A bucket, or a part of one: ``obstore.store.S3Store("bucket", prefix="evidence", …)``."""

    def __init__(self, bucket: ObjectStore) -> None:
        self._bucket = bucket

    def put(self, stream: BinaryIO, limit: int = EVIDENCE_LIMIT) -> Stored:
        with refused_when_full(), tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY) as arriving:
            stored = copy_hashed(stream, cast(BinaryIO, arriving), limit)
            arriving.seek(0)
            if not self.exists(stored.sha256):
                obstore.put(self._bucket, key_of(stored.sha256), cast(BinaryIO, arriving))  # whole or not at all
        return stored

    def open(self, sha256: str) -> BinaryIO:
        try:
            return io.BufferedReader(_Reader(obstore.open_reader(self._bucket, key_of(sha256))))
        except (NotFoundError, FileNotFoundError) as missing:
            raise NotFound("这份材料的文件不在存储里，请告诉系统管理员。") from missing

    def exists(self, sha256: str) -> bool:
        try:
            obstore.head(self._bucket, key_of(sha256))
        except (NotFoundError, FileNotFoundError, NotFound):
            return False
        return True

    def clear_incoming(self) -> int:
        return 0  # a bucket has a file whole or not at all

    def verify(self) -> Iterator[str]:
        for batch in obstore.list(self._bucket):
            for found in batch:
                name = found["path"].rpartition("/")[2]
                digest = sha256()
                for chunk in obstore.get(self._bucket, found["path"]):
                    digest.update(chunk)
                if digest.hexdigest() != name:
                    yield name


def open_bucket(url: str, endpoint: str = "") -> S3Store:
    """The store at ``s3://bucket/prefix``; ``endpoint`` for a service other than Amazon's, http allowed on one's own
    network. Keys and region come from the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_REGION)."""
    bucket, _, prefix = url.removeprefix("s3://").partition("/")
    if not endpoint:
        return S3Store(Bucket(bucket, prefix=prefix or None))
    return S3Store(Bucket(bucket, prefix=prefix or None, endpoint=endpoint, client_options={"allow_http": True}))


class _Reader(io.RawIOBase):
    """The object as a file of Python's own kind: what it reads are bytes."""

    def __init__(self, source: ReadableFile) -> None:
        self._source = source

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        return self._source.seek(offset, whence)

    def readinto(self, target: WriteableBuffer) -> int:
        room = memoryview(target).cast("B")
        content = self._source.read(len(room))
        room[: len(content)] = memoryview(content)
        return len(content)
