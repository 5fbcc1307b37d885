"""Backups: everything in one .zip, taken while people work, and put back on either database.

``tables/<name>.jsonl`` one row a line, read in one snapshot of the database; ``files/<sha256>`` evidence and source
documents; ``manifest.json`` the revision of the tables, counts, and the sha256 of every member. The tables are read as
the database has them, not as the models say, so that a backup of any version can be read. docs/decisions/0050.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import IO, Any, BinaryIO, cast
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

import sqlalchemy as sa
from sqlalchemy.engine import Connection, Engine

from tracker.errors import Refused, UnreadableFile
from tracker.extensions import reading
from tracker.storage import LocalStore

FORMAT = 1
VERSION_TABLE = "alembic_version"
KEY = "secret.key"
AT_ONCE = 500  # rows inserted together
CHUNK = 1 << 20


@dataclass
class Manifest:
    """What a backup holds: ``tables`` rows by table, ``sha256`` by member of the .zip."""

    revision: str
    made_at: str
    database: str
    tables: dict[str, int] = field(default_factory=dict)
    sha256: dict[str, str] = field(default_factory=dict)
    format: int = FORMAT

    @property
    def rows(self) -> int:
        return sum(self.tables.values())

    @property
    def files(self) -> list[str]:
        return [name for name in self.sha256 if name.startswith("files/")]


def write_backup(engine: Engine, files: Path, target: Path, made_at: datetime, key: Path | None = None) -> Manifest:
    """Write ``target``, whole or not at all. ``files``: the folder of the store; ``key``: put in when given.

    The rows come first: a file is stored before the row that names it, and never removed, so none can be missing.
    """
    if target.exists():
        raise Refused(f"{target} 已经有了，没有覆盖。请换一个文件名。")
    target.parent.mkdir(parents=True, exist_ok=True)
    arriving = target.with_name(target.name + ".part")
    try:
        with ZipFile(arriving, "w", ZIP_DEFLATED) as archive:
            manifest = _write_tables(archive, engine, made_at)
            for path in sorted(files.glob("??/??/*")):
                with path.open("rb") as stream:
                    _write_member(archive, manifest, f"files/{path.name}", iter(lambda: stream.read(CHUNK), b""))
            if key is not None:
                _write_member(archive, manifest, KEY, iter([key.read_bytes()]))
            archive.writestr("manifest.json", json.dumps(asdict(manifest), ensure_ascii=False, indent=1))
        arriving.chmod(0o600)
        arriving.replace(target)
    finally:
        arriving.unlink(missing_ok=True)
    return manifest


def _write_tables(archive: ZipFile, engine: Engine, made_at: datetime) -> Manifest:
    with _snapshot(engine) as connection:
        revision = connection.scalar(sa.text(f"SELECT version_num FROM {VERSION_TABLE}"))  # noqa: S608 - our own name
        manifest = Manifest(revision, made_at.isoformat(), engine.dialect.name)
        for table in _tables(connection):
            lines = _lines(connection, table, manifest)
            _write_member(archive, manifest, f"tables/{table.name}.jsonl", lines)
    return manifest


@contextmanager
def _snapshot(engine: Engine) -> Iterator[Connection]:
    """A connection that sees the database of one moment, however long it reads and whoever writes."""
    before = reading.set(True)  # SQLite: BEGIN without the write lock; in WAL that is a snapshot
    try:
        with engine.connect() as connection:
            if engine.dialect.name == "postgresql":
                connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            yield connection
    finally:
        reading.reset(before)


def _tables(connection: Connection) -> list[sa.Table]:
    """The tables as they are, those referred to before those that refer."""
    found = sa.MetaData()
    found.reflect(connection)
    tables = [table for table in found.sorted_tables if table.name != VERSION_TABLE]
    for column in (column for table in tables for column in table.columns):
        if isinstance(column.type, sa.JSON):
            column.type.none_as_null = True
    return tables


def _lines(connection: Connection, table: sa.Table, manifest: Manifest) -> Iterator[bytes]:
    manifest.tables[table.name] = 0
    query = sa.select(table).order_by(*table.primary_key.columns).execution_options(yield_per=AT_ONCE)
    for row in connection.execute(query).mappings():
        manifest.tables[table.name] += 1
        yield json.dumps(dict(row), ensure_ascii=False, default=_plain).encode() + b"\n"


def _plain(value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a backup cannot hold {type(value).__name__}")


def _write_member(archive: ZipFile, manifest: Manifest, name: str, parts: Iterator[bytes]) -> None:
    info, digest = ZipInfo(name), sha256()
    info.compress_type = ZIP_STORED if name.startswith("files/") else ZIP_DEFLATED
    with archive.open(info, "w", force_zip64=True) as member:
        for part in parts:
            digest.update(part)
            member.write(part)
    manifest.sha256[name] = digest.hexdigest()


def read_manifest(archive: ZipFile) -> Manifest:
    """The manifest, after every member was compared with it. UnreadableFile when one is missing or was changed."""
    try:
        written: Mapping[str, Any] = json.loads(archive.read("manifest.json"))
        manifest = Manifest(**written)
        whole = all(_digest(archive, name) == expected for name, expected in manifest.sha256.items())
    except (KeyError, TypeError, ValueError, BadZipFile) as error:
        raise UnreadableFile("这不是 tracker 的备份，或已损坏。什么也没有改动。") from error
    if manifest.format != FORMAT or not whole:
        raise UnreadableFile("备份里的内容与清单对不上，可能损坏或被改过。什么也没有改动。")
    return manifest


def _digest(archive: ZipFile, name: str) -> str:
    digest = sha256()
    with archive.open(name) as member:
        while part := member.read(CHUNK):
            digest.update(part)
    return digest.hexdigest()


def open_backup(file: Path) -> ZipFile:
    """The backup, to be closed by the caller. UnreadableFile when it is none."""
    try:
        return ZipFile(file)
    except (BadZipFile, OSError) as error:
        raise UnreadableFile(f"{file} 打不开，或不是 tracker 的备份。什么也没有改动。") from error


def rows_there(engine: Engine) -> int:
    """How many rows the database holds; 0 without any tables."""
    with _snapshot(engine) as connection:
        counts = (sa.select(sa.func.count()).select_from(table) for table in _tables(connection))
        return sum(connection.scalar(count) or 0 for count in counts)


def load_files(archive: ZipFile, manifest: Manifest, files: Path) -> None:
    """Put the files back; those that are there already stay as they are."""
    store = LocalStore(files)
    for name in manifest.files:
        with archive.open(name) as member:
            store.put(cast(BinaryIO, member), limit=archive.getinfo(name).file_size)


def load_tables(archive: ZipFile, manifest: Manifest, engine: Engine) -> None:
    """Put the rows into empty tables of the manifest's revision, in one transaction."""
    with engine.begin() as connection:
        for table in _tables(connection):
            with archive.open(f"tables/{table.name}.jsonl") as lines:
                _load(connection, table, lines)
            if engine.dialect.name == "postgresql":
                _continue_numbers(connection, table)


def _load(connection: Connection, table: sa.Table, lines: IO[bytes]) -> None:
    """Rows without their links to rows of the same table, which may stand further down; the links after."""
    to_itself = [key.parent.name for key in table.foreign_keys if key.column.table is table]
    later = []
    rows = (_row(table, json.loads(line)) for line in lines)
    while batch := list(islice(rows, AT_ONCE)):
        later += [row for row in batch if any(row[name] is not None for name in to_itself)]
        connection.execute(sa.insert(table), [{**row, **dict.fromkeys(to_itself)} for row in batch])
    for row in later:
        links = {name: row[name] for name in to_itself}
        connection.execute(sa.update(table).where(table.c.id == row["id"]).values(links))


def _row(table: sa.Table, written: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(table.c[name].type, value) for name, value in written.items()}


def _value(kind: sa.types.TypeEngine[Any], value: Any) -> Any:
    if value is None or not isinstance(kind, sa.Date | sa.DateTime):
        return value
    return datetime.fromisoformat(value) if isinstance(kind, sa.DateTime) else date.fromisoformat(value)


def _continue_numbers(connection: Connection, table: sa.Table) -> None:
    """PostgreSQL counts on after the highest number put in."""
    for column in table.primary_key.columns:
        sequence = connection.scalar(sa.select(sa.func.pg_get_serial_sequence(table.name, column.name)))
        if sequence:
            highest = sa.select(sa.func.max(column)).scalar_subquery()
            connection.execute(sa.select(sa.func.setval(sequence, sa.func.coalesce(highest, 1))))
