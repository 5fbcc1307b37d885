"""Writing the audit log: `record` notes a happening, `append_pending` writes it last in the transaction."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from tracker import clock
from tracker.audit.models import AuditEvent
from tracker.audit.queries import content_of
from tracker.audit.rules import GENESIS, digest
from tracker.extensions import db
from tracker.permissions import Actor

PENDING = "audit"
LOCK = 0x7261636B
"""The advisory lock on PostgreSQL under which rows are numbered; on SQLite the write lock is enough."""


def record(
    actor: Actor | None,
    action: str,
    subject_type: str,
    subject_id: int | None,
    subject: str,
    *,
    task_id: int | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    reason: str = "",
    address: str = "",
) -> None:
    """Note one happening; it is written when the edge commits, or forgotten with the rollback.

    ``actor`` None is the system (a job, a command), or a stranger at ``address``.
    ``before`` and ``after``: what changed, as plain JSON values.
    """
    happening = AuditEvent(
        at=clock.real_now(),
        person_id=actor.person_id if actor else None,
        actor=f"{actor.name}（{actor.label}）" if actor else "系统",
        address=actor.address if actor else address,
        action=action,
        subject_type=subject_type,
        subject_id=subject_id,
        subject=subject[:300],
        task_id=task_id,
        business_on=clock.today().isoformat(),
        before=before or {},
        after=after or {},
        reason=reason,
    )
    db.session().info.setdefault(PENDING, []).append(happening)


def pending_events(session: Session) -> list[AuditEvent]:
    """What was recorded in this transaction and is not written yet."""
    return list(session.info.get(PENDING, []))


def append_pending(session: Session) -> None:
    """Number, chain and insert what was recorded, under one lock."""
    pending: list[AuditEvent] = session.info.pop(PENDING, [])
    if not pending:
        return
    session.flush()
    if session.get_bind().dialect.name == "postgresql":
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(LOCK)))
    last = session.execute(
        sa.select(AuditEvent.id, AuditEvent.hash).order_by(AuditEvent.id.desc()).limit(1)
    ).one_or_none()
    number, previous = (last.id, last.hash) if last else (0, GENESIS)
    for happening in pending:
        number += 1
        happening.id, happening.previous_hash = number, previous
        happening.hash = previous = digest(previous, content_of(happening))
        session.add(happening)
    session.flush()


@event.listens_for(Session, "after_rollback")
def _forget_pending(session: Session) -> None:
    session.info.pop(PENDING, None)
