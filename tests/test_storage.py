"""Files by content: what went in comes out, once, whole or not at all."""

from __future__ import annotations

import os
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tracker.errors import Invalid, NotFound, StorageFull
from tracker.storage import LocalStore, refused_when_full


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


@settings(max_examples=30, deadline=None)
@given(content=st.binary(max_size=5000))
def test_what_went_in_comes_out(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    store = LocalStore(tmp_path_factory.mktemp("store"))
    stored = store.put(BytesIO(content))
    assert (stored.sha256, stored.size) == (sha256(content).hexdigest(), len(content))
    with store.open(stored.sha256) as file:
        assert file.read() == content


def test_a_file_lies_two_folders_deep_under_its_sha256(tmp_path: Path) -> None:
    name = LocalStore(tmp_path).put(BytesIO(b"evidence")).sha256
    assert files_of(tmp_path) == [tmp_path / name[:2] / name[2:4] / name]


def test_the_same_content_is_kept_once_and_never_overwritten(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    name = store.put(BytesIO(b"evidence")).sha256
    before = store.path(name).stat()
    assert store.put(BytesIO(b"evidence")).sha256 == name
    after = store.path(name).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert len(files_of(tmp_path)) == 1


@pytest.mark.parametrize(("size", "taken"), [(99, True), (100, True), (101, False)])
def test_the_limit_is_the_last_size_taken(tmp_path: Path, size: int, taken: bool) -> None:
    store = LocalStore(tmp_path)
    if taken:
        assert store.put(BytesIO(bytes(size)), limit=100).size == size
        return
    with pytest.raises(Invalid, match="没有收下"):
        store.put(BytesIO(bytes(size)), limit=100)
    assert files_of(tmp_path) == []


def test_the_sentence_names_the_limit(tmp_path: Path) -> None:
    class Endless(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return bytes(1 << 20)

    with pytest.raises(Invalid, match="超过 50 MB"):
        LocalStore(tmp_path).put(Endless())


def test_a_connection_that_breaks_leaves_nothing(tmp_path: Path) -> None:
    class Broken(BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError
            return super().read(4)

    with pytest.raises(ConnectionResetError):
        LocalStore(tmp_path).put(Broken(b"12345678"))
    assert files_of(tmp_path) == []


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "g" * 64])
def test_what_is_no_sha256_is_not_there(tmp_path: Path, name: str) -> None:
    store = LocalStore(tmp_path)
    assert not store.exists(name)
    with pytest.raises(NotFound):
        store.open(name)


def test_what_is_not_kept_is_told_so(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    assert not store.exists("a" * 64)
    with pytest.raises(NotFound, match="系统管理员"):
        store.open("a" * 64)


def test_verify_finds_what_was_changed_behind_its_back(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    good, bad = store.put(BytesIO(b"good")).sha256, store.put(BytesIO(b"bad")).sha256
    assert list(store.verify()) == []
    store.path(bad).write_bytes(b"tampered")
    assert list(store.verify()) == [bad]
    assert store.exists(good)


def test_many_at_once_keep_one_whole_file(tmp_path: Path) -> None:
    store, content = LocalStore(tmp_path), bytes(range(256)) * 4000
    threads = [Thread(target=lambda: store.put(BytesIO(content))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [path.read_bytes() for path in files_of(tmp_path)] == [content]


def test_a_full_device_is_told_in_a_sentence() -> None:
    with pytest.raises(StorageFull, match="存储空间已满"), refused_when_full(), Path("/dev/full").open("wb") as file:
        file.write(b"evidence")


def test_other_errors_of_the_disk_stay_what_they_are() -> None:
    with pytest.raises(PermissionError), refused_when_full():
        raise PermissionError(13, "no")


def test_what_a_dead_process_left_half_is_cleared_a_day_later(tmp_path: Path) -> None:
    store = LocalStore(tmp_path)
    kept = store.put(BytesIO(b"evidence"))
    old, arriving = tmp_path / "incoming" / "old", tmp_path / "incoming" / "arriving"
    for file in (old, arriving):
        file.write_bytes(b"half")
    os.utime(old, (0, 0))
    assert store.clear_incoming() == 1
    assert sorted(files_of(tmp_path)) == sorted([arriving, store.path(kept.sha256)])
