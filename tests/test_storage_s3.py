"""The object store keeps the promises of the folder, against a real S3 server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from io import BytesIO
from uuid import uuid4

import boto3
import obstore
import pytest
from moto.server import ThreadedMotoServer
from obstore.store import S3Store as Bucket

from tracker.errors import Invalid, NotFound
from tracker.storage import Store, key_of
from tracker.storage_s3 import S3Store, open_bucket

KEYS = {"aws_access_key_id": "key", "aws_secret_access_key": "secret"}


@pytest.fixture(scope="module")
def endpoint() -> Iterator[str]:
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(endpoint: str) -> Bucket:
    name = f"evidence-{uuid4()}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **KEYS).create_bucket(Bucket=name)
    options = {"allow_http": True}
    return Bucket(name, endpoint=endpoint, region="us-east-1", client_options=options, **KEYS)


@pytest.fixture
def store(bucket: Bucket) -> Store:
    return S3Store(bucket)


@pytest.mark.parametrize("content", [b"", "佐证材料".encode(), bytes(6 << 20)], ids=["empty", "short", "several parts"])
def test_what_went_in_comes_out(store: Store, content: bytes) -> None:
    stored = store.put(BytesIO(content))
    assert (stored.sha256, stored.size) == (sha256(content).hexdigest(), len(content))
    assert store.exists(stored.sha256)
    with store.open(stored.sha256) as file:
        assert file.read() == content
        file.seek(3)
        assert file.read(4) == content[3:7]


def test_the_same_content_is_kept_once(store: Store, bucket: Bucket) -> None:
    name = store.put(BytesIO(b"evidence")).sha256
    store.put(BytesIO(b"evidence"))
    assert [each["path"] for batch in obstore.list(bucket) for each in batch] == [key_of(name)]


def test_too_large_a_file_leaves_nothing(store: Store, bucket: Bucket) -> None:
    with pytest.raises(Invalid, match="没有收下"):
        store.put(BytesIO(bytes(101)), limit=100)
    assert list(obstore.list(bucket)) == []


@pytest.mark.parametrize("name", ["a" * 64, "../x", ""])
def test_what_is_not_kept_is_told_so(store: Store, name: str) -> None:
    assert not store.exists(name)
    with pytest.raises(NotFound):
        store.open(name)


def test_verify_finds_what_was_changed_behind_its_back(store: Store, bucket: Bucket) -> None:
    store.put(BytesIO(b"good"))
    bad = store.put(BytesIO(b"bad")).sha256
    assert list(store.verify()) == []
    obstore.put(bucket, key_of(bad), b"tampered")
    assert list(store.verify()) == [bad]


def test_an_address_and_an_endpoint_open_the_bucket(
    endpoint: str, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {**KEYS, "aws_region": "us-east-1"}.items():
        monkeypatch.setenv(name.upper(), value)
    name = f"files-{uuid4()}"
    boto3.client("s3", endpoint_url=endpoint, region_name="us-east-1", **KEYS).create_bucket(Bucket=name)
    store = open_bucket(f"s3://{name}/office", endpoint)
    stored = store.put(BytesIO(b"proof"))
    assert store.exists(stored.sha256)
    assert list(store.verify()) == []
