"""Today's standings, kept for lists and jobs: worked out again when something happened, or when the day has come."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import groupby
from operator import attrgetter
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from tracker import clock
from tracker.audit.actions import pending_events
from tracker.audit.models import AuditEvent
from tracker.extensions import db
from tracker.ledger.days import forget_changed
from tracker.ledger.models import Standing
from tracker.ledger.standing import TaskStanding, standings, stored
from tracker.obligations.models import Obligation
from tracker.tasks.lamp import Lamp
from tracker.tasks.models import Task
from tracker.tasks.touched import take_touched

AT_ONCE = 500
"""Tasks worked out together: bounds the memory of a run over a large plan."""


def refresh(scope: Iterable[int], today: date) -> int:
    """Work out these tasks again and keep the answers. Returns how many."""
    ids = sorted(set(scope))
    for start in range(0, len(ids), AT_ONCE):
        _keep(standings(ids[start : start + AT_ONCE], today), today)
    return len(ids)


def _keep(found: Mapping[int, TaskStanding], today: date) -> None:
    if not found:
        return
    there = set(db.session.scalars(sa.select(Standing.task_id).where(Standing.task_id.in_(list(found)))))
    rows = [{"task_id": task_id, "computed_on": today, **vars(one)} for task_id, one in found.items()]
    new = [row for row in rows if row["task_id"] not in there]
    old = [row for row in rows if row["task_id"] in there]
    if new:
        db.session.execute(sa.insert(Standing), new)
    if old:
        db.session.execute(sa.update(Standing), old)


def refresh_due(today: date, plan_id: int | None = None) -> int:
    """Work out again what can have changed with the day, or was never worked out. Returns how many; for the job."""
    query = (
        sa.select(Task.id)
        .outerjoin(Standing, Standing.task_id == Task.id)
        .where(is_stale(today), Task.withdrawn_on.is_(None))
        .order_by(Task.id)
    )
    if plan_id is not None:
        query = query.where(Task.plan_id == plan_id)
    return refresh(list(db.session.scalars(query)), today)


def kept_lamps(task_ids: Collection[int], today: date) -> dict[int, Lamp]:
    """Task id -> its lamp today, without axes: as kept, or worked out where the kept one need not be today's."""
    query = (
        sa.select(Task.id, Standing.colour, Standing.word, Standing.sentence, is_stale(today).label("is_stale"))
        .outerjoin(Standing, Standing.task_id == Task.id)
        .where(Task.id.in_(task_ids))
    )
    rows = db.session.execute(query).all()
    found = {one.id: Lamp(one.colour, one.word, one.sentence) for one in rows if not one.is_stale}
    stale = [one.id for one in rows if one.is_stale]
    again = standings(stale, today) if stale else {}
    return found | {task_id: Lamp(one.colour, one.word, one.sentence) for task_id, one in again.items()}


def kept_on(today: date, row: Standing | None) -> TaskStanding | None:
    """What a row keeps, None where it need not be today's answer: `is_stale` of a row at hand."""
    if row is None or row.computed_on > today or (row.next_change_on is not None and row.next_change_on <= today):
        return None
    return stored(row)


def is_stale(today: date) -> sa.ColumnElement[bool]:
    """Standings (outer-joined to Task) that need not be today's answer: none, due to change, or of a later day."""
    return Standing.task_id.is_(None) | (Standing.next_change_on <= today) | (Standing.computed_on > today)


def refresh_touched(session: Session) -> None:
    """Before a commit: the tasks that this transaction touched, by `touch` or by what it recorded."""
    events = [one for one in pending_events(session) if not one.action.startswith("reminder.")]  # it changes nothing
    touched = take_touched(session) | _told_of(session, events)
    forget_changed(session, [event.action for event in events], touched)
    if touched:
        session.flush()
        refresh(touched, clock.today())


def _told_of(session: Session, events: Iterable[AuditEvent]) -> set[int]:
    """The tasks that recorded happenings are about, by themselves or through their plan or unit."""
    events = list(events)
    found = {event.task_id for event in events if event.task_id is not None}
    by_kind = attrgetter("subject_type")
    for kind, group in groupby(sorted(events, key=by_kind), key=by_kind):
        ids = [event.subject_id for event in group if event.subject_id is not None]
        query = _tasks_of(kind, ids)
        if query is not None:
            found |= set(session.scalars(query))
    return found


def _tasks_of(kind: str, ids: Sequence[int]) -> sa.Select[Any] | None:
    """The tasks that a change of these plans or units may touch; None for other subjects."""
    if kind == "plan":
        return sa.select(Task.id).where(Task.plan_id.in_(ids))
    if kind == "unit":
        by_unit = Obligation.unit_id.in_(ids) | Obligation.via_group_id.in_(ids)
        return sa.select(Obligation.task_id).where(by_unit).distinct()
    return None


def differing(today: date) -> list[tuple[int, str]]:
    """(task id, field) of every kept answer that is not what its facts say; stale ones are no fault. For the check."""
    rows = db.session.scalars(
        sa.select(Standing).join(Task).where(~is_stale(today), Task.withdrawn_on.is_(None)).order_by(Standing.task_id)
    ).all()
    found = []
    for start in range(0, len(rows), AT_ONCE):
        page = rows[start : start + AT_ONCE]
        computed = standings([row.task_id for row in page], today)
        for row in page:
            kept, now = vars(stored(row)), vars(computed[row.task_id])
            found += [(row.task_id, name) for name in kept if name != "next_change_on" and kept[name] != now[name]]
    return found
