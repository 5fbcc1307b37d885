"""What the system proposes: slips for matters that lag, from the ledger of the day and the slips before."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from tracker import clock
from tracker.audit.actions import record
from tracker.extensions import db, lock
from tracker.ledger.concerned import concerned
from tracker.ledger.paper import source_of
from tracker.ledger.standing import standings
from tracker.permissions import Actor
from tracker.plans.models import Plan
from tracker.reminders.actions import open_plans
from tracker.supervision.models import Remark, Slip
from tracker.supervision.rules import (
    TASK,
    USUAL_WORDS,
    WHY,
    Earlier,
    Lagging,
    Matter,
    Proposal,
    SlipState,
    filled,
    propose,
)
from tracker.supervision.setting import STARTS, setting_of
from tracker.tasks.models import Task
from tracker.tasks.queries import units_of
from tracker.tasks.roles import Role

GONE = "提出的理由已不在"


@dataclass(frozen=True)
class Proposed:
    """What a run did: slips ``added`` and taken back (``dropped``)."""

    added: int = 0
    dropped: int = 0

    def __add__(self, other: Proposed) -> Proposed:
        return Proposed(self.added + other.added, self.dropped + other.dropped)


def propose_all(today: date) -> Proposed:
    """The run of the morning over every open plan."""
    return sum((propose_slips(plan, today, None) for plan in open_plans(today)), Proposed())


def propose_slips(plan: Plan, today: date, actor: Actor | None) -> Proposed:
    """Propose what is to be proposed and take back what the system proposed without reason any more. Again on the same
    day: nothing. What a person proposed stays."""
    lock(plan)  # two runs: one after the other
    wanted = {one.matter: one for one in _wanted(plan, today)}
    taken = set()
    dropped = []
    for slip in db.session.scalars(_proposed(plan)):
        one = wanted.get((slip.task_id, slip.unit_id))
        is_still = one is not None and (one.colour, one.follows_id) == (slip.colour, slip.follows_id)
        if slip.proposed_by_id is not None or is_still:
            taken.add((slip.task_id, slip.unit_id))
        else:
            slip.state, slip.decision, slip.decided_at = SlipState.DROPPED, GONE, clock.now()
            dropped.append(slip)
    db.session.flush()
    new = [one for matter, one in wanted.items() if matter not in taken]
    _add(plan, new, today)
    if new or dropped:
        after = {"拟发": len(new), "撤回": len(dropped)}
        record(actor, "slip.propose", "plan", plan.id, plan.short_title, after=after)
    return Proposed(len(new), len(dropped))


def _proposed(plan: Plan) -> sa.Select[Any]:
    return sa.select(Slip).where(Slip.plan_id == plan.id, Slip.state == SlipState.PROPOSED).order_by(Slip.id)


def _wanted(plan: Plan, today: date) -> list[Proposal]:
    latest, dropped = _history(plan.id)
    return propose(lagging(plan, today), latest, dropped, today, setting_of(plan.id).ladder)


def lagging(plan: Plan, today: date) -> list[Lagging]:
    """Every unit that has to act on a task whose lamp is red or yellow, in the order of the document."""
    tasks = sa.select(Task.id).where(Task.plan_id == plan.id, Task.withdrawn_on.is_(None), Task.closed_on.is_(None))
    found = standings(tasks, today, ahead=False)
    important = set(db.session.scalars(sa.select(Remark.task_id).where(Remark.task_id.in_(tasks)).distinct()))
    order = db.session.scalars(tasks.order_by(Task.position))
    return [
        Lagging(task_id, row["unit_id"], found[task_id].colour, found[task_id].sentence, task_id in important)
        for task_id in order
        if found[task_id].colour in STARTS
        for row in concerned(found[task_id])
    ]


def _history(plan_id: int) -> tuple[dict[Matter, Earlier], dict[Matter, date]]:
    """The latest slip that was sent about each matter, and the day on which a person last dropped a proposal."""
    query = sa.select(Slip).where(Slip.plan_id == plan_id, Slip.state != SlipState.PROPOSED).order_by(Slip.id)
    latest: dict[Matter, Earlier] = {}
    dropped: dict[Matter, date] = {}
    for slip in db.session.scalars(query):
        matter = slip.task_id, slip.unit_id
        if slip.state is not SlipState.DROPPED:
            latest[matter] = _earlier(slip)
        elif slip.decided_by_id is not None and slip.decided_at is not None:
            dropped[matter] = slip.decided_at.date()
    return latest, dropped


def _earlier(slip: Slip) -> Earlier:
    return Earlier(
        slip_id=slip.id,
        task_id=slip.task_id,
        unit_id=slip.unit_id,
        colour=slip.colour,
        state=slip.state,
        name=slip.name,
        due_on=slip.due_on,
        ended_on=slip.decided_at.date() if slip.decided_at else None,
        why=slip.decision,
    )


def _add(plan: Plan, proposals: Sequence[Proposal], today: date) -> None:
    if not proposals:
        return
    ids = {one.task_id for one in proposals}
    tasks = {task.id: task for task in db.session.scalars(sa.select(Task).where(Task.id.in_(ids)))}
    partners = {task_id: parts[Role.PARTNER] for task_id, parts in units_of(ids, today).items()}
    for one in proposals:
        names = (unit.name for unit in partners.get(one.task_id, []))
        db.session.add(new_slip(plan, tasks[one.task_id], one, names, today))
    db.session.flush()


def new_slip(plan: Plan, task: Task, one: Proposal, partners: Iterable[str], today: date) -> Slip:
    """A slip as it is proposed, with the usual words; not yet added."""
    return Slip(
        plan_id=plan.id,
        office_id=plan.office_id,
        task_id=task.id,
        unit_id=one.unit_id,
        colour=one.colour,
        state=SlipState.PROPOSED,
        follows_id=one.follows_id,
        reason=one.reason,
        proposed_on=today,
        basis=source_of(plan) + task.label,
        content=filled(USUAL_WORDS, {TASK: task.text.rstrip("。"), WHY: one.reason}),
        partners="、".join(partners),
    )


def proposals(plan: Plan) -> list[Slip]:
    """What waits to be issued, red first, then in the order of the document."""
    worst = sa.case({"red": 0, "yellow": 1, "blue": 2}, value=sa.cast(Slip.colour, sa.String))
    query = _proposed(plan).join(Task, Task.id == Slip.task_id).order_by(None).order_by(worst, Task.position, Slip.id)
    return list(db.session.scalars(query.options(joinedload(Slip.task), joinedload(Slip.unit))))
