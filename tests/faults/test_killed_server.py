"""The server killed in the middle of a request: after a new start nothing is half done, and it can be done again.

The process is `tracker run`, ended with SIGKILL. A wrapper around it, which stands here and not in the program, stops
it where it hurts most: while a file is written, while a document is read, and when all is written but not committed.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.client import HTTPException
from http.cookiejar import CookieJar
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import NamedTuple
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest
import sqlalchemy as sa
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from tests.conftest import make_app
from tests.databases import SQLiteTemplates
from tests.importing.drafts import LIST, decide_all, small_draft
from tests.plans import make_plan, owed_by
from tests.progress.test_evidence import PDF
from tests.world import HEALTH, PASSWORD, World
from tracker import clock
from tracker.config import files_folder
from tracker.extensions import commit, db
from tracker.progress import actions

TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
PROGRAM = """
import os, runpy, subprocess, sys, time
from pathlib import Path
from sqlalchemy.orm import Session

wish, there = Path(sys.argv[1], "stop-at"), Path(sys.argv[1], "stopped")

def stopping(name, step):
    def stop_or_go(*args, **options):
        if wish.exists() and wish.read_text() == name:
            there.touch()
            time.sleep(600)
        return step(*args, **options)
    return stop_or_go

os.fsync = stopping("fsync", os.fsync)
subprocess.Popen.__init__ = stopping("read", subprocess.Popen.__init__)
Session.commit = stopping("commit", Session.commit)
sys.argv = ["tracker", "run", "--no-scheduler"]
runpy.run_module("tracker", run_name="__main__")
"""
TABLES = ("report", "report_version", "evidence", "source_document", "import_draft", "import_row", "import_doubt")
TABLES += (
    "plan",
    "section",
    "task",
    "assignment",
    "period",
    "obligation",
    "standing",
    "unit",
    "alias",
    "reminder_rule",
)


class Place:
    """A data folder with its database, and the port where it is served."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self.folder = address, folder
        with socket.socket() as found:
            found.bind(("127.0.0.1", 0))
            self.port: int = found.getsockname()[1]

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def rows(self) -> dict[str, int]:
        """How many rows each table has, as another process sees it."""
        engine = sa.create_engine(self.address)
        with engine.connect() as connection:
            found = {name: connection.scalar(sa.text(f"SELECT count(*) FROM {name}")) or 0 for name in TABLES}  # noqa: S608
            states = connection.execute(sa.text("SELECT state, count(*) FROM report GROUP BY state"))
            found |= {f"report {state}": count for state, count in states}
            found |= {
                "drafts open": connection.scalar(sa.text("SELECT count(*) FROM import_draft WHERE state='review'"))
            }
        engine.dispose()
        return found

    def to_sign(self) -> list[str]:
        """What the head's page sends for the reports that wait for a signature."""
        engine = sa.create_engine(self.address)
        with engine.connect() as connection:
            found = connection.execute(sa.text("SELECT id, version FROM report WHERE state='submitted'"))
            seen = [f"{number}-{version}" for number, version in found]
        engine.dispose()
        return seen

    @contextmanager
    def served(self) -> Iterator[subprocess.Popen[bytes]]:
        """The server, answering; killed at the end."""
        settings = {"TRACKER_DATA": str(self.folder), "TRACKER_DATABASE_URL": self.address, "PORT": str(self.port)}
        path = {
            "PYTHONPATH": str(Path(__file__).parents[2]),
            "HOST": "127.0.0.1",
            "TRACKER_TODAY": "2021-07-20",
            "SECRET_KEY": "x" * 32,
        }
        command = [sys.executable, "-c", PROGRAM, str(self.folder)]
        with subprocess.Popen(command, env={**os.environ, **settings, **path}, stdout=subprocess.DEVNULL) as server:
            try:
                self._wait(server)
                yield server
            finally:
                server.kill()

    def _wait(self, server: subprocess.Popen[bytes]) -> None:
        for _ in range(600):
            assert server.poll() is None, "it did not start"
            try:
                build_opener().open(self.url("/login"), timeout=5).close()
                return
            except URLError:
                time.sleep(0.05)
        raise AssertionError("it does not answer")


class Step(NamedTuple):
    """A page, the address its form goes to, and what it sends, made anew each time."""

    page: str
    address: str
    fields: Callable[[], dict[str, object]]


class Clerk:
    """A person at a browser, who takes the token of each form from the page before."""

    def __init__(self, place: Place, login: str) -> None:
        self.place, self.browser = place, build_opener(HTTPCookieProcessor(CookieJar()))
        self.page = self.get("/login")
        self.post("/login", {"login": login, "password": PASSWORD})

    def get(self, path: str) -> str:
        with self.browser.open(self.place.url(path), timeout=30) as answer:
            self.page = answer.read().decode()
        return self.page

    def post(self, path: str, fields: dict[str, object]) -> str:
        token = TOKEN.search(self.page)
        assert token is not None
        values = {**fields, "csrf_token": token[1]}
        if any(isinstance(value, FileStorage) for value in values.values()):
            boundary, body = encode_multipart(values)
            headers = {"Content-Type": f"multipart/form-data; boundary={boundary}"}
        else:
            body, headers = urlencode(values, doseq=True).encode(), {}
        with self.browser.open(Request(self.place.url(path), body, headers), timeout=30) as answer:
            self.page = answer.read().decode()
        return self.page

    def take(self, step: Step) -> str:
        """Open the page and send its form."""
        self.get(step.page)
        return self.post(step.address, step.fields())


@pytest.fixture
def place(sqlite_templates: SQLiteTemplates, tmp_path: Path) -> Iterator[Place]:
    with sqlite_templates.copy() as address:
        folder = tmp_path / "data"
        folder.mkdir()
        (folder / "secret.key").write_text("a key for tests, long enough to be one", encoding="utf-8")
        yield Place(address, folder)


def filled(place: Place) -> dict[str, int]:
    """Two reports that wait for a signature, one to which evidence can be added, a draft that can be confirmed."""
    app = make_app(place.address, place.folder)
    with app.app_context():
        clock.fix_day(date(2021, 7, 20))
        world, plan = World(), make_plan()
        office, writer = world.actor("office1"), world.actor("health")
        sent = [
            actions.save_draft(owed_by(plan, HEALTH, no), actions.Writing("写了。", seen_version=0), writer)
            for no in "12"
        ]
        actions.submit(sent, writer)
        draft = small_draft(office)
        decide_all(draft, office)
        commit()
        found = {"plan": plan.id, "draft": draft.id, "owed": owed_by(plan, HEALTH, "4").id}
        db.session.remove()
        db.engine.dispose()
    return found


def test_whatever_the_server_was_killed_in_nothing_is_half_done(place: Place) -> None:
    ids = filled(place)
    evidence = Step(
        f"/obligations/{ids['owed']}",
        f"/obligations/{ids['owed']}/evidence",
        lambda: {"file": _file(PDF, "a.pdf")},
    )
    upload = Step("/imports", "/imports", lambda: {"way": "file", "file": _file(LIST.encode() + b" ", "另一份.html")})
    confirm = Step(f"/imports/{ids['draft']}", f"/imports/{ids['draft']}/confirm", dict)
    sign = Step(f"/plans/{ids['plan']}/report", f"/plans/{ids['plan']}/report/sign", lambda: {"seen": place.to_sign()})
    steps = [
        ("health", "fsync", evidence, {}),
        ("health", "commit", evidence, {"evidence": 1, "report": 1, "report draft": 1}),
        ("office1", "read", upload, {}),
        ("office1", "commit", upload, {"import_draft": 1, "drafts open": 1, "source_document": 1, "import_row": 2}),
        ("office1", "commit", confirm, {"plan": 1, "task": 2, "drafts open": -1}),
        ("health-head", "commit", sign, {"report submitted": -2, "report signed": 2}),
    ]
    again = None
    for login, where, step, gained in steps:
        before = place.rows()
        with place.served() as server:
            if again is not None:
                again()
                before = place.rows()
            clerk = Clerk(place, login)
            stop_in_the_middle(place, server, where, partial(clerk.take, step))
        assert place.rows() == before, (step.address, where)
        again = partial(check_gained, place, login, step, before, gained) if gained else None
    with place.served():
        again()
    whole = [
        file for file in files_folder(place.folder).rglob("*") if file.is_file() and file.parent.name != "incoming"
    ]
    assert len(whole) == 3  # the evidence, and the two documents


def check_gained(place: Place, login: str, step: Step, before: dict[str, int], gained: dict[str, int]) -> None:
    """The same step once more goes through, whole."""
    Clerk(place, login).take(step)
    after = place.rows()
    assert {name: after.get(name, 0) - before.get(name, 0) for name in gained} == gained, step.address


def _file(content: bytes, name: str) -> FileStorage:
    return FileStorage(BytesIO(content), name)


def stop_in_the_middle(place: Place, server: subprocess.Popen[bytes], where: str, step: Callable[[], object]) -> None:
    """Begin the step, wait until the server stands still in it, and kill it."""
    wish, there = place.folder / "stop-at", place.folder / "stopped"
    wish.write_text(where)

    def ask() -> None:
        with pytest.raises((OSError, HTTPException)):
            step()

    asking = Thread(target=ask)
    asking.start()
    deadline = time.monotonic() + 20
    while not there.exists():
        assert time.monotonic() < deadline, f"it never came to {where}"
        time.sleep(0.02)
    server.kill()
    server.wait()
    asking.join()
    wish.unlink()
    there.unlink()
