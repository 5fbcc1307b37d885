"""A lead reminds the partners of its own tasks (催办): one digest a person and day, of all that is owed to it."""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa

from tracker import clock
from tracker.errors import Invalid
from tracker.extensions import db
from tracker.obligations.models import Obligation
from tracker.permissions import Actor
from tracker.reminders.actions import SentByHand, send_by_hand
from tracker.tasks.models import Assignment
from tracker.tasks.queries import assigned_on
from tracker.tasks.roles import Role


def urge_partners(owed: Obligation, unit_ids: Collection[int], words: str, actor: Actor) -> SentByHand:
    """Urge partners of the task that ``owed``, the lead's own report, is about; they hear in the same digest of what
    else they owe to tasks of this lead in the period, so that a lead of many tasks sends one message and not many.

    Invalid when one of the units is no partner of the task, or nothing of it is open.
    """
    same = Obligation.key_on == owed.key_on, Obligation.kind == owed.kind, Obligation.withdrawn_on.is_(None)
    theirs = sa.select(Obligation.unit_id).where(
        Obligation.task_id == owed.task_id, Obligation.role == Role.PARTNER, *same
    )
    if not unit_ids or not set(unit_ids) <= set(db.session.scalars(theirs)):
        raise Invalid("只能催办本任务的参与单位。请刷新后再选。")
    led = sa.select(Assignment.task_id).where(
        Assignment.unit_id == owed.unit_id, Assignment.role == Role.LEAD, assigned_on(clock.today())
    )
    partners = Obligation.unit_id.in_(unit_ids) & (Obligation.role == Role.PARTNER)
    return send_by_hand(
        owed.task.plan, partners & Obligation.task_id.in_(led) & sa.and_(*same), words, actor, owed.unit
    )
