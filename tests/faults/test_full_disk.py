"""No room while evidence is stored: a sentence, no partial file, and what was there is still there.

The room is taken away for real where it can be: in a process that the system allows no file above 64 KB, and from a
database that may not grow. Through the pages the store's own error is made.
"""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event
from werkzeug import formparser

from tests.databases import SQLiteTemplates
from tests.importing.drafts import LIST
from tests.importing.test_pages import upload
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF
from tests.world import HEALTH, World
from tracker.audit.queries import length
from tracker.config import files_folder
from tracker.extensions import db
from tracker.importing.models import ImportDraft, ImportRow
from tracker.obligations.models import Obligation
from tracker.plans.models import SourceDocument
from tracker.progress.models import Evidence, Report

SignIn = Callable[[str], FlaskClient]
FETCH = {"X-Requested-With": "fetch"}

PROGRAM = """
import resource, sys
from io import BytesIO
from pathlib import Path
from tracker.errors import StorageFull
from tracker.storage import LocalStore

store = LocalStore(Path(sys.argv[1]))
before = store.put(BytesIO(b"earlier evidence")).sha256
resource.setrlimit(resource.RLIMIT_FSIZE, (64 * 1024, 64 * 1024))
try:
    store.put(BytesIO(bytes(3 << 20)))
except StorageFull as refusal:
    print(refusal)
assert store.open(before).read() == b"earlier evidence"
assert store.put(BytesIO(b"a small one still fits")).size == 22
"""


def test_a_full_disk_refuses_with_a_sentence_and_keeps_what_was_there(tmp_path: Path) -> None:
    run = subprocess.run([sys.executable, "-c", PROGRAM, tmp_path], capture_output=True, text=True, timeout=60)
    assert run.returncode == 0, run.stderr
    assert "存储空间已满" in run.stdout
    kept = sorted(path.stat().st_size for path in tmp_path.rglob("*") if path.is_file())
    assert kept == [len(b"earlier evidence"), len(b"a small one still fits")]


@pytest.fixture
def owed(world: World, at: Callable[[date], None]) -> Obligation:
    at(date(2021, 7, 20))
    return owed_by(make_plan(), HEALTH, "1")


@pytest.fixture
def no_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk takes no more bytes of a file."""

    def refuse(handle: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", refuse)


def rows(*models: type[Any]) -> int:
    db.session.rollback()
    return sum(db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0 for model in models)


def files(app: Flask) -> list[Path]:
    return [path for path in files_folder(app.config["DATA_FOLDER"]).rglob("*") if path.is_file()]


def test_evidence_without_room_is_told_and_leaves_neither_row_nor_file(
    app: Flask, sign_in: SignIn, owed: Obligation, no_room: None
) -> None:
    client, address = sign_in("health"), f"/obligations/{owed.id}/evidence"
    before = length()
    answer = client.post(address, data={"file": (BytesIO(PDF), "a.pdf")}, headers=FETCH)
    assert answer.status_code == 507
    assert "存储空间已满，这个文件没有收下" in answer.get_data(as_text=True)
    plain = client.post(address, data={"file": (BytesIO(PDF), "a.pdf")}, follow_redirects=True)
    assert "存储空间已满，这个文件没有收下" in plain.get_data(as_text=True)
    assert (rows(Evidence, Report), files(app), length()) == (0, [], before)


def test_of_two_files_the_one_that_had_room_is_kept(
    app: Flask, sign_in: SignIn, owed: Obligation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ends: Iterator[int] = iter([errno.ENOSPC])
    sync = os.fsync

    def refuse_once(handle: int) -> None:
        for number in ends:
            raise OSError(number, "full")
        sync(handle)

    monkeypatch.setattr(os, "fsync", refuse_once)
    pair = [(BytesIO(PDF), "大.pdf"), (BytesIO(PDF + b"\n"), "小.pdf")]
    answer = sign_in("health").post(f"/obligations/{owed.id}/evidence", data={"file": pair}, headers=FETCH)
    assert answer.status_code == 507
    assert "小.pdf" in answer.get_data(as_text=True)
    assert (rows(Evidence), len(files(app))) == (1, 1)


def test_an_import_without_room_is_told_and_leaves_nothing(app: Flask, sign_in: SignIn, no_room: None) -> None:
    answer = upload(sign_in("office1"), LIST.encode(), "清单.html")
    assert answer.status_code == 507
    assert "存储空间已满，这个文件没有收下" in answer.get_data(as_text=True)
    assert (rows(ImportDraft, ImportRow, SourceDocument), files(app)) == (0, [])


def test_a_file_that_finds_no_room_on_its_way_in_is_told(
    sign_in: SignIn, owed: Obligation, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full(BytesIO):
        def write(self, piece: Any) -> int:
            raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(formparser, "SpooledTemporaryFile", lambda **options: Full())
    data = {"file": (BytesIO(PDF * 20_000), "a.pdf")}
    answer = sign_in("health").post(f"/obligations/{owed.id}/evidence", data=data, headers=FETCH)
    assert answer.status_code == 507
    assert "存储空间已满" in answer.get_data(as_text=True)
    assert rows(Evidence, Report) == 0


class TestADatabaseThatMayNotGrow:
    @pytest.fixture
    def database(self, sqlite_templates: SQLiteTemplates) -> Iterator[str]:
        with sqlite_templates.copy() as address:
            yield address

    def test_is_told_and_keeps_what_it_has(self, app: Flask, sign_in: SignIn, owed: Obligation) -> None:
        client, address = sign_in("health"), f"/obligations/{owed.id}/draft"
        pages = db.session.scalar(sa.text("PRAGMA page_count")) or 0
        db.session.remove()
        db.engine.dispose()

        def hold(connection: Any, record: Any) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(db.engine, "connect", hold)
        answer = client.post(address, data={"progress": "长" * 9000, "problems": "长" * 9000}, headers=FETCH)
        assert answer.status_code == 507
        assert "存储空间已满" in answer.get_data(as_text=True)
        assert rows(Report) == 0
        assert client.get(f"/obligations/{owed.id}").status_code == 200
        event.remove(db.engine, "connect", hold)
