"""Reads of the audit log."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from tracker.audit.models import AuditEvent
from tracker.audit.rules import first_break
from tracker.extensions import db


def content_of(row: AuditEvent) -> dict[str, Any]:
    """What a row's hash covers: everything but the hashes."""
    return {
        "id": row.id,
        "at": row.at.isoformat(),
        "person_id": row.person_id,
        "actor": row.actor,
        "address": row.address,
        "action": row.action,
        "subject_type": row.subject_type,
        "subject_id": row.subject_id,
        "subject": row.subject,
        "task_id": row.task_id,
        "business_on": row.business_on,
        "before": row.before,
        "after": row.after,
        "reason": row.reason,
    }


def broken_at() -> int | None:
    """The number of the first missing or changed row, None when the chain holds. Reads in pages of 1,000."""
    rows = db.session.scalars(sa.select(AuditEvent).order_by(AuditEvent.id).execution_options(yield_per=1000))
    return first_break((row.id, row.previous_hash, row.hash, content_of(row)) for row in rows)


def length() -> int:
    """How many rows the log has."""
    return db.session.scalar(sa.select(sa.func.count(AuditEvent.id))) or 0


def events_of_task(task_id: int) -> list[AuditEvent]:
    """The course of a task, newest first."""
    query = sa.select(AuditEvent).where(AuditEvent.task_id == task_id).order_by(AuditEvent.id.desc())
    return list(db.session.scalars(query))


def events(*, action: str = "", words: str = "", offset: int = 0, limit: int = 200) -> tuple[list[AuditEvent], int]:
    """A page of the log, newest first, and how many rows match. ``words`` are looked for in actor and subject."""
    matching = sa.select(AuditEvent)
    if action:
        matching = matching.where(AuditEvent.action == action)
    if words:
        matching = matching.where(
            AuditEvent.subject.contains(words, autoescape=True) | AuditEvent.actor.contains(words, autoescape=True)
        )
    total = db.session.scalar(sa.select(sa.func.count()).select_from(matching.subquery())) or 0
    page = matching.order_by(AuditEvent.id.desc()).offset(offset).limit(limit)
    return list(db.session.scalars(page)), total
