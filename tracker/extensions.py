"""The extensions of the application, the base of all models, and the one way to commit."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import Any, cast

import sqlalchemy as sa
from flask import current_app
from flask_babel import Babel
from flask_htmx import HTMX
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf import CSRFProtect
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.orm import DeclarativeBase, Session, registry

from tracker.clock import SHANGHAI
from tracker.config import files_folder
from tracker.errors import Invalid
from tracker.storage import LocalStore, Store

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Moment(sa.types.TypeDecorator[datetime]):
    """An aware moment, kept as UTC without a zone, given back in Asia/Shanghai."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC).astimezone(SHANGHAI)


def end_of(day: date) -> datetime:
    """The first moment after ``day``: what happened by that day happened before it."""
    return datetime.combine(day + timedelta(days=1), time(), SHANGHAI)


class Base(DeclarativeBase):
    """The base of every table. A ``datetime`` is a Moment; a ``date`` is a day in Asia/Shanghai."""

    registry = registry(
        metadata=sa.MetaData(naming_convention=NAMES),
        type_annotation_map={datetime: Moment(), dict[str, Any]: sa.JSON(), list[Any]: sa.JSON()},
    )


def choice(of: type[StrEnum]) -> sa.Enum:
    """A column that keeps one of the values of ``of`` as text, so that a new value needs no migration."""
    return sa.Enum(of, native_enum=False, length=32, values_callable=lambda enum: [member.value for member in enum])


@event.listens_for(Base, "attribute_instrument", propagate=True)
def _hold_lengths(model: type[Base], key: str, attribute: Any) -> None:
    """A text longer than its column is refused when it is set: SQLite would keep it, PostgreSQL would break off."""
    column = getattr(attribute.property, "columns", [None])[0]
    longest = getattr(column.type, "length", None) if isinstance(column, sa.Column) else None
    if longest is None or isinstance(column.type, sa.Enum):
        return

    @event.listens_for(attribute, "set")
    def check(target: Base, value: Any, old: Any, initiator: Any) -> None:
        if isinstance(value, str) and len(value) > longest:
            raise Invalid(f"“{value[:20]}……”太长，最多 {longest} 字，请改短后再存。", key)


db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
htmx = HTMX()
babel = Babel()

reading: ContextVar[bool] = ContextVar("reading", default=False)
"""True while a request only reads: SQLite then takes no write lock at BEGIN."""
PATIENCE_MS = 15_000
"""How long a writer waits for another on SQLite."""


@event.listens_for(Engine, "connect")
def _prepare_sqlite(connection: Any, record: Any) -> None:
    if type(connection).__module__.startswith("sqlite3"):
        connection.isolation_level = None  # the BEGIN is ours, below
        for pragma in (f"busy_timeout={PATIENCE_MS}", "journal_mode=WAL", "foreign_keys=ON", "synchronous=FULL"):
            connection.execute(f"PRAGMA {pragma}")


@event.listens_for(Engine, "begin")
def _begin_sqlite(connection: Connection) -> None:
    """A writer takes its lock at once: waiting then works, while upgrading a read lock fails with SQLITE_BUSY."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")


def insert(model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, in the dialect of the database at hand."""
    table = cast(sa.Table, model.__table__)
    is_postgresql = db.session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(table) if is_postgresql else sqlite.insert(table)


def lock(row: Base) -> None:
    """Wait for whoever else is changing the row in a transaction, hold it, and see it as it is now. Who only writes a
    row that points at it need not wait, else two who each hold what the other points at would wait for ever."""
    db.session.refresh(row, with_for_update={"of": type(row), "key_share": True})


before_commit: list[Callable[[Session], None]] = []
"""What runs, in this order, inside the transaction before it is committed; filled by registry.py."""


def commit() -> None:
    """Commit the work of one happening. Called at the edges alone: views, jobs and commands."""
    session = db.session()
    for step in before_commit:
        step(session)
    session.commit()


def file_store() -> Store:
    """Where the files of this installation are kept, source documents and evidence: a bucket, else the data folder."""
    config = current_app.config
    if not config["TRACKER_S3_URL"]:
        return LocalStore(files_folder(config["DATA_FOLDER"]))
    from tracker.storage_s3 import open_bucket  # the extra `s3` is needed only here

    return open_bucket(config["TRACKER_S3_URL"], config["TRACKER_S3_ENDPOINT"])
