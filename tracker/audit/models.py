"""The table of the audit log: append-only (triggers refuse update and delete) and chained by hash."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from tracker.extensions import Base


class AuditEvent(Base):
    """Who did what to what, when, from where, before and after, with the names as they were then."""

    __tablename__ = "audit_event"
    __table_args__ = (sa.Index("ix_audit_event_subject", "subject_type", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """1, 2, 3 … without gaps: a missing number is a missing row."""
    at: Mapped[datetime]
    person_id: Mapped[int | None]
    actor: Mapped[str] = mapped_column(sa.String(200))
    address: Mapped[str] = mapped_column(sa.String(64))
    action: Mapped[str] = mapped_column(sa.String(64), index=True)
    subject_type: Mapped[str] = mapped_column(sa.String(32))
    subject_id: Mapped[int | None]
    subject: Mapped[str] = mapped_column(sa.String(300))
    task_id: Mapped[int | None] = mapped_column(index=True)
    """The task it belongs to, so that a task's page can tell its course of things."""
    business_on: Mapped[str] = mapped_column(sa.String(10))
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    reason: Mapped[str] = mapped_column(sa.Text)
    previous_hash: Mapped[str] = mapped_column(sa.String(64))
    hash: Mapped[str] = mapped_column(sa.String(64), unique=True)
