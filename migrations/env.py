"""Alembic's environment: one migration at a time, SQLite tables rebuilt with foreign keys off."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import context
from flask import current_app
from sqlalchemy import text

from tracker.extensions import PATIENCE_MS, Moment, db

LOCK = 0x6D696772
"""Advisory lock on PostgreSQL: of three upgrades at once one failed without it."""
WAIT_MS = 600_000
"""How long the second of two upgrades waits on SQLite: all migrations take a slow disk longer than a page does."""


def render_item(kind: str, item: Any, autogen_context: Any) -> str | bool:
    """Our own column types as what the database sees, so that old migrations never need our code."""
    if kind == "type" and isinstance(item, Moment):
        return "sa.DateTime()"
    if kind == "type" and isinstance(item, sa.Enum):
        return f"sa.String(length={item.length})"
    return False


def run() -> None:
    with db.engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_lock(:lock)"), {"lock": LOCK})
        else:
            connection.connection.driver_connection.execute("PRAGMA foreign_keys=OFF")
            connection.connection.driver_connection.execute(f"PRAGMA busy_timeout={WAIT_MS}")
        connection.commit()
        try:
            options = current_app.extensions["migrate"].configure_args
            context.configure(connection=connection, target_metadata=db.metadata, render_item=render_item, **options)
            with context.begin_transaction():
                context.run_migrations()
            connection.commit()
        finally:
            if connection.dialect.name == "postgresql":
                connection.rollback()
                connection.execute(text("SELECT pg_advisory_unlock(:lock)"), {"lock": LOCK})
                connection.commit()
            else:
                connection.rollback()
                connection.connection.driver_connection.execute("PRAGMA foreign_keys=ON")
                connection.connection.driver_connection.execute(f"PRAGMA busy_timeout={PATIENCE_MS}")


run()
