"""Remarks 批示: a leader writes one on a task; who may read them, in one place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.audit.actions import record
from tracker.errors import NotFound
from tracker.extensions import db, end_of
from tracker.permissions import Actor, Subject, decide
from tracker.supervision.models import Remark, Slip
from tracker.supervision.remark_rules import Outcome, Readers, check_words, outcome
from tracker.supervision.rules import state_on
from tracker.tasks.models import Task
from tracker.tasks.queries import subject_of

MOST = 20
"""Remarks that a leader's home lists."""


def write_remark(task: Task, words: str, readers: Readers, actor: Actor) -> Remark:
    """A leader's words on a task. The log tells that there are some, and for whom, never what they say."""
    remark = Remark(
        task_id=task.id,
        words=check_words(words),
        readers=readers,
        written_at=clock.now(),
        written_by_id=actor.person_id,
    )
    db.session.add(remark)
    db.session.flush()
    after = {"readers": readers.value}
    record(actor, "remark.write", "remark", remark.id, f"{task.label} 批示", task_id=task.id, after=after)
    return remark


def remarks_of(task_id: int, actor: Actor, subject: Subject) -> list[Remark]:
    """The remarks on a task that the actor may read, the newest first. ``subject``: of the task."""
    query = sa.select(Remark).where(Remark.task_id == task_id).options(joinedload(Remark.written_by))
    rows = db.session.scalars(query.order_by(Remark.id.desc()))
    return [remark for remark in rows if may_read(remark, actor, subject)]


def may_read(remark: Remark, actor: Actor, subject: Subject) -> bool:
    """Whether it is meant for the actor."""
    return bool(decide(actor, "remark.read", replace(subject, reader_ids=remark.readers.units(subject))))


def open_remark(remark_id: int, task: Task, actor: Actor) -> Remark:
    """A remark on this task; NotFound when there is none for this actor."""
    remark = db.session.get(Remark, remark_id)
    subject = subject_of(task, clock.today())
    if remark is None or remark.task_id != task.id or not may_read(remark, actor, subject):
        raise NotFound("没有这条批示，或者它没有给您看。")
    return remark


@dataclass(frozen=True)
class OwnRemark:
    """A leader's remark and what had become of it by a day. ``slip``: the latest made of it by then."""

    remark: Remark
    slip: Slip | None
    outcome: Outcome


def own_remarks(actor: Actor, plan_id: int, as_of: date) -> list[OwnRemark]:
    """A leader's own remarks in a plan by the day, the newest first."""
    made = sa.select(sa.func.max(Slip.id)).where(Slip.remark_id == Remark.id, Slip.proposed_on <= as_of)
    latest = made.correlate(Remark).scalar_subquery()
    query = (
        sa.select(Remark, Slip)
        .join(Task, Task.id == Remark.task_id)
        .outerjoin(Slip, Slip.id == latest)
        .where(Task.plan_id == plan_id, Remark.written_by_id == actor.person_id, Remark.written_at < end_of(as_of))
        .options(joinedload(Remark.task), joinedload(Slip.unit))
        .order_by(Remark.id.desc())
        .limit(MOST)
    )
    return [OwnRemark(remark, slip, _outcome(slip, as_of)) for remark, slip in db.session.execute(query)]


def _outcome(slip: Slip | None, as_of: date) -> Outcome:
    if slip is None:
        return outcome(None, None, as_of)
    end = end_of(as_of)
    ends = (slip.issued_at, slip.answered_at, slip.decided_at)
    issued, answered, decided = (at is not None and at < end for at in ends)
    return outcome(state_on(slip.state, issued, answered, decided), slip.due_on, as_of)
