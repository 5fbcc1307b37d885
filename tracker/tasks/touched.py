"""Tasks whose standing a transaction may have changed: noted below, worked out again before the commit (ledger)."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import event
from sqlalchemy.orm import Session

from tracker.extensions import db

TOUCHED = "touched tasks"


def touch(task_ids: Iterable[int]) -> None:
    """Say that these tasks may stand differently now. Recorded events with a task need not be said again."""
    db.session().info.setdefault(TOUCHED, set()).update(task_ids)


def take_touched(session: Session) -> set[int]:
    """The tasks noted since the last commit; asking again gives none."""
    taken: set[int] = session.info.pop(TOUCHED, set())
    return taken


@event.listens_for(Session, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(TOUCHED, None)
