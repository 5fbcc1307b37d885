"""Reads of slips, by the viewer's rights."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from sqlalchemy.orm import joinedload, selectinload

from tracker.errors import NotFound
from tracker.extensions import db
from tracker.permissions import UNIT_ROLES, Actor, Role, Subject
from tracker.plans.models import Plan
from tracker.supervision.models import Slip, SlipFile
from tracker.supervision.rules import UNSETTLED, SlipColour, SlipState
from tracker.tasks.models import Task
from tracker.units.models import Unit

PAGE = 200
NOT_OUT = (SlipState.PROPOSED, SlipState.DROPPED)


def slips_visible_to(actor: Actor) -> sa.ColumnElement[bool]:
    """`slip.read` as a WHERE."""
    if actor.role is Role.OFFICE:
        return Slip.office_id == actor.unit_id
    if actor.role is Role.LEADER:
        return Slip.state.not_in(NOT_OUT)
    if actor.role in UNIT_ROLES:
        return (Slip.unit_id == actor.unit_id) & Slip.state.not_in(NOT_OUT)
    return sa.false()


def subject_of_slip(slip: Slip) -> Subject:
    """What rights on a slip depend on."""
    return Subject(unit_id=slip.unit_id, office_id=slip.office_id, is_draft=slip.state in NOT_OUT)


def open_slip(slip_id: int, actor: Actor) -> Slip:
    """The slip with all its page needs; NotFound when there is none for this actor."""
    query = sa.select(Slip).where(Slip.id == slip_id, slips_visible_to(actor))
    query = query.options(
        joinedload(Slip.plan),
        joinedload(Slip.office),
        joinedload(Slip.task),
        joinedload(Slip.unit),
        joinedload(Slip.follows),
        joinedload(Slip.remark),
        joinedload(Slip.issued_by),
        joinedload(Slip.answered_by),
        joinedload(Slip.decided_by),
        selectinload(Slip.files),
    )
    slip = db.session.scalar(query)
    if slip is None:
        raise NotFound("没有这张督办单，或者它不是发给本单位的。请回到督办里找。")
    return slip


def open_slip_file(file_id: int, actor: Actor) -> SlipFile:
    """A file of an answer; NotFound when there is none for this actor."""
    query = sa.select(SlipFile).join(Slip, Slip.id == SlipFile.slip_id)
    found = db.session.scalar(query.where(SlipFile.id == file_id, slips_visible_to(actor)))
    if found is None:
        raise NotFound("没有这份材料，或者您不能看它。")
    return found


@dataclass(frozen=True)
class Filter:
    """The conditions of the list; empty: any. ``overdue``: not answered though the day is over."""

    state: SlipState | None = None
    colour: SlipColour | None = None
    unit: int | None = None
    overdue: bool = False
    words: str = ""

    @property
    def is_narrowed(self) -> bool:
        return self != Filter()

    def but_state(self, day: date) -> list[sa.ColumnElement[bool]]:
        """The conditions besides the state, which is counted whichever is asked for."""
        found: list[sa.ColumnElement[bool]] = []
        if self.colour:
            found.append(Slip.colour == self.colour)
        if self.unit:
            found.append(Slip.unit_id == self.unit)
        if self.words:
            holds = (Slip.doc_number, Slip.content, Unit.name, Task.text)
            found.append(sa.or_(*(column.contains(self.words, autoescape=True) for column in holds)))
        return found

    def of_state(self, day: date) -> list[sa.ColumnElement[bool]]:
        """The conditions on the state."""
        if self.overdue:
            return [is_late(day)]
        return [Slip.state == self.state] if self.state else []


def is_late(day: date) -> sa.ColumnElement[bool]:
    """Issued, and the day to answer is over."""
    return (Slip.state == SlipState.ISSUED) & (Slip.due_on < day)


@dataclass(frozen=True)
class Found:
    """A page of slips, and how many there are by state, whichever state is asked for; ``overdue`` of them late."""

    rows: Sequence[Slip]
    counts: Counter[SlipState]
    overdue: int
    total: int


def find_slips(plan: Plan, actor: Actor, wanted: Filter, page: int, day: date) -> Found:
    """What waits for the office first, then what is late, then the newest."""
    base = (
        sa.select(Slip)
        .join(Task, Task.id == Slip.task_id)
        .join(Unit, Unit.id == Slip.unit_id)
        .where(Slip.plan_id == plan.id, slips_visible_to(actor), *wanted.but_state(day))
    )
    late = sa.func.sum(sa.case((is_late(day), 1), else_=0))
    counted = db.session.execute(base.with_only_columns(Slip.state, sa.func.count(), late).group_by(Slip.state)).all()
    counts = Counter({state: n for state, n, _ in counted})
    overdue = sum(n for _, _, n in counted)
    total = overdue if wanted.overdue else counts[wanted.state] if wanted.state else counts.total()
    order = {SlipState.ANSWERED.value: 0, SlipState.PROPOSED.value: 1, SlipState.ISSUED.value: 2}
    turn = sa.case(order, value=sa.cast(Slip.state, sa.String), else_=3)
    rows = base.where(*wanted.of_state(day)).options(joinedload(Slip.task), joinedload(Slip.unit))
    rows = rows.order_by(turn, Slip.due_on, Slip.id.desc()).limit(PAGE).offset((page - 1) * PAGE)
    return Found(list(db.session.scalars(rows)), counts, overdue, total)


def units_with_slips(plan: Plan, actor: Actor) -> list[tuple[int, str]]:
    """(id, name) of the units that the list can be narrowed to."""
    query = (
        sa.select(Unit.id, Unit.name, Unit.sort_key)
        .join(Slip, Slip.unit_id == Unit.id)
        .where(Slip.plan_id == plan.id, slips_visible_to(actor))
        .distinct()
        .order_by(Unit.sort_key, Unit.id)
    )
    return [(row.id, row.name) for row in db.session.execute(query)]


def slips_of_task(task_id: int, actor: Actor) -> list[Slip]:
    """The slips about a task that the actor may read, the oldest first."""
    people = (joinedload(Slip.issued_by), joinedload(Slip.answered_by), joinedload(Slip.decided_by))
    query = sa.select(Slip).where(Slip.task_id == task_id, slips_visible_to(actor)).order_by(Slip.id)
    return list(db.session.scalars(query.options(joinedload(Slip.unit), *people)))


def slips_to_answer(unit_id: int, plan_id: int) -> list[Slip]:
    """What a unit still has to answer, the earliest due first."""
    query = sa.select(Slip).where(Slip.unit_id == unit_id, Slip.plan_id == plan_id, Slip.state == SlipState.ISSUED)
    return list(db.session.scalars(query.options(joinedload(Slip.task)).order_by(Slip.due_on, Slip.id)))


def unsettled_slips(plan_id: int) -> dict[int, int]:
    """Task id -> the newest slip about it that is not settled."""
    query = sa.select(Slip.task_id, sa.func.max(Slip.id)).where(Slip.plan_id == plan_id, Slip.state.in_(UNSETTLED))
    return {task_id: slip_id for task_id, slip_id in db.session.execute(query.group_by(Slip.task_id))}
