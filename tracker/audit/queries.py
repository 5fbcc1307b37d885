"""Reads of the audit log."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa

from tracker.audit.models import AuditEvent
from tracker.audit.rules import first_break
from tracker.extensions import db, end_of


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


def events_of_task(task_id: int, readable: sa.ColumnElement[bool], kind: str | None, limit: int) -> Sequence[Any]:
    """The newest ``limit`` happenings of a task, newest first, without their hashes. ``readable``: a condition on
    AuditEvent; ``kind``: the beginning of their names, as in report.sign; None: all."""
    columns = ("id", "at", "actor", "action", "subject", "business_on", "before", "after", "reason")
    query = sa.select(*(getattr(AuditEvent, name) for name in columns)).where(AuditEvent.task_id == task_id, readable)
    if kind is not None:
        query = query.where(AuditEvent.action.startswith(f"{kind}."))
    return db.session.execute(query.order_by(AuditEvent.business_on.desc(), AuditEvent.id.desc()).limit(limit)).all()


def actions_of_task(task_id: int, readable: sa.ColumnElement[bool]) -> dict[str, int]:
    """The name of each happening of a task -> how many there are."""
    query = sa.select(AuditEvent.action, sa.func.count()).where(AuditEvent.task_id == task_id, readable)
    return {action: count for action, count in db.session.execute(query.group_by(AuditEvent.action))}


@dataclass(frozen=True)
class Filter:
    """Which rows of the log are looked at. ``words`` are looked for in actor, subject and reason; days are real ones,
    ``until_on`` is the last."""

    action: str = ""
    words: str = ""
    from_on: date | None = None
    until_on: date | None = None


def _matching(wanted: Filter) -> sa.Select[Any]:
    query = sa.select(AuditEvent)
    if wanted.action:
        query = query.where(AuditEvent.action == wanted.action)
    if wanted.words:
        columns = (AuditEvent.subject, AuditEvent.actor, AuditEvent.reason)
        query = query.where(sa.or_(*(column.contains(wanted.words, autoescape=True) for column in columns)))
    if wanted.from_on:
        query = query.where(AuditEvent.at >= end_of(wanted.from_on - timedelta(days=1)))
    if wanted.until_on:
        query = query.where(AuditEvent.at < end_of(wanted.until_on))
    return query


def events(wanted: Filter, *, offset: int = 0, limit: int = 200) -> tuple[list[AuditEvent], int]:
    """A page of the log, newest first, and how many rows match."""
    matching = _matching(wanted)
    total = db.session.scalar(sa.select(sa.func.count()).select_from(matching.subquery())) or 0
    page = matching.order_by(AuditEvent.id.desc()).offset(offset).limit(limit)
    return list(db.session.scalars(page)), total


def all_events(wanted: Filter) -> Iterator[AuditEvent]:
    """Every row that matches, newest first, read in pages of 1,000."""
    query = _matching(wanted).order_by(AuditEvent.id.desc())
    return iter(db.session.scalars(query.execution_options(yield_per=1000)))


def actions_there() -> list[str]:
    """The happenings that stand in the log, in the order of their words."""
    return list(db.session.scalars(sa.select(AuditEvent.action).distinct().order_by(AuditEvent.action)))
