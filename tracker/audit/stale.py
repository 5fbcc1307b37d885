"""Two people on one form: the later one is told who changed it meanwhile, and when, and overwrites nothing."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa

from tracker.audit.models import AuditEvent
from tracker.errors import Stale
from tracker.extensions import db


def standing_of(*values: object) -> str:
    """What a form showed, as a short text for its hidden box ``loaded``: the same values give the same text."""
    return sha256("\x1f".join(map(str, values)).encode()).hexdigest()[:20]


def check_fresh(loaded: str | None, standing: str, kind: str, number: int, *happenings: str) -> None:
    """Stale when the form was opened on something else than what stands now; the sentence says who changed it last.

    ``loaded``: what the form sent, None from a caller that showed none. ``kind`` and ``number``: the subject as the log
    names it; ``happenings``: the actions that change it. The caller holds the row's lock.
    """
    if loaded is None or loaded == standing:
        return
    query = sa.select(AuditEvent).where(
        AuditEvent.subject_type == kind, AuditEvent.subject_id == number, AuditEvent.action.in_(happenings)
    )
    last = db.session.scalars(query.order_by(AuditEvent.id.desc()).limit(1)).first()
    who = f"{last.at:%Y-%m-%d %H:%M} 被{last.actor}" if last else "刚才被别人"
    raise Stale(f"这里 {who}改过，您的改动没有存上。请重新打开这一页，看过再改。")
